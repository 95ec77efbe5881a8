import PromptLensFeatures
import PromptLensTensors
import Testing

@Suite("Labeled features")
struct LabeledFeaturesTests {
  /// Returns three images of two views and two numbers: image i, view v holds 10 i + 2 v and the next number.
  private func features(renewal: LabeledFeatures.Renewal? = nil) throws -> LabeledFeatures {
    try LabeledFeatures(
      features: Tensor((0..<3).flatMap { i in (0..<4).map { Float(10 * i + $0) } }, shape: [3, 2, 2]),
      labels: [0, 1, 2], paths: ["a", "b", "c"], classNames: ["x", "y", "z"], identifier: "id", renewal: renewal)
  }

  @Test("a matrix is one view of each image, named by its row")
  func matrix() throws {
    let found = try LabeledFeatures(features: Tensor([1, 2, 3, 4], shape: [2, 2]), labels: [0, 0])
    #expect(found.views == 1 && found.width == 2 && found.paths == ["row 0", "row 1"])
    #expect(try found.view().floats() == [1, 2, 3, 4])
  }

  @Test("features without one label each are rejected")
  func shapes() throws {
    let matrix = try Tensor([1, 2, 3, 4], shape: [2, 2])
    #expect(throws: TensorError.self) { try LabeledFeatures(features: matrix, labels: [0]) }
    #expect(throws: TensorError.self) { try LabeledFeatures(features: matrix, labels: [0, 1], paths: ["a"]) }
    #expect(throws: TensorError.self) { try features().view(2) }
  }

  @Test("a view, the mean of views and separate views hold the same numbers")
  func views() throws {
    let found = try features()
    #expect(try found.view(1).floats() == [2, 3, 12, 13, 22, 23])
    #expect(try found.averagingViews().view().floats() == [1, 2, 11, 12, 21, 22])
    let separate = try found.separatingViews()
    #expect(separate.labels == [0, 0, 1, 1, 2, 2] && separate.paths == ["a", "a", "b", "b", "c", "c"])
    #expect(separate.features.floats() == found.features.floats())
  }

  @Test("keeping classes renumbers labels, and keeps paths and new views in step")
  func keeping() throws {
    let renewed = try features { _, images in try Tensor(images.flatMap { [Float($0), 0] }, shape: [images.count, 2]) }
    let kept = try renewed.keeping([2, 0])
    #expect(kept.labels == [1, 0] && kept.paths == ["a", "c"] && kept.classNames == ["z", "x"])
    #expect(try kept.view().floats() == [0, 1, 20, 21])
    #expect(try kept.renewal?(1, [1, 0]).floats() == [2, 0, 0, 0])
  }
}

import CLIP
import Checkpoints
import Datasets
import Files
import Foundation
import Images
import Tensors
import TestSupport
import Testing

@Suite("Views of images")
struct ViewLoaderTests {
  private static let files = ["baseline-420.jpg", "rgba-8-bit.png", "cmyk.jpg", "lossy.webp"].map {
    Fixtures.path("images/\($0)")
  }

  private func loader(
    _ files: [String] = files, indices: [Int]? = nil, views: Int, seed: Int = 1, skipping: Bool = false
  ) throws
    -> ViewLoader
  {
    ViewLoader(
      files: files, indices: indices ?? Array(files.indices), views: views, seed: seed,
      transform: try EvaluationTransform(resolution: 16), appliesOrientation: false, skipsUnreadable: skipping)
  }

  private func pixels(_ loader: ViewLoader, _ view: Int) throws -> [Float] {
    var floats = [Float](repeating: .nan, count: 3 * 16 * 16)
    try floats.withUnsafeMutableBufferPointer { try loader.load(view, into: $0) }
    return floats
  }

  @Test("one view is the evaluation transform's")
  func evaluation() throws {
    let transform = try EvaluationTransform(resolution: 16)
    let loader = try loader(views: 1)
    for (index, file) in Self.files.enumerated() {
      #expect(try pixels(loader, index) == transform.apply(to: ImageDecoder.decode(path: file)))
    }
    let outcome = loader.outcomes(of: 0..<1)[0]
    #expect(try outcome.contentHash == Fingerprint.ofFile(Self.files[0]) && outcome.problem == nil)
  }

  @Test("training views do not depend on the order or the threads that load them, but on image, view and seed")
  func training() throws {
    let views = 6
    let loader1 = try loader(views: views)
    let forward = try (0..<4 * views).map { try pixels(loader1, $0) }
    let loader2 = try loader(views: views)
    let all = FloatBuffer(count: 4 * views * 768)
    try Parallel.forEach(4 * views) { place in
      let view = 4 * views - 1 - place
      try loader2.load(view, into: UnsafeMutableBufferPointer(rebasing: all.elements[view * 768..<(view + 1) * 768]))
    }
    #expect(forward.flatMap { $0 } == Array(all.elements))
    #expect(Set(forward).count == 4 * views)
    #expect(try pixels(loader(views: views, seed: 2), 0) != forward[0])
    // A few-shot draw's image has the views that it has in the whole split.
    #expect(try pixels(loader([Self.files[2]], indices: [2], views: views), 3) == forward[2 * views + 3])
  }

  @Test("an image that cannot be read is an error with its path, or is noted and gives zeros")
  func unreadable() throws {
    try withTemporaryFolder { folder in
      try write(["bad.jpg": "no picture"], in: folder)
      let files = ["\(folder)/bad.jpg", "\(folder)/absent.jpg"]
      let error = #expect(throws: ImageError.self) { try pixels(loader(files, views: 1), 0) }
      #expect(error.map { "\($0)" }?.hasPrefix("\(folder)/bad.jpg: ") == true)
      #expect(throws: FileError.self) { try pixels(loader(files, views: 1), 1) }
      for views in [1, 2] {
        let skipping = try loader(files, views: views, skipping: true)
        for view in 0..<2 * views { #expect(try pixels(skipping, view).allSatisfy { $0 == 0 }) }
        let outcomes = skipping.outcomes(of: 0..<2)
        #expect(outcomes.map(\.bytes) == [10, 0])
        #expect(outcomes.allSatisfy { $0.problem != nil } && outcomes[1].contentHash.isEmpty)
      }
    }
  }

  @Test(
    "features of photographs are those of PyTorch, to 1e-4 after normalisation", .enabled(if: Shared.available),
    arguments: [
      ("csv:PATH/data/pacs/pacs.csv?domain=photo", nil, "pacs-photo"),
      ("split:PATH/data/caltech/split_caltech48.json", "data/caltech/images", "caltech"),
    ])
  func conformance(source: String, root: String?, name: String) throws {
    let model = Shared.path("models/mini-clip-rn")
    let dataset = try DataSource(source.replacing("PATH", with: Shared.path("")))
      .dataset(root: root.map { Shared.path($0) })
    let checkpoint = try CheckpointDetector.open("\(model)/model.h5")
    let encoder = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source).imageEncoder()
    let files = dataset[.test].map { dataset.file(of: $0) }
    let loader = ViewLoader(
      files: files, indices: Array(files.indices), views: 1, seed: 1,
      transform: try EvaluationTransform(resolution: encoder.resolution), appliesOrientation: false,
      skipsUnreadable: false)
    let features = try encoder.encode(count: files.count) { try loader.load($0, into: $1) }.floats()
    let expected = try NumPyArray(path: "\(model)/\(name)-test-features.npy")
    #expect(expected.shape == [files.count, 128])
    #expect(largestDifference(normalised(features), normalised(expected.floats)) < 1e-4)
  }

  private func normalised(_ rows: [Float]) -> [Float] {
    stride(from: 0, to: rows.count, by: 128).flatMap { start -> [Float] in
      let row = rows[start..<start + 128]
      let length = row.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
      return row.map { $0 / length }
    }
  }
}

import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensFiles
import Foundation
import PromptLensImages
import PromptLensTensors
import TestSupport
import Testing

@Suite("Views of images")
struct ViewLoaderTests {
  private static let files = ["baseline-420.jpg", "rgba-8-bit.png", "cmyk.jpg", "lossy.webp"].map {
    Fixtures.path("images/\($0)")
  }

  private func loader(
    _ files: [String] = files, indices: [Int]? = nil, views: ImageViews = .center, skipping: Bool = false,
    contentHashes: [String?] = []
  ) throws -> ViewLoader {
    ViewLoader(
      files: files, contentHashes: contentHashes, indices: indices, views: views,
      transform: try EvaluationTransform(resolution: 16), appliesOrientation: false, skipsUnreadable: skipping)
  }

  private func pixels(_ loader: ViewLoader, _ image: Int, view: Int = 0) throws -> [Float] {
    var floats = [Float](repeating: .nan, count: 3 * 16 * 16)
    let picture = try loader.decode(loader.read(image), of: image)
    try floats.withUnsafeMutableBufferPointer { try loader.write(picture, of: image, row: view, to: $0) }
    return floats
  }

  @Test("the center view agrees with the evaluation transform")
  func evaluation() throws {
    let transform = try EvaluationTransform(resolution: 16)
    let loader = try loader()
    for (index, file) in Self.files.enumerated() {
      #expect(try pixels(loader, index) == transform.apply(to: ImageDecoder.decode(path: file)))
    }
    let outcome = loader.outcomes(of: 0..<1)[0]
    #expect(try outcome.contentHash == Fingerprint.ofFile(Self.files[0]) && outcome.problem == nil)
  }

  @Test("training views depend only on the image's index, the view's number and the seed")
  func training() throws {
    let views = 6
    let all = try loader(views: .crops(0..<views, seed: 1))
    let expected = try (0..<4).flatMap { image in try (0..<views).map { try pixels(all, image, view: $0) } }
    #expect(Set(expected).count == 4 * views)
    // Read ahead, by any number of readers.
    let rows = FloatBuffer(count: 4 * views * 768)
    let target = rows.pointer
    nonisolated(unsafe) let shared = target
    try ReadAhead(readers: 3).forEachBatch(
      of: [0..<4], from: loader(views: .crops(0..<views, seed: 1)), rowFloats: 768, batchSize: 5,
      compute: { (shared + $1.lowerBound * 768).update(from: $2, count: $1.count * 768) }, finished: { _ in })
    #expect(expected.flatMap { $0 } == rows.floats)
    #expect(try pixels(loader(views: .crops(0..<views, seed: 2)), 0) != expected[0])
    // A few-shot draw's image has the views that it has in the whole split, and a later view is there by itself.
    let drawn = try loader([Self.files[2]], indices: [2], views: .crops(3..<4, seed: 1))
    #expect(try pixels(drawn, 0) == expected[2 * views + 3])
  }

  @Test("an image that can't be read is an error with its path, or is recorded and gives zeros")
  func unreadable() throws {
    try withTemporaryFolder { folder in
      try write(["bad.jpg": "no picture"], in: folder)
      let files = ["\(folder)/bad.jpg", "\(folder)/absent.jpg"]
      let error = #expect(throws: ImageError.self) { try pixels(loader(files), 0) }
      #expect(error.map { "\($0)" }?.hasPrefix("\(folder)/bad.jpg: ") == true)
      #expect(throws: FileError.self) { try pixels(loader(files), 1) }
      for views in [ImageViews.center, .crops(0..<2, seed: 1)] {
        let skipping = try loader(files, views: views, skipping: true)
        for image in 0..<2 { #expect(try pixels(skipping, image).allSatisfy { $0 == 0 }) }
        let outcomes = skipping.outcomes(of: 0..<2)
        #expect(outcomes.map(\.bytes) == [10, 0])
        #expect(outcomes.allSatisfy { $0.problem != nil } && outcomes[1].contentHash.isEmpty)
      }
    }
  }

  @Test("an image whose content differs from the list is rejected with its path, even where others are skipped")
  func changed() throws {
    let hashes = try Self.files.map { try Fingerprint.ofFile($0) }
    let listed = try loader(contentHashes: [hashes[0], nil, hashes[1], hashes[3]])
    for image in [0, 1, 3] { _ = try pixels(listed, image) }
    #expect(throws: DatasetError.changedImage(path: Self.files[2], expected: hashes[1], found: hashes[2])) {
      try pixels(listed, 2)
    }
    let skipping = try loader(skipping: true, contentHashes: [hashes[1], nil, nil, nil])
    #expect(throws: DatasetError.self) { try pixels(skipping, 0) }
  }

  @Test(
    "features of photographs agree with PyTorch to 1e-4 after normalization", .enabled(if: Shared.available),
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
      files: files, views: .center, transform: try EvaluationTransform(resolution: encoder.inputSize.height),
      appliesOrientation: false)
    let features = try encoder.encode(count: files.count, of: loader).floats()
    let expected = try NumPyArray(path: "\(model)/\(name)-test-features.npy")
    #expect(expected.shape == [files.count, 128])
    #expect(largestDifference(normalized(features), normalized(expected.floats)) < 1e-4)
  }

  private func normalized(_ rows: [Float]) -> [Float] {
    stride(from: 0, to: rows.count, by: 128).flatMap { start -> [Float] in
      let row = rows[start..<start + 128]
      let length = row.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
      return row.map { $0 / length }
    }
  }
}

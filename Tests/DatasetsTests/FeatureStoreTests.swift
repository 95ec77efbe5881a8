import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensFeatures
import PromptLensFiles
import Foundation
import PromptLensImages
import TestSupport
import PromptLensTensors
import Testing

/// A data set of small pictures, and an encoder that counts its requests.
private final class Workshop {
  let folder: String
  let dataset: Dataset
  var encoded: [Int] = []
  /// The number of slices that the encoder processes before it fails; nil for all.
  var slicesLeft: Int?

  struct Stopped: Error {}

  init(_ folder: String, images: Int = 10) throws {
    self.folder = folder
    try write(Dictionary(uniqueKeysWithValues: (0..<images).map { ("images/\($0).jpg", "picture \($0)") }), in: folder)
    let items = (0..<images).map { Dataset.Item(path: "images/\($0).jpg", label: $0 % 2) }
    dataset = Dataset(
      name: "ten", root: folder, classNames: ["even", "odd"], template: "{}.", splits: [.train: items, .test: items])
  }

  var output: String { "\(folder)/features.h5" }

  func key(
    model: String = "m", transform: String = "t", split: Split = .test, views: Int = 2, draw: FewShotDraw? = nil,
    shard: Shard = .whole
  ) -> FeatureKey {
    FeatureKey(
      modelFingerprint: model, compute: "f32", transform: transform, dataset: dataset, split: split, views: views,
      draw: draw, shard: shard)
  }

  func extraction(_ key: FeatureKey, draw: FewShotDraw? = nil, skipping: Bool = false, to output: String? = nil) throws
    -> FeatureExtraction
  {
    try FeatureExtraction(
      dataset, key: key, draw: draw, output: output ?? self.output, skipsUnreadable: skipping, toolVersion: "test")
  }

  /// Extracts features that encode their image and view.
  @discardableResult
  func run(_ extraction: FeatureExtraction, unreadable: Set<Int> = [], slice: Int = 3) throws -> FeatureStore {
    let views = extraction.key.views
    return try extraction.run(width: 4, slice: slice) { slices, record in
      for rows in slices {
        if let left = slicesLeft {
          guard left > 0 else { throw Stopped() }
          slicesLeft = left - 1
        }
        let images = rows.map { extraction.indices[$0] }
        encoded += images
        let floats = images.flatMap { image in
          (0..<views).flatMap { view in (0..<4).map { Float(100 * image + 10 * view + $0) } }
        }
        let found = try images.map { image in
          let file = "\(folder)/images/\(image).jpg"
          return ExtractedImage(
            contentHash: try Fingerprint.ofFile(file), bytes: try Data(contentsOf: URL(fileURLWithPath: file)).count,
            problem: unreadable.contains(image) ? "broken" : nil)
        }
        try record(rows, Tensor(floats, shape: [rows.count * views, 4]), found)
      }
    }
  }
}

@Suite("The feature store")
struct FeatureStoreTests {
  @Test("the store holds the features of each image and view, mapped, with labels, paths, classes and key")
  func contents() throws {
    try withTemporaryFolder { folder in
      let workshop = try Workshop(folder)
      try workshop.run(workshop.extraction(workshop.key()))
      let store = try FeatureStore.open(workshop.output)
      #expect(store.features.shape.dimensions == [10, 2, 4] && store.features.storage.isMapped)
      let second = (0..<10).flatMap { image in (0..<4).map { number -> Float in Float(100 * image + 10 + number) } }
      #expect(try store.images.view(1).floats() == second)
      #expect(store.labels == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1] && store.indices == Array(0..<10))
      #expect(store.classNames == ["even", "odd"] && store.paths[3] == "images/3.jpg" && store.template == "{}.")
      #expect(try store.contentHashes[9] == Fingerprint.ofFile("\(folder)/images/9.jpg"))
      #expect(store.key == workshop.key() && store.skipped.isEmpty)
      #expect(throws: TensorError.self) { try store.images.view(2) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["features.h5", "images"])
    }
  }

  @Test("an extraction that is stopped at any point resumes there and ends with the same bytes")
  func resuming() throws {
    try withTemporaryFolder { folder in
      let whole = try Workshop(folder)
      try whole.run(whole.extraction(whole.key(), to: "\(folder)/whole.h5"))
      for stop in 0..<4 {
        let workshop = try Workshop(folder)
        workshop.slicesLeft = stop
        let extraction = try workshop.extraction(workshop.key())
        #expect(throws: Workshop.Stopped.self) { try workshop.run(extraction) }
        #expect(try extraction.finishedStore() == nil, "nothing under the final name")
        // A killed process leaves in the middle of a piece a temporary file, and after a power failure a piece cut
        // short.
        let partial = "\(workshop.output).partial"
        try write([".000000009-000000010.h5.ABCD.partial": "half"], in: partial)
        if stop == 3 { try write(["000000003-000000006.h5": "cut"], in: partial) }
        workshop.slicesLeft = nil
        workshop.encoded = []
        // Slices may have another size in the next run.
        try workshop.run(extraction, slice: 2)
        let done = stop == 3 ? [0, 1, 2, 6, 7, 8] : Array(0..<3 * stop)
        #expect(workshop.encoded == (0..<10).filter { !done.contains($0) })
        #expect(FileManager.default.contentsEqual(atPath: workshop.output, andPath: "\(folder)/whole.h5"))
        #expect(!FileManager.default.fileExists(atPath: partial))
        try FileManager.default.removeItem(atPath: workshop.output)
      }
    }
  }

  @Test("a piece whose features were changed on the disk is computed again")
  func damagedPiece() throws {
    try withTemporaryFolder { folder in
      let workshop = try Workshop(folder)
      workshop.slicesLeft = 1
      let extraction = try workshop.extraction(workshop.key())
      #expect(throws: Workshop.Stopped.self) { try workshop.run(extraction) }
      let piece = "\(workshop.output).partial/000000000-000000003.h5"
      var bytes = try MappedFile.contents(of: piece, limit: 1 << 20)
      // 201.0, a number of image 2, becomes 0.
      let number = withUnsafeBytes(of: Float(201)) { Array($0) }
      let offset = try #require((0..<bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == number })
      bytes.replaceSubrange(offset..<offset + 4, with: [0, 0, 0, 0])
      try Data(bytes).write(to: URL(fileURLWithPath: piece))
      workshop.slicesLeft = nil
      try workshop.run(extraction)
      #expect(try FeatureStore.open(workshop.output).images.view().floats()[9] == 201)
    }
  }

  @Test("a finished store of the same features is reused, and a different one is rejected with its differences")
  func differences() throws {
    try withTemporaryFolder { folder in
      let workshop = try Workshop(folder)
      let draw = try FewShotDraw(workshop.dataset, shots: 2, seed: 1)
      try workshop.run(workshop.extraction(workshop.key()))
      #expect(try workshop.extraction(workshop.key()).finishedStore() != nil)
      func refusal(_ key: FeatureKey, _ draw: FewShotDraw? = nil) throws -> String {
        let extraction = try workshop.extraction(key, draw: draw)
        return #expect(throws: FeatureError.self) { try extraction.finishedStore() }.map { "\($0)" } ?? ""
      }
      #expect(try refusal(workshop.key(model: "n")).contains("the model m where n is asked for; give another --output"))
      #expect(try refusal(workshop.key(transform: "u")).contains("the transform t where u is asked for"))
      #expect(try refusal(workshop.key(views: 3)).contains("the number of views 2 where 3 is asked for"))
      #expect(try refusal(workshop.key(shard: Shard("2/2"))).contains("the shard 1/1 where 2/2 is asked for"))
      #expect(
        try refusal(workshop.key(split: .train, draw: draw), draw).contains(
          "the split test where train is asked for, and the few-shot draw none where 2 shots, seed 1 is asked for;"))
      let other = try Workshop(folder, images: 11)
      #expect(try refusal(other.key()).contains("the number of images in the split 10 where 11 is asked for"))
      // The same images under another class name.
      let renamed = Dataset(
        name: "ten", root: folder, classNames: ["even", "uneven"], splits: [.test: workshop.dataset[.test]])
      let key = FeatureKey(
        modelFingerprint: "m", compute: "f32", transform: "t", dataset: renamed, split: .test, views: 2, draw: nil)
      #expect(try refusal(key).contains("the list of images and classes "))
    }
  }

  @Test("a store with the earlier spelling of the center crop has the same key and identifier as a new one")
  func spellings() throws {
    try withTemporaryFolder { folder in
      let workshop = try Workshop(folder)
      let (old, new) = (workshop.key(transform: "16 px, centre crop"), workshop.key(transform: "16 px, center crop"))
      #expect(old.identifier == new.identifier)
      #expect(new.identifier != workshop.key(transform: "32 px, center crop").identifier)
      try workshop.run(workshop.extraction(old))
      #expect(try FeatureStore.open(workshop.output).key == new)
      #expect(try workshop.extraction(new).finishedStore() != nil)
    }
  }

  @Test("an image that was changed since is a difference, and a missing image isn't")
  func changedImages() throws {
    try withTemporaryFolder { folder in
      let workshop = try Workshop(folder)
      let extraction = try workshop.extraction(workshop.key())
      try workshop.run(extraction)
      try FileManager.default.removeItem(atPath: "\(folder)/images/3.jpg")
      #expect(try extraction.finishedStore() != nil)
      try write(["images/4.jpg": "another picture"], in: folder)
      let error = #expect(throws: FeatureError.self) { try extraction.finishedStore() }
      #expect(error.map { "\($0)" }?.contains("another content of images/4.jpg than it has now") == true)
    }
  }

  @Test("an image that was changed while an extraction was interrupted is computed again")
  func changedPiece() throws {
    try withTemporaryFolder { folder in
      let workshop = try Workshop(folder)
      workshop.slicesLeft = 3
      let extraction = try workshop.extraction(workshop.key())
      #expect(throws: Workshop.Stopped.self) { try workshop.run(extraction) }
      try write(["images/4.jpg": "another picture"], in: folder)
      workshop.slicesLeft = nil
      workshop.encoded = []
      let store = try workshop.run(extraction)
      #expect(workshop.encoded == [3, 4, 5, 9])
      #expect(try store.contentHashes[4] == Fingerprint.ofFile("\(folder)/images/4.jpg"))
      #expect(try extraction.finishedStore() != nil)
    }
  }

  @Test("a store whose contents differ from the list's hashes is rejected with the image")
  func listedHashes() throws {
    try withTemporaryFolder { folder in
      let workshop = try Workshop(folder)
      try workshop.run(workshop.extraction(workshop.key()))
      let hashes = try workshop.dataset.contentHashes()[.test] ?? []
      func listed(_ hashes: [String]) -> Dataset {
        let items = zip(workshop.dataset[.test], hashes).map {
          Dataset.Item(path: $0.path, label: $0.label, contentHash: $1)
        }
        return Dataset(name: "ten", root: folder, classNames: workshop.dataset.classNames, splits: [.test: items])
      }
      func extraction(_ dataset: Dataset) throws -> FeatureExtraction {
        try FeatureExtraction(
          dataset, key: workshop.key(), draw: nil, output: workshop.output, skipsUnreadable: false, toolVersion: "test")
      }
      #expect(try extraction(listed(hashes)).finishedStore() != nil)
      var others = hashes
      others.swapAt(6, 7)
      let error = #expect(throws: FeatureError.self) { try extraction(listed(others)).finishedStore() }
      #expect(
        error.map { "\($0)" }?.contains("another content of images/6.jpg than its list gives the hash of") == true)
    }
  }

  @Test("finished pieces of another extraction are rejected with their differences")
  func foreignPieces() throws {
    try withTemporaryFolder { folder in
      let workshop = try Workshop(folder)
      workshop.slicesLeft = 1
      let extraction = try workshop.extraction(workshop.key())
      #expect(throws: Workshop.Stopped.self) { try workshop.run(extraction) }
      let other = try workshop.extraction(workshop.key(model: "n"))
      let error = #expect(throws: FeatureError.self) { try workshop.run(other) }
      #expect(
        error == .otherStore(path: "\(workshop.output).partial", differences: ["the model m where n is asked for"]))
    }
  }

  @Test("unreadable images are left out and listed when that is allowed, and read again when it isn't")
  func unreadable() throws {
    try withTemporaryFolder { folder in
      let workshop = try Workshop(folder)
      workshop.slicesLeft = 3
      let skipping = try workshop.extraction(workshop.key(), skipping: true)
      #expect(throws: Workshop.Stopped.self) { try workshop.run(skipping, unreadable: [0, 4, 5]) }
      workshop.slicesLeft = nil
      try workshop.run(skipping)
      let store = try FeatureStore.open(workshop.output)
      #expect(store.skipped == ["images/0.jpg", "images/4.jpg", "images/5.jpg"])
      #expect(store.indices == [1, 2, 3, 6, 7, 8, 9] && store.labels == [1, 0, 1, 0, 1, 0, 1])
      #expect(
        try store.images.view().floats().enumerated().allSatisfy { $1 == Float(100 * store.indices[$0 / 4] + $0 % 4) })
      let strict = try workshop.extraction(workshop.key())
      let error = #expect(throws: FeatureError.self) { try strict.finishedStore() }
      #expect(error.map { "\($0)" }?.contains("3 unreadable images left out (images/0.jpg first)") == true)

      try FileManager.default.removeItem(atPath: workshop.output)
      workshop.slicesLeft = 2
      #expect(throws: Workshop.Stopped.self) { try workshop.run(skipping, unreadable: [4]) }
      workshop.slicesLeft = nil
      workshop.encoded = []
      try workshop.run(strict)
      #expect(workshop.encoded == Array(3..<10))
    }
  }

  @Test("a few-shot draw's images keep the draw's order and their indices in the split")
  func draws() throws {
    try withTemporaryFolder { folder in
      let workshop = try Workshop(folder)
      let draw = try FewShotDraw(workshop.dataset, shots: 3, seed: 5)
      let key = workshop.key(split: .train, draw: draw)
      let store = try workshop.run(workshop.extraction(key, draw: draw))
      #expect(store.indices == draw.train && store.labels == [0, 0, 0, 1, 1, 1])
    }
  }

  @Test("shards make the bytes of the whole, even with more shards than images")
  func shards() throws {
    try withTemporaryFolder { folder in
      let workshop = try Workshop(folder)
      try workshop.run(workshop.extraction(workshop.key()))
      for count in [2, 3, 12] {
        let shards = try (1...count).reversed().map { number in
          let key = workshop.key(shard: try Shard("\(number)/\(count)"))
          return try workshop.run(workshop.extraction(key, to: "\(folder)/\(number)-of-\(count).h5"))
        }
        let merged = "\(folder)/merged.h5"
        #expect(try FeatureStore.merge(shards, to: merged, toolVersion: "test").key == workshop.key())
        #expect(FileManager.default.contentsEqual(atPath: merged, andPath: workshop.output), "\(count) shards")
        #expect(throws: FeatureError.badShards(reason: "1/\(count) is missing of \(count) shards")) {
          try FeatureStore.merge(shards.dropLast(), to: merged, toolVersion: "test")
        }
        #expect(throws: FeatureError.self) {
          try FeatureStore.merge(shards + [shards[0]], to: merged, toolVersion: "test")
        }
      }
      let other = try workshop.run(
        workshop.extraction(workshop.key(model: "n", shard: Shard("2/2")), to: "\(folder)/n.h5"))
      let first = try FeatureStore.open("\(folder)/1-of-2.h5")
      let error = #expect(throws: FeatureError.self) {
        try FeatureStore.merge([first, other], to: "\(folder)/x.h5", toolVersion: "test")
      }
      #expect(
        error.map { "\($0)" }?.contains("n.h5 was made with the model n where m is in \(folder)/1-of-2.h5") == true)
    }
  }

  @Test("files that aren't stores are rejected")
  func strangers() throws {
    #expect(throws: FileError.self) { try FeatureStore.open("/nowhere.h5") }
    #expect(throws: FeatureError.self) { try FeatureStore.open(Fixtures.path("tf-h5/tf_model.h5")) }
  }
}

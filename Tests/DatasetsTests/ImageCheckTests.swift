import Foundation
import PromptLensDatasets
import PromptLensFeatures
import PromptLensImages
import TestSupport
import Testing

@Suite("Decoding every image of a data set")
struct ImageCheckTests {
  private func folder(_ files: [String: String], _ body: (String) throws -> Void) throws {
    try withTemporaryFolder { root in
      for (path, source) in files {
        let target = "\(root)/\(path)"
        try FileManager.default.createDirectory(
          atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Fixtures.path("images/\(source)"), toPath: target)
      }
      try body(root)
    }
  }

  private func check(_ folder: String) throws -> ImageCheck { try ImageCheck(ImageFolder.read(folder)) }

  @Test("unreadable, truncated and misnamed images are named with their reasons")
  func damage() throws {
    try folder(["a/1.jpg": "baseline-420.jpg", "a/2.png": "gray.jpg", "b/1.gif": "formats/plain.gif"]) { root in
      let whole = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("images/progressive.jpg")))
      try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: "\(root)/a/cut.jpg"))
      try Data("<!doctype html><title>404</title>".utf8).write(to: URL(fileURLWithPath: "\(root)/b/page.jpg"))
      try Data((0...255).map { UInt8($0) }).write(to: URL(fileURLWithPath: "\(root)/b/phone.heic"))
      let check = try check(root)
      #expect(check.decoded == 3)
      #expect(check.unreadable.map(\.image.path) == ["a/cut.jpg", "b/page.jpg", "b/phone.heic"])
      #expect(check.unreadable.map(\.isTruncated) == [true, false, false])
      #expect(check.unreadable[1].reason.hasPrefix("found a web page"))
      #expect(check.misnamed.map(\.image.path) == ["a/2.png"] && check.misnamed.map(\.format) == [.jpeg])
      #expect(check.modes == [.rgb: 1, .gray: 1, .palette: 1])
      // These fixtures are 29 x 22 and smaller.
      #expect(check.small.count == 3)
    }
  }

  @Test("the same pixels in two classes and in two splits are duplicates, whatever file holds them")
  func duplicates() throws {
    // Lossless files of one picture.
    try folder([
      "train/a/1.webp": "lossless.webp", "train/b/1.png": "rgb-8-bit.png", "train/b/2.jpg": "gray.jpg",
      "test/a/1.webp": "lossless.webp", "test/b/9.png": "gray-8-bit.png",
    ]) { root in
      let check = try check(root)
      #expect(check.duplicates.count == 1)
      let group = try #require(check.duplicates.first)
      #expect(group.images.map(\.path) == ["train/a/1.webp", "train/b/1.png", "test/a/1.webp"])
      #expect(group.spansClasses && group.spansSplits)
    }
  }

  @Test("a picture that was recompressed or resized is a near duplicate, another picture is not")
  func nearDuplicates() throws {
    try folder([
      "a/444.jpg": "baseline-444.jpg", "a/lossless.png": "rgb-8-bit.png", "b/lossy.webp": "lossy.webp",
      "b/other.png": "palette-8-bit.png",
    ]) { root in
      let check = try check(root)
      #expect(check.duplicates.isEmpty)
      #expect(check.nearDuplicates.map { $0.images.map(\.path) } == [["a/444.jpg", "a/lossless.png", "b/lossy.webp"]])
      #expect(check.nearDuplicates.map(\.spansClasses) == [true])
    }
  }
}

@Suite("The search for near duplicates")
struct NearDuplicateSearchTests {
  private func hash(_ bits: UInt64, brightness: UInt8 = 100) -> DifferenceHash {
    DifferenceHash(bits: bits, cells: [UInt8](repeating: brightness, count: 72))
  }

  @Test("all pairs within the distance are found, as a comparison of all with all finds them")
  func allPairs() {
    var random = SplitMix64(seed: 5)
    var bits = (0..<300).map { _ in UInt64.random(in: 0 ... .max, using: &random) }
    // Copies with 0 to 6 changed bits.
    for index in 0..<200 {
      var copy = bits[index]
      for _ in 0..<(index % 7) { copy ^= 1 << UInt64.random(in: 0..<64, using: &random) }
      bits.append(copy)
    }
    let hashes = bits.map { hash($0) }
    var near: Set<[Int]> = []
    for (i, a) in hashes.enumerated() {
      for (j, b) in hashes.enumerated() where i < j && a.distance(to: b) <= NearDuplicateSearch.largestDistance {
        near.insert([i, j])
      }
    }
    let groups = NearDuplicateSearch.groups(of: hashes)
    #expect(!near.isEmpty && near.allSatisfy { pair in groups.contains { Set($0).isSuperset(of: pair) } })
    // Random pictures are far apart, so each group is a picture and its copy.
    #expect(Set(groups) == near)
  }

  @Test("pictures without structure are told apart by their brightness")
  func flat() {
    #expect(NearDuplicateSearch.groups(of: [hash(0, brightness: 10), hash(0, brightness: 200)]).isEmpty)
    #expect(NearDuplicateSearch.groups(of: [hash(0, brightness: 10), hash(0, brightness: 12)]) == [[0, 1]])
  }

  @Test("a hundred thousand pictures that share a band are searched in bounded time")
  func sameBand() {
    let hashes = (0..<100_000).map { hash(UInt64($0) << 40, brightness: UInt8($0 % 2) * 200) }
    #expect(NearDuplicateSearch.groups(of: hashes).allSatisfy { $0.count > 1 })
  }
}

import Foundation
import PromptLensDatasets
import PromptLensFeatures
import PromptLensFiles
import TestSupport
import Testing

@Suite("WebDataset shards")
struct ShardTests {
  /// Writes a tar archive by hand: headers of 512 bytes, contents in blocks of 512.
  private func archive(_ files: [(name: String, text: String)]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, text) in files {
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at place: Int) {
        for (offset, byte) in text.utf8.enumerated() { header[place + offset] = byte }
      }
      func octal(_ number: Int, _ digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
      }
      put(name, at: 0)
      put("0000644", at: 100)
      put("0000000", at: 108)
      put("0000000", at: 116)
      put(octal(text.utf8.count, 11), at: 124)
      put(octal(0, 11), at: 136)
      put("        ", at: 148)
      put("0", at: 156)
      put("ustar\u{0}00", at: 257)
      put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
      let padding = (512 - text.utf8.count % 512) % 512
      bytes += header + Array(text.utf8) + [UInt8](repeating: 0, count: padding)
    }
    return bytes + [UInt8](repeating: 0, count: 1024)
  }

  private func save(_ files: [(String, String)], as name: String, in folder: String) throws {
    try Data(archive(files.map { (name: $0.0, text: $0.1) })).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  private func compress(_ path: String) throws {
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
    gzip.arguments = [path]
    try gzip.run()
    gzip.waitUntilExit()
  }

  @Test("shards are read in order, plain or compressed, and their images like files")
  func order() throws {
    try withTemporaryFolder { folder in
      try save([("x/1.jpg", "one"), ("x/1.cls", "1"), ("2.cls", "0\n"), ("2.png", "two")], as: "p-00.tar", in: folder)
      try save([("é.jpg", "three"), ("é.cls", "1"), ("é.json", "{}")], as: "p-01.tar", in: folder)
      try write(["names.txt": "ant\nbee\n"], in: folder)
      func check(_ pattern: String) throws {
        let dataset = try DataSource("wds:\(folder)/\(pattern)?classes=\(folder)/names.txt&split=train").dataset()
        #expect(dataset.classNames == ["ant", "bee"] && dataset.root == folder)
        #expect(dataset[.train].map(\.label) == [1, 0, 1])
        let texts = try dataset[.train].map { item in
          String(decoding: try ImageFile.contents(of: dataset.file(of: item), limit: 100), as: UTF8.self)
        }
        #expect(texts == ["one", "two", "three"])
        #expect(dataset[.train][0].path.hasSuffix("/x/1.jpg"))
        #expect(try dataset.contentHashes()[.train]?.count == 3)
      }
      try check("p-{00..01}.tar")
      for name in ["p-00.tar", "p-01.tar"] { try compress("\(folder)/\(name)") }
      try check("p-{00,01}.tar.gz")
    }
  }

  @Test("texts name classes, words in shard names give splits, and images without a label are noted")
  func namesAndSplits() throws {
    try withTemporaryFolder { folder in
      try save([("1.jpg", ""), ("1.txt", "big_cat"), ("2.jpg", "")], as: "pets-train-0.tar", in: folder)
      try save([("1.jpg", ""), ("1.txt", "ant\n")], as: "pets-test-0.tar", in: folder)
      let dataset = try DataSource("wds:\(folder)/pets-{train,test}-0.tar").dataset()
      #expect(dataset.classNames == ["ant", "big cat"])
      #expect(dataset[.train].count == 1 && dataset[.test].count == 1)
      #expect(dataset.notes == [.passedOverMembers(count: 1, example: "pets-train-0.tar/2")])
    }
  }

  @Test("images have the endings that are taken for images in folders")
  func endings() throws {
    try withTemporaryFolder { folder in
      let images = ["0.jfif", "1.HEIC", "2.avif", "3.jp2", "4.pgm"]
      let texts = ["0.txt", "1.txt", "2.txt", "3.txt", "4.txt"].map { ($0, $0 == "0.txt" ? "ant" : "bee") }
      try save(images.map { ($0, "") } + texts, as: "s.tar", in: folder)
      let dataset = try DataSource("\(folder)/s.tar").dataset()
      #expect(dataset[.test].map(\.path) == images.map { "s.tar/\($0)" })
      #expect(dataset[.test].map(\.label) == [0, 1, 1, 1, 1] && dataset.notes.isEmpty)
    }
  }

  @Test("a text beside a number is the number's name")
  func numbersWithTexts() throws {
    try withTemporaryFolder { folder in
      try save(
        [("1.jpg", ""), ("1.cls", "7"), ("1.txt", "ant"), ("2.jpg", ""), ("2.cls", "3"), ("2.txt", "bee")],
        as: "s.tar", in: folder)
      let dataset = try DataSource("\(folder)/s.tar").dataset()
      #expect(dataset.classNames == ["bee", "ant"] && dataset[.test].map(\.label) == [1, 0])
    }
  }

  @Test("a shard that is missing, cut short or no archive is refused by its path")
  func refusals() throws {
    #expect(throws: FileError.self) { try DataSource("wds:/nowhere-{0..1}.tar").dataset() }
    for pattern in ["x-{a..b}.tar", "x-{0..", "x-{0..999999999}.tar", "x-{1..0}.tar", "x-{a,}.tar"] {
      #expect(throws: DatasetError.self) { try DataSource("wds:\(pattern)").dataset() }
    }
    try withTemporaryFolder { folder in
      try save([("1.jpg", String(repeating: "x", count: 2000)), ("1.cls", "1")], as: "s.tar", in: folder)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/s.tar"))
      try bytes.prefix(1200).write(to: URL(fileURLWithPath: "\(folder)/cut.tar"))
      try write(["text.tar": String(repeating: "no archive", count: 100), "empty.tar": ""], in: folder)
      for name in ["cut.tar", "text.tar", "empty.tar"] {
        let error = #expect(throws: DatasetError.self) { try DataSource("wds:\(folder)/\(name)").dataset() }
        #expect(error.map { "\($0)".contains(name) } == true)
      }
      #expect(throws: FileError.self) { try ImageFile.contents(of: "\(folder)/s.tar/2.jpg", limit: 100) }
      #expect(throws: FileError.tooLarge(path: "\(folder)/s.tar/1.jpg", limit: 100, found: 2000)) {
        try ImageFile.contents(of: "\(folder)/s.tar/1.jpg", limit: 100)
      }
    }
  }
}

import PromptLensDatasets
import PromptLensFeatures
import PromptLensDrawing
import PromptLensFiles
import Foundation
import PromptLensImages
import TestSupport
import Testing

@Suite("Drawn data sets")
struct DrawnDatasetTests {
  private func dataset(counts: [Split: Int] = [.train: 2, .test: 1]) -> DrawnDataset {
    DrawnDataset(
      things: Thing.all.filter { ["moon", "key", "cat"].contains($0.name) }, styles: [.photo, .sketch], counts: counts,
      seed: 1, size: 20)
  }

  @Test("`csv:` of the table and `folder:` of a style's folder read the same images")
  func reading() throws {
    try withTemporaryFolder { folder in
      try dataset().write(to: "\(folder)/drawn")
      let table = try DataSource("csv:\(folder)/drawn/pictures.csv?domain=sketch").dataset()
      #expect(table.classNames == ["cat", "key", "moon"])
      #expect(table[.train].count == 6 && table[.val].isEmpty && table[.test].count == 3)
      let tree = try DataSource("folder:\(folder)/drawn/sketch").dataset()
      #expect(tree.classNames == table.classNames)
      #expect(
        Set(tree[.train].map { tree.file(of: $0) }.map(lastParts))
          == Set(table[.train].map { table.file(of: $0) }.map(lastParts)))
    }
  }

  @Test("each file holds the picture that its row describes")
  func pixels() throws {
    try withTemporaryFolder { folder in
      try dataset().write(to: "\(folder)/drawn")
      let image = try ImageDecoder.decode(path: "\(folder)/drawn/sketch/test/key/00000.png")
      let picture = try Picture(
        of: #require(Thing.named("key")), style: .sketch, seed: 1, part: 2, number: 0, size: 20)
      #expect(image.bytes == picture.pixels)
      let text = try String(contentsOfFile: "\(folder)/drawn/pictures.csv", encoding: .utf8)
      let row = try #require(text.split(separator: "\n").first { $0.hasPrefix("sketch/test/key/00000.png,") })
      #expect(row.contains(picture.texture) && row.contains(picture.background))
    }
  }

  @Test("a larger set begins with the smaller one, and a folder with contents is left unchanged")
  func more() throws {
    try withTemporaryFolder { folder in
      try dataset().write(to: "\(folder)/few")
      try dataset(counts: [.train: 4]).write(to: "\(folder)/more")
      let name = "photo/train/moon/00001.png"
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/few/\(name)"))
          == Data(contentsOf: URL(fileURLWithPath: "\(folder)/more/\(name)")))
      #expect(throws: FileError.self) { try dataset().write(to: "\(folder)/few") }
    }
  }

  private func lastParts(_ path: String) -> String { path.split(separator: "/").suffix(3).joined(separator: "/") }
}

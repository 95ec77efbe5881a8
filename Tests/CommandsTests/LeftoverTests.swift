import Foundation
import TestSupport
import Testing

@Suite("Leftovers of killed processes")
struct LeftoverTests {
  @Test("doctor --clean removes unfinished files of dead processes by their locks, at any depth, and nothing else")
  func clean() throws {
    try withTemporaryFolder { folder in
      let manager = FileManager.default
      let left = ["\(folder)/.out.h5.0123ABCD.partial", "\(folder)/deep/er/.model.89ABCDEF.partial/model.h5"]
      let kept = [
        "\(folder)/.held.npy.01234567.partial", "\(folder)/train.h5.partial/key.json", "\(folder)/.mine.partial",
        "\(folder)/out.h5",
      ]
      for path in left + kept {
        let above = URL(fileURLWithPath: path).deletingLastPathComponent()
        try manager.createDirectory(at: above, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
      }
      let holder = open(kept[0], O_RDONLY)
      defer { close(holder) }
      try #require(flock(holder, LOCK_EX) == 0)
      let found = try Executable.run(["doctor", "--clean", folder, "--format", "json"])
      #expect(found.status == 0, "\(found.errors)")
      #expect(left.allSatisfy { !manager.fileExists(atPath: $0) } && kept.allSatisfy { manager.fileExists(atPath: $0) })
      #expect(found.output.contains(".out.h5.0123ABCD.partial") && found.output.contains(".model.89ABCDEF.partial"))
      let again = try Executable.run(["doctor", "--clean", folder])
      #expect(again.status == 0 && again.errors.contains("killed processes left nothing"))
      #expect(try Executable.run(["doctor", "--clean", "\(folder)/none"]).status == 66)
    }
  }

  @Test("the pieces of a finished extraction, left behind, are removed; pieces without their key are not used")
  func pieces() throws {
    try SmallStudy.with { folder in
      let manager = FileManager.default
      let store = "\(folder)/out.h5"
      let extract = [
        "extract", "--model", try ConvertedModel.modifiedResNet.get(), "--data", "folder:\(folder)/photo", "--split",
        "train", "--output", store,
      ]
      try #require(try Executable.run(extract).status == 0)
      let sound = try Data(contentsOf: URL(fileURLWithPath: store))
      let piece = "\(store).partial/000000000-000000008.h5"
      try manager.createDirectory(atPath: "\(store).partial", withIntermediateDirectories: true)
      try sound.write(to: URL(fileURLWithPath: piece))
      #expect(try Executable.run(extract).status == 0)
      #expect(!manager.fileExists(atPath: "\(store).partial"))
      try manager.createDirectory(atPath: "\(store).partial", withIntermediateDirectories: true)
      try sound.write(to: URL(fileURLWithPath: piece))
      try manager.removeItem(atPath: store)
      #expect(try Executable.run(extract).status == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == sound)
    }
  }
}

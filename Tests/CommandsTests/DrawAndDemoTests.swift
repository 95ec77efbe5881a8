import Foundation
import JSONDocuments
import TestSupport
import Testing

@Suite("The executable draws pictures, and demonstrates itself on them")
struct DrawAndDemoTests {
  @Test("draw writes what it says, the same bytes on any number of threads")
  func drawing() throws {
    try withTemporaryFolder { folder in
      func draw(_ name: String, threads: String) throws -> JSONNode {
        let outcome = try Executable.run([
          "draw", "--output", "\(folder)/\(name)", "--styles", "photo", "negative", "--classes", "moon", "cup",
          "--train",
          "3", "--test", "1", "--threads", threads, "--format", "json",
        ])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try JSONNode(source: "draw", value: JSON(parsing: Array(outcome.output.utf8), source: "draw"))
      }
      let drawn = try draw("one", threads: "1")
      #expect(try drawn.integer("pictures") == 16 && drawn.array("classes").count == 2)
      _ = try draw("two", threads: "2")
      for name in ["pictures.csv", "photo/train/moon/00002.png", "negative/test/cup/00000.png"] {
        let files = try ["one", "two"].map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/\(name)")) }
        #expect(files[0] == files[1], "\(name)")
      }
    }
  }

  @Test(
    "what cannot be drawn is refused by its name",
    arguments: [
      (["--classes", "unicorn"], "unicorn"), (["--styles", "baroque"], "baroque"), (["--size", "9"], "--size"),
      (["--train", "0", "--test", "0"], "--train"), (["--loose-truth", "2"], "--loose-truth"),
    ])
  func refusals(arguments: [String], mention: String) throws {
    let outcome = try Executable.run(["draw", "--output", "/nowhere/x"] + arguments)
    #expect(outcome.status == 64 && outcome.errors.contains(mention), "\(outcome.errors)")
  }

  @Test("draw --list names the things, and without a folder nothing is drawn")
  func list() throws {
    let outcome = try Executable.run(["draw", "--list", "--format", "csv"])
    #expect(outcome.status == 0 && outcome.output.contains("umbrella\n"))
    #expect(try Executable.run(["draw"]).status == 64)
  }

  @Test("the demo leaves folders of others alone")
  func foreignFolder() throws {
    try withTemporaryFolder { folder in
      try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(folder)/thesis.txt"))
      let outcome = try Executable.run(["demo", "--quick", "--output", folder])
      #expect(outcome.status == 73 && outcome.errors.contains("thesis.txt"), "\(outcome.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["thesis.txt"])
    }
  }
}

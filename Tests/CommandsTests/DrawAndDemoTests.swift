import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("The executable draws pictures and runs a demo on them")
struct DrawAndDemoTests {
  @Test("draw writes the files that it lists, with the same bytes on any number of threads")
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
    "invalid arguments are rejected by name",
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

  @Test("the demo doesn't touch other folders")
  func foreignFolder() throws {
    try withTemporaryFolder { folder in
      try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(folder)/thesis.txt"))
      let outcome = try Executable.run(["demo", "--quick", "--output", folder])
      #expect(outcome.status == 73 && outcome.errors.contains("thesis.txt"), "\(outcome.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["thesis.txt"])
    }
  }

  @Test(
    "the quick demo shows each behavior on untuned pictures, and other commands read its runs")
  func demo() throws {
    try withTemporaryFolder { folder in
      let outcome = try Executable.run(
        ["demo", "--quick", "--seed", "2718", "--output", "\(folder)/demo", "--format", "json"])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let stages = try JSONNode(source: "demo", value: JSON(parsing: Array(outcome.output.utf8), source: "demo"))
        .array("stages")
      func rows(_ stage: Int, _ name: String) throws -> [JSONNode] {
        #expect(try stages[stage].string("stage") == name)
        return try stages[stage].array("rows")
      }
      func percent(_ row: JSONNode, _ column: String) throws -> Double {
        100 * (try row.number(column))
      }
      try #require(stages.count == 6)

      let wordings = try rows(0, "wordings").map { try percent($0, "accuracy") }
      let best = try #require(wordings.max())
      #expect(try (40...75).contains(best) && best - #require(wordings.min()) > 3)

      let shots = try #require(rows(1, "few_shots").last)
      #expect(try shots.integer("shots") == 16)
      for kind in ["uc_end", "uc_middle", "csc_end", "csc_middle"] {
        #expect(try percent(shots, kind) > percent(shots, "zero_shot") + 10, "\(kind)")
      }
      #expect(try rows(2, "words").count == 4)

      let sketches = try #require(try rows(3, "styles").first { try $0.string("domain") == "sketch" })
      #expect(try percent(sketches, "uc") > percent(sketches, "zero_shot") + 5)
      let base = try rows(4, "new_classes")[0]
      #expect(try percent(base, "uc") > percent(base, "zero_shot") + 3)
      let noise = try rows(5, "noise")
      #expect(try percent(noise[0], "csc") > percent(noise[2], "csc") + 10)

      let evaluated = try Executable.run([
        "evaluate", "\(folder)/demo/runs/uc-end-16", "--data",
        "csv:\(folder)/demo/pictures/pictures.csv?domain=sketch", "--format", "json",
      ])
      try #require(evaluated.status == 0, "\(evaluated.errors)")
      let accuracy = try JSONNode(
        source: "evaluate", value: JSON(parsing: Array(evaluated.output.utf8), source: "evaluate")
      ).number("accuracy")
      #expect(try abs(100 * accuracy - percent(sketches, "uc")) < 0.006)
    }
  }
}

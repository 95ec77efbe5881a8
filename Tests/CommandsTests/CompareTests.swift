import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("The executable compares classifiers on the same images")
struct CompareTests {
  @Test("accuracies are those of evaluate, seeds are pooled, and every two classifiers have a sentence")
  func comparison() throws {
    try SmallStudy.with { folder in
      let runs = try [
        SmallStudy.train(folder, output: "one", seed: 1), SmallStudy.train(folder, output: "two", seed: 2),
        SmallStudy.train(folder, output: "csc", ["--class-specific"]),
      ]
      let data = ["--data", "folder:\(folder)/sketch"]
      let found = try json(["compare", "--zero-shot", "--draws", "200"] + runs + data)
      let accuracies = try runs.map { try json(["evaluate", $0] + data).number("accuracy") }
      let classifiers = try found.array("classifiers")
      #expect(classifiers.count == 3)
      let pooled = try #require(try classifiers.first { try $0.integer("runs") == 2 })
      #expect(try abs(pooled.number("accuracy") - (accuracies[0] + accuracies[1]) / 2) < 1e-12)
      #expect(try classifiers.contains { try $0.number("accuracy") == accuracies[2] })
      #expect(try found.array("pairs").count == 3 && found.array("sentences").count == 3)
      // The study's sketches are its photos in another order, and every run has seen some of them.
      #expect(try found.array("warnings").count == 3)
      let learned = try json(
        ["compare", "--draws", "50", runs[0], runs[2], "--split", "train"] + ["--data", "folder:\(folder)/photo"])
      #expect(try learned.array("warnings").count == 2)
      #expect(try learned.array("warnings")[0].string("warning").contains("the prompt was learned from"))
      let latex = try Executable.run(
        ["compare", "--zero-shot", "--draws", "200", "--format", "latex"] + runs + data)
      #expect(latex.status == 0 && latex.output.contains("\\textbf{"))
    }
  }

  @Test("one subject alone is refused")
  func refusals() throws {
    try SmallStudy.with { folder in
      let runs = try [1, 2].map { try SmallStudy.train(folder, output: "run-\($0)", seed: $0) }
      for (arguments, reason) in [
        ([runs[0]], "two prompts"), (runs, "differ only in their seed"), ([runs[0], runs[0]], "given twice"),
      ] {
        let outcome = try Executable.run(["compare"] + arguments + ["--data", "folder:\(folder)/sketch"])
        #expect(outcome.status == 64 && outcome.errors.contains(reason), "\(outcome.errors)")
      }
    }
  }

  private func json(_ arguments: [String]) throws -> JSONNode {
    let outcome = try Executable.run(arguments + ["--format", "json"])
    try #require(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }
}

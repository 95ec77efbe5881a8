import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPresentation
import Testing

@Suite("The summary of a sweep")
struct SweepSummaryTests {
  private func run(_ id: String, shots: Int, seed: Int, accuracy: Double) -> SweepSummary.Run {
    let settings: [(String, JSON)] = [
      ("method", "coop"), ("data", "folder:pets"), ("shots", JSON(shots)), ("seed", JSON(seed)),
      ("context_length", 4), ("model_fingerprint", "ab"),
    ]
    var object = JSON.Object()
    for (name, value) in settings { object[name] = value }
    var result = RunResult(classCount: 2, contextSHA256: id, settings: object)
    result.total = 10
    result.accuracy = accuracy
    result.zeroShotAccuracy = 0.5
    return SweepSummary.Run(id: id, result: result)
  }

  private var summary: SweepSummary {
    SweepSummary([
      run("a", shots: 1, seed: 1, accuracy: 0.5), run("b", shots: 1, seed: 2, accuracy: 0.75),
      run("c", shots: 4, seed: 1, accuracy: 0.875), run("d", shots: 4, seed: 2, accuracy: 0.875),
    ])
  }

  @Test("a data set's table has a row for each method and a column for each number of shots, pooled over seeds")
  func table() throws {
    let table = try #require(summary.tables.first)
    #expect(summary.tables.count == 1 && table.headings == ["method", "1-shot", "4-shot"])
    #expect(table.rows.map(\.first) == ["zero-shot CLIP", "coop"])
    #expect(table.rows[1][1].hasPrefix("62.50 ± ") && table.rows[1][2].hasPrefix("87.50 ± 0.00"))
  }

  @Test("cells and runs are in full precision, without fingerprints")
  func cells() {
    let cells = summary.cellTable
    #expect(cells.rows.count == 2 && cells.headings.contains("zero_shot_accuracy_mean"))
    #expect(!cells.headings.contains("model_fingerprint") && !cells.headings.contains("seed"))
    #expect(summary.runTable.rows.map(\.first) == ["a", "b", "c", "d"])
  }

  @Test("accuracy against shots is drawn when shots differ")
  func charts() {
    #expect(summary.charts.map(\.data).count == 1)
    #expect(SweepSummary([run("a", shots: 1, seed: 1, accuracy: 0.5)]).charts.isEmpty)
  }

  @Test("the document is read as it was written, and as earlier versions wrote it")
  func document() throws {
    let again = try SweepSummary(JSONNode(source: "sweep.json", value: summary.json))
    #expect(again.json == summary.json)
    let old: JSON = [
      "cells": [],
      "runs": [["id": "a", "n": 4, "ways": 2, "top5": 0.5, "context_sha256": "ab", "settings": ["method": "coop"]]],
    ]
    #expect(try SweepSummary(JSONNode(source: "sweep.json", value: old)).runs[0].result.top5Accuracy == 0.5)
  }
}

@Suite("The result of a run")
struct RunResultTests {
  @Test("a run without test images says so, and hashes aren't shown")
  func withoutTestImages() throws {
    var settings = JSON.Object()
    settings["method"] = "coop"
    settings["model_fingerprint"] = .string(String(repeating: "a", count: 64))
    let results = RunResult(classCount: 3, contextSHA256: "ab", settings: settings).results(path: "run")
    let table = try #require(results.tables.first)
    #expect(table.rows.contains(["accuracy", "no test images"]) && table.rows.contains(["method", "coop"]))
    #expect(!table.rows.contains { $0[0] == "model_fingerprint" })
  }
}

import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensReporting
import Testing

@Suite("The summary of a sweep")
struct SweepSummaryTests {
  private func run(
    _ id: String, shots: Int, seed: Int, accuracy: Double, data: String = "pets", classes: String? = nil,
    length: Int = 4
  ) -> SweepSummary.Run {
    let settings: [(String, JSON)] = [
      ("method", "coop"), ("data", .string("folder:\(data)")), ("shots", JSON(shots)), ("seed", JSON(seed)),
      ("context_length", JSON(length)), ("model_fingerprint", "ab"),
    ]
    var object = JSON.Object()
    for (name, value) in settings { object[name] = value }
    object["classes"] = classes.map { .string($0) }
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

  /// Tasks of a sweep over two data sets, two numbers of shots and two seeds.
  private var twoDataSets: SweepSummary {
    let tasks = ["pets", "cars"].flatMap { data in
      [1, 4].flatMap { shots in
        [1, 2].map { seed in (data: data, shots: shots, seed: seed) }
      }
    }
    return SweepSummary(
      tasks.enumerated().map { index, task in
        run(
          "0123456789abcde\(index)", shots: task.shots, seed: task.seed,
          accuracy: (task.data == "pets" ? 0.7 : 0.5) + 0.01 * Double(task.shots), data: task.data)
      })
  }

  @Test("several data sets are panels of one figure, their average first, and zero-shot CLIP stands at 0 shots")
  func panels() throws {
    let figure = try #require(twoDataSets.shotsFigure())
    let rows = figure.chart.data().rows
    #expect(figure.name == "shots" && figure.chart is PanelChart)
    #expect(
      rows.map(\.first).reduce(into: [String?]()) { if $0.last != $1 { $0.append($1) } }.compactMap(\.self)
        == ["Average of 2 data sets", "cars", "pets"])
    let average = rows.filter { $0[0] == "Average of 2 data sets" }
    #expect(average.contains { $0[1] == "coop" && $0[2] == "4.0" && abs((Double($0[3]) ?? 0) - 0.64) < 1e-9 })
    #expect(average.contains { $0[1] == "zero-shot CLIP" && $0[2] == "0.0" && $0[3] == "0.5" })
  }

  @Test("each data set has its own verdict and sentence; none ranks accuracies of different classes")
  func apart() {
    let section = twoDataSets.section
    #expect(section.verdicts.map(\.data) == ["average of 2 data sets", "cars", "pets"])
    #expect(section.verdicts.allSatisfy { $0.method == "coop, 4-shot" && $0.seeds == 2 && $0.zeroShot == 0.5 })
    let sentences = section.findings.map(\.sentence)
    #expect(sentences.count { $0.hasPrefix("Of 2 settings coop with 4 shots on") } == 2)
    let lists = section.subsections.last?.blocks.compactMap { block -> Table? in
      if case .table(let table, _) = block { table } else { nil }
    }
    #expect(lists?.map(\.title) == ["Runs on cars", "Runs on pets"])
  }

  @Test("runs of a sweep have names that say what differs, never their ids")
  func names() {
    let section = twoDataSets.section
    let text = section.text
    #expect(!text.contains("0123456789abcde"))
    #expect(text.contains("uc-end-4-pets-s2"))
    #expect(section.subsections.allSatisfy { $0.isFolded })
  }

  @Test("what follows from the shots or the method sets no lines apart and is in no name")
  func implied() throws {
    func run(_ id: String, _ method: String, shots: Int) -> SweepSummary.Run {
      var settings = JSON.Object()
      settings["method"] = .string(method)
      settings["data"] = "folder:pets"
      settings["shots"] = JSON(shots)
      settings["seed"] = 1
      settings["batch_size"] = JSON(4 * shots)
      settings["weight"] = method == "kgcoop" ? 8 : nil
      var result = RunResult(classCount: 2, contextSHA256: id, settings: settings)
      result.total = 10
      result.accuracy = 0.5
      return SweepSummary.Run(id: id, result: result)
    }
    let summary = SweepSummary([
      run("0123456789abcde0", "coop", shots: 1), run("0123456789abcde1", "coop", shots: 4),
      run("0123456789abcde2", "kgcoop", shots: 1), run("0123456789abcde3", "kgcoop", shots: 4),
    ])
    #expect(summary.tables.first?.rows.map { $0[0] } == ["zero-shot CLIP", "coop", "kgcoop"])
    #expect(summary.section.text.contains("uc-end-4-kgcoop-s1"))
  }

  @Test("runs on other classes of the same data set are in a table of their own")
  func classes() {
    let summary = SweepSummary([
      run("a", shots: 1, seed: 1, accuracy: 0.5), run("b", shots: 1, seed: 1, accuracy: 0.9, classes: "base"),
    ])
    #expect(summary.section.verdicts.map(\.accuracy).sorted() == [0.5, 0.9])
    let titles = summary.tables.map { String($0.title.prefix { $0 != ":" }) }
    #expect(titles.sorted() == ["pets (2 classes, n = 10)", "pets (base, 2 classes, n = 10)"])
  }

  @Test("accuracy over the length of the context is drawn when it differs")
  func lengths() throws {
    let summary = SweepSummary([
      run("a", shots: 1, seed: 1, accuracy: 0.5, length: 4), run("b", shots: 1, seed: 1, accuracy: 0.6, length: 8),
    ])
    let figure = try #require(summary.lengthFigure)
    #expect(figure.name == "context-length" && figure.chart.data().rows.map { $0[1] } == ["4.0", "8.0"])
    #expect(self.summary.lengthFigure == nil)
  }

  @Test("the predictions of a cell's runs give its verdict an interval and a probability over images")
  func significance() throws {
    let predictions = RunPredictions(
      paths: (0..<40).map { "\($0).png" }, labels: Array(repeating: 0, count: 40),
      learned: Array(repeating: 0, count: 40), zeroShot: (0..<40).map { $0 % 2 }, classNames: ["cat", "dog"],
      template: "a photo of a {}.")
    #expect(summary.headlineRuns == ["c", "d"])
    let verdict = try #require(summary.section(predictions: ["c": predictions, "d": predictions]).verdicts.first)
    #expect(verdict.p.map { $0 < 0.001 } == true && verdict.gain?.contains(0.5) == true)
    #expect(summary.section(predictions: ["c": predictions]).verdicts.first?.p == nil)
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

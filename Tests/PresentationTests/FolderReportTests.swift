import Foundation
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensReporting
import TestSupport
import Testing

@Suite("Reports on folders")
struct FolderReportTests {
  private func write(_ text: String, to path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  /// Writes a finished run without a model, of four images of two classes.
  private func writeRun(_ path: String, shots: Int, learned: [Int]) throws {
    var settings = JSON.Object()
    settings["method"] = "coop"
    settings["data"] = "folder:/nowhere"
    settings["shots"] = JSON(shots)
    try write(
      RunDescription(settings: settings, record: JSON.Object(), classNames: ["cat", "dog"]).text, to: "\(path)/run.json"
    )
    let labels = [0, 0, 1, 1]
    let zeroShot = [0, 1, 1, 0]
    var result = RunResult(classCount: 2, contextSHA256: "", settings: settings)
    result.total = 4
    result.accuracy = Double(zip(labels, learned).count { $0 == $1 }) / 4
    result.zeroShotAccuracy = 0.5
    try write(result.text, to: "\(path)/result.json")
    try write("", to: "\(path)/log.jsonl")
    let predictions = RunPredictions(
      paths: ["a.png", "b.png", "c.png", "d.png"], labels: labels, learned: learned, zeroShot: zeroShot,
      classNames: ["cat", "dog"], template: "a photo of a {}.")
    try write(predictions.text, to: "\(path)/predictions.json")
  }

  @Test("flips come from the predictions that a run keeps, without a model")
  func flips() throws {
    try withTemporaryFolder { folder in
      try writeRun("\(folder)/run", shots: 1, learned: [0, 0, 1, 0])
      let (report, count) = try FolderReport().report(on: ["\(folder)/run"])
      #expect(count == 1 && report.sections.count == 1)
      let finding = try #require(report.findings.first?.sentence)
      #expect(finding.hasPrefix("run: the learned prompt's accuracy is 75.00 % on 4 test images"))
      #expect(finding.hasSuffix("From wrong to right: 1; from right to wrong: 0."))
      let text = Markdown.report(report)
      #expect(text.contains("| cat | 2 | 50.00 % | 100.00 % | +50.00 |"))
      #expect(text.contains("Words are omitted"))
    }
  }

  @Test("runs that differ in shots are compared by their recipes, and the best is named")
  func comparison() throws {
    try withTemporaryFolder { folder in
      try writeRun("\(folder)/runs/one", shots: 1, learned: [0, 1, 1, 0])
      try writeRun("\(folder)/runs/two", shots: 2, learned: [0, 0, 1, 1])
      let report = try FolderReport().report(on: ["\(folder)/runs"]).report
      #expect(report.sections.map(\.title) == ["2 runs", "Run one", "Run two"])
      #expect(report.findings.first?.sentence.hasPrefix("1 of 2 runs on the same images") == true)
      #expect(report.findings.first?.sentence.contains("100.00 %, is that of two") == true)
      guard case .charts(let figures)? = report.sections[0].blocks.first else {
        Issue.record("there is no chart")
        return
      }
      #expect(figures.map(\.chart.title) == ["Accuracy against training images of each class"])
      #expect(report.verdicts.map(\.method) == ["coop, 2-shot"] && report.verdicts[0].p != nil)
      #expect(report.sections.map(\.isFolded) == [false, true, true])
    }
  }

  @Test("a run alone has a verdict with McNemar's test, and its epochs, words and settings are folded")
  func verdict() throws {
    try withTemporaryFolder { folder in
      try writeRun("\(folder)/run", shots: 1, learned: [0, 0, 1, 0])
      let report = try FolderReport().report(on: ["\(folder)/run"]).report
      let verdict = try #require(report.verdicts.first)
      #expect(verdict.accuracy == 0.75 && verdict.zeroShot == 0.5 && verdict.images == 4 && verdict.p == 1)
      #expect(verdict.test == "McNemar's test" && verdict.method.hasPrefix("coop, 1-shot"))
      #expect(!report.sections[0].isFolded && report.sections[0].subsections.allSatisfy { $0.isFolded })
    }
  }

  @Test("a sweep's folder is one section with its figure, and its runs have readable names and are folded")
  func sweep() throws {
    try withTemporaryFolder { folder in
      let ids = ["0123456789abcdef", "fedcba9876543210"]
      for (id, shots) in zip(ids, [1, 2]) {
        try writeRun("\(folder)/sweep/runs/\(id)", shots: shots, learned: [0, 0, 1, 1])
      }
      let report = try FolderReport().report(on: ["\(folder)/sweep/runs"]).report
      #expect(report.sections.map(\.title) == ["2 runs", "Run uc-end-1-snone", "Run uc-end-2-snone"])
      let shown =
        report.findings.map(\.sentence) + report.verdicts.map(\.method)
        + report.sections[0].allBlocks.flatMap { block -> [String] in
          if case .table(let table, _) = block { table.rows.flatMap(\.self) } else { [] }
        }
      #expect(shown.contains("uc-end-1-snone") && !shown.contains { text in ids.contains { text.contains($0) } })
      let alone = try FolderReport().report(on: ["\(folder)/sweep/runs/\(ids[0])"]).report
      #expect(alone.title == "Report on uc-end-1-snone")
    }
  }

  @Test("runs on other classes are in a table of their own")
  func otherClasses() throws {
    try withTemporaryFolder { folder in
      for name in ["one", "two", "base"] {
        try writeRun("\(folder)/runs/\(name)", shots: name == "one" ? 1 : 2, learned: [0, 0, 1, 1])
      }
      for file in ["run", "result"] {
        let path = "\(folder)/runs/base/\(file).json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try write(text.replacing("\"shots\": 2", with: "\"shots\": 2, \"classes\": \"base\""), to: path)
      }
      let section = try #require(try FolderReport().report(on: ["\(folder)/runs"]).report.sections.first)
      let titles = section.blocks.compactMap { block -> String? in
        if case .table(let table, _) = block { table.title } else { nil }
      }
      #expect(titles.count { $0.hasPrefix("Runs on nowhere, 2 classes") } == 2, "\(titles)")
      #expect(section.verdicts.count == 2)
    }
  }

  @Test("runs, results and data sets of equal names in several folders are told apart")
  func equalNames() throws {
    try withTemporaryFolder { folder in
      for name in ["a", "b"] {
        try writeRun("\(folder)/\(name)/run", shots: 1, learned: [0, 0, 1, 1])
        let path = "\(folder)/\(name)/run/run.json"
        for file in [path, path.replacing("run.json", with: "result.json")] {
          let text = try String(contentsOfFile: file, encoding: .utf8)
          try write(text.replacing("folder:/nowhere", with: "csv:/nowhere/\(name)/pictures.csv"), to: file)
        }
        let verdict = Report.Verdict(method: "probe", data: "pictures.csv", accuracy: 0.5, images: 4)
        try ResultFiles("\(folder)/\(name)/probe").write(Report.Section("Probe", verdicts: [verdict]), name: "probe")
      }
      let report = try FolderReport().report(on: ["\(folder)/a", "\(folder)/b"]).report
      #expect(report.sections.map(\.title) == ["2 runs", "Run a/run", "Run b/run", "a/probe", "b/probe"])
      #expect(
        report.verdicts.map(\.data) == [
          "average of 2 data sets", "a/pictures.csv", "b/pictures.csv", "pictures.csv (a/probe)",
          "pictures.csv (b/probe)",
        ])
    }
  }

  @Test("warnings of a sweep name the runs with the kind of their contexts")
  func warnings() throws {
    var settings = JSON.Object()
    settings["method"] = "coop"
    settings["data"] = "folder:pets"
    settings["shots"] = 4
    settings["seed"] = 1
    let runs = [true, false].map { isSpecific in
      settings["class_specific"] = .bool(isSpecific)
      settings["class_position"] = isSpecific ? "end" : "middle"
      var result = RunResult(classCount: 2, contextSHA256: "", settings: settings)
      result.warnings = ["something is doubtful"]
      return SweepSummary.Run(id: isSpecific ? "0123456789abcdef" : "fedcba9876543210", result: result)
    }
    let summary = SweepSummary(runs)
    #expect(
      summary.warnings.map(\.about) == ["coop, pets, 4-shot, CSC, seed 1", "coop, pets, 4-shot, UC, middle, seed 1"])
    #expect(
      summary.section.findings.map(\.sentence).contains("2 of 2 runs have warnings: csc-end-4-s1, uc-middle-4-s1."))
  }

  @Test("pictures below a section's root are shown, and those that aren't found are said to be left out")
  func pictures() throws {
    let root = Fixtures.path("images")
    let names = try FileManager.default.contentsOfDirectory(atPath: root).filter { $0.hasSuffix(".png") }.sorted()
    let name = try #require(names.first)
    try withTemporaryFolder { folder in
      var section = Report.Section(
        "one", blocks: [.pictures(title: "Wrong", [Report.Picture(path: name, caption: "a cat")])])
      try ResultFiles("\(folder)/study").write(section, name: "one")
      let lost = Markdown.report(try FolderReport().report(on: ["\(folder)/study"]).report)
      #expect(lost.contains("--root names the folder") && !lost.contains("a cat"))
      section.root = root
      try ResultFiles("\(folder)/study").write(section, name: "one")
      let found = Markdown.report(try FolderReport().report(on: ["\(folder)/study"]).report)
      #expect(found.contains("a cat") && !found.contains("--root"))
    }
  }

  @Test(
    "a report without charts writes no folder of figures, and says so",
    .enabled(if: FigureDrawing.isAvailable, "librsvg is not installed; apt-get install librsvg2-2 runs this test"))
  func noFigures() throws {
    try withTemporaryFolder { folder in
      try ResultFiles("\(folder)/study").write(Report.Section("one", blocks: [.text("words")]), name: "one")
      let note = try FolderReport().write(
        on: ["\(folder)/study"], to: .init(file: nil, figures: "\(folder)/figures"))
      #expect(note == "\(folder)/figures: not written, since the report has no charts")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/figures"))
    }
  }

  @Test("interpretation's tables are folded")
  func interpretation() throws {
    try withTemporaryFolder { folder in
      let table = Table(title: "Words", columns: [.text("word")], rows: [["cat"]])
      let section = Report.Section(
        "Interpretation",
        subsections: [.init("Words", blocks: [.text("Nearest words."), .table(table, name: "words")])])
      try write(section.text, to: "\(folder)/words/interpretation.section.json")
      try write("{}", to: "\(folder)/words/interpretation.json")
      let shown = try #require(try FolderReport().report(on: ["\(folder)/words"]).report.sections.first)
      let words = try #require(shown.subsections.first)
      #expect(words.blocks.count == 1 && !words.isFolded)
      #expect(words.subsections.map(\.isFolded) == [true] && words.subsections[0].blocks.count == 1)
    }
  }

  @Test("sections of a folder keep their findings and doubts, which name the folder")
  func results() throws {
    try withTemporaryFolder { folder in
      let files = try ResultFiles("\(folder)/study")
      let table = Table(columns: [.text("a"), .number("n")], rows: [["x", "0.123456789"]])
      let chart = BarChart(title: "Bars", summary: "s", axis: Axis("n"), bars: [.init("x", 1)])
      for name in ["one", "two"] {
        try files.write(
          Report.Section(
            name, findings: [.init("\(name) holds.", evidence: "\(name).csv")],
            blocks: [.table(table, name: name), .charts([.init(chart, name: "\(name)-bars")])],
            doubts: ["perhaps."]), name: name)
      }
      for name in ["one.csv", "one-bars.svg", "one.section.json", "two.section.json"] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/study/\(name)"), "\(name)")
      }
      let report = try FolderReport().report(on: ["\(folder)/study"]).report
      #expect(
        report.sections.map(\.title) == ["study"] && report.sections[0].subsections.map(\.title) == ["one", "two"])
      #expect(report.findings.map(\.evidence) == [["study", "one.csv"], ["study", "two.csv"]])
      #expect(report.doubts == ["study: perhaps."])
      #expect(Markdown.report(report).contains("| x | 0.1235 |"))
    }
  }

  @Test("results whose command was stopped are called incomplete, finished ones are not")
  func incomplete() throws {
    try withTemporaryFolder { folder in
      let files = try ResultFiles("\(folder)/study", settings: "a")
      try files.write(Report.Section("one"), name: "one")
      let early = try FolderReport().report(on: ["\(folder)/study"]).report
      #expect(early.doubts.count == 1 && early.doubts[0].contains("study: These results are incomplete"))
      try files.finish()
      #expect(try FolderReport().report(on: ["\(folder)/study"]).report.doubts.isEmpty)
    }
  }

  @Test("a document of a newer version is an error that names the file")
  func newer() throws {
    try withTemporaryFolder { folder in
      let text = Report.Section("s").text.replacing("\"format_version\": 1", with: "\"format_version\": 9")
      try write(text, to: "\(folder)/study/s.section.json")
      let error = #expect(throws: JSONError.self) { try FolderReport().report(on: ["\(folder)/study"]) }
      #expect(error.map { "\($0)" }?.contains("s.section.json: format_version") == true)
    }
  }

  @Test("charts and tables of an earlier version are left out by name")
  func earlier() throws {
    try withTemporaryFolder { folder in
      try write("x", to: "\(folder)/study/lens.svg")
      let report = try FolderReport().report(on: ["\(folder)/study"]).report
      #expect(Markdown.report(report).contains("lens.svg"))
    }
  }

  @Test("a folder that an earlier version wrote has the section of its document")
  func earlierDocuments() throws {
    try withTemporaryFolder { folder in
      try write(
        #"{"runs": [{"id": "a", "accuracy": 0.75, "n": 4, "ways": 2, "context_sha256": "ab", "settings": {}}]}"#,
        to: "\(folder)/sweep/sweep.json")
      let interpretation = InterpretationDocument(
        prompt: "run/context.h5", modelFingerprint: "ab", data: "folder:x", split: "test", images: 1200,
        classNames: ["cat"], classPosition: .end, accuracy: 0.5, zeroShotAccuracy: 0.25,
        findings: [Report.Finding("The context means little.", evidence: "words.csv")], omissions: [], analyses: .init()
      )
      try write(interpretation.text, to: "\(folder)/words/interpretation.json")
      let report = try FolderReport().report(on: ["\(folder)/sweep", "\(folder)/words"]).report
      #expect(report.findings.map(\.sentence).contains("The context means little."))
      let text = Markdown.report(report)
      #expect(text.contains("75.00") && text.contains("1,200") && text.contains("25.00 %"))
    }
  }

  @Test("a folder whose document this version cannot read is named with the command that makes it anew")
  func unreadable() throws {
    try withTemporaryFolder { folder in
      try write(#"{"prompt": "run"}"#, to: "\(folder)/words/interpretation.json")
      let report = try FolderReport().report(on: ["\(folder)/words"]).report
      let finding = try #require(report.findings.first?.sentence)
      #expect(finding.contains("interpretation.json") && finding.contains("promptlens interpret"))
      try write(#"{"format": "promptlens-sweep", "format_version": 9}"#, to: "\(folder)/words/sweep.json")
      #expect(throws: JSONError.self) { try FolderReport().report(on: ["\(folder)/words"]) }
    }
  }
}

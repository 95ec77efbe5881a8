import PromptLensReporting
import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("The executable reports on runs and results")
struct ReportCommandTests {
  /// Calls `body` with a folder that holds runs/one and runs/two, of one and of two shots.
  private func withRuns(_ body: (_ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let source = Fixtures.path("images")
      let pictures = try FileManager.default.contentsOfDirectory(atPath: source).filter { $0.hasSuffix(".png") }
        .sorted()
      for (index, picture) in pictures.prefix(8).enumerated() {
        let target = "\(folder)/data/\(index < 4 ? "train" : "test")/\(index % 2 == 0 ? "cat" : "<b>dog")"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(source)/\(picture)", toPath: "\(target)/\(picture)")
      }
      for (name, shots) in [("one", "1"), ("two", "2")] {
        let outcome = try Executable.run([
          "train", "--model", try ConvertedModel.modifiedResNet.get(), "--data", "folder:\(folder)/data", "--shots",
          shots,
          "--views", "1", "--context-length", "4", "--epochs", "8", "--learning-rate", "0.5", "--output",
          "\(folder)/runs/\(name)",
        ])
        try #require(outcome.status == 0, "\(outcome.errors)")
      }
      try body(folder)
    }
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  @Test("a folder of runs becomes one page with their comparison, words, settings and pictures")
  func runs() throws {
    try withRuns { folder in
      let outcome = try Executable.run(["report", "\(folder)/runs", "--output", "\(folder)/report.html"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let page = try text("\(folder)/report.html")
      for part in [
        "2 runs", "Run one", "Run two", "Accuracy against training images of each class", "Training loss",
        "Change of accuracy by class", "From wrong to right", "Nearest words against controls", "model_fingerprint",
        "Limitations",
      ] { #expect(page.contains(part), "\(part)") }
      #expect(!page.contains("<b>dog") && page.contains("&lt;b&gt;dog"))
      let again = try Executable.run(["report", "\(folder)/runs", "--output", "\(folder)/again.html"])
      #expect(again.status == 0)
      #expect(try text("\(folder)/again.html") == page)

      let paper = try Executable.run([
        "report", "\(folder)/runs/one", "--format", "markdown", "--output", "\(folder)/report.md",
      ])
      #expect(paper.status == 0, "\(paper.errors)")
      #expect(try text("\(folder)/report.md").hasPrefix("# Report on one\n\n## Findings\n\n- one: "))
    }
  }

  @Test("a run whose model is missing is still reported on, and the report names its omissions")
  func withoutModel() throws {
    try withRuns { folder in
      let path = "\(folder)/runs/one/run.json"
      let description = try text(path).replacing(/"model": "[^"]*"/, with: "\"model\": \"/nowhere/model\"")
      try Data(description.utf8).write(to: URL(fileURLWithPath: path))
      let outcome = try Executable.run(["report", "\(folder)/runs/one", "--output", "\(folder)/report.html"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let page = try text("\(folder)/report.html")
      #expect(page.contains("Words are omitted: /nowhere/model"))
      #expect(page.contains("Training loss") && page.contains("From wrong to right"))

      // Runs kept no predictions once.
      try FileManager.default.removeItem(atPath: "\(folder)/runs/one/predictions.json")
      let older = try Executable.run(["report", "\(folder)/runs/one", "--output", "\(folder)/older.html"])
      #expect(older.status == 0, "\(older.errors)")
      #expect(try text("\(folder)/older.html").contains("Changed predictions are not shown"))

      // A document of a newer version is refused by name.
      let result = "\(folder)/runs/one/result.json"
      let newer = try text(result).replacing("\"format_version\": 3", with: "\"format_version\": 99")
      try Data(newer.utf8).write(to: URL(fileURLWithPath: result))
      let refused = try Executable.run(["report", "\(folder)/runs/one", "--output", "\(folder)/newer.html"])
      #expect(refused.status == 65 && refused.errors.contains("result.json: format_version"), "\(refused.errors)")
    }
  }

  @Test("a report on a folder of results has its findings, tables and charts; a damaged section is an error by name")
  func results() throws {
    try withTemporaryFolder { folder in
      func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      let table = Table(columns: [.text("class"), .number("accuracy")], rows: [["cat", "0.123456789"]])
      let chart = BarChart(title: "Drift", summary: "s", axis: Axis("points"), bars: [.init("cat", 1)])
      let section = Report.Section(
        "Noise", findings: [.init("It holds.", evidence: "drift.csv")],
        blocks: [.facts([("rate", "0.5")]), .charts([.init(chart, name: "drift")]), .table(table, name: "drift")],
        doubts: ["it may not hold."])
      try write(section.text, "noise.section.json")
      let outcome = try Executable.run(["report", folder, "--output", "\(folder)/report.html"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let page = try text("\(folder)/report.html")
      for part in ["It holds.", "0.1235", "drift.csv", "Drift", "it may not hold."] {
        #expect(page.contains(part), "\(part)")
      }

      try write("{\"format\": \"promptlens-section\", \"format_version\": 1, \"title\": 7}", "evil.section.json")
      let refused = try Executable.run(["report", folder, "--output", "\(folder)/other.html"])
      #expect(
        refused.status == 65 && refused.errorLines.count == 1 && refused.errors.contains("evil.section.json: title"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/other.html"))
    }
  }

  @Test("files of an earlier version that have no data for a report are left out by name")
  func earlierVersion() throws {
    try withTemporaryFolder { folder in
      for name in ["lens.svg", "lens.csv"] {
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      let outcome = try Executable.run(["report", folder, "--output", "\(folder)/report.html"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let page = try text("\(folder)/report.html")
      #expect(
        page.contains("These files of an earlier version lack the data") && page.contains("lens.csv, lens.svg"))
    }
  }

  @Test("a missing or empty folder is reported in one sentence")
  func badInput() throws {
    try withTemporaryFolder { folder in
      let output = ["--output", "\(folder)/r.html"]
      let missing = try Executable.run(["report", "\(folder)/none"] + output)
      #expect(missing.status == 66 && missing.errorLines.count == 1 && missing.errors.contains("\(folder)/none"))
      let empty = try Executable.run(["report", folder] + output)
      #expect(empty.status == 66 && empty.errorLines.count == 1 && empty.errors.contains("neither run.json"))
      #expect(try Executable.run(["report", folder, "--pictures", "-1"] + output).status == 64)
    }
  }
}

@Suite("The executable examines the machine")
struct DoctorCommandTests {
  @Test("doctor passes on this machine, in a table and as JSON, and ends with 0")
  func sound() throws {
    let outcome = try Executable.run(["doctor", "--format", "json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let root = JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
    #expect(try root.bool("sound"))
    let findings = try root.array("findings")
    #expect(try findings.map { try $0.string("state") }.contains("wrong") == false)
    #expect(try findings.contains { try $0.string("subject") == "HDF5" })
  }

  @Test("an invalid number of threads is wrong usage")
  func usage() throws {
    #expect(try Executable.run(["doctor", "--threads", "0"]).status == 64)
  }
}

@Suite("The executable's own vocabulary")
struct OwnVocabularyTests {
  @Test("without a model, texts are cut by CLIP's own vocabulary")
  func tokenize() throws {
    let outcome = try Executable.run(["tokenize", "a photo of a cat.", "--format", "json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.filter { !$0.isWhitespace } == "[[49406,320,1125,539,320,2368,269,49407]]")
  }
}

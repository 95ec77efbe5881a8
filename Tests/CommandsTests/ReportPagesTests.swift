import Foundation
import PromptLensReporting
import TestSupport
import Testing

@Suite("The executable reports on a sweep as a page, an appendix and figures")
struct ReportPagesTests {
  /// Calls `body` with a folder that holds a sweep of two data sets, two numbers of shots and two seeds, and two probes.
  private func withSweep(_ body: (_ folder: String) throws -> Void) throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let grid = """
        {"model": "\(model)", "data": ["folder:\(folder)/photo", "folder:\(folder)/sketch"], "shots": [1, 2], "seed": [1, 2],
         "views": 1, "epochs": 3, "context_length": 2, "learning_rate": 0.1}
        """
      try Data(grid.utf8).write(to: URL(fileURLWithPath: "\(folder)/grid.json"))
      try run(["sweep", "run", "\(folder)/grid.json", "--output", "\(folder)/sweep"])
      for shots in ["1", "2"] {
        try run([
          "probe", "--model", model, "--data", "folder:\(folder)/photo", "--shots", shots, "--output",
          "\(folder)/probes/\(shots)",
        ])
      }
      try body(folder)
    }
  }

  private func run(_ arguments: [String]) throws {
    let outcome = try Executable.run(arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  @Test("one command makes the paper's figure, the verdicts, the findings and folded runs, without ids of tasks")
  func page() throws {
    try withSweep { folder in
      try run(["report", "\(folder)/sweep", "\(folder)/probes", "--output", "\(folder)/page.html"])
      let page = try text("\(folder)/page.html")
      let ids = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/sweep/runs")
      #expect(ids.count == 8 && !ids.contains { page.contains($0) })
      for part in [
        "Average of 2 data sets", "linear probe", "zero-shot CLIP", "average of 2 data sets", "Sweep of 8 runs",
        "uc-end-1-photo-s1", "@page{size:A4",
      ] { #expect(page.contains(part), "\(part)") }
      for link in page.matches(of: /href="#([^"]*)"/) {
        #expect(page.contains("id=\"\(link.1)\""), "#\(link.1) leads nowhere")
      }
      let folded = page.matches(of: /<details class="(?:section|part)"[^>]*?( open)?><summary><h[23]>([^<]*)/)
      let closed = folded.filter { $0.1 == nil }.map { String($0.2) }
      for part in ["All runs", "Settings", "Epochs", "Words"] { #expect(closed.contains(part), "\(part)") }
      #expect(folded.contains { $0.1 != nil && $0.2 == "Sweep of 8 runs" })

      // A merged sweep says the same, and its charts of single data sets are files.
      try run(["sweep", "merge", "\(folder)/sweep"])
      for name in ["shots.svg", "shots-photo.svg", "runs.csv", "sweep.section.json"] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/sweep/\(name)"), "\(name)")
      }
      try run(["report", "\(folder)/sweep", "\(folder)/probes", "--output", "\(folder)/again.html"])
      #expect(try text("\(folder)/again.html") == page)
    }
  }

  @Test("an appendix is Markdown or LaTeX by its ending, of settings, tables and tests, in under 300 lines")
  func appendix() throws {
    try withSweep { folder in
      for (name, parts) in [
        ("a.md", ["| method |", "**photo: accuracy in %", "learning\\_rate", "paired bootstrap"]),
        ("a.tex", ["\\begin{tabular}", "\\caption{photo: accuracy in \\%", "learning\\_rate", "paired bootstrap"]),
      ] {
        try run(["report", "\(folder)/sweep", "--appendix", "--output", "\(folder)/\(name)"])
        let appendix = try text("\(folder)/\(name)")
        #expect(appendix.split(separator: "\n", omittingEmptySubsequences: false).count < 300)
        for part in parts { #expect(appendix.contains(part), "\(part)") }
        #expect(!appendix.contains("Training loss") && !appendix.contains("poch by"))
      }
      for wrong in [
        ["--appendix", "--output", "\(folder)/b.html"], ["--format", "latex", "--output", "\(folder)/b.tex"],
        ["--appendix"], [],
      ] {
        let outcome = try Executable.run(["report", "\(folder)/sweep"] + wrong)
        #expect(outcome.status == 64, "\(wrong)")
      }
    }
  }

  @Test(
    "every chart is an SVG, a PDF and a PNG",
    .enabled(if: FigureDrawing.isAvailable, "librsvg is not installed; apt-get install librsvg2-2 runs this test"))
  func figures() throws {
    try withSweep { folder in
      try run(["report", "\(folder)/sweep", "--figures", "\(folder)/figures"])
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/figures").sorted()
      let plain = Set(names.map { $0.split(separator: ".").dropLast().joined(separator: ".") })
      #expect(plain.contains("shots") && names.count == 3 * plain.count)
      for name in names {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/figures/\(name)"))
        let start = String(decoding: bytes.prefix(6), as: UTF8.self)
        switch name.split(separator: ".").last {
        case "pdf": #expect(start.hasPrefix("%PDF-"))
        case "svg": #expect(start.hasPrefix("<?xml") || start.hasPrefix("<svg"))
        default: #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        }
      }
      let again = try Executable.run(["report", "\(folder)/sweep", "--figures", "\(folder)/figures"])
      #expect(again.status == 73 && again.errors.contains("--force"), "\(again.errors)")
      try run(["report", "\(folder)/sweep", "--figures", "\(folder)/figures", "--force"])
    }
  }
}

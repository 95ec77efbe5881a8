import Foundation
import TestSupport
import Testing

/// TeX, where it is installed.
private enum PDFLaTeX {
  static let path = ["/usr/bin/pdflatex", "/usr/local/bin/pdflatex"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  /// Whether the package of the tables' rules is there, too.
  static var isAvailable: Bool { path != nil && FileManager.default.fileExists(atPath: booktabs) }
  private static let booktabs = "/usr/share/texlive/texmf-dist/tex/latex/booktabs/booktabs.sty"
}

@Suite("Tables for papers")
struct LaTeXTests {
  @Test(
    "pdflatex compiles tables with vocabulary pieces, Chinese characters, pictures and markup",
    .enabled(if: PDFLaTeX.isAvailable))
  func compiles() throws {
    try SmallStudy.with { folder in
      let model = try ConvertedModel.modifiedResNet.get()
      let run = try SmallStudy.train(folder, output: "run")
      let texts = ["日本語 🐱 Ωß→ é “x” ½ — ﬁ ∞ \\ _ % # & { } ~ ^ < > | $", "Ærøskøbing ¡¿ «» ðþ"]
      var document = "\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n"
      for arguments in [
        ["tokenize"] + texts, ["decode", run, "--model", model, "--top", "40"],
        ["evaluate", run, "--data", "folder:\(folder)/sketch"], ["data", "list"], ["convert", "--list"],
      ] {
        let outcome = try Executable.run(arguments + ["--format", "latex"])
        try #require(outcome.status == 0, "\(outcome.errors)")
        document += outcome.output + "\\clearpage\n"
      }
      try Data((document + "\\end{document}\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/tables.tex"))
      let process = Process()
      process.executableURL = URL(fileURLWithPath: try #require(PDFLaTeX.path))
      process.arguments = ["-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      let log = (try? String(contentsOfFile: "\(folder)/tables.log", encoding: .isoLatin1)) ?? ""
      #expect(process.terminationStatus == 0, "\(log.split(separator: "\n").first { $0.hasPrefix("!") } ?? "")")
      #expect(!log.contains("Missing character"))
    }
  }
}

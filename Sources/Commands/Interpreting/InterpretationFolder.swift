import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensReporting

/// The folder of an interpretation: `interpretation.json`, written last, `findings.md`, and the tables and charts.
struct InterpretationFolder {
  let path: String

  static let document = "interpretation.json"
  static let page = "findings.md"

  /// Makes the folder before any work; one that holds other files is refused.
  init(_ path: String) throws {
    let files = FileManager.default
    let others = ((try? files.contentsOfDirectory(atPath: path)) ?? []).filter {
      $0 != "features" && !$0.hasPrefix(".")
    }
    guard others.isEmpty || files.fileExists(atPath: "\(path)/\(Self.document)") else {
      throw FileError.unwritable(
        path: path, reason: "the folder holds \(others.sorted()[0]) and is no folder of promptlens interpret")
    }
    try AtomicOutput.makeFolder(at: path)
    self.path = path
  }

  /// Writes everything.
  func write(_ report: InterpretationReport) throws {
    for part in report.chapters.flatMap(\.parts) {
      for (name, table) in part.tables { try write(table.csv(), to: "\(name).csv") }
      for (name, chart) in part.charts { try write(chart.svg(id: name), to: "\(name).svg") }
    }
    try write(report.markdown, to: Self.page)
    try write(report.json.serialized(pretty: true) + "\n", to: Self.document)
  }

  private func write(_ text: String, to name: String) throws {
    try AtomicOutput.text(text, to: "\(path)/\(name)")
  }
}

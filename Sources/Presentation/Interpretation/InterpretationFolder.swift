import Foundation
import PromptLensFiles

/// The folder of an interpretation: tables, charts, `findings.md`, and `interpretation.json`, written last.
package struct InterpretationFolder {
  private let files: ResultFiles

  private static let name = "interpretation"
  private static let document = "interpretation.json"
  private static let page = "findings.md"

  /// Makes the folder before any work.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - settings: a hash of all that the results depend on.
  ///   - replaces: whether a finished interpretation, or one of other settings, may be replaced.
  /// - Throws: `FileError` if the folder can't be made, or holds files of anything else, or an interpretation that may not
  ///   be replaced.
  package init(_ path: String, settings: String, replaces: Bool = false) throws {
    let manager = FileManager.default
    let others = ((try? manager.contentsOfDirectory(atPath: path)) ?? []).filter {
      $0 != "features" && !$0.hasPrefix(".")
    }
    let isOurs = manager.fileExists(atPath: "\(path)/\(Self.document)") || ResultFiles.hold(settings, in: path)
    guard others.isEmpty || isOurs else {
      throw FileError.unwritable(
        path: path, reason: "the folder contains \(others.sorted()[0]), which promptlens interpret didn't write")
    }
    files = try ResultFiles(path, settings: settings, replaces: replaces)
  }

  /// Writes the report's tables, charts, pictures, findings and document.
  package func write(_ report: some InterpretationPage) throws {
    if let (document, pictures) = try report.explanations {
      for (name, bytes) in pictures { try files.write(bytes, to: name) }
      try files.write(document.text, to: "explanation.json")
    }
    try files.write(report.section, name: Self.name)
    try files.write(report.markdown, to: Self.page)
    try files.write(report.document.text, to: Self.document)
    try files.finish()
  }
}

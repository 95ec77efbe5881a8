import Foundation
import PromptLensExperiments
import PromptLensImages
import PromptLensReporting

extension SuspectsOutcome {
  /// The width and height of a picture.
  private static let side = 96

  /// Writes the table of all labels, the page, the section of a report, and finally `result.json`.
  ///
  /// - Parameters:
  ///   - files: the files of the folder.
  ///   - pictures: the pictures of each kind that the page shows.
  /// - Throws: `FileError` when the folder can't be written; `ReportError` for a damaged template.
  package func write(to files: ResultFiles, pictures: Int) throws {
    try files.write(SuspectsResult.csv(labels).csv(), to: "suspects.csv")
    var section = result.section
    section.root = root.isEmpty ? nil : URL(fileURLWithPath: root).standardizedFileURL.path
    try files.write(section, name: "suspects")
    let pictured = section.withThumbnails(limit: pictures) { path in
      try? Thumbnail.jpeg(path: path.hasPrefix("/") || root.isEmpty ? path : "\(root)/\(path)", side: Self.side)
    }
    let report = Report(
      title: "Suspects in \(result.data)", version: ToolVersion.current, sections: [pictured])
    try files.write(try report.html(), to: "report.html")
    try files.write(result.text, to: "result.json")
    try files.finish()
  }
}

import Foundation
import PromptLensExperiments
import PromptLensImages
import PromptLensReporting

extension FitOutcome {
  /// The pictures of mistakes that a report shows.
  private static let shownMistakes = 24
  /// The width and height of a picture.
  private static let side = 96

  /// Writes the classifier, the page, the section of a report, and finally `result.json`.
  ///
  /// - Throws: `FileError` when the folder can't be written; `ReportError` for a damaged template.
  package func write(to files: ResultFiles) throws {
    try files.begin()
    try write(to: files.folder)
    var section = section
    let root = root
    section.root = root.isEmpty ? nil : URL(fileURLWithPath: root).standardizedFileURL.path
    try files.write(section, name: "fit")
    let pictured = section.withThumbnails(limit: Self.shownMistakes) { path in
      try? Thumbnail.jpeg(path: path.hasPrefix("/") || root.isEmpty ? path : "\(root)/\(path)", side: Self.side)
    }
    let report = Report(
      title: "A classifier of \(result.data)", version: ToolVersion.current, sections: [pictured])
    try files.write(try report.html(), to: "report.html")
    try files.write(result.text, to: "result.json")
    try files.finish()
  }

  /// The section with pictures of the mistakes.
  private var section: Report.Section {
    var section = result.section
    let names = result.classNames
    let pictures = mistakes.map {
      Report.Picture(
        path: $0.path,
        caption:
          "\(names[$0.label]), taken for \(names[$0.prediction]) (\(($0.probability * 100).formatted(decimals: 0)) %)")
    }
    if !pictures.isEmpty {
      section.blocks.append(
        .pictures(
          title: "Taken for another class: \(pictures.count.grouped) of \(result.metrics.total.counting("photograph"))",
          pictures))
    }
    return section
  }
}

import Foundation
import PromptLensFiles
import PromptLensReporting

/// A folder of figures for papers and slides: every chart as SVG, PDF and PNG.
package struct FigureFolder {
  private let path: String
  private let replaces: Bool

  /// Creates a description of a folder, without making it.
  ///
  /// - Parameters:
  ///   - path: Its path.
  ///   - replaces: Whether figures of an earlier report may be replaced.
  package init(_ path: String, replacing replaces: Bool = false) {
    self.path = path
    self.replaces = replaces
  }

  /// The width of a chart, and that of a chart of panels, in user units of 0.75 points: a column and a half, and the whole
  /// width of a page.
  private static let widths = (chart: 440.0, panels: 860.0)

  /// Writes the charts of a report, under the names of their files or else of their titles.
  ///
  /// - Parameter report: The report.
  /// - Returns: The folder and the number of figures, as text.
  /// - Throws: `ReportError` when the library is missing or a chart can't be drawn; `FileError` when a file can't be
  ///   written.
  package func write(_ report: Report) throws -> String {
    try FigureDrawing.check()
    let figures = Self.figures(of: report)
    guard !figures.isEmpty else { return "\(path): not written, since the report has no charts" }
    for (name, _) in figures {
      for form in FigureForm.allCases {
        try OutputCheck.file("\(path)/\(name).\(form.rawValue)", force: replaces)
      }
    }
    try AtomicOutput.makeFolder(at: path)
    for (name, chart) in figures {
      let width = chart is PanelChart ? Self.widths.panels : Self.widths.chart
      for form in FigureForm.allCases {
        let bytes = try FigureDrawing.bytes(of: chart, as: form, width: width)
        let file = "\(path)/\(name).\(form.rawValue)"
        try AtomicOutput.file(at: file) { temporary in
          try OutputFile.create(temporary, named: file) { try $0.write(bytes) }
        }
      }
    }
    let forms = FigureForm.allCases.map { $0.rawValue.uppercased() }.joined(separator: ", ")
    return "\(path): \(figures.count.counting("figure")), each as \(forms)"
  }

  /// Returns the charts of a report under names of their own.
  static func figures(of report: Report) -> [(name: String, chart: any Chart)] {
    let all = report.sections.flatMap { section in
      section.allBlocks.flatMap { block -> [(section: String, figure: Report.Figure)] in
        if case .charts(let figures) = block { figures.map { (section.title, $0) } } else { [] }
      }
    }
    func plain(_ figure: Report.Figure) -> String { (figure.name ?? figure.chart.title).fileNamePart.lowercased() }
    let counts = Dictionary(all.map { (plain($0.figure), 1) }, uniquingKeysWith: +)
    var used: Set<String> = []
    return all.map { section, figure in
      // Charts of the same name in several sections have their sections' names, too.
      var name = plain(figure)
      if counts[name] != 1 { name = "\(section.fileNamePart.lowercased())-\(name)" }
      if name.isEmpty { name = "figure" }
      let first = name
      var number = 2
      while !used.insert(name).inserted {
        name = "\(first)-\(number)"
        number += 1
      }
      return (name, figure.chart)
    }
  }
}

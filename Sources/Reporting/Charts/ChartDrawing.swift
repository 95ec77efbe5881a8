/// A chart as it was drawn, taken from its SVG text, so that a page can hold charts of files that earlier commands wrote.
///
/// Only what the charts of this library consist of is taken: no scripts, links, foreign elements or styles of a file's own
/// reach a page.
package struct ChartDrawing: Sendable {
  /// What the chart shows.
  package let title: String
  /// The same in a sentence, with what is left out.
  package let summary: String
  /// The values, as comma-separated text with headings.
  package let values: String
  private let picture: MarkupElement

  /// A chart's drawing.
  ///
  /// - Parameter chart: the chart.
  /// - Throws: ``ReportError`` never for charts of this library.
  package init(_ chart: any Chart) throws { try self.init(svg: chart.svg(), file: chart.title) }

  /// Reads an SVG file that one of this library's charts wrote.
  ///
  /// - Parameters:
  ///   - svg: the file's text.
  ///   - file: the file's name, for errors.
  /// - Throws: ``ReportError/foreignChart(file:reason:)`` when the text holds anything that charts do not consist of.
  package init(svg: String, file: String) throws {
    var reader = MarkupReader(svg, file: file)
    let root = try reader.document()
    guard root.name == "svg", root.attributes["class"] == "plchart" else {
      throw ReportError.foreignChart(file: file, reason: "it was not drawn by promptlens")
    }
    func text(_ name: String) -> String { root.children.first { $0.name == name }?.text ?? "" }
    title = text("title")
    summary = text("desc")
    values = text("metadata")
    picture = root
  }

  /// The picture for a page that holds ``styleSheet`` once and links to the values itself.
  ///
  /// - Parameter id: what the elements' identifiers begin with; each chart of a page needs its own.
  /// - Returns: an `svg` element.
  package func svg(id: String) -> String {
    var markup = Markup()
    var root = picture
    root.children.removeAll { $0.name == "metadata" || $0.name == "style" }
    root.attributes["aria-labelledby"] = "\(id)-title \(id)-desc"
    for index in root.children.indices where ["title", "desc"].contains(root.children[index].name) {
      root.children[index].attributes["id"] = "\(id)-\(root.children[index].name)"
    }
    root.write(into: &markup)
    return markup.text
  }

  /// The style sheet that every drawing needs.
  package static let styleSheet = SeriesStyle.sheet
}

/// What a report cannot be made of.
package enum ReportError: Error, Equatable, CustomStringConvertible {
  /// An SVG file is not one of this library's charts.
  case foreignChart(file: String, reason: String)
  /// The page's template cannot be filled.
  case template(String)

  /// One sentence.
  package var description: String {
    switch self {
    case .foreignChart(let file, let reason): "\(file): this picture cannot be part of a report: \(reason)"
    case .template(let reason): "the report's template cannot be filled: \(reason)"
    }
  }
}

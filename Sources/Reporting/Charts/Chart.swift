import PromptLensJSONDocuments

/// A chart that is drawn as SVG, as a separate file or inside a page.
///
/// The picture has a title, a description for screen readers, values on hover, colors that are distinct for
/// color-blind readers (Okabe and Ito, "Color Universal Design", 2008) beside markers and dashes that need no color,
/// and follows the reader's light or dark mode. The same chart gives the same bytes.
package protocol Chart: Sendable {
  /// The title above the chart.
  var title: String { get }
  /// One or two sentences for screen readers, with the quantities of the axes.
  var summary: String { get }

  /// Returns all values, including those that the chart omits.
  func data() -> Table

  /// Draws the chart.
  ///
  /// - Parameters:
  ///   - id: The beginning of the elements' identifiers; each chart of a page needs its own.
  ///   - width: The width in user units; letters are 11 units tall, so 440 fits a phone or half a page.
  ///   - surroundings: The surroundings of the picture.
  /// - Returns: An `svg` element.
  func svg(id: String, width: Double, in surroundings: ChartSurroundings) -> String

  /// The name of this type of chart in JSON.
  static var kind: String { get }

  /// Encodes the members besides title and summary.
  func encode() -> JSON.Object

  /// Decodes a chart.
  ///
  /// - Throws: `JSONError` naming the member that is missing or of another kind.
  init(decoding node: JSONNode) throws
}

/// The surroundings of a picture.
package enum ChartSurroundings: Sendable {
  /// A separate file, with the style sheet, and the values of ``Chart/data()`` as metadata.
  case file
  /// A page that contains ``styleSheet`` once and links to the values.
  case page
  /// A figure for paper, in fixed colors on white, which ``FigureDrawing`` draws.
  case print

  /// The style sheet of all charts.
  package static let styleSheet = SeriesStyle.sheet
}

extension Chart {
  /// Draws the chart as a separate file, by default with a width for a phone or half a page.
  package func svg(id: String = "chart", width: Double = 440) -> String { svg(id: id, width: width, in: .file) }
}

/// A counter of the values that a chart can't draw.
struct LeftOut {
  private(set) var count = 0

  /// Returns a Boolean value that indicates whether axes can show values, and counts those that they can't.
  mutating func keeps(_ values: Double..., on axes: Axis...) -> Bool {
    let drawable = zip(values, axes).allSatisfy { $1.position(of: $0) != nil }
    if !drawable { count += 1 }
    return drawable
  }

  mutating func add() { count += 1 }

  var remarks: [String] {
    switch count {
    case 0: []
    case 1: ["1 value is left out: it is not finite or lies outside the axis."]
    default: ["\(count.grouped) values are left out: they are not finite or lie outside the axis."]
    }
  }
}

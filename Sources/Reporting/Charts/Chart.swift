/// A picture of numbers, drawn as SVG: alone as a file, or inside a page.
///
/// The picture has a title, a description for those who cannot see it, values on hover, colours that stay apart for
/// colour-blind readers (Okabe and Ito, "Color Universal Design", 2008) beside markers and dashes that need no colour,
/// and follows the reader's light or dark mode. The same chart gives the same bytes.
package protocol Chart: Sendable {
  /// What the chart shows, over it.
  var title: String { get }
  /// One or two sentences for readers who hear the page: what is drawn against what.
  var summary: String { get }

  /// Every value, those left out of the picture included.
  func data() -> Table

  /// The picture.
  ///
  /// - Parameters:
  ///   - id: what the elements' identifiers begin with; each chart of a page needs its own.
  ///   - width: the width in user units; letters are 11 units tall, so 440 suits a phone and half a page.
  /// - Returns: an `svg` element, complete as a file of its own; its `metadata` are the values of ``data()``.
  func svg(id: String, width: Double) -> String
}

extension Chart {
  /// The picture at the width that suits a phone and half a page.
  package func svg(id: String = "chart") -> String { svg(id: id, width: 440) }
}

/// Values that a chart cannot draw, and the sentence that says so.
struct LeftOut {
  private(set) var count = 0

  /// Whether a number has a place on an axis; counts it where it has none.
  mutating func keeps(_ values: Double..., on axes: Axis...) -> Bool {
    let drawable = zip(values, axes).allSatisfy { $1.position(of: $0) != nil }
    if !drawable { count += 1 }
    return drawable
  }

  mutating func add() { count += 1 }

  var remarks: [String] {
    switch count {
    case 0: []
    case 1: ["1 value is left out: it is not finite or has no place on the axis."]
    default: ["\(count.grouped) values are left out: they are not finite or have no place on the axis."]
    }
  }
}

import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A parsed picture as a browser sees it.
final class SVGDocument: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    var text = ""
    /// The text of a child `title`, which is shown on hover.
    var hover = ""

    func number(_ attribute: String) -> Double { attributes[attribute].flatMap(Double.init) ?? .nan }

    var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }

    /// The corners of a line or polygon.
    var points: [(x: Double, y: Double)] {
      (attributes["points"] ?? "").split(separator: " ").map { pair in
        let numbers = pair.split(separator: ",").compactMap { Double($0) }
        return (numbers[0], numbers[1])
      }
    }
  }

  struct Malformed: Error { let message: String }

  private(set) var elements: [Element] = []
  private var open: [Int] = []

  /// Parses a picture.
  ///
  /// - Throws: `Malformed` when the text isn't well-formed XML.
  init(_ text: String) throws {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    guard parser.parse() else {
      throw Malformed(message: parser.parserError.map { "\($0)" } ?? "XML parser gave no reason")
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let last = open.last { elements[last].text += string }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    let closed = open.removeLast()
    if name == "title", let parent = open.last { elements[parent].hover = elements[closed].text }
  }

  func all(_ name: String, class wanted: String? = nil) -> [Element] {
    elements.filter { $0.name == name && (wanted.map($0.classes.contains) ?? true) }
  }

  /// Returns the markers of a series, of any shape.
  func marks(_ series: String) -> [Element] {
    elements.filter { $0.classes.contains("mark") && $0.classes.contains(series) && !$0.hover.isEmpty }
  }

  /// Every text with the box that it fills at most.
  var textBoxes: [(text: String, left: Double, right: Double, top: Double, bottom: Double)] {
    all("text").filter { $0.attributes["transform"] == nil }.map { element in
      let width = Double(element.text.count) * 5.2
      let x = element.number("x")
      let left =
        switch element.attributes["text-anchor"] {
        case "end": x - width
        case "middle": x - width / 2
        default: x
        }
      return (element.text, left, left + width, element.number("y") - 8, element.number("y"))
    }
  }

  /// The pairs of texts that overlap.
  var overlaps: [String] {
    let boxes = textBoxes
    return boxes.indices.flatMap { one in
      boxes.indices.filter { other in
        one < other && boxes[one].left < boxes[other].right && boxes[other].left < boxes[one].right
          && boxes[one].top < boxes[other].bottom && boxes[other].top < boxes[one].bottom
      }.map { "\(boxes[one].text) / \(boxes[$0].text)" }
    }
  }
}

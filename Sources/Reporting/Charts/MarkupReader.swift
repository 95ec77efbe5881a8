/// An element of a chart's SVG.
struct MarkupElement: Sendable {
  let name: String
  var attributes: [String: String]
  var text = ""
  var children: [MarkupElement] = []

  func write(into markup: inout Markup) {
    let pairs = attributes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    markup.element(name, Markup.Attributes(pairs: pairs)) { markup in
      markup.write(text: text)
      for child in children { child.write(into: &markup) }
    }
  }
}

/// Reads the part of XML that ``Markup`` writes, and only elements and attributes of charts.
struct MarkupReader {
  private static let elements: Set<String> = [
    "svg", "title", "desc", "metadata", "style", "rect", "line", "polyline", "polygon", "circle", "text",
  ]
  private static let attributes: Set<String> = [
    "xmlns", "class", "role", "viewBox", "width", "height", "aria-labelledby", "id", "x", "y", "x1", "x2", "y1", "y2",
    "cx", "cy", "r", "points", "fill", "transform", "text-anchor", "stroke-dasharray", "pointer-events", "font-size",
    "style",
  ]
  private static let references = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'"]

  private let characters: [Unicode.Scalar]
  private let file: String
  private var index = 0

  init(_ text: String, file: String) {
    characters = Array(text.unicodeScalars)
    self.file = file
  }

  private func refused(_ reason: String) -> ReportError { .foreignChart(file: file, reason: reason) }

  /// The only element of the text.
  mutating func document() throws -> MarkupElement {
    skipSpaces()
    let root = try element(depth: 0)
    skipSpaces()
    guard index == characters.count else { throw refused("something follows the picture") }
    return root
  }

  private mutating func element(depth: Int) throws -> MarkupElement {
    guard depth < 8 else { throw refused("its elements are nested too deep") }
    try take("<")
    let name = word()
    guard Self.elements.contains(name) else { throw refused("it has an element \"\(name.prefix(40))\"") }
    var element = MarkupElement(name: name, attributes: [:])
    while next == " " {
      index += 1
      let key = word()
      guard Self.attributes.contains(key) else { throw refused("it has an attribute \"\(key.prefix(40))\"") }
      try take("=")
      try take("\"")
      let value = try text(until: "\"")
      try take("\"")
      // A style may set the colour of a cell's text, and nothing may name another place.
      guard key != "style" || value.hasPrefix("fill:#") && value.count <= 13, !value.contains("url(") else {
        throw refused("its attribute \(key) is \"\(value.prefix(40))\"")
      }
      element.attributes[key] = value
    }
    try take(">")
    while true {
      element.text += try text(until: "<")
      guard index + 1 < characters.count else { throw refused("it ends within an element") }
      if characters[index + 1] == "/" { break }
      element.children.append(try self.element(depth: depth + 1))
    }
    try take("<")
    try take("/")
    guard word() == name else { throw refused("its elements are not nested") }
    try take(">")
    if !element.children.isEmpty { element.text = "" }
    return element
  }

  private var next: Unicode.Scalar? { index < characters.count ? characters[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) throws {
    guard next == character else { throw refused("its markup is not that of promptlens") }
    index += 1
  }

  private mutating func word() -> String {
    let start = index
    while let character = next, character.isASCII,
      character.properties.isAlphabetic || ("0"..."9").contains(character) || character == "-"
    {
      index += 1
    }
    return String(String.UnicodeScalarView(characters[start..<index]))
  }

  private mutating func skipSpaces() {
    while let character = next, character.properties.isWhitespace { index += 1 }
  }

  /// The text up to a character, with references resolved.
  private mutating func text(until end: Unicode.Scalar) throws -> String {
    var text = String.UnicodeScalarView()
    while let character = next, character != end {
      guard character != "<" else { throw refused("its markup is not that of promptlens") }
      index += 1
      guard character == "&" else {
        text.append(character)
        continue
      }
      let start = index
      while let character = next, character != ";", index - start < 5 { index += 1 }
      guard next == ";", let resolved = Self.references[String(String.UnicodeScalarView(characters[start..<index]))]
      else {
        throw refused("it refers to an unknown character")
      }
      index += 1
      text += resolved.unicodeScalars
    }
    return String(text)
  }
}

/// A builder of XML text, element by element, which escapes every value.
///
/// The text is well-formed XML and, for SVG inside a page, also well-formed HTML.
struct Markup {
  private(set) var text = ""

  /// Writes an element that holds only text, or nothing.
  mutating func element(_ name: String, _ attributes: Attributes = [:], text content: String = "") {
    open(name, attributes)
    text += Self.escaped(content)
    close(name)
  }

  /// Writes an element around the output of `content`.
  mutating func element(
    _ name: String, _ attributes: Attributes = [:], content: (inout Markup) -> Void
  ) {
    open(name, attributes)
    content(&self)
    close(name)
  }

  /// Writes an HTML element that has no end.
  mutating func void(_ name: String, _ attributes: Attributes) {
    open(name, attributes)
    text += "\n"
  }

  /// Writes a style sheet, which a page reads as it is.
  mutating func append(style: String) { text += "<style>\n\(style)\n</style>\n" }

  /// Writes text between elements.
  mutating func write(text content: String) { text += Self.escaped(content) }

  /// Writes the tooltip of the surrounding mark.
  mutating func hover(_ text: String) {
    if !text.isEmpty { element("title", text: text) }
  }

  /// Appends other markup.
  mutating func append(_ other: Markup) { text += other.text }

  private mutating func open(_ name: String, _ attributes: Attributes) {
    text += "<\(name)"
    for (key, value) in attributes.pairs { text += " \(key)=\"\(Self.escaped(value))\"" }
    text += ">"
  }

  private mutating func close(_ name: String) { text += "</\(name)>\n" }

  /// Returns text with XML's five special characters as references, and characters that XML 1.0 forbids as U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar.value < 0x20 ? "\u{FFFD}" : scalar)
      }
    }
    return result
  }
}

extension Markup {
  /// An element's attributes, in the order in which they are written.
  struct Attributes: ExpressibleByDictionaryLiteral {
    fileprivate var pairs: [(key: String, value: String)]

    init(pairs: [(key: String, value: String)]) { self.pairs = pairs }

    init(dictionaryLiteral elements: (String, String)...) { pairs = elements.map { ($0, $1) } }

    /// Returns the attributes and one more.
    func with(_ key: String, _ value: String) -> Attributes {
      var more = self
      more.pairs.append((key, value))
      return more
    }
  }
}

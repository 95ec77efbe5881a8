/// Estimates of the width of text, since the font of an SVG file is unknown.
enum ChartText {
  /// The height of letters, in user units.
  static let size = 11.0
  /// The height of a line of text.
  static let line = 14.0

  /// Returns a width that common sans-serif fonts don't exceed.
  static func width(_ text: String, size: Double = size) -> Double {
    text.unicodeScalars.reduce(0) { width, scalar in
      let share: Double =
        switch scalar {
        case "i", "j", "l", "t", "f", "I", ".", ",", ":", ";", "'", "|", "!", " ": 0.34
        case "m", "w", "M", "W", "%", "@", "—": 0.92
        case "A"..."Z": 0.7
        default: scalar.value >= 0x1100 ? 1.05 : 0.64
        }
      return width + share * size
    }
  }

  /// Returns the text, truncated with an ellipsis if it is wider than `limit`.
  static func fitted(_ text: String, limit: Double, size: Double = size) -> String {
    guard width(text, size: size) > limit else { return text }
    var short = text
    while !short.isEmpty, width(short + "…", size: size) > limit { short.removeLast() }
    return short + "…"
  }

  /// Returns the text in lines of at most `limit`, broken between words.
  static func lines(_ text: String, limit: Double, size: Double = size) -> [String] {
    var lines: [String] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      if let last = lines.last, width("\(last) \(word)", size: size) <= limit {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(fitted(String(word), limit: limit, size: size))
      }
    }
    return lines
  }
}

/// Names of several files in one text, as shells write them: `pets-{000..009}.tar`, `{train,test}-{0..3}.tar`.
enum BracePattern {
  /// The most names that a pattern may stand for.
  private static let limit = 100_000

  /// Returns the names that a pattern stands for, the last braces changing fastest.
  ///
  /// - Throws: ``DatasetError/badSource(text:reason:)`` for a range of something else than numbers, or too many names.
  static func expanded(_ pattern: String) throws(DatasetError) -> [String] {
    var names = [""]
    var rest = pattern[...]
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else {
        throw .badSource(text: pattern, reason: "a brace is not closed")
      }
      let choices = try choices(String(rest[rest.index(after: open)..<close]), in: pattern)
      guard names.count * choices.count <= limit else {
        throw .badSource(text: pattern, reason: "it stands for more than \(limit) files")
      }
      names = names.flatMap { name in choices.map { "\(name)\(rest[..<open])\($0)" } }
      rest = rest[rest.index(after: close)...]
    }
    return names.map { $0 + rest }
  }

  private static func choices(_ text: String, in pattern: String) throws(DatasetError) -> [String] {
    guard let dots = text.range(of: "..") else {
      let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard parts.allSatisfy({ !$0.isEmpty }) else {
        throw .badSource(text: pattern, reason: "{\(text)} holds an empty name")
      }
      return parts
    }
    let (first, last) = (text[..<dots.lowerBound], text[dots.upperBound...])
    guard let start = Int(first), let end = Int(last), start >= 0, end >= start, end - start < limit else {
      throw .badSource(text: pattern, reason: "{\(text)} isn't a range of numbers, as {000..009}")
    }
    return (start...end).map { number in
      let digits = String(number)
      return String(repeating: "0", count: max(first.count - digits.count, 0)) + digits
    }
  }
}

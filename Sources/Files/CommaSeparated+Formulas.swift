// Fields that spreadsheets would take for formulas. Source: OWASP, CSV injection.

extension CommaSeparated {
  /// Returns a field with an apostrophe before a beginning that makes spreadsheets run it: one of `= + - @`, a tab or a
  /// carriage return. Numbers stay as they are, with a sign, a percent sign or an interval.
  package static func harmless(_ field: String) -> String {
    isFormula(field) && !isNumber(field) ? "'" + field : field
  }

  /// Returns the field that ``harmless(_:)`` was given.
  package static func restored(_ field: String) -> String {
    let rest = field.dropFirst()
    return field.utf8.first == UInt8(ascii: "'") && harmless(String(rest)) == field ? String(rest) : field
  }

  /// Returns a Boolean value that indicates whether a field begins as formulas do, behind apostrophes of its own, which
  /// would otherwise be lost when it is read.
  private static func isFormula(_ field: String) -> Bool {
    guard let first = field.utf8.first(where: { $0 != UInt8(ascii: "'") }) else { return false }
    return "=+-@\t\r".utf8.contains(first)
  }

  /// Returns a Boolean value that indicates whether a field is a number: it has digits, and nothing else than what is
  /// written around them.
  private static func isNumber(_ field: String) -> Bool {
    guard Double(field) == nil else { return true }
    var hasDigit = false
    for scalar in field.unicodeScalars {
      switch scalar {
      case "0"..."9": hasDigit = true
      case "+", "-", "−", "–", ".", ",", "%", "±", "…", "e", "E", " ": break
      default: return false
      }
    }
    return hasDigit
  }
}

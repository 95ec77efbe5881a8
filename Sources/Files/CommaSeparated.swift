/// A writer of comma-separated tables, and a reader of their lines.
///
/// Source: RFC 4180, with line feeds.
package enum CommaSeparated {
  /// Returns a row of a table, with its line feed. Fields that hold a comma, a quote, or a line end are quoted.
  package static func line(_ fields: [String]) -> String {
    let quoted = fields.map { field in
      let isPlain = !field.utf8.contains { ",\"\r\n".utf8.contains($0) }
      return isPlain ? field : "\"\(field.replacing("\"", with: "\"\""))\""
    }
    return quoted.joined(separator: ",") + "\n"
  }

  /// Returns the fields of a line that ``line(_:)`` wrote, without line ends in fields.
  package static func fields(_ line: some StringProtocol) -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var previous: UInt8 = 0
    for byte in line.utf8 {
      switch byte {
      case UInt8(ascii: "\""):
        // A doubled quote ends and begins the quoted part, and stands for itself.
        if !isQuoted, previous == byte { field.append(byte) }
        isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        fields.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
      case UInt8(ascii: "\r") where !isQuoted: break
      default: field.append(byte)
      }
      previous = byte
    }
    return fields + [String(decoding: field, as: UTF8.self)]
  }
}

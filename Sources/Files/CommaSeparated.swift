/// Comma-separated tables.
///
/// Source: RFC 4180; line feeds are written.
package enum CommaSeparated {
  /// Returns a row of a table, with its line feed. Fields that hold a comma, a quote, or a line end are quoted, and those
  /// that spreadsheets would run are ``harmless(_:)``.
  package static func line(_ fields: [String]) -> String {
    let quoted = fields.map { field in
      let field = harmless(field)
      let isPlain = !field.utf8.contains { ",\"\r\n".utf8.contains($0) }
      return isPlain ? field : "\"\(field.replacing("\"", with: "\"\""))\""
    }
    return quoted.joined(separator: ",") + "\n"
  }
}

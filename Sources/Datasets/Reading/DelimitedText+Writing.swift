extension DelimitedText {
  /// Returns a row of a comma-separated table, with its line feed. Source: RFC 4180.
  static func line(_ fields: [String]) -> String {
    let quoted = fields.map { field in
      let isPlain = !field.utf8.contains { ",\"\r\n".utf8.contains($0) }
      return isPlain ? field : "\"\(field.replacing("\"", with: "\"\""))\""
    }
    return quoted.joined(separator: ",") + "\n"
  }
}

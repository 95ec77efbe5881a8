import PromptLensFiles

/// A table in a text file, separated by commas, semicolons or tabs, with a heading for each column.
struct DelimitedText {
  typealias Row = CommaSeparated.Row

  let columns: [String]
  let rows: [Row]

  /// Creates a table of rows that were read already.
  init(columns: [String], rows: [Row]) {
    self.columns = columns
    self.rows = rows
  }

  /// Reads a file; tabs separate where the first line has one, or the name ends in `.tsv`, and semicolons where it has
  /// more of them than of commas.
  ///
  /// - Throws: `FileError`; ``DatasetError/badLine(path:line:expected:found:)`` for a row whose number of fields isn't
  ///   that of the columns, or a misplaced or unclosed quote.
  init(contentsOf path: String) throws {
    let text = try TextLines.text(of: path, expected: "a table of images, .csv or .tsv", limit: 256 << 20)
    let separator = path.lowercased().hasSuffix(".tsv") ? UInt8(ascii: "\t") : Self.separator(of: text)
    var rows: [Row]
    do {
      rows = try CommaSeparated.rows(of: Array(text.utf8), separator: separator)
    } catch { throw DatasetError.badLine(path: path, line: error.line, expected: error.expected, found: error.found) }
    guard !rows.isEmpty else {
      throw DatasetError.badLine(path: path, line: 1, expected: "the columns' headings", found: "empty")
    }
    let headings = rows.removeFirst()
    for row in rows where row.fields.count != headings.fields.count {
      throw DatasetError.badLine(
        path: path, line: row.line, expected: "\(headings.fields.count) fields as in the first line",
        found: "\(row.fields.count) fields")
    }
    columns = headings.fields
    self.rows = rows
  }

  /// Returns the separator of a table's headings.
  private static func separator(of text: String) -> UInt8 {
    let (tab, comma, semicolon) = (UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: ";"))
    var counts = [tab: 0, comma: 0, semicolon: 0]
    var isQuoted = false
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      guard isQuoted || byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") else { break }
      if !isQuoted { counts[byte]? += 1 }
    }
    if counts[tab] ?? 0 > 0 { return tab }
    return counts[semicolon] ?? 0 > counts[comma] ?? 0 ? semicolon : comma
  }
}

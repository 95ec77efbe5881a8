/// A table in a text file, separated by commas, semicolons or tabs, with a heading for each column.
///
/// Source: RFC 4180. Fields in double quotes may hold separators, line ends and doubled quotes; lines may end in LF,
/// CRLF or CR; blank lines are left out.
struct DelimitedText {
  /// A row and the line, from 1, on which it begins.
  struct Row: Equatable {
    let line: Int
    let fields: [String]
  }

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
    var rows = try Self.rows(of: Array(text.utf8), separator: separator, path: path)
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

  /// Returns what separates the headings of a table.
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

  private static func rows(of bytes: [UInt8], separator: UInt8, path: String) throws -> [Row] {
    let (quote, lineFeed, carriageReturn) = (UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    var rows: [Row] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var line = 1
    var firstLine = 1
    var index = 0
    /// Returns whether a line ends in CR and LF here.
    func isPair(_ index: Int) -> Bool {
      bytes[index] == carriageReturn && index + 1 < bytes.count && bytes[index + 1] == lineFeed
    }
    func endField() {
      fields.append(String(decoding: field, as: UTF8.self))
      field.removeAll(keepingCapacity: true)
    }
    func endRow() {
      let isBlank = fields.isEmpty && field.isEmpty
      endField()
      if !isBlank { rows.append(Row(line: firstLine, fields: fields)) }
      fields.removeAll(keepingCapacity: true)
    }
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case quote:
        guard field.isEmpty else {
          throw DatasetError.badLine(
            path: path, line: line, expected: "quotes around a whole field", found: "a field with a quote inside")
        }
        let opening = line
        index += 1
        while true {
          guard index < bytes.count else {
            throw DatasetError.badLine(
              path: path, line: opening, expected: "a closing quote", found: "a quoted field that never ends")
          }
          if bytes[index] == quote {
            guard index + 1 < bytes.count, bytes[index + 1] == quote else { break }
            index += 1
          } else if bytes[index] == lineFeed || bytes[index] == carriageReturn && !isPair(index) {
            line += 1
          }
          field.append(bytes[index])
          index += 1
        }
        index += 1
        let after = index < bytes.count ? bytes[index] : lineFeed
        guard after == separator || after == lineFeed || after == carriageReturn else {
          throw DatasetError.badLine(
            path: path, line: line, expected: "a separator after a closing quote", found: "something else")
        }
      case separator:
        endField()
        index += 1
      case carriageReturn where isPair(index): index += 1
      case lineFeed, carriageReturn:
        endRow()
        line += 1
        firstLine = line
        index += 1
      default:
        field.append(byte)
        index += 1
      }
    }
    if !field.isEmpty || !fields.isEmpty { endRow() }
    return rows
  }
}

// The reading of tables; lines may end in LF, CRLF or CR, and blank lines are left out.

extension CommaSeparated {
  /// A row and the line, from 1, on which it begins.
  package struct Row: Equatable {
    package let line: Int
    package let fields: [String]

    /// Creates a row.
    package init(line: Int, fields: [String]) {
      self.line = line
      self.fields = fields
    }
  }

  /// A misplaced or unclosed quote.
  package struct Fault: Error {
    /// The line, from 1.
    package let line: Int
    package let expected: String
    package let found: String
  }

  /// Returns the rows of a table. Fields in double quotes may hold separators, line ends and doubled quotes.
  ///
  /// - Parameters:
  ///   - bytes: the table in UTF-8.
  ///   - separator: the character between fields.
  /// - Returns: the rows, whose numbers of fields may differ.
  /// - Throws: ``Fault``.
  package static func rows(of bytes: [UInt8], separator: UInt8 = UInt8(ascii: ",")) throws(Fault) -> [Row] {
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
          throw Fault(line: line, expected: "quotes around a whole field", found: "a field with a quote inside")
        }
        let opening = line
        index += 1
        while true {
          guard index < bytes.count else {
            throw Fault(line: opening, expected: "a closing quote", found: "a quoted field that never ends")
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
          throw Fault(line: line, expected: "a separator after a closing quote", found: "something else")
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

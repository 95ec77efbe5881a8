import PromptLensFiles

/// A table of text cells, for reading or for spreadsheets.
package struct Table: Sendable, Equatable {
  /// The alignment of a column's cells; its raw value is the kind of content.
  package enum Alignment: String, Sendable, CaseIterable {
    /// The alignment of words.
    case leading = "text"
    /// The alignment of numbers.
    case trailing = "number"
  }

  /// A column's heading and alignment.
  package struct Column: Sendable, Equatable {
    /// The heading.
    package let heading: String
    let alignment: Alignment

    /// Returns a column of words.
    package static func text(_ heading: String) -> Column { Column(heading: heading, alignment: .leading) }
    /// Returns a column of numbers.
    package static func number(_ heading: String) -> Column { Column(heading: heading, alignment: .trailing) }
  }

  /// The title; empty for none.
  package let title: String
  /// The columns.
  package let columns: [Column]
  /// The rows, a cell for each column.
  package private(set) var rows: [[String]]
  /// The indices of rows that papers print in bold.
  package private(set) var boldRows: Set<Int> = []

  /// The columns' headings.
  package var headings: [String] { columns.map(\.heading) }

  /// Creates a table; rows may be added later.
  package init(title: String = "", columns: [Column], rows: [[String]] = []) {
    self.title = title
    self.columns = columns
    self.rows = rows
  }

  /// Adds a row, a cell for each column.
  package mutating func append(_ cells: String...) { rows.append(cells) }

  /// Adds a row, a cell for each column.
  package mutating func append(_ cells: [String]) { rows.append(cells) }

  /// Prints the last row in bold in Markdown and LaTeX.
  package mutating func emphasizeLastRow() { boldRows.insert(rows.count - 1) }

  /// A Boolean value that indicates whether this is a table of facts: names, and values without a heading.
  var isFacts: Bool { columns.count == 2 && columns[1].heading.isEmpty }

  /// The table without its title.
  package var untitled: Table { titled("") }

  /// Returns the table under another title.
  package func titled(_ title: String) -> Table {
    var table = Table(title: title, columns: columns, rows: rows)
    table.boldRows = boldRows
    return table
  }

  /// Returns the table with numbers in few digits, for reading; files have them in full.
  package func rounded() -> Table {
    let cells = rows.map { row in
      zip(columns, row).map { column, cell in
        guard column.alignment == .trailing, cell.contains("."), let number = Double(cell), number.isFinite else {
          return cell
        }
        return number.fewDigits
      }
    }
    var table = Table(title: title, columns: columns, rows: cells)
    table.boldRows = boldRows
    return table
  }
}

// MARK: - As text

extension Table {
  /// Returns the table with padded columns, two spaces apart, and a rule under the headings.
  package func text() -> String {
    let headings = columns.map { Self.printable($0.heading) }
    let body = rows.map { $0.map(Self.printable) }
    let widths = columns.indices.map { column in
      ([headings[column]] + body.map { $0[column] }).map(Self.width).max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - Self.width(cells[column]))
        return columns[column].alignment == .leading ? cells[column] + space : space + cells[column]
      }
      var joined = padded.joined(separator: "  ")
      while joined.hasSuffix(" ") { joined.removeLast() }
      return joined
    }
    var lines = title.isEmpty ? [] : [title]
    if !headings.allSatisfy(\.isEmpty) {
      lines += [line(headings), widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")]
    }
    lines += body.map(line)
    return lines.joined(separator: "\n") + "\n"
  }

  /// Returns text without control characters, which in file and class names could move the terminal's cursor or break a
  /// table's line.
  static func printable(_ cell: String) -> String {
    guard cell.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return cell }
    return String(
      String.UnicodeScalarView(
        cell.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
  }

  /// Returns the number of terminal columns: two for East Asian and pictorial characters, one for the rest.
  private static func width(_ cell: String) -> Int {
    cell.reduce(0) { width, character in
      let wide = character.unicodeScalars.contains {
        (0x1100...0x115F).contains($0.value) || (0x2E80...0xA4CF).contains($0.value)
          || (0xAC00...0xD7A3).contains($0.value) || (0xF900...0xFAFF).contains($0.value)
          || (0xFE30...0xFE6F).contains($0.value) || (0xFF00...0xFF60).contains($0.value)
          || (0x1F300...0x1FAFF).contains($0.value) || (0x20000...0x3FFFD).contains($0.value)
      }
      return width + (wide ? 2 : 1)
    }
  }
}

// MARK: - As CSV

extension Table {
  /// Returns headings and rows as comma-separated values, whole numbers without the commas between their groups of
  /// digits.
  ///
  /// Source: RFC 4180, with line feeds.
  package func csv() -> String {
    let body = rows.map { row in
      zip(columns, row).map { $0.alignment == .trailing ? Self.ungrouped($1) : $1 }
    }
    let lines = [columns.map(\.heading)] + body
    return lines.map(CommaSeparated.line).joined()
  }

  /// Returns a whole number without separators, `1,234` as `1234`; any other cell unchanged.
  private static func ungrouped(_ cell: String) -> String {
    guard cell.contains(","), let number = Int(cell.replacing(",", with: "")), number.grouped == cell else {
      return cell
    }
    return "\(number)"
  }
}

extension Table {
  /// Reads comma-separated values with headings; columns whose cells are all numbers, or empty, stand to the right.
  ///
  /// Rows that have fewer cells than there are headings are filled up, longer ones cut. Source: RFC 4180.
  ///
  /// - Parameters:
  ///   - text: the file's text.
  ///   - title: what stands over the table.
  package init(csv text: String, title: String = "") {
    var rows = Self.records(text)
    let headings = rows.isEmpty ? [] : rows.removeFirst()
    let cells = rows.map { row in headings.indices.map { $0 < row.count ? row[$0] : "" } }
    let columns = headings.enumerated().map { index, heading in
      let isNumber =
        cells.contains { !$0[index].isEmpty } && cells.allSatisfy { $0[index].isEmpty || Double($0[index]) != nil }
      return isNumber ? Column.number(heading) : Column.text(heading)
    }
    self.init(title: title, columns: columns, rows: cells)
  }

  private static func records(_ text: String) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var cell = String.UnicodeScalarView()
    var isQuoted = false
    var scalars = text.unicodeScalars.makeIterator()
    var pending = scalars.next()
    func endCell() {
      record.append(String(cell))
      cell = String.UnicodeScalarView()
    }
    while let scalar = pending {
      pending = scalars.next()
      switch scalar {
      case "\"" where isQuoted && pending == "\"":
        cell.append(scalar)
        pending = scalars.next()
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: endCell()
      case "\n" where !isQuoted:
        endCell()
        records.append(record)
        record = []
      case "\r" where !isQuoted && pending == "\n": break
      default: cell.append(scalar)
      }
    }
    if !cell.isEmpty || !record.isEmpty {
      endCell()
      records.append(record)
    }
    return records.filter { $0 != [""] }
  }

  /// The table with numbers in few digits, for a reader; files keep them in full.
  package func rounded() -> Table {
    let cells = rows.map { row in
      zip(columns, row).map { column, cell in
        guard column.alignment == .trailing, cell.contains("."), let number = Double(cell), number.isFinite else {
          return cell
        }
        return number.fewDigits
      }
    }
    return Table(title: title, columns: columns, rows: cells)
  }
}

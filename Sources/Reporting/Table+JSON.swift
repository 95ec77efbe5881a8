import PromptLensJSONDocuments

// Tables as data.

extension Table {
  /// The table as JSON: title, columns with their kinds, and rows of texts.
  package var json: JSON {
    [
      "title": .string(title),
      "columns": .array(
        columns.map { ["heading": .string($0.heading), "kind": .string($0.alignment.rawValue)] }),
      "rows": .array(rows.map { .array($0.map { .string($0) }) }),
    ]
  }

  /// Decodes a table.
  ///
  /// - Throws: `JSONError` naming the member that is missing or of another kind.
  package init(decoding node: JSONNode) throws {
    let columns = try node.array("columns").map {
      Column(heading: try $0.string("heading"), alignment: try $0.choice("kind"))
    }
    let rows = try node.array("rows").map { row in
      let cells = try row.array().map { try $0.string() }
      guard cells.count == columns.count else {
        throw row.unexpected(expected: "\(columns.count) cells", found: "\(cells.count)")
      }
      return cells
    }
    self.init(title: try node.string("title"), columns: columns, rows: rows)
  }
}

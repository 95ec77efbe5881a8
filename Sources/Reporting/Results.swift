import PromptLensJSONDocuments

/// A format of printed results.
package enum OutputFormat: String, Sendable, CaseIterable {
  /// A table for reading.
  case table
  /// A document for programs.
  case json
  /// Comma-separated values for spreadsheets.
  case csv
  /// Tables for a README or a paper's appendix.
  case markdown
  /// Tables for papers.
  case latex
}

/// The results of a command, in a form for every output format.
package struct Results: Sendable {
  /// The whole result, with stable keys for scripts.
  package let json: JSON
  /// The tables for reading, in order.
  package let tables: [Table]
  /// The table for spreadsheets.
  package let csv: Table

  /// Creates results whose spreadsheet is `csv`, or else the first table.
  ///
  /// A table of facts is written for readers, so a spreadsheet has the document's keys and values instead, with numbers in
  /// full precision.
  package init(json: JSON, tables: [Table], csv: Table? = nil) {
    self.json = json
    self.tables = tables
    let chosen = csv ?? tables.first ?? Table(columns: [])
    if chosen.isFacts, case .object(let members) = json {
      self.csv = Table(columns: [.text("key"), .text("value")], rows: Self.rows(members, below: ""))
    } else {
      self.csv = chosen
    }
  }

  /// Creates the results of a list of names, as a table of one column and an array.
  package init(_ names: [String], title: String) {
    self.init(
      json: .array(names.map { .string($0) }), tables: [Table(columns: [.text(title)], rows: names.map { [$0] })])
  }

  /// Returns a row for each value of a document: members of objects under dotted keys, arrays as JSON.
  private static func rows(_ members: JSON.Object, below path: String) -> [[String]] {
    members.flatMap { key, value -> [[String]] in
      switch value {
      case .object(let inner): rows(inner, below: "\(path)\(key).")
      case .string(let text): [["\(path)\(key)", text]]
      case .null: [["\(path)\(key)", ""]]
      default: [["\(path)\(key)", value.serialized()]]
      }
    }
  }

  /// Returns the results as text that ends in a line feed.
  package func text(as format: OutputFormat) -> String {
    switch format {
    case .table: tables.map { $0.text() }.joined(separator: "\n")
    case .json: json.serialized() + "\n"
    case .csv: csv.csv()
    case .markdown: tables.map(Markdown.table).joined(separator: "\n")
    case .latex: tables.map { $0.latex() }.joined(separator: "\n")
    }
  }
}

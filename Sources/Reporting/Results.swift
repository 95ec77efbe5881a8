import PromptLensJSONDocuments

/// How a command prints its results.
package enum OutputFormat: String, Sendable, CaseIterable {
  /// For a person.
  case table
  /// For a program.
  case json
  /// For a spreadsheet.
  case csv
  /// For a README or a paper's appendix.
  case markdown
  /// For a paper.
  case latex
}

/// What a command found, for people and for programs.
package struct Results: Sendable {
  /// Everything, under keys that scripts may rely on.
  package let json: JSON
  /// What a person reads, in order.
  package let tables: [Table]
  /// The table that a spreadsheet gets.
  package let csv: Table

  /// Results whose spreadsheet is `csv`, or else the first table.
  package init(json: JSON, tables: [Table], csv: Table? = nil) {
    self.json = json
    self.tables = tables
    self.csv = csv ?? tables.first ?? Table(columns: [])
  }

  /// The results as text that ends in a line feed.
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

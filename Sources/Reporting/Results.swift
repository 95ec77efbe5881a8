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
  package init(json: JSON, tables: [Table], csv: Table? = nil) {
    self.json = json
    self.tables = tables
    self.csv = csv ?? tables.first ?? Table(columns: [])
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

import PromptLensReporting

/// A format of predictions: those of all results, and a line for each image.
package enum PredictionFormat: String, Sendable, CaseIterable {
  /// A table for reading.
  case table
  /// A list for programs.
  case json
  /// A document for each image, a line each.
  case jsonl
  /// Comma-separated values for spreadsheets.
  case csv
  /// Tables for a README.
  case markdown
  /// Tables for papers.
  case latex

  /// The format of tables; nil for those that are written image by image.
  package var tables: OutputFormat? {
    switch self {
    case .table: .table
    case .markdown: .markdown
    case .latex: .latex
    case .json, .jsonl, .csv: nil
    }
  }
}

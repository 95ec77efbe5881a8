import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension Results {
  /// Creates the results of decoding token ids.
  package init(decoded text: String) {
    self.init(json: .string(text), tables: [Table(columns: [.text("text")], rows: [[text]])])
  }

  /// Creates the results of a tokenization: a table for each text, with pieces as people read them; as CSV with pieces
  /// as the vocabulary has them, and as data only the ids.
  package init(_ texts: [TokenizedText]) {
    let columns: [Table.Column] = [.number("position"), .number("id"), .text("piece"), .number("from"), .number("to")]
    var csv = Table(columns: [.number("text")] + columns)
    var tables: [Table] = []
    for (index, text) in texts.enumerated() {
      var table = Table(title: "\"\(text.cleaned)\": \(text.tokens.count) tokens", columns: columns)
      for (position, token) in text.tokens.enumerated() {
        func row(_ piece: String) -> [String] {
          [
            "\(position)", "\(token.id)", piece, token.range.map { "\($0.lowerBound)" } ?? "",
            token.range.map { "\($0.upperBound)" } ?? "",
          ]
        }
        table.append(row(token.label))
        csv.append(["\(index + 1)"] + row(token.piece))
      }
      tables.append(table)
    }
    let json = JSON.array(texts.map { .array($0.tokens.map { .integer(Int64($0.id)) }) })
    self.init(json: json, tables: tables, csv: csv)
  }
}

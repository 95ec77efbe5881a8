import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension Results {
  /// Creates the results of a tokenization: a table for each text, and only the ids as data.
  package init(_ texts: [TokenizedText]) {
    let columns: [Table.Column] = [.number("position"), .number("id"), .text("piece"), .number("from"), .number("to")]
    var csv = Table(columns: [.number("text")] + columns)
    var tables: [Table] = []
    for (index, text) in texts.enumerated() {
      var table = Table(title: "\"\(text.cleaned)\": \(text.tokens.count) tokens", columns: columns)
      for (position, token) in text.tokens.enumerated() {
        let row = [
          "\(position)", "\(token.id)", token.piece, token.range.map { "\($0.lowerBound)" } ?? "",
          token.range.map { "\($0.upperBound)" } ?? "",
        ]
        table.append(row)
        csv.append(["\(index + 1)"] + row)
      }
      tables.append(table)
    }
    let json = JSON.array(texts.map { .array($0.tokens.map { .integer(Int64($0.id)) }) })
    self.init(json: json, tables: tables, csv: csv)
  }
}

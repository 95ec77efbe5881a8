import PromptLensJSONDocuments
import PromptLensReporting

/// A part of the demo.
struct DemoStage {
  /// Its name in JSON.
  let key: String
  /// What it does, in a line.
  let title: String
  /// The command that does such a thing alone.
  let command: String
  let table: Table
  /// What the table leaves to be said.
  var note: String?

  /// The stage as a person reads it.
  func text(number: Int, of count: Int) -> String {
    "\n# \(number) of \(count). \(title)\n$ \(command)\n\n\(table.text())" + (note.map { "\($0)\n" } ?? "")
  }

  /// The stage for a program: the table's cells by their headings.
  var json: JSON {
    let rows = table.rows.map { row in
      var object = JSON.Object()
      for (column, cell) in zip(table.columns, row) { object[column.heading] = .string(cell) }
      return JSON.object(object)
    }
    return [
      "stage": .string(key), "title": .string(title), "command": .string(command), "rows": .array(rows),
      "note": note.map { .string($0) } ?? .null,
    ]
  }
}

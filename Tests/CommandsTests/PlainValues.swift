import PromptLensJSONDocuments

/// The rules for data that programs read: keys in snake_case, numbers and Boolean values as such.
enum PlainValues {
  /// Keys whose values are words, names or ids of the user's or of a vocabulary, which may look like numbers.
  private static let texts: Set = [
    "piece", "text", "words", "class", "classes", "class_names", "name", "names", "rows", "value", "texts", "predicted",
    "word", "template", "templates", "from", "to", "summary", "cells", "heading", "label", "id", "runs",
    "library_versions", "warning", "warnings", "caption",
  ]

  /// Returns the places where JSON breaks the rules; `named` has the keys of objects whose own keys are names from elsewhere.
  static func faults(_ value: JSON, named: Set<String>, at path: String = "", key: String = "") -> [String] {
    switch value {
    case .object(let members):
      return members.flatMap { name, value in
        (named.contains(key) || isKey(name) ? [] : ["the key \(path).\(name)"])
          + faults(value, named: named, at: "\(path).\(name)", key: named.contains(key) ? key : name)
      }
    case .array(let elements):
      return elements.flatMap { faults($0, named: named, at: "\(path)[]", key: key) }
    case .string(let text):
      let looksPlain = Double(text) != nil || ["true", "false", "yes", "no"].contains(text) || text.hasSuffix(" %")
      return looksPlain && !texts.contains(key) ? ["\(path) is the text \(text)"] : []
    default: return []
    }
  }

  /// Returns the places where CSV breaks the rules.
  static func faults(csv: String) -> [String] {
    let rows = table(csv)
    guard let header = rows.first, rows.count > 1 else { return ["no rows"] }
    var faults = header.filter { !isKey($0) }.map { "the heading \($0)" }
    if rows.dropFirst().contains(header) { faults.append("the header twice") }
    for row in rows where row.count != header.count { faults.append("\(row.count) cells, not \(header.count): \(row)") }
    for row in rows.dropFirst() {
      for (name, cell) in zip(header, row) where !texts.contains(name) {
        if cell.hasSuffix(" %") || (cell.contains(",") && Double(cell.replacing(",", with: "")) != nil) {
          faults.append("\(name) is \(cell)")
        }
      }
    }
    return faults
  }

  static func isKey(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || $0 == UInt8(ascii: "_")
      }
  }

  /// Returns the cells of CSV, by RFC 4180.
  static func table(_ csv: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell = ""
    var isQuoted = false
    var isAfterQuote = false
    for character in csv {
      if isQuoted {
        if character == "\"" {
          isQuoted = false
          isAfterQuote = true
        } else {
          cell.append(character)
        }
        continue
      }
      switch character {
      case "\"":
        if isAfterQuote { cell.append(character) }
        isQuoted = true
      case ",":
        row.append(cell)
        cell = ""
      case "\n":
        rows.append(row + [cell])
        (row, cell) = ([], "")
      default: cell.append(character)
      }
      isAfterQuote = false
    }
    return rows
  }
}

import PromptLensDatasets
import PromptLensJSONDocuments
import PromptLensReporting

extension DatasetCheck {
  /// Returns the check as tables and data.
  ///
  /// - Parameters:
  ///   - title: the data set's title.
  ///   - name: its name in documents, unless it is published.
  /// - Returns: the present and missing files, the splits, and a verdict.
  package func results(title: String, name: String) -> Results {
    var files = Table(title: "\(title) in \(home)", columns: [.text("file or folder"), .text("")])
    for entry in entries { files.append(entry.path, entry.isPresent ? "present" : "missing") }
    var table = Table(
      title: entries.isEmpty ? "\(title) in \(home)" : "",
      columns: [
        .text("split"), .number("images"), .number("missing"), .number("expected"), .number("compared"),
        .number("changed"), .text("first missing"),
      ])
    for split in splits {
      table.append(
        split.split.rawValue, split.listed.grouped, split.missing.grouped, split.expected?.grouped ?? "",
        split.compared.grouped, split.changed.count.grouped, split.firstMissing ?? "")
    }
    return Results(
      json: json(named: name),
      tables: (entries.isEmpty ? [] : [files]) + (splits.isEmpty ? [] : [table]) + (images?.tables ?? []) + [verdict],
      csv: Table(
        columns: table.columns.dropLast() + [.text("first_missing")], rows: table.rows))
  }

  private var verdict: Table {
    let classes = classCount.map { "\($0)" } ?? "unknown"
    var verdict = Table(columns: [.text("verdict"), .text("")])
    verdict.append("classes", known.map { "\(classes), expected \($0.classCount)" } ?? classes)
    verdict.append(
      "complete", isComplete.map { $0 ? "yes" : "no" } ?? (isAsListed ? "as listed; images were not decoded" : "no"))
    let changed = splits.flatMap(\.changed)
    for (index, path) in changed.prefix(20).enumerated() { verdict.append(index == 0 ? "changed" : "", path) }
    if changed.count > 20 { verdict.append("", "… and \((changed.count - 20).grouped) more") }
    if let known, !isAsListed { verdict.append("where to get it", known.source) }
    if let problem { verdict.append("problem", problem) }
    return verdict
  }

  private func json(named name: String) -> JSON {
    [
      "name": .string(known?.key ?? name), "home": .string(home), "as_listed": .bool(isAsListed),
      "complete": isComplete.map { .bool($0) } ?? (isAsListed ? .null : false),
      "parts": .array(entries.map { ["path": .string($0.path), "present": .bool($0.isPresent)] }),
      "splits": .array(
        splits.map {
          [
            "split": .string($0.split.rawValue), "images": JSON($0.listed), "missing": JSON($0.missing),
            "expected": $0.expected.map { JSON($0) } ?? .null,
            "first_missing": $0.firstMissing.map { .string($0) } ?? .null, "compared": JSON($0.compared),
            "changed": .array($0.changed.map { .string($0) }),
          ]
        }),
      "classes": classCount.map { JSON($0) } ?? .null,
      "expected_classes": known.map { JSON($0.classCount) } ?? .null,
      "images": images?.json ?? .null, "notes": .array(notes.map { .string($0.description) }),
      "problem": problem.map { .string($0) } ?? .null,
      "source": known.map { .string($0.source) } ?? .null,
    ]
  }
}

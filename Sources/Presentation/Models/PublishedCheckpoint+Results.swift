import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensReporting

extension PublishedCheckpoint {
  /// The list of published checkpoints, with the checks of each family, and those of open_clip's list that aren't read.
  package static var results: Results {
    var table = Table(
      columns: [
        .text("family"), .text("name"), .text("architecture"), .number("weights"), .number("size"),
        .text("published at"),
      ])
    var csv = Table(
      columns: [
        .text("family"), .text("name"), .text("architecture"), .number("weights"), .number("bytes"), .text("url"),
        .text("sha256"),
      ])
    for entry in PublishedCheckpoint.all {
      table.append(
        entry.family.rawValue, entry.name, entry.architecture, entry.parameterCount?.grouped ?? "",
        entry.weightBytes?.byteSize ?? "", entry.address)
      csv.append(
        entry.family.rawValue, entry.name, entry.architecture, entry.parameterCount.map { "\($0)" } ?? "",
        entry.weightBytes.map { "\($0)" } ?? "", entry.address, entry.sha256 ?? "")
    }
    var checks = Table(columns: [.text("family"), .text("checked with small models of random weights")])
    for family in PublishedCheckpoint.Family.allCases { checks.append(family.rawValue, family.checked) }
    var refused = Table(columns: [.text("not read"), .text("reason")])
    for (names, reason) in PublishedCheckpoint.refused { for name in names { refused.append(name, reason) } }
    let json = PublishedCheckpoint.all.map { entry -> JSON in
      [
        "family": .string(entry.family.rawValue), "name": .string(entry.name), "site": .string(entry.site),
        "architecture": .string(entry.architecture), "weights": entry.parameterCount.map { JSON($0) } ?? .null,
        "bytes": entry.weightBytes.map { JSON($0) } ?? .null, "url": .string(entry.address),
        "sha256": entry.sha256.map { .string($0) } ?? .null, "checked": .string(entry.family.checked),
      ]
    }
    return Results(json: .array(json), tables: [table, checks, refused], csv: csv)
  }
}

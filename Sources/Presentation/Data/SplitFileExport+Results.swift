import PromptLensFeatures
import PromptLensDatasets
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension SplitFileExport {
  /// The contents of the file as a table and data.
  package var results: Results {
    var table = Table(columns: [.text("split file"), .text("")])
    table.append("written", path)
    table.append("classes", "\(dataset.classNames.count)")
    for split in Split.allCases { table.append("\(split) images", "\(dataset[split].count)") }
    table.append("content hashes", hasHashes ? "yes" : "no")
    table.append("paths relative to", dataset.root)
    var counts = JSON.Object()
    for split in Split.allCases { counts[split.rawValue] = JSON(dataset[split].count) }
    return Results(
      json: [
        "file": .string(path), "classes": JSON(dataset.classNames.count), "images": .object(counts),
        "hashes": .bool(hasHashes), "root": .string(dataset.root),
        "notes": .array(dataset.notes.map { .string($0.description) }),
      ], tables: [table])
  }
}

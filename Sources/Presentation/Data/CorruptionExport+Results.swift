import PromptLensDatasets
import PromptLensExperiments
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensReporting

extension CorruptionExport {
  /// The result as a table and data.
  package var results: Results {
    let kinds = corruptions.map(\.kind.rawValue).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let severities = Set(corruptions.map(\.severity)).sorted()
    var table = Table(columns: [.text("corrupted images"), .text("")])
    table.append("data", data)
    table.append("images", imageCount.grouped)
    table.append("kinds", kinds.joined(separator: ", "))
    table.append("severities", severities.map { "\($0)" }.joined(separator: ", "))
    table.append("files", "\((imageCount * corruptions.count).grouped), and \(CorruptedImages.tableName)")
    table.append("folder", output)
    remarks.append(to: &table)
    var json = JSON.Object()
    json["data"] = .string(data)
    json["output"] = .string(output)
    json["kinds"] = .array(kinds.map { .string($0) })
    json["severities"] = .array(severities.map { JSON($0) })
    json["seed"] = JSON(seed)
    json["images"] = JSON(imageCount)
    json["files"] = JSON(imageCount * corruptions.count)
    remarks.write(to: &json)
    return Results(json: .object(json), tables: [table], csv: table)
  }
}

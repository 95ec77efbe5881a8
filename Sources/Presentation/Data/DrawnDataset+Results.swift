import PromptLensDatasets
import PromptLensDrawing
import PromptLensJSONDocuments
import PromptLensReporting

extension DrawnDataset {
  /// Returns the data set as tables and data.
  ///
  /// - Parameter folder: the folder of the data set.
  /// - Returns: the results.
  package func results(at folder: String) -> Results {
    var table = Table(columns: [.text("drawn"), .text("")])
    table.append("table", "\(folder)/\(Self.tableName)")
    table.append("pictures", count.grouped)
    table.append("classes", "\(things.count)")
    table.append("styles", styles.map(\.rawValue).joined(separator: ", "))
    table.append("seed", "\(seed)")
    return Results(
      json: [
        "table": .string("\(folder)/\(Self.tableName)"), "pictures": JSON(count),
        "classes": .array(things.map { .string($0.name) }), "styles": .array(styles.map { .string($0.rawValue) }),
        "seed": JSON(seed), "size": JSON(size),
      ], tables: [table])
  }
}

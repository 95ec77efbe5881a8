import PromptLensJSONDocuments
import PromptLensReporting

/// A run's `result.json`, for people and programs.
struct RunResults {
  private let document: JSON
  private let path: String

  init(_ document: JSON, path: String) {
    self.document = document
    self.path = path
  }

  var results: Results {
    let root = JSONNode(source: path, value: document)
    func percentage(_ name: String) -> String { (try? root.optionalNumber(name))??.percentage ?? "no test images" }
    var table = Table(columns: [.text("run"), .text("")])
    table.append("folder", path)
    table.append("accuracy", percentage("accuracy"))
    table.append("zero-shot accuracy", percentage("zeroShotAccuracy"))
    table.append("test images", "\((try? root.integer("n")) ?? 0)")
    table.append("ways", "\((try? root.integer("ways")) ?? 0)")
    if let settings = try? root.object("settings") {
      for (name, value) in settings {
        if case .string(let text) = value, text.utf8.count == 64 { continue }
        if case .string(let text) = value { table.append(name, text) } else { table.append(name, value.serialized()) }
      }
    }
    return Results(json: document, tables: [table])
  }
}

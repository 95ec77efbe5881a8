import PromptLensCheckpoints
import PromptLensPrompts

extension FileInspector {
  /// Describes a context file, and whether it was learned on given models.
  ///
  /// - Parameters:
  ///   - path: the context.
  ///   - models: model folders.
  /// - Returns: the description, with a fact for each model.
  /// - Throws: `FileError` when the path doesn't exist, `CheckpointError` when the file isn't a context.
  package static func describe(_ path: String, models: [String]) throws -> Inspection {
    var inspection = try describe(path)
    let context = try StoredContext(path).context
    for candidate in models {
      let model = try ModelFolder.open(candidate)
      if let mismatch = try context.mismatch(with: model) {
        inspection.add(candidate, .string("does not fit: \(mismatch)"), to: "models")
        continue
      }
      guard context.knowsItsModel else {
        inspection.add(
          candidate, .string("has the width; the file does not say on which token embedding it was learned"),
          to: "models")
        continue
      }
      inspection.add(candidate, .string("fits: the context was learned on its token embedding"), to: "models")
      if let form = try context.form(accordingTo: model) {
        inspection.facts.removeAll { $0.name == "prompt" }
        inspection.add("prompt", form)
      }
      guard let names = try context.classNames(accordingTo: model), context.classNames == nil else { continue }
      inspection.facts.removeAll { $0.name == "classes" }
      inspection.add(
        "classes", "\(names.count): \(names.joined(separator: ", "))",
        data: [("classes", .array(names.map { .string($0) }))])
    }
    return inspection
  }
}

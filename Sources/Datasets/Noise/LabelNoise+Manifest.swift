import PromptLensFeatures
import PromptLensFiles
import PromptLensJSONDocuments

/// The manifest, `noise.json`: the request, the outcome after rounding, and every changed label.
extension LabelNoise: JSONDocument {
  package static let format = "promptlens-noise"
  package static let version = 2

  package func encode() -> JSON.Object {
    let changed = changedCounts
    var object = JSON.Object()
    object["noise"] = .string(origin)
    object["seed"] = seed.map { JSON($0) } ?? .null
    object["split"] = .string(split.rawValue)
    object["draw_fingerprint"] = .string(drawFingerprint)
    object["images"] = JSON(imageCounts.reduce(0, +))
    object["changed"] = JSON(changes.count)
    object["rate"] = .number(rate)
    object["classes"] = .array(
      classNames.indices.map {
        ["name": .string(classNames[$0]), "images": JSON(imageCounts[$0]), "changed": JSON(changed[$0])]
      })
    object["changes"] = .array(changes.map(json(of:)))
    return object
  }

  private func json(of change: Change) -> JSON {
    var object = JSON.Object()
    object["index"] = JSON(change.index)
    object["path"] = .string(change.path)
    object["from"] = .string(classNames[change.from])
    object["to"] = .string(classNames[change.to])
    object["from_label"] = JSON(change.from)
    object["to_label"] = JSON(change.to)
    if let replaced = change.replaces { object["replaces"] = .string(replaced) }
    return .object(object)
  }

  /// Decodes a manifest.
  ///
  /// - Throws: `JSONError`; ``DatasetError/otherNoise(path:reason:)`` when its changes are invalid.
  package init(decoding document: JSONNode) throws {
    func bad(_ reason: String) -> DatasetError { .otherNoise(path: document.source, reason: reason) }
    guard let split = Split(rawValue: try document.string("split")), split != .test else {
      throw bad("its split is neither train nor val")
    }
    let classes = try document.array("classes")
    let names = try classes.map { try $0.string("name") }
    let counts = try classes.map { try $0.integer("images") }
    guard counts.allSatisfy({ (0...Int(Int32.max)).contains($0) }) else {
      throw bad("a class has an invalid number of images")
    }
    let changes = try document.array("changes").map { node in
      let change = Change(
        index: try node.integer("index"), path: try node.string("path"), from: try node.integer("from_label"),
        to: try node.integer("to_label"), replaces: try node.optionalString("replaces"))
      guard names.indices.contains(change.from), names.indices.contains(change.to), change.from != change.to else {
        throw bad("the change of \(change.path) is not from one of its classes to another")
      }
      return change
    }
    guard zip(changes, changes.dropFirst()).allSatisfy({ $0.index < $1.index }),
      changes.first.map({ $0.index >= 0 }) ?? true
    else { throw bad("its changes are not in the draw's order") }
    self.init(
      origin: try document.string("noise"), seed: try document.optionalInteger("seed"), split: split,
      drawFingerprint: try document.string("draw_fingerprint"), classNames: names, imageCounts: counts,
      changes: changes)
  }

  /// Converts the camelCase keys of version 1, and its `place` to `index`.
  package static func upgrade(_ document: JSON, from version: Int) throws -> JSON {
    guard version < 2, case .object(let members) = document else { return document }
    var renamed = members.withSnakeCaseKeys
    if case .array(let changes)? = renamed["changes"] {
      renamed["changes"] = .array(
        changes.map { change in
          guard case .object(let members) = change else { return change }
          var renamed = members.withSnakeCaseKeys
          if let index = renamed["place"] { renamed["index"] = index }
          return .object(renamed)
        })
    }
    return .object(renamed)
  }

  /// Writes the manifest; the file appears only when it is complete.
  ///
  /// - Throws: `FileError` when it can't be written.
  package func write(to path: String) throws { try AtomicOutput.text(text, to: path) }
}

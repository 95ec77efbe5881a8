import PromptLensFiles
import Foundation
import PromptLensJSONDocuments

extension LabelNoise {
  private static let format = "promptlens-noise"
  private static let formatVersion = 1

  /// The manifest: what was asked for, what became of it after rounding, and every label that was changed.
  package var json: JSON {
    let changed = changedCounts
    return [
      "format": .string(Self.format), "formatVersion": JSON(Self.formatVersion), "noise": .string(origin),
      "seed": seed.map { JSON($0) } ?? .null, "split": .string(split.rawValue),
      "drawFingerprint": .string(drawFingerprint), "images": JSON(imageCounts.reduce(0, +)),
      "changed": JSON(changes.count), "rate": .number(rate),
      "classes": .array(
        classNames.indices.map {
          ["name": .string(classNames[$0]), "images": JSON(imageCounts[$0]), "changed": JSON(changed[$0])]
        }),
      "changes": .array(changes.map(json(of:))),
    ]
  }

  private func json(of change: Change) -> JSON {
    var object = JSON.Object()
    object["place"] = JSON(change.index)
    object["path"] = .string(change.path)
    object["from"] = .string(classNames[change.from])
    object["to"] = .string(classNames[change.to])
    object["fromLabel"] = JSON(change.from)
    object["toLabel"] = JSON(change.to)
    if let replaced = change.replaces { object["replaces"] = .string(replaced) }
    return .object(object)
  }

  /// Reads a manifest.
  ///
  /// - Throws: `FileError`, `JSONError`; ``DatasetError/otherNoise(path:reason:)`` when it is none.
  package init(contentsOf path: String) throws {
    try self.init(JSONNode(contentsOf: path, limit: 256 << 20))
  }

  /// Reads a manifest from a document.
  ///
  /// - Throws: `JSONError`; ``DatasetError/otherNoise(path:reason:)`` when it is none.
  package init(_ root: JSONNode) throws {
    func bad(_ reason: String) -> DatasetError { .otherNoise(path: root.source, reason: reason) }
    guard try root.optionalString("format") == Self.format else { throw bad("it has no format \(Self.format)") }
    guard try root.optionalInteger("formatVersion") == Self.formatVersion else {
      throw bad("it is not of format version \(Self.formatVersion), which this version of promptlens reads")
    }
    guard let split = Split(rawValue: try root.string("split")), split != .test else {
      throw bad("its split is neither train nor val")
    }
    let classes = try root.array("classes")
    let names = try classes.map { try $0.string("name") }
    let counts = try classes.map { try $0.integer("images") }
    guard counts.allSatisfy({ (0...Int(Int32.max)).contains($0) }) else {
      throw bad("a class has no sound number of images")
    }
    let changes = try root.array("changes").map { node in
      let change = Change(
        index: try node.integer("place"), path: try node.string("path"), from: try node.integer("fromLabel"),
        to: try node.integer("toLabel"), replaces: try node.optionalString("replaces"))
      guard names.indices.contains(change.from), names.indices.contains(change.to), change.from != change.to else {
        throw bad("the change of \(change.path) is not from one of its classes to another")
      }
      return change
    }
    guard zip(changes, changes.dropFirst()).allSatisfy({ $0.index < $1.index }),
      changes.first.map({ $0.index >= 0 }) ?? true
    else { throw bad("its changes are not in the draw's order") }
    self.init(
      origin: try root.string("noise"), seed: try root.optionalInteger("seed"), split: split,
      drawFingerprint: try root.string("drawFingerprint"), classNames: names, imageCounts: counts, changes: changes)
  }

  /// Writes the manifest; the file appears when it is whole.
  ///
  /// - Throws: `FileError` when it cannot be written.
  package func write(to path: String) throws {
    let text = json.serialized(pretty: true) + "\n"
    try AtomicOutput.text(text, to: path)
  }
}

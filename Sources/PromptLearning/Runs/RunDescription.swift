import PromptLensJSONDocuments

/// What a run is: everything that its result depends on, and what is good to know besides.
package struct RunDescription: Sendable, Equatable {
  /// Settings, seed and fingerprints: a run that is gone on with must have the same.
  package var settings: JSON.Object
  /// Versions, paths and the images of the draw: recorded, and not compared.
  package var record: JSON.Object
  /// The classes.
  package var classNames: [String]

  static let format = "promptlens-run"
  static let formatVersion = 1

  /// A description.
  package init(settings: JSON.Object, record: JSON.Object, classNames: [String]) {
    self.settings = settings
    self.record = record
    self.classNames = classNames
  }

  /// How this description's settings differ from what is asked for, a clause for each difference.
  package func differences(from asked: RunDescription) -> [String] {
    func text(_ value: JSON?) -> String {
      switch value {
      case nil, .null?: "none"
      case .string(let text)?: text.utf8.count == 64 ? "\(text.prefix(12))…" : text
      case let value?: value.serialized()
      }
    }
    let names = settings.keys + asked.settings.keys.filter { settings[$0] == nil }
    var differences = names.filter { settings[$0] ?? .null != asked.settings[$0] ?? .null }.map { name in
      "\(name) \(text(settings[name])) where \(text(asked.settings[name])) is asked for"
    }
    if !zip(classNames, asked.classNames).allSatisfy({ $0.utf8.elementsEqual($1.utf8) })
      || classNames.count != asked.classNames.count
    {
      differences.append("other classes (\(classNames.count) where \(asked.classNames.count) are asked for)")
    }
    return differences
  }

  /// `run.json`.
  var json: JSON {
    [
      "format": .string(Self.format), "formatVersion": JSON(Self.formatVersion), "settings": .object(settings),
      "record": .object(record), "classNames": .array(classNames.map { .string($0) }),
    ]
  }

  /// Reads `run.json`.
  init(readingFrom root: JSONNode, folder: String) throws {
    guard try root.optionalString("format") == Self.format else {
      throw LearningError.badRun(path: folder, reason: "its run.json has no format \(Self.format)")
    }
    guard try root.optionalInteger("formatVersion") == Self.formatVersion else {
      throw LearningError.badRun(
        path: folder,
        reason: "it is not of format version \(Self.formatVersion), which this version of promptlens reads")
    }
    settings = try root.object("settings")
    record = try root.object("record")
    classNames = try root.array("classNames").map { try $0.string() }
  }
}

import PromptLensDatasets
import PromptLensJSONDocuments

/// A description of a run, the file `run.json`: everything that determines the result, and a record of the rest.
package struct RunDescription: JSONDocument, Equatable {
  /// The settings, the seed and fingerprints, by their names in ``RunField``: a run can be resumed only if they are
  /// equal.
  package var settings: JSON.Object
  /// The versions, paths and images of the draw, which are recorded but not compared.
  package var record: JSON.Object
  /// The classes.
  package var classNames: [String]

  /// Creates a description.
  package init(settings: JSON.Object, record: JSON.Object, classNames: [String]) {
    self.settings = settings
    self.record = record
    self.classNames = classNames
  }

  /// Returns the differences from some settings, a clause for each.
  func differences(fromKnown asked: [(name: String, value: JSON)]) -> [String] {
    func text(_ value: JSON) -> String {
      switch value {
      case .null: "none"
      case .string(let text): text.utf8.count == 64 ? "\(text.prefix(12))…" : text
      default: value.serialized()
      }
    }
    return asked.compactMap { name, value in
      let own = settings[name] ?? .null
      return own == value ? nil : "\(name) \(text(own)) where \(text(value)) is asked for"
    }
  }

  /// Returns the differences from the settings of another description, a clause for each.
  package func differences(from asked: RunDescription) -> [String] {
    let names = settings.keys + asked.settings.keys.filter { settings[$0] == nil }
    var differences = self.differences(fromKnown: names.map { ($0, asked.settings[$0] ?? .null) })
    if !zip(classNames, asked.classNames).allSatisfy({ $0.utf8.elementsEqual($1.utf8) })
      || classNames.count != asked.classNames.count
    {
      differences.append("other classes (\(classNames.count) where \(asked.classNames.count) are asked for)")
    }
    return differences
  }
}

// MARK: - The document

extension RunDescription {
  package static let format = "promptlens-run"
  package static let version = 2

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["settings"] = .object(settings)
    object["record"] = .object(record)
    object["class_names"] = .array(classNames.map { .string($0) })
    return object
  }

  package init(decoding document: JSONNode) throws {
    settings = try document.object("settings")
    record = try document.object("record")
    classNames = try document.array("class_names").map { try $0.string() }
  }

  /// Converts the camelCase keys of version 1.
  package static func upgrade(_ document: JSON, from version: Int) -> JSON {
    document.withSnakeCaseKeys(in: ["settings", "record"])
  }
}

extension JSON {
  /// Returns the document with snake_case keys, of its own and of some members that are objects.
  func withSnakeCaseKeys(in members: [String]) -> JSON {
    guard case .object(let object) = self else { return self }
    var renamed = object.withSnakeCaseKeys
    for name in members {
      if case .object(let member)? = renamed[name] { renamed[name] = .object(member.withSnakeCaseKeys) }
    }
    return .object(renamed)
  }
}

// MARK: - Values

extension RunDescription {
  /// The path of the model folder, if recorded.
  package var model: String? { Self.text(record["model"]) }
  /// The template of the run's data set.
  package var template: String? { Self.text(record["template"]) }
  /// The source of the images, as after `--data`, or the name of a feature file's data.
  package var data: String? { Self.text(settings["data"]) }
  /// The learned subset of the classes; nil for all.
  package var subset: ClassSubset? { Self.text(settings["classes"]).flatMap(ClassSubset.init) }
  /// The fingerprint of the model.
  package var modelFingerprint: String? { Self.text(settings["model_fingerprint"]) }
  /// The identifier of the test images' features; nil without test images.
  package var testFeatures: String? { Self.text(settings["test_features"]) }
  /// The initial words of the context, or `random`.
  package var initialization: String? { Self.text(settings["initialization"]) }
  /// The number of training images of each class; nil for all of them.
  package var shots: Int? { number("shots").map { Int($0) } }
  /// The seed.
  package var seed: Int? { number("seed").map { Int($0) } }
  /// The number of views of each training image.
  package var views: Int? { number("views").map { Int($0) } }
  /// The learning rate after the first epoch.
  package var learningRate: Double? { number("learning_rate") }

  /// Returns a setting as text; empty if it's null or missing.
  package func text(_ setting: String) -> String {
    switch settings[setting] {
    case nil, .null?: ""
    case .string(let text)?: text
    case let value?: value.serialized()
    }
  }

  /// Returns a numeric setting; nil if it isn't a number.
  package func number(_ setting: String) -> Double? {
    switch settings[setting] {
    case .integer(let value)?: Double(value)
    case .number(let value)?: value
    default: nil
    }
  }

  private static func text(_ value: JSON?) -> String? {
    if case .string(let text)? = value { text } else { nil }
  }
}

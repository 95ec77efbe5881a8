import PromptLensJSONDocuments

/// The predictions of a run for its test images, the file `predictions.json`, which shows changed predictions without
/// the model and the features.
package struct RunPredictions: JSONDocument, Equatable {
  /// The paths of the images, as in the data set's list.
  package let paths: [String]
  /// The class of each image.
  package let labels: [Int]
  /// The class that the learned context predicts for each image.
  package let learned: [Int]
  /// The class that the hand-written prompts predict for each image.
  package let zeroShot: [Int]
  /// The class names; labels and predictions are indices.
  package let classNames: [String]
  /// The template of the hand-written prompts.
  package let template: String

  /// Creates predictions; the lists have one entry for each image.
  package init(
    paths: [String], labels: [Int], learned: [Int], zeroShot: [Int], classNames: [String], template: String
  ) {
    self.paths = paths
    self.labels = labels
    self.learned = learned
    self.zeroShot = zeroShot
    self.classNames = classNames
    self.template = template
  }
}

// MARK: - The document

extension RunPredictions {
  package static let format = "promptlens-predictions"
  package static let version = 1

  /// The text of the file, on one line, since its lists are long.
  package var text: String { json.serialized() + "\n" }

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["class_names"] = .array(classNames.map { .string($0) })
    object["template"] = .string(template)
    object["paths"] = .array(paths.map { .string($0) })
    object["labels"] = .array(labels.map { JSON($0) })
    object["learned"] = .array(learned.map { JSON($0) })
    object["zero_shot"] = .array(zeroShot.map { JSON($0) })
    return object
  }

  package init(decoding document: JSONNode) throws {
    let names = try document.array("class_names").map { try $0.string() }
    let paths = try document.array("paths").map { try $0.string() }
    func classes(_ key: String) throws -> [Int] {
      let classes = try document.array(key).map { node in
        let label = try node.integer()
        guard names.indices.contains(label) else {
          throw node.unexpected(expected: "a class, 0 to \(names.count - 1)", found: "\(label)")
        }
        return label
      }
      guard classes.count == paths.count else {
        throw try document.node(key).unexpected(
          expected: "an entry for each of the \(paths.count) images", found: "\(classes.count) entries")
      }
      return classes
    }
    self.init(
      paths: paths, labels: try classes("labels"), learned: try classes("learned"),
      zeroShot: try classes("zero_shot"), classNames: names, template: try document.string("template"))
  }
}

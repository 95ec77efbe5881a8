import PromptLensEvaluation
import PromptLensJSONDocuments

/// The measures of a fitted classifier, `result.json`.
package struct ProbeResult: Sendable {
  /// The measures on other data.
  package struct Target: Sendable {
    /// The name of the data.
    package let name: String
    /// The data's classes that the classifier doesn't have.
    package let leftOut: [String]
    /// The classes for prediction.
    package let classNames: [String]
    /// The measures.
    package let metrics: ClassificationMetrics
    /// The accuracy of the classes' text features; nil without text features.
    package let zeroShotAccuracy: Double?
    /// The number of images whose files are those that the classifier was fitted on, where that is known.
    package var repeatedImages = 0
    /// The remarks on the images.
    package var remarks = ImageRemarks()
    /// The accuracy by groups; nil where images aren't grouped.
    package var groups: GroupAccuracy?

    /// A sentence on images that the classifier was fitted on; nil when there is none.
    package var warning: String? {
      guard repeatedImages > 0 else { return nil }
      return "\(name): "
        + LearnedImages.warning(repeatedImages, of: metrics.total, learner: "the classifier")
    }
  }

  /// The method's name.
  package let method: String
  /// The name of the data.
  package let data: String
  /// The training images of each class, nil for all of them.
  package let shots: Int?
  /// The seed.
  package let seed: Int
  /// The number of training images.
  package let trainImages: Int
  /// The used settings.
  package let choices: [FittedClassifier.Choice]
  /// The settings that replaced the paper's.
  package let given: ProbeMethod.Settings
  /// The number of validation images that ``choices`` were chosen on; 0 if they weren't chosen.
  package let selectionImages: Int
  /// The prompts of the text features.
  package let templates: [String]
  /// The model's fingerprint.
  package let modelFingerprint: String?
  /// The classes; empty in a file without test images.
  package let classNames: [String]
  /// The number of classes.
  package let classCount: Int
  /// The measures on test images; nil without them.
  package let metrics: ClassificationMetrics?
  /// The accuracy of the classes' text features on the test images.
  package let zeroShotAccuracy: Double?
  /// The measures on other data.
  package let targets: [Target]
  /// The number of test images whose files are those of training images, where that is known.
  package var repeatedTestImages = 0
  /// The remarks on the training, validation and test images.
  package var remarks = ImageRemarks()
  /// Warnings of doubtful numbers, sentences without a period.
  package var warnings: [String] = []
  /// The constants of the paper for the data set, with the given ones in their place; nil of earlier files.
  package var constants: ProbeConstants?
  /// The accuracy by groups of the test images; nil where they aren't grouped.
  package var groups: GroupAccuracy?
}

extension ProbeResult: JSONDocument {
  package static let format = "promptlens-probe-result"
  package static let version = 2

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["method"] = .string(method)
    object["data"] = .string(data)
    object["shots"] = shots.map { JSON($0) } ?? .null
    object["seed"] = JSON(seed)
    object["train_images"] = JSON(trainImages)
    object["settings"] = .object(choices.reduce(into: JSON.Object()) { $0[$1.name.lowercased()] = .number($1.value) })
    object["c"] = .optional(given.inverseRegularization)
    object["learning_rate"] = .optional(given.learningRate)
    object["epochs"] = given.epochs.map { JSON($0) } ?? .null
    if let constants { object["constants"] = .object(constants.members) }
    object["selection_images"] = JSON(selectionImages)
    object["templates"] = .array(templates.map { .string($0) })
    object["model_fingerprint"] = modelFingerprint.map { .string($0) } ?? .null
    let members =
      metrics?.members(classNames: classNames) ?? [
        ("accuracy", .null), ("n", 0), ("class_count", JSON(classCount)),
      ]
    for (name, value) in members { object[name] = value }
    object["zero_shot_accuracy"] = .optional(zeroShotAccuracy)
    object["targets"] = .array(targets.map(\.json))
    object["repeated_training_images"] = repeatedTestImages > 0 ? JSON(repeatedTestImages) : nil
    object["warnings"] = warnings.isEmpty ? nil : .array(warnings.map { .string($0) })
    for (name, value) in groups?.members ?? [] { object[name] = value }
    remarks.write(to: &object)
    return object
  }

  package init(decoding document: JSONNode) throws {
    let hasMetrics = try document.integer("n") > 0
    self.init(
      method: try document.string("method"), data: try document.string("data"),
      shots: try document.optionalInteger("shots"), seed: try document.integer("seed"),
      trainImages: try document.integer("train_images"),
      choices: try document.object("settings").map { name, _ in
        // scikit-learn writes its C in upper case; keys are in lower case.
        .init(name: name == "c" ? "C" : name, value: try document.node("settings").number(name))
      },
      given: ProbeMethod.Settings(
        inverseRegularization: try document.optionalNumber("c"),
        learningRate: try document.optionalNumber("learning_rate"), epochs: try document.optionalInteger("epochs")),
      selectionImages: try document.integer("selection_images"),
      templates: try document.array("templates").map { try $0.string() },
      modelFingerprint: try document.optionalString("model_fingerprint"),
      classNames: hasMetrics ? try ClassificationMetrics.classNames(decoding: document) : [],
      classCount: try document.classCount(),
      metrics: hasMetrics ? try ClassificationMetrics(decoding: document) : nil,
      zeroShotAccuracy: try document.optionalShare("zero_shot_accuracy"),
      targets: try document.array("targets").map { try Target($0) },
      repeatedTestImages: try document.optionalInteger("repeated_training_images") ?? 0,
      remarks: try ImageRemarks(decoding: document),
      warnings: try document["warnings"]?.array().map { try $0.string() } ?? [],
      constants: try document["constants"].map { try ProbeConstants(decoding: $0) },
      groups: try GroupAccuracy(decoding: document))
  }
}

extension ProbeResult.Target {
  fileprivate var json: JSON {
    var object = JSON.Object()
    object["target"] = .string(name)
    object["classes_left_out"] = .array(leftOut.map { .string($0) })
    for (name, value) in metrics.members(classNames: classNames) { object[name] = value }
    object["zero_shot_accuracy"] = .optional(zeroShotAccuracy)
    object["repeated_training_images"] = repeatedImages > 0 ? JSON(repeatedImages) : nil
    for (name, value) in groups?.members ?? [] { object[name] = value }
    remarks.write(to: &object)
    return .object(object)
  }

  fileprivate init(_ node: JSONNode) throws {
    self.init(
      name: try node.string("target"), leftOut: try node.array("classes_left_out").map { try $0.string() },
      classNames: try ClassificationMetrics.classNames(decoding: node),
      metrics: try ClassificationMetrics(decoding: node),
      zeroShotAccuracy: try node.optionalShare("zero_shot_accuracy"),
      repeatedImages: try node.optionalInteger("repeated_training_images") ?? 0,
      remarks: try ImageRemarks(decoding: node), groups: try GroupAccuracy(decoding: node))
  }
}

extension ProbeConstants {
  /// The constants that the method has, by their keys.
  package var members: JSON.Object {
    var members = JSON.Object()
    members["epochs"] = epochs.map { JSON($0) }
    members["learning_rate"] = learningRate.map { .number($0) }
    members["alpha"] = alpha.map { .number($0) }
    members["beta"] = beta.map { .number($0) }
    members["alpha_limit"] = alphaLimit.map { .number($0) }
    members["beta_limit"] = betaLimit.map { .number($0) }
    members["crops"] = JSON(crops)
    members["all_validation"] = .bool(searchesAllValidation)
    return members
  }

  /// Reads the constants.
  fileprivate init(decoding node: JSONNode) throws {
    self.init(
      epochs: try node.optionalInteger("epochs"), learningRate: try node.optionalNumber("learning_rate"),
      alpha: try node.optionalNumber("alpha"), beta: try node.optionalNumber("beta"),
      alphaLimit: try node.optionalNumber("alpha_limit"), betaLimit: try node.optionalNumber("beta_limit"),
      crops: try node.integer("crops"), searchesAllValidation: try node.bool("all_validation"))
  }
}

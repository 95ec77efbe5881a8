import PromptLensEvaluation
import PromptLensJSONDocuments

/// The outcome of a fit, `result.json`: the kept classifier, what it was compared with, and its measures on photographs
/// that it never saw.
package struct FitResult: Sendable {
  /// The findings of looking at every picture, in numbers.
  package struct Pictures: Sendable, Equatable {
    /// The pictures that could be decoded.
    package let decoded: Int
    /// The pictures that cannot be read.
    package let unreadable: Int
    /// The groups of pictures with the same pixels.
    package let duplicates: Int
    /// The groups of pictures that look alike.
    package let nearDuplicates: Int
    /// The groups of either kind whose pictures are of different classes.
    package let acrossClasses: Int

    /// Creates findings.
    package init(decoded: Int, unreadable: Int, duplicates: Int, nearDuplicates: Int, acrossClasses: Int) {
      self.decoded = decoded
      self.unreadable = unreadable
      self.duplicates = duplicates
      self.nearDuplicates = nearDuplicates
      self.acrossClasses = acrossClasses
    }
  }

  /// The kept method's name.
  package let method: String
  /// The name of the data.
  package let data: String
  /// The model's folder.
  package let model: String
  /// The model's fingerprint.
  package let modelFingerprint: String
  /// The seed of divisions and initial values.
  package let seed: Int
  /// The seconds of the whole fit.
  package let seconds: Double
  /// The findings about the pictures.
  package let pictures: Pictures
  /// The images that were learned from.
  package let trainImages: Int
  /// The folds of the comparison.
  package let folds: Int
  /// The compared methods, the simplest first.
  package let candidates: [FitCandidate]
  /// The kept method's settings.
  package let choices: [FittedClassifier.Choice]
  /// The temperature by which logits are divided.
  package let temperature: Double
  /// The prompts of the text features.
  package let templates: [String]
  /// The classes.
  package let classNames: [String]
  /// The measures on the held-out photographs.
  package let metrics: ClassificationMetrics
  /// The accuracy of hand-written prompts on them.
  package let zeroShotAccuracy: Double
  /// McNemar's exact p of the difference to hand-written prompts on them; nil where those were kept.
  package let zeroShotP: Double?
  /// Remarks on the list of images.
  package var remarks = ImageRemarks()
  /// Warnings, sentences without a period.
  package var warnings: [String] = []

  /// The held-out photographs for an interval of the accuracy of ±5 points.
  package var imagesForFivePoints: Int { Self.imagesForFivePoints(accuracy: metrics.accuracy) }

  /// Returns the number of images whose 95 % interval of an accuracy is about ±5 points wide.
  static func imagesForFivePoints(accuracy: Double) -> Int {
    // Near 0 and 1 the normal approximation asks for too few.
    let p = min(max(accuracy, 0.05), 0.95)
    return Int((1.959963984540054 * 1.959963984540054 * p * (1 - p) / 0.0025).rounded(.up))
  }

  /// The class with the lowest accuracy and the class that its images are most often taken for; nil without mistakes.
  package var weakest: (label: Int, accuracy: Double, takenFor: Int)? {
    let scored = classNames.indices.compactMap { label in metrics.accuracy(of: label).map { (label, $0) } }
    guard let (label, accuracy) = scored.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }), accuracy < 1 else { return nil }
    let mistakes = metrics.pairs.filter { $0.label == label && $0.prediction != label }
    guard let most = mistakes.max(by: { ($0.count, -$0.prediction) < ($1.count, -$1.prediction) }) else { return nil }
    return (label, accuracy, most.prediction)
  }
}

// MARK: - The document

extension FitResult: JSONDocument {
  package static let format = "promptlens-fit-result"
  package static let version = 2

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["method"] = .string(method)
    for (name, value) in metrics.members(classNames: classNames) { object[name] = value }
    object["zero_shot_accuracy"] = .number(zeroShotAccuracy)
    object["zero_shot_p"] = .optional(zeroShotP)
    object["images_for_five_points"] = JSON(imagesForFivePoints)
    object["weakest"] =
      weakest.map {
        [
          "class": .string(classNames[$0.label]), "accuracy": .number($0.accuracy),
          "taken_for": .string(classNames[$0.takenFor]),
        ]
      } ?? .null
    object["data"] = .string(data)
    object["model"] = .string(model)
    object["model_fingerprint"] = .string(modelFingerprint)
    object["seed"] = JSON(seed)
    object["seconds"] = .number(seconds)
    object["train_images"] = JSON(trainImages)
    object["folds"] = JSON(folds)
    object["candidates"] = .array(candidates.map(\.json))
    object["settings"] = .object(choices.reduce(into: JSON.Object()) { $0[$1.name.lowercased()] = .number($1.value) })
    object["temperature"] = .number(temperature)
    object["templates"] = .array(templates.map { .string($0) })
    object["pictures"] = pictures.json
    object["warnings"] = .array(warnings.map { .string($0) })
    remarks.write(to: &object)
    return object
  }

  package init(decoding document: JSONNode) throws {
    self.init(
      method: try document.string("method"), data: try document.string("data"), model: try document.string("model"),
      modelFingerprint: try document.string("model_fingerprint"), seed: try document.integer("seed"),
      seconds: try document.number("seconds"), pictures: try Pictures(document.node("pictures")),
      trainImages: try document.integer("train_images"), folds: try document.integer("folds"),
      candidates: try document.array("candidates").map { try FitCandidate($0) },
      choices: try document.object("settings").map { name, _ in
        .init(name: name == "c" ? "C" : name, value: try document.node("settings").number(name))
      },
      temperature: try document.number("temperature"),
      templates: try document.array("templates").map { try $0.string() },
      classNames: try ClassificationMetrics.classNames(decoding: document),
      metrics: try ClassificationMetrics(decoding: document),
      zeroShotAccuracy: try document.share("zero_shot_accuracy"),
      zeroShotP: try document.optionalShare("zero_shot_p"), remarks: try ImageRemarks(decoding: document),
      warnings: try document["warnings"]?.array().map { try $0.string() } ?? [])
  }
}

extension FitCandidate {
  fileprivate var json: JSON {
    [
      "method": .string(method), "accuracy": .optional(accuracy), "standard_error": .optional(standardError),
      "p": .optional(p), "seconds": .optional(seconds), "left_out": leftOut.map { .string($0) } ?? .null,
    ]
  }

  fileprivate init(_ node: JSONNode) throws {
    self.init(
      method: try node.string("method"), accuracy: try node.optionalShare("accuracy"),
      standardError: try node.optionalNumber("standard_error"), p: try node.optionalShare("p"),
      seconds: try node.optionalNumber("seconds"), leftOut: try node.optionalString("left_out"))
  }
}

extension FitResult.Pictures {
  fileprivate var json: JSON {
    [
      "decoded": JSON(decoded), "unreadable": JSON(unreadable), "duplicates": JSON(duplicates),
      "near_duplicates": JSON(nearDuplicates), "across_classes": JSON(acrossClasses),
    ]
  }

  fileprivate init(_ node: JSONNode) throws {
    self.init(
      decoded: try node.integer("decoded"), unreadable: try node.integer("unreadable"),
      duplicates: try node.integer("duplicates"), nearDuplicates: try node.integer("near_duplicates"),
      acrossClasses: try node.integer("across_classes"))
  }
}

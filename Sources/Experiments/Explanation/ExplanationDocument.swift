import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensJSONDocuments

/// `explanation.json`: the patches of images that count for a class, with deletion and insertion against random orders.
package struct ExplanationDocument: JSONDocument, Equatable {
  package static let format = "promptlens-explanation"
  package static let version = 1

  /// The prompt or classifier as the user named it.
  package var prompt: String
  /// The model's fingerprint.
  package var modelFingerprint: String
  /// The template of the hand-written prompts that the classifier is compared with; nil where it isn't.
  package var template: String?
  /// The method.
  package var method: ExplanationMethod
  /// Whether `prompt` is a classifier's file, which need not be learned, instead of a learned prompt.
  package var isOfClassifier: Bool
  /// The explanations, those of an image one after the other.
  package var explanations: [PatchExplanation] = []
  /// The problems of images that were left out.
  package var skipped: [String] = []

  /// Creates a document without explanations.
  package init(
    prompt: String, modelFingerprint: String, template: String?, method: ExplanationMethod, isOfClassifier: Bool = false
  ) {
    self.isOfClassifier = isOfClassifier
    self.prompt = prompt
    self.modelFingerprint = modelFingerprint
    self.template = template
    self.method = method
  }

  /// The faithfulness of a classifier's explanations over all images.
  package struct Summary: Sendable, Equatable {
    /// The classifier.
    package let classifier: ExplainedClassifier
    /// The number of images.
    package let images: Int
    /// The mean area of deletion, and that of random orders.
    package let deletion: (own: Double, random: Double)
    /// The mean area of insertion, and that of random orders.
    package let insertion: (own: Double, random: Double)
    /// The mean difference of the areas of deletion, with its interval over the images.
    package let deletionDifference: PairedBootstrap
    /// The mean difference of the areas of insertion, with its interval over the images.
    package let insertionDifference: PairedBootstrap

    package static func == (left: Summary, right: Summary) -> Bool {
      left.classifier == right.classifier && left.images == right.images && left.deletion == right.deletion
        && left.insertion == right.insertion && left.deletionDifference == right.deletionDifference
        && left.insertionDifference == right.insertionDifference
    }
  }

  /// The faithfulness by classifier, for those that images were explained of.
  package var summaries: [Summary] {
    get throws {
      try ExplainedClassifier.allCases.compactMap { classifier in
        let own = explanations.filter { $0.classifier == classifier }.map(\.faithfulness)
        guard !own.isEmpty else { return nil }
        func mean(_ value: (PatchFaithfulness) -> Double) -> Double {
          own.reduce(0) { $0 + value($1) } / Double(own.count)
        }
        return Summary(
          classifier: classifier, images: own.count,
          deletion: (mean(\.deletion.area), mean(\.randomDeletion.area)),
          insertion: (mean(\.insertion.area), mean(\.randomInsertion.area)),
          deletionDifference: try PairedBootstrap(differences: own.map(\.deletionDifference.mean)),
          insertionDifference: try PairedBootstrap(differences: own.map(\.insertionDifference.mean)))
      }
    }
  }

  package func encode() -> JSON.Object {
    var json = JSON.Object()
    json["prompt"] = .string(prompt)
    json["model_fingerprint"] = .string(modelFingerprint)
    json["template"] = template.map { .string($0) } ?? .null
    json["method"] = .string(method.rawValue)
    if isOfClassifier { json["is_classifier"] = .bool(true) }
    json["explanations"] = .array(explanations.map(\.json))
    json["summary"] = .array(((try? summaries) ?? []).map(\.json))
    json["skipped"] = .array(skipped.map { .string($0) })
    return json
  }

  package init(decoding document: JSONNode) throws {
    prompt = try document.string("prompt")
    modelFingerprint = try document.string("model_fingerprint")
    template = try document.optionalString("template")
    method = try document.choice("method")
    isOfClassifier = try document["is_classifier"]?.bool() ?? false
    explanations = try document.array("explanations").map { try PatchExplanation($0) }
    skipped = try document.array("skipped").map { try $0.string() }
  }
}

extension ExplanationDocument.Summary {
  /// The summary as JSON.
  fileprivate var json: JSON {
    func difference(_ estimate: PairedBootstrap) -> JSON {
      let hasInterval = images > 1
      return [
        "mean": .number(estimate.difference),
        "low": hasInterval ? .number(estimate.interval.lowerBound) : .null,
        "high": hasInterval ? .number(estimate.interval.upperBound) : .null,
      ]
    }
    return [
      "classifier": .string(classifier.rawValue), "images": JSON(images), "deletion": .number(deletion.own),
      "random_deletion": .number(deletion.random), "deletion_difference": difference(deletionDifference),
      "insertion": .number(insertion.own), "random_insertion": .number(insertion.random),
      "insertion_difference": difference(insertionDifference),
    ]
  }
}

extension PatchExplanation {
  /// The explanation as JSON.
  var json: JSON {
    var json = JSON.Object()
    json["path"] = .string(path)
    json["class"] = .string(className)
    json["against"] = against.map { .string($0) } ?? .null
    json["method"] = .string(method.rawValue)
    json["classifier"] = .string(classifier.rawValue)
    json["probability"] = .number(probability)
    json["value"] = .number(value)
    json["patches"] = .matrix(patches)
    json["prompt_relevance"] = promptRelevance.map { .number($0) } ?? .null
    json["baseline_value"] = integral.map { .number($0.baselineValue) } ?? .null
    json["completeness_error"] = integral.map { .number($0.completenessError) } ?? .null
    json["points"] = integral.map { JSON($0.points) } ?? .null
    json["shares"] = .numbers(faithfulness.shares)
    json["deletion"] = faithfulness.deletion.json
    json["insertion"] = faithfulness.insertion.json
    json["random"] = [
      "orders": JSON(faithfulness.deletionDifference.count), "deletion": faithfulness.randomDeletion.json,
      "insertion": faithfulness.randomInsertion.json,
    ]
    json["deletion_difference"] = faithfulness.deletionDifference.json
    json["insertion_difference"] = faithfulness.insertionDifference.json
    json["picture"] = .string(picture)
    json["overlay"] = .string(overlay)
    return .object(json)
  }

  /// Reads an explanation as ``json`` writes it.
  ///
  /// - Throws: `JSONError` naming the member that is missing or of another kind.
  init(_ node: JSONNode) throws {
    let random = try node.node("random")
    let completenessError = try node.optionalNumber("completeness_error")
    self.init(
      path: try node.string("path"), className: try node.string("class"),
      against: try node.optionalString("against"), method: try node.choice("method"),
      classifier: try node.choice("classifier"), probability: try node.number("probability"),
      value: try node.number("value"),
      patches: try node.array("patches").map { try $0.array().map { try $0.number() } },
      promptRelevance: try node.optionalNumber("prompt_relevance"),
      integral: try completenessError.map {
        Integral(
          baselineValue: try node.number("baseline_value"), completenessError: $0,
          points: try node.integer("points"))
      },
      faithfulness: PatchFaithfulness(
        shares: try node.numbers("shares"), deletion: try .init(node.node("deletion")),
        insertion: try .init(node.node("insertion")), randomDeletion: try .init(random.node("deletion")),
        randomInsertion: try .init(random.node("insertion")),
        deletionDifference: try SeedSummary(node.node("deletion_difference")),
        insertionDifference: try SeedSummary(node.node("insertion_difference"))))
    picture = try node.string("picture")
    overlay = try node.string("overlay")
  }
}

extension PatchFaithfulness.Curve {
  /// The curve as JSON.
  fileprivate var json: JSON { ["area": .number(area), "curve": .numbers(probabilities)] }

  /// Reads a curve.
  fileprivate init(_ node: JSONNode) throws {
    self.init(probabilities: try node.numbers("curve"), area: try node.number("area"))
  }
}

extension JSONNode {
  /// Returns one of some names.
  fileprivate func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) throws -> Choice
  where Choice.RawValue == String {
    let text = try string(key)
    guard let choice = Choice(rawValue: text) else {
      throw try node(key).unexpected(
        expected: "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))", found: "\"\(text)\"")
    }
    return choice
  }
}

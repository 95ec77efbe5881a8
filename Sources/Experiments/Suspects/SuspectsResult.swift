import PromptLensJSONDocuments

/// A label with the scores of its suspicion.
package struct ScoredLabel: Sendable, Equatable {
  /// The image's path in its data set.
  package let path: String
  /// The split that lists it.
  package let split: String
  /// The given class.
  package let given: String
  /// The most probable class.
  package let suggested: String
  /// The place among all images, from 1, the most suspicious first.
  package let rank: Int
  /// Whether the label is probably wrong.
  package let isFlagged: Bool
  /// The mean rank over the scores, from 0 to 1, high for suspicious labels.
  package let score: Double
  /// The probability of the given class by classifiers that were not fitted on the image.
  package let selfConfidence: Double
  /// ``selfConfidence`` minus the probability of the most probable other class.
  package let margin: Double
  /// The share of the nearest images that have another label.
  package let disagreement: Double
  /// The probability of the given class by hand-written prompts.
  package let zeroShot: Double
  /// The expected share of right labels among this one and those before it.
  package let falseDiscoveryRate: Double
  /// The mean distance to the nearest images, in robust standard deviations above the median.
  package let outlyingness: Double
  /// Whether the image looks like none of the others.
  package let isOutlier: Bool
}

/// Images that show the same but differ in their class or their split.
package struct ContradictingCopies: Sendable, Equatable {
  /// An image in its place.
  package struct Image: Sendable, Equatable {
    package let path: String
    package let split: String
    package let className: String
  }

  /// Whether the pixels are the same, or the pictures only look alike.
  package let areEqual: Bool
  /// The images.
  package let images: [Image]

  /// Whether they count as different classes.
  package var spansClasses: Bool { images.contains { $0.className != images[0].className } }
  /// Whether they are of different splits: a leak.
  package var spansSplits: Bool { images.contains { $0.split != images[0].split } }
}

/// The suspicious labels and images of a data set, `result.json` of `suspects`.
package struct SuspectsResult: Sendable {
  /// The name of the data.
  package let data: String
  /// The fingerprint of the model.
  package let modelFingerprint: String
  /// The number of images that could be read.
  package let count: Int
  /// The classes.
  package let classNames: [String]
  /// The folds of the cross-validation.
  package let folds: Int
  /// C of the classifiers.
  package let inverseRegularization: Double
  /// The temperature of their probabilities.
  package let temperature: Double
  /// The accuracy of their predictions by the given labels.
  package let agreement: Double
  /// The share of labels that are wrong, estimated together with the temperature.
  package let noiseRate: Double
  /// The largest expected share of right labels among those that are flagged.
  package let limit: Double
  /// The expected share of right labels among those that are flagged; nil where none is.
  package let falseDiscoveryRate: Double?
  /// The number of flagged labels.
  package let flagged: Int
  /// The number of images that look like none of the others.
  package let outliers: Int
  /// The groups of equal or alike images of one class and one split.
  package let harmlessCopies: Int
  /// The groups of equal or alike images that differ in class or split.
  package let copies: [ContradictingCopies]
  /// The most suspicious labels: all that are flagged, or those first ones that are shown.
  package let labels: [ScoredLabel]
  /// The outliers, the furthest first.
  package let outlying: [ScoredLabel]
  /// The given labels that differ from the data set's own, and how well they are found; nil where these are looked at.
  package var truth: Truth?
  /// Remarks on the images.
  package var remarks = ImageRemarks()
}

extension SuspectsResult: JSONDocument {
  package static let format = "promptlens-suspects-result"
  package static let version = 1

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["data"] = .string(data)
    object["model_fingerprint"] = .string(modelFingerprint)
    object["n"] = JSON(count)
    object["class_names"] = .array(classNames.map { .string($0) })
    object["folds"] = JSON(folds)
    object["c"] = .number(inverseRegularization)
    object["temperature"] = .number(temperature)
    object["agreement"] = .number(agreement)
    object["noise_rate"] = .number(noiseRate)
    object["false_discovery_limit"] = .number(limit)
    object["false_discovery_rate"] = .optional(falseDiscoveryRate)
    object["flagged"] = JSON(flagged)
    object["outliers"] = JSON(outliers)
    object["harmless_copies"] = JSON(harmlessCopies)
    object["copies"] = .array(copies.map(\.json))
    object["suspects"] = .array(labels.map(\.json))
    object["outlying"] = .array(outlying.map(\.json))
    if let truth { object["truth"] = truth.json }
    remarks.write(to: &object)
    return object
  }

  package init(decoding document: JSONNode) throws {
    self.init(
      data: try document.string("data"), modelFingerprint: try document.string("model_fingerprint"),
      count: try document.integer("n"), classNames: try document.array("class_names").map { try $0.string() },
      folds: try document.integer("folds"), inverseRegularization: try document.number("c"),
      temperature: try document.number("temperature"), agreement: try document.share("agreement"),
      noiseRate: try document.share("noise_rate"), limit: try document.share("false_discovery_limit"),
      falseDiscoveryRate: try document.optionalShare("false_discovery_rate"),
      flagged: try document.integer("flagged"), outliers: try document.integer("outliers"),
      harmlessCopies: try document.integer("harmless_copies"),
      copies: try document.array("copies").map { try ContradictingCopies($0) },
      labels: try document.array("suspects").map { try ScoredLabel($0) },
      outlying: try document.array("outlying").map { try ScoredLabel($0) },
      truth: try document["truth"].map { try Truth($0) }, remarks: try ImageRemarks(decoding: document))
  }
}

extension ContradictingCopies {
  fileprivate var json: JSON {
    [
      "equal": .bool(areEqual), "across_classes": .bool(spansClasses), "across_splits": .bool(spansSplits),
      "images": .array(
        images.map {
          ["path": .string($0.path), "split": .string($0.split), "class": .string($0.className)]
        }),
    ]
  }

  fileprivate init(_ node: JSONNode) throws {
    self.init(
      areEqual: try node.bool("equal"),
      images: try node.array("images").map {
        Image(path: try $0.string("path"), split: try $0.string("split"), className: try $0.string("class"))
      })
  }
}

extension ScoredLabel {
  fileprivate var json: JSON {
    [
      "path": .string(path), "split": .string(split), "given": .string(given), "suggested": .string(suggested),
      "rank": JSON(rank), "flagged": .bool(isFlagged), "score": .number(score),
      "self_confidence": .number(selfConfidence), "margin": .number(margin), "disagreement": .number(disagreement),
      "zero_shot": .number(zeroShot), "false_discovery_rate": .number(falseDiscoveryRate),
      "outlyingness": .number(outlyingness), "outlier": .bool(isOutlier),
    ]
  }

  fileprivate init(_ node: JSONNode) throws {
    self.init(
      path: try node.string("path"), split: try node.string("split"), given: try node.string("given"),
      suggested: try node.string("suggested"), rank: try node.integer("rank"), isFlagged: try node.bool("flagged"),
      score: try node.number("score"), selfConfidence: try node.number("self_confidence"),
      margin: try node.number("margin"), disagreement: try node.number("disagreement"),
      zeroShot: try node.number("zero_shot"), falseDiscoveryRate: try node.number("false_discovery_rate"),
      outlyingness: try node.number("outlyingness"), isOutlier: try node.bool("outlier"))
  }
}

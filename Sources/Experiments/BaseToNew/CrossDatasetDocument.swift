import PromptLensFeatures
import PromptLensEvaluation
import PromptLensJSONDocuments

/// The result of a cross-data-set experiment, `cross.json`: prompts of all classes of a source, tested on other data
/// sets.
package struct CrossDatasetDocument: JSONDocument, Equatable {
  package static let format = "promptlens-cross-dataset"
  package static let version = 2

  /// A data set: the source first, then the targets.
  package struct Domain: Sendable, Equatable {
    /// The data set's name.
    package let name: String
    /// The number of its classes.
    package let classCount: Int
    /// The number of its test images.
    package let imageCount: Int
    /// Whether prompts were learned on it.
    package let isSource: Bool
    /// The accuracy of zero-shot CLIP with the data set's own template.
    package let zeroShotAccuracy: Double
    /// The methods, the same for each data set.
    package let methods: [Method]

    /// Creates a data set's results.
    ///
    /// - Parameters:
    ///   - name: the data set's name.
    ///   - images: its test images.
    ///   - isSource: whether prompts were learned on it.
    ///   - zeroShotAccuracy: the accuracy of zero-shot CLIP.
    ///   - methods: the methods.
    package init(name: String, images: LabeledFeatures, isSource: Bool, zeroShotAccuracy: Double, methods: [Method]) {
      self.name = name
      classCount = images.classNames.count
      imageCount = images.count
      self.isSource = isSource
      self.zeroShotAccuracy = zeroShotAccuracy
      self.methods = methods
    }
  }

  /// A method's runs on one data set.
  package struct Method: Sendable, Equatable {
    /// The method's name.
    package let name: String
    /// The runs' seeds.
    package let seeds: [Int]
    /// The names of the runs' folders.
    package let runs: [String]
    /// The accuracy over runs.
    package let accuracy: SeedSummary
    /// Each run's accuracy; empty in older documents.
    package let accuracies: [Double]
    /// The gain over zero-shot CLIP.
    package let gain: ZeroShotGain
  }

  /// The data sets.
  package let domains: [Domain]

  /// The remarks on the images.
  package let remarks: ImageRemarks
  /// The warnings of the runs.
  package let warnings: [RunWarning]

  /// Creates a document.
  package init(domains: [Domain], remarks: ImageRemarks = ImageRemarks(), warnings: [RunWarning] = []) {
    self.domains = domains
    self.remarks = remarks
    self.warnings = warnings
  }

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["cross"] = .array(domains.map(\.json))
    remarks.write(to: &object)
    object["warnings"] = .array(warnings.map(\.json))
    return object
  }

  package init(decoding document: JSONNode) throws {
    domains = try document.array("cross").map { try Domain($0) }
    remarks = try ImageRemarks(decoding: document)
    warnings = try RunWarning.all(in: document)
  }
}

extension CrossDatasetDocument.Method {
  /// Pools a method's runs on one data set.
  ///
  /// - Parameters:
  ///   - name: the method's name.
  ///   - seeds: the runs' seeds.
  ///   - runs: the names of the runs' folders.
  ///   - accuracies: each run's accuracy.
  ///   - zeroShot: zero-shot CLIP on the same images.
  /// - Throws: `EvaluationError` without a run, or when accuracies are of other images.
  package init(
    name: String, seeds: [Int], runs: [String], accuracies: [DomainAccuracy], zeroShot: DomainAccuracy
  ) throws {
    let values = accuracies.map(\.accuracy)
    self.init(
      name: name, seeds: seeds, runs: runs, accuracy: try SeedSummary(values), accuracies: values,
      gain: try ZeroShotGain(accuracies, over: zeroShot))
  }
}

// MARK: - JSON

extension CrossDatasetDocument.Domain {
  fileprivate var json: JSON {
    [
      "data": .string(name), "class_count": JSON(classCount), "n": JSON(imageCount),
      "is_source": .bool(isSource),
      "zero_shot_accuracy": .number(zeroShotAccuracy), "methods": .array(methods.map(\.json)),
    ]
  }

  fileprivate init(_ node: JSONNode) throws {
    name = try node.string("data")
    classCount = try node.classCount()
    imageCount = try node.integer("n")
    isSource = try node.bool("is_source")
    zeroShotAccuracy = try node.share("zero_shot_accuracy")
    methods = try node.array("methods").map { try CrossDatasetDocument.Method($0) }
  }
}

extension CrossDatasetDocument.Method {
  fileprivate var json: JSON {
    [
      "name": .string(name), "seeds": .array(seeds.map { JSON($0) }), "runs": .array(runs.map { .string($0) }),
      "accuracy": accuracy.json, "accuracies": .array(accuracies.map { .number($0) }),
      "against_zero_shot": gain.json,
    ]
  }

  fileprivate init(_ node: JSONNode) throws {
    name = try node.string("name")
    seeds = try node.array("seeds").map { try $0.integer() }
    runs = try node.array("runs").map { try $0.string() }
    accuracy = try SeedSummary(node.node("accuracy", expected: "an object"))
    accuracies = try node["accuracies"]?.array().map { try $0.number() } ?? []
    gain = try ZeroShotGain(node.node("against_zero_shot", expected: "an object"))
  }
}

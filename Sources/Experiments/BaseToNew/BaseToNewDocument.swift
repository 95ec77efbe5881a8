import PromptLensFeatures
import PromptLensEvaluation
import PromptLensJSONDocuments

/// The result of a base-to-new experiment, `base-to-new.json`: prompts learned on one half of the classes and tested on
/// both halves.
package struct BaseToNewDocument: JSONDocument, Equatable {
  package static let format = "promptlens-base-to-new"
  package static let version = 2

  /// The results on a data set with its base and new classes.
  package struct DataSet: Sendable, Equatable {
    /// The name for columns.
    package let name: String
    /// The data set as `--data` names it.
    package let data: String
    /// The number of base classes and of new ones.
    package let classCounts: Halves<Int>
    /// The number of test images of each.
    package let imageCounts: Halves<Int>
    /// The accuracies of zero-shot CLIP.
    package let zeroShot: BaseToNewAccuracy
    /// The methods.
    package let methods: [Method]
  }

  /// A value for the base classes and one for the new classes.
  package struct Halves<Value: Sendable & Equatable>: Sendable, Equatable {
    /// The base classes' value.
    package let base: Value
    /// The new classes' value.
    package let new: Value
  }

  /// A method's runs on both halves.
  package struct Method: Sendable, Equatable {
    /// The method's name.
    package let name: String
    /// The runs' seeds.
    package let seeds: [Int]
    /// The names of the runs' folders.
    package let runs: [String]
    /// The accuracies over runs.
    package let accuracies: Halves<SeedSummary>
    /// The harmonic means over runs.
    package let harmonicMean: SeedSummary
    /// The gains over zero-shot CLIP.
    package let gains: Halves<ZeroShotGain>
  }

  /// The data sets.
  package let sets: [DataSet]

  /// The remarks on the images.
  package let remarks: ImageRemarks
  /// The warnings of the runs.
  package let warnings: [RunWarning]

  /// Creates a document.
  package init(sets: [DataSet], remarks: ImageRemarks = ImageRemarks(), warnings: [RunWarning] = []) {
    self.sets = sets
    self.remarks = remarks
    self.warnings = warnings
  }

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["base_to_new"] = .array(sets.map(\.json))
    remarks.write(to: &object)
    object["warnings"] = .array(warnings.map(\.json))
    return object
  }

  package init(decoding document: JSONNode) throws {
    sets = try document.array("base_to_new").map { try DataSet($0) }
    remarks = try ImageRemarks(decoding: document)
    warnings = try RunWarning.all(in: document)
  }
}

// MARK: - From accuracies

extension BaseToNewDocument.DataSet {
  /// Creates the results on a data set.
  ///
  /// - Parameters:
  ///   - name: the name for columns.
  ///   - data: the data set as `--data` names it.
  ///   - base: the base classes' test images.
  ///   - new: the new classes' test images.
  ///   - zeroShot: the accuracies of zero-shot CLIP on both.
  ///   - methods: the methods.
  package init(
    name: String, data: String, base: LabeledFeatures, new: LabeledFeatures,
    zeroShot: (base: DomainAccuracy, new: DomainAccuracy), methods: [BaseToNewDocument.Method]
  ) {
    self.init(
      name: name, data: data, classCounts: .init(base: base.classNames.count, new: new.classNames.count),
      imageCounts: .init(base: base.count, new: new.count),
      zeroShot: BaseToNewAccuracy(base: zeroShot.base.accuracy, new: zeroShot.new.accuracy), methods: methods)
  }
}

extension BaseToNewDocument.Method {
  /// Pools a method's runs.
  ///
  /// - Parameters:
  ///   - name: the method's name.
  ///   - seeds: the runs' seeds.
  ///   - runs: the names of the runs' folders.
  ///   - accuracies: each run's accuracies on the base and new classes.
  ///   - zeroShot: the accuracies of zero-shot CLIP on both.
  /// - Throws: `EvaluationError` without a run, or when accuracies are of other images.
  package init(
    name: String, seeds: [Int], runs: [String], accuracies: [(base: DomainAccuracy, new: DomainAccuracy)],
    zeroShot: (base: DomainAccuracy, new: DomainAccuracy)
  ) throws {
    self.init(
      name: name, seeds: seeds, runs: runs,
      accuracies: .init(
        base: try SeedSummary(accuracies.map(\.base.accuracy)), new: try SeedSummary(accuracies.map(\.new.accuracy))),
      harmonicMean: try SeedSummary(
        accuracies.map { BaseToNewAccuracy(base: $0.base.accuracy, new: $0.new.accuracy).harmonicMean }),
      gains: .init(
        base: try ZeroShotGain(accuracies.map(\.base), over: zeroShot.base),
        new: try ZeroShotGain(accuracies.map(\.new), over: zeroShot.new)))
  }
}

// MARK: - JSON

extension BaseToNewDocument.DataSet {
  fileprivate var json: JSON {
    [
      "name": .string(name), "data": .string(data), "base_class_count": JSON(classCounts.base),
      "new_class_count": JSON(classCounts.new), "base_n": JSON(imageCounts.base), "new_n": JSON(imageCounts.new),
      "zero_shot": [
        "base_accuracy": .number(zeroShot.base), "new_accuracy": .number(zeroShot.new),
        "harmonic_mean": .number(zeroShot.harmonicMean),
      ],
      "methods": .array(methods.map(\.json)),
    ]
  }

  fileprivate init(_ node: JSONNode) throws {
    data = try node.string("data")
    name = try node.optionalString("name") ?? data
    classCounts = .init(base: try node.classCount(of: "base"), new: try node.classCount(of: "new"))
    imageCounts = .init(base: try node.integer("base_n"), new: try node.integer("new_n"))
    let words = try node.node("zero_shot", expected: "an object")
    zeroShot = BaseToNewAccuracy(base: try words.share("base_accuracy"), new: try words.share("new_accuracy"))
    methods = try node.array("methods").map { try BaseToNewDocument.Method($0) }
  }
}

extension BaseToNewDocument.Method {
  fileprivate var json: JSON {
    [
      "name": .string(name), "seeds": .array(seeds.map { JSON($0) }), "runs": .array(runs.map { .string($0) }),
      "base_accuracy": accuracies.base.json, "new_accuracy": accuracies.new.json,
      "harmonic_mean": harmonicMean.json, "base_against_zero_shot": gains.base.json,
      "new_against_zero_shot": gains.new.json,
    ]
  }

  fileprivate init(_ node: JSONNode) throws {
    name = try node.string("name")
    seeds = try node.array("seeds").map { try $0.integer() }
    runs = try node.array("runs").map { try $0.string() }
    func summary(_ key: String) throws -> SeedSummary { try SeedSummary(node.node(key, expected: "an object")) }
    func gain(_ key: String) throws -> ZeroShotGain { try ZeroShotGain(node.node(key, expected: "an object")) }
    accuracies = .init(base: try summary("base_accuracy"), new: try summary("new_accuracy"))
    harmonicMean = try summary("harmonic_mean")
    gains = .init(base: try gain("base_against_zero_shot"), new: try gain("new_against_zero_shot"))
  }
}

import PromptLensEvaluation
import PromptLensJSONDocuments

/// The result of a transfer experiment, `transfer.json`: candidates on a source and on each target.
///
/// It contains all data for tables, charts and sentences. The parts of a target are in `TransferDocument+Target.swift`.
package struct TransferDocument: JSONDocument, Equatable {
  package static let format = "promptlens-transfer"
  package static let version = 2

  /// The accuracies on the source, among all of the prompt's classes that it has.
  package struct Source: Sendable, Equatable {
    /// The name for columns.
    package let name: String
    /// The data set as `--source` names it.
    package let data: String
    /// The number of test images.
    package let imageCount: Int
    /// The number of classes to choose from.
    package let classCount: Int
    /// A result for each candidate.
    package let results: [SourceResult]
  }

  /// A candidate's accuracy on the source.
  package struct SourceResult: Sendable, Equatable {
    /// The candidate's name.
    package let name: String
    /// The candidate's origin.
    package let kind: TransferCandidate.Kind
    /// The accuracy over runs.
    package let accuracy: SeedSummary
    /// The expected calibration error over runs.
    package let calibrationError: SeedSummary
    /// The accuracy by groups, the mean over runs; nil where images aren't grouped.
    package var groups: GroupAccuracy?
  }

  /// A run or a classifier of other data than the source.
  package struct ForeignSource: Sendable, Equatable {
    /// The run's folder or the classifier's file.
    package let path: String
    /// Its training data.
    package let data: String
  }

  /// The fingerprint of the model.
  package let modelFingerprint: String
  /// The runs' context files.
  package let runs: [String]
  /// The classifiers' files.
  package let classifiers: [String]
  /// The runs and classifiers that were learned on other data than the source.
  package let foreignSources: [ForeignSource]
  /// The source.
  package let source: Source
  /// The targets.
  package let targets: [Target]
  /// The accuracies between the context before learning and the learned one; empty if not requested.
  package let curves: [InterpolationCurve]
  /// The candidates beside lines through published models; empty if not requested.
  package let published: [PublishedComparison]
  /// The remarks on the images of the source and the targets.
  package let remarks: ImageRemarks
  /// Warnings of runs and classifiers that were learned from images which they are measured on.
  package let warnings: [RunWarning]

  /// Creates a document.
  ///
  /// - Parameters:
  ///   - modelFingerprint: the fingerprint of the model.
  ///   - runs: the runs' context files.
  ///   - classifiers: the classifiers' files.
  ///   - foreignSources: those that were learned on other data than the source.
  ///   - source: the source.
  ///   - targets: the targets.
  ///   - published: the candidates beside published models, if requested.
  ///   - curves: the accuracies between two contexts, if requested.
  ///   - remarks: the remarks on the images.
  ///   - warnings: warnings of runs and classifiers.
  package init(
    modelFingerprint: String, runs: [String], classifiers: [String], foreignSources: [ForeignSource] = [],
    source: Source, targets: [Target], published: [PublishedComparison] = [], curves: [InterpolationCurve] = [],
    remarks: ImageRemarks = ImageRemarks(),
    warnings: [RunWarning] = []
  ) {
    self.modelFingerprint = modelFingerprint
    self.runs = runs
    self.classifiers = classifiers
    self.foreignSources = foreignSources
    self.source = source
    self.targets = targets
    self.published = published
    self.curves = curves
    self.remarks = remarks
    self.warnings = warnings
  }

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["model_fingerprint"] = .string(modelFingerprint)
    object["runs"] = .array(runs.map { .string($0) })
    object["classifiers"] = .array(classifiers.map { .string($0) })
    object["learned_elsewhere"] = .array(
      foreignSources.map { ["path": .string($0.path), "data": .string($0.data)] })
    object["source"] = source.json
    object["targets"] = .array(targets.map(\.json))
    object["selected_on"] = "nothing: no setting was chosen by any of these images"
    if !curves.isEmpty { object["interpolation"] = .array(curves.map(\.json)) }
    if !published.isEmpty { object["published"] = .array(published.map(\.json)) }
    let corruptions = corruptions
    if !corruptions.isEmpty { object["corruptions"] = .array(corruptions.map(\.json)) }
    remarks.write(to: &object)
    object["warnings"] = .array(warnings.map(\.json))
    return object
  }

  package init(decoding document: JSONNode) throws {
    modelFingerprint = try document.string("model_fingerprint")
    runs = try document.array("runs").map { try $0.string() }
    classifiers = try document["classifiers"]?.array().map { try $0.string() } ?? []
    foreignSources =
      try document["learned_elsewhere"]?.array().map {
        ForeignSource(path: try $0.string("path"), data: try $0.string("data"))
      } ?? []
    source = try Source(document.node("source", expected: "an object"))
    targets = try document.array("targets").map { try Target($0) }
    curves = try document["interpolation"]?.array().map { try InterpolationCurve($0) } ?? []
    published = try document["published"]?.array().compactMap { try PublishedComparison($0) } ?? []
    remarks = try ImageRemarks(decoding: document)
    warnings = try RunWarning.all(in: document)
  }
}

extension TransferDocument.Source {
  fileprivate var json: JSON {
    [
      "name": .string(name), "data": .string(data), "n": JSON(imageCount), "class_count": JSON(classCount),
      "results": .array(
        results.map { result in
          var object = JSON.Object()
          object["name"] = .string(result.name)
          object["kind"] = .string(result.kind.rawValue)
          object["accuracy"] = result.accuracy.json
          object["ece"] = result.calibrationError.json
          for (name, value) in result.groups?.members ?? [] { object[name] = value }
          return .object(object)
        }),
    ]
  }

  fileprivate init(_ node: JSONNode) throws {
    data = try node.string("data")
    name = try node.optionalString("name") ?? data
    imageCount = try node.integer("n")
    classCount = try node.classCount()
    results = try node.array("results").map {
      TransferDocument.SourceResult(
        name: try $0.string("name"), kind: try TransferCandidate.Kind($0.node("kind", expected: "a string")),
        accuracy: try SeedSummary($0.node("accuracy", expected: "an object")),
        calibrationError: try SeedSummary($0.node("ece", expected: "an object")),
        groups: try GroupAccuracy(decoding: $0))
    }
  }
}

extension TransferCandidate.Kind {
  init(_ node: JSONNode) throws {
    guard let kind = Self(rawValue: try node.string()) else {
      throw node.unexpected(expected: "learned, classifier, zero-shot, template or ensemble", found: try node.string())
    }
    self = kind
  }
}

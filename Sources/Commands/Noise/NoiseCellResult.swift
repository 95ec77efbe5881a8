import PromptLensExperiments
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments

/// What a run of a sweep came to: one file, written when the run is done.
struct NoiseCellResult: Sendable {
  /// How one score finds wrong labels.
  struct Detection: Sendable {
    let name: String
    let precision: Double?
    let recall: Double?
    let areaUnderCurve: Double?
    let averagePrecision: Double?
    let flagged: Int
  }

  let noise: String
  /// SHA-256 of the features and given labels that were learned from.
  let trainFingerprint: String
  /// SHA-256 of the validation features that it was stopped by; nil without early stopping.
  let validationFingerprint: String?
  /// The rate of wrong labels, after rounding.
  let rate: Double
  let learner: String
  let seed: Int
  /// The epoch that is kept, from 1.
  let keptEpoch: Int
  /// On clean test images.
  let accuracy: Double
  /// By epoch.
  let testAccuracies: [Double]
  /// By epoch: the share of wrong labels that are predicted as given.
  let memorized: [Double]
  /// By epoch: the share of right labels that are predicted as given.
  let learned: [Double]
  let detections: [Detection]
  /// For each training image, in the order of its data.
  let losses: [Double]
  let margins: [Double]
  let agreements: [Double]
  let suggestions: [Int]

  init(_ cell: NoiseCell, data: LearningData, images: NoisyImages, training: NoisyTraining) throws {
    noise = cell.noiseName
    trainFingerprint = data.trainFingerprint
    validationFingerprint = cell.learner.validationFingerprint(of: data)
    keptEpoch = training.keptEpoch
    rate = data.noise?.rate ?? 0
    learner = cell.learner.name
    seed = cell.seed
    accuracy = training.accuracy
    testAccuracies = training.testAccuracies
    memorized = training.memorized
    learned = training.learned
    let suspicion = training.suspicion
    detections = try suspicion.detections(isWrong: images.isWrong).map { name, detection in
      Detection(
        name: name, precision: detection.precision, recall: detection.recall,
        areaUnderCurve: detection.areaUnderCurve, averagePrecision: detection.averagePrecision,
        flagged: detection.flagged)
    }
    losses = suspicion.meanLosses
    margins = suspicion.meanMargins
    agreements = suspicion.agreements
    suggestions = suspicion.suggestions
  }

  /// The share of wrong labels that what is kept predicts as given; nil without wrong labels.
  var finallyMemorized: Double? { memorized.indices.contains(keptEpoch - 1) ? memorized[keptEpoch - 1] : nil }

  // MARK: - The file

  private static let format = "promptlens-noise-run"

  var json: JSON {
    func numbers(_ numbers: [Double]) -> JSON { .array(numbers.map { .number($0) }) }
    func optional(_ number: Double?) -> JSON { number.map { .number($0) } ?? .null }
    let scores: [JSON] = detections.map {
      [
        "score": .string($0.name), "precision": optional($0.precision), "recall": optional($0.recall),
        "auroc": optional($0.areaUnderCurve), "average_precision": optional($0.averagePrecision),
        "flagged": JSON($0.flagged),
      ]
    }
    return [
      "format": .string(Self.format), "noise": .string(noise),
      "training_features": .string(trainFingerprint),
      "validation_features": validationFingerprint.map { .string($0) } ?? .null, "kept_epoch": JSON(keptEpoch),
      "rate": .number(rate),
      "learner": .string(learner),
      "seed": JSON(seed), "accuracy": .number(accuracy), "test_accuracies": numbers(testAccuracies),
      "memorized": numbers(memorized), "learned": numbers(learned), "detections": .array(scores),
      "images": [
        "loss": numbers(losses), "margin": numbers(margins), "agreement": numbers(agreements),
        "suggested": .array(suggestions.map { JSON($0) }),
      ],
    ]
  }

  func write(to path: String) throws {
    let text = json.serialized() + "\n"
    try AtomicOutput.text(text, to: path)
  }

  /// Reads a run's file; nil when there is none that is whole, or it is another cell's.
  init?(contentsOf path: String, cell: NoiseCell) {
    guard FileManager.default.fileExists(atPath: path), let root = try? JSONNode(contentsOf: path),
      let found = try? NoiseCellResult(root), found.noise == cell.noiseName, found.learner == cell.learner.name
    else { return nil }
    self = found
  }

  private init(_ root: JSONNode) throws {
    func numbers(_ node: JSONNode, _ key: String) throws -> [Double] {
      try node.array(key).map { try $0.number() }
    }
    guard try root.string("format") == Self.format else {
      throw root.unexpected(expected: "a document of format \(Self.format)")
    }
    noise = try root.string("noise")
    trainFingerprint = try root.string("training_features")
    validationFingerprint = try root.optionalString("validation_features")
    keptEpoch = try root.integer("kept_epoch")
    rate = try root.number("rate")
    learner = try root.string("learner")
    seed = try root.integer("seed")
    accuracy = try root.number("accuracy")
    testAccuracies = try numbers(root, "test_accuracies")
    memorized = try numbers(root, "memorized")
    learned = try numbers(root, "learned")
    detections = try root.array("detections").map {
      Detection(
        name: try $0.string("score"), precision: try $0.optionalNumber("precision"),
        recall: try $0.optionalNumber("recall"), areaUnderCurve: try $0.optionalNumber("auroc"),
        averagePrecision: try $0.optionalNumber("average_precision"), flagged: try $0.integer("flagged"))
    }
    let images = try root.node("images")
    losses = try numbers(images, "loss")
    margins = try numbers(images, "margin")
    agreements = try numbers(images, "agreement")
    suggestions = try images.array("suggested").map { try $0.integer() }
  }
}

import Foundation
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFiles
import PromptLensJSONDocuments

/// The outcome of one run of a noise experiment, in a file that is written when the run ends.
package struct NoiseCellResult: Sendable {
  /// The name of the noise with its amount and seed, ``NoiseCell/noiseName``.
  package let noise: String
  /// The SHA-256 of the training features and given labels.
  package let trainFingerprint: String
  /// The identity of the validation features for early stopping; nil without it.
  package let validationFingerprint: String?
  /// The rate of wrong labels, after rounding to whole images.
  package let rate: Double
  /// The learner's name.
  package let learner: String
  /// The seed.
  package let seed: Int
  /// The kept epoch, from 1.
  package let keptEpoch: Int
  /// The accuracy on clean test images.
  package let accuracy: Double
  /// The accuracy after each epoch.
  package let testAccuracies: [Double]
  /// The share of wrong labels that are predicted as given, after each epoch; empty when none is wrong.
  package let memorized: [Double]
  /// The share of correct labels that are predicted as given, after each epoch.
  package let learned: [Double]
  /// The detection of wrong labels by each score of ``scores``.
  package let detections: [String: NoiseDetection]
  /// The mean loss of each training image, in the order of its data.
  package let losses: [Double]
  /// The mean margin of each training image.
  package let margins: [Double]
  /// The probability that frozen CLIP gives each training image's label.
  package let agreements: [Double]
  /// The class that the learner suggests for each training image.
  package let suggestions: [Int]

  /// The names of the scores of suspicion.
  package static let scores = ["loss", "margin", "agreement"]

  /// Collects the outcome of a run.
  ///
  /// - Throws: `EvaluationError` when the lists of images differ in length.
  init(_ cell: NoiseCell, data: LearningData, training: NoisyTraining) throws {
    noise = cell.noiseName
    trainFingerprint = data.train.identifier
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
    detections = Dictionary(
      uniqueKeysWithValues: try suspicion.detections(isWrong: data.isWrong).map { ($0.name, $0.detection) })
    losses = suspicion.meanLosses
    margins = suspicion.meanMargins
    agreements = suspicion.agreements
    suggestions = suspicion.suggestions
  }

  /// The share of wrong labels that the kept epoch predicts as given; nil when none is wrong.
  package var finallyMemorized: Double? {
    memorized.indices.contains(keptEpoch - 1) ? memorized[keptEpoch - 1] : nil
  }
}

// MARK: - Remarks

extension NoiseCellResult {
  /// Returns the warnings about the run's accuracy. With wrong labels, an accuracy below that of hand-written prompts is
  /// a result, not a mistake.
  func warnings(of cell: NoiseCell, classCount: Int, images: Int, zeroShotAccuracy: Double) -> [RunWarning] {
    let chance = Chance(classCount: classCount)
    if chance.includes(accuracy, images: images) {
      let sentence = chance.sentence(
        accuracy, of: images, beginning: "the test accuracy is", images: "test images")
      return [RunWarning(run: cell.name, sentence: sentence)]
    }
    guard cell.noise == .none, accuracy < zeroShotAccuracy else { return [] }
    return [
      RunWarning(
        run: cell.name,
        sentence: "without wrong labels the test accuracy is \(Chance.percentage(accuracy)), below the "
          + "\(Chance.percentage(zeroShotAccuracy)) of hand-written prompts"
          + (cell.learner.classifier == nil ? "; --clip-norm 0.1, --recipe fast or another learning rate may help" : "")
      )
    ]
  }
}

extension NoiseCellResult: JSONDocument {
  package static let format = "promptlens-noise-run"
  package static let version = 1

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["noise"] = .string(noise)
    object["training_features"] = .string(trainFingerprint)
    object["validation_features"] = validationFingerprint.map { .string($0) } ?? .null
    object["kept_epoch"] = JSON(keptEpoch)
    object["rate"] = .number(rate)
    object["learner"] = .string(learner)
    object["seed"] = JSON(seed)
    object["accuracy"] = .number(accuracy)
    object["test_accuracies"] = .numbers(testAccuracies)
    object["memorized"] = .numbers(memorized)
    object["learned"] = .numbers(learned)
    object["detections"] = .array(
      Self.scores.compactMap { score in
        detections[score].map {
          [
            "score": .string(score), "precision": .optional($0.precision), "recall": .optional($0.recall),
            "auroc": .optional($0.areaUnderCurve), "average_precision": .optional($0.averagePrecision),
            "flagged": JSON($0.flagged),
          ]
        }
      })
    object["images"] = [
      "loss": .numbers(losses), "margin": .numbers(margins), "agreement": .numbers(agreements),
      "suggested": .array(suggestions.map { JSON($0) }),
    ]
    return object
  }

  package init(decoding document: JSONNode) throws {
    noise = try document.string("noise")
    trainFingerprint = try document.string("training_features")
    validationFingerprint = try document.optionalString("validation_features")
    keptEpoch = try document.integer("kept_epoch")
    rate = try document.share("rate")
    learner = try document.string("learner")
    seed = try document.integer("seed")
    accuracy = try document.share("accuracy")
    testAccuracies = try document.numbers("test_accuracies")
    memorized = try document.numbers("memorized")
    learned = try document.numbers("learned")
    detections = try document.array("detections").reduce(into: [:]) { found, node in
      found[try node.string("score")] = NoiseDetection(
        precision: try node.optionalShare("precision"), recall: try node.optionalShare("recall"),
        areaUnderCurve: try node.optionalShare("auroc"),
        averagePrecision: try node.optionalShare("average_precision"), flagged: try node.integer("flagged"))
    }
    let images = try document.node("images")
    losses = try images.numbers("loss")
    margins = try images.numbers("margin")
    agreements = try images.numbers("agreement")
    suggestions = try images.array("suggested").map { try $0.integer() }
  }

  /// Writes the file on one line, since its lists are long.
  func write(to path: String) throws { try AtomicOutput.text(json.serialized() + "\n", to: path) }

  /// Reads the file of a cell.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - cell: the cell.
  ///   - observer: receives a note when a file that exists isn't used.
  /// - Returns: nil when the file doesn't exist, isn't JSON, or belongs to another cell.
  /// - Throws: `JSONError` when the file is of a newer version or lacks a member.
  static func stored(
    at path: String, of cell: NoiseCell, observer: ExperimentObserver = .silent
  ) throws -> NoiseCellResult? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let root: JSONNode
    do {
      root = try JSONNode(contentsOf: path)
    } catch {
      observer.note("\(path): its result is damaged (\(error)): done again")
      return nil
    }
    let found = try NoiseCellResult(root)
    guard found.noise == cell.noiseName, found.learner == cell.learner.name else {
      observer.note("\(path): its result is of \(found.learner) on \(found.noise): done again")
      return nil
    }
    return found
  }
}

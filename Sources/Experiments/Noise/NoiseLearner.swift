import PromptLensEvaluation
import PromptLensPromptLearning

/// A learner in a noise experiment: a prompt with a loss and strategies against noise, or a classifier of features.
///
/// Written as parts joined by `+`: `gce:0.7`, `ce+co-teaching`, `random-names`, `linear`. Without a loss it uses
/// cross-entropy.
package struct NoiseLearner: Sendable, Equatable {
  /// The name with its numbers, from which the learner can be read again.
  package let name: String
  /// The loss's name with its numbers.
  package private(set) var lossName = "ce"
  /// The strategy that selects or weights images.
  package private(set) var strategy = StrategyName.all
  /// The number of epochs without improvement after which training ends; nil without early stopping.
  package private(set) var patience: Int?
  /// Whether random words replace the class names in prompts.
  package private(set) var hasRandomNames = false
  /// The classifier of features; nil if a prompt is learned.
  package private(set) var classifier: Classifier?

  /// The classifiers of features.
  package enum Classifier: String, Sendable, CaseIterable {
    case linear
    case tipAdapter = "tip-adapter"
    case clipAdapter = "clip-adapter"

    /// The method that fits the classifier, with its paper's settings.
    package var method: any ClassifierMethod {
      switch self {
      case .linear: LinearProbe()
      case .tipAdapter: TipAdapter()
      case .clipAdapter: ClipAdapter()
      }
    }
  }

  /// The names of the default losses.
  package static let defaultNames = LossName.all
  /// The names of the default classifiers without a model for prompts.
  package static let defaultClassifierNames = Classifier.allCases.map(\.rawValue)
  private static let defaultPatience = 20

  /// Parses a learner.
  ///
  /// - Throws: ``ExperimentError/badLearner(reason:)``, or `LearningError` for an unknown loss or strategy.
  package init(_ text: String) throws {
    let parts = text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    var names: [String] = []
    var hasLoss = false
    for part in parts {
      if let classifier = Classifier(rawValue: part) {
        guard parts.count == 1 else {
          throw ExperimentError.badLearner(
            reason: "\"\(text)\": \(part) can't be combined with a loss or a strategy.")
        }
        self.classifier = classifier
        names.append(part)
      } else if part == "random-names" {
        hasRandomNames = true
        names.append(part)
      } else if part == "early-stopping" || part.hasPrefix("early-stopping:") {
        let number = part == "early-stopping" ? Self.defaultPatience : Int(part.dropFirst("early-stopping:".count))
        guard let number, number > 0 else {
          throw ExperimentError.badLearner(
            reason: "\"\(part)\" needs a whole number of epochs, as early-stopping:\(Self.defaultPatience).")
        }
        patience = number
        names.append("early-stopping:\(number)")
      } else if StrategyName.names.contains(where: { $0.prefix { $0 != ":" } == part.prefix { $0 != ":" } }) {
        strategy = try StrategyName(part)
        names.append(part)
      } else {
        guard !hasLoss else { throw ExperimentError.badLearner(reason: "\"\(text)\" has two losses.") }
        lossName = try LossName.loss(part).name
        hasLoss = true
        names.insert(lossName, at: 0)
      }
    }
    name = names.joined(separator: "+")
  }

  /// Returns the identity of the validation images for early stopping; nil without it.
  package func validationFingerprint(of data: LearningData) -> String? {
    patience == nil ? nil : data.validation?.identifier
  }

  /// Returns the settings of the learner's runs.
  ///
  /// - Parameters:
  ///   - base: the settings that all learners share.
  ///   - randomNames: a random name for each class.
  ///   - noiseRate: the rate of wrong labels, for strategies that need one without a given one.
  /// - Returns: the shared settings with the learner's loss, strategy, patience and names.
  /// - Throws: `LearningError` when the loss is unknown.
  package func settings(
    _ base: LearningSettings, randomNames: [String], noiseRate: Double
  ) throws -> LearningSettings {
    var settings = base
    settings.loss = try LossName.loss(lossName)
    settings.strategy =
      switch strategy {
      case .smallLoss(nil): .smallLoss(noiseRate)
      case .coTeaching(nil): .coTeaching(noiseRate)
      default: strategy
      }
    settings.patience = patience
    if hasRandomNames { settings.namesInPrompts = randomNames }
    return settings
  }
}

import PromptLensExperiments
import ArgumentParser
import PromptLensEvaluation
import PromptLensPromptLearning

/// What learns from wrong labels: a prompt by a loss and whatever is done against noise, or a classifier of features.
///
/// Written as parts joined by `+`: `gce:0.7`, `ce+co-teaching`, `random-names`, `linear`. Without a loss it is
/// cross-entropy.
struct NoiseLearner: Sendable, Equatable {
  /// The text that is read back as this learner; parts have their numbers.
  let name: String
  var lossName = "ce"
  var strategy = StrategyName.all
  /// Epochs without a better one after which training ends.
  var patience: Int?
  var hasRandomNames = false
  /// A classifier that learns no prompt.
  var classifier: Classifier?

  /// The classifiers of features.
  enum Classifier: String, Sendable, CaseIterable {
    case linear
    case tipAdapter = "tip-adapter"
    case clipAdapter = "clip-adapter"

    var method: any ClassifierMethod {
      switch self {
      case .linear: LinearProbe()
      case .tipAdapter: TipAdapter()
      case .clipAdapter: ClipAdapter()
      }
    }
  }

  /// The early stopping's patience where none is given.
  private static let defaultPatience = 20

  /// Reads a text.
  ///
  /// - Throws: `ValidationError` or `PromptError` when a part is none.
  init(_ text: String) throws {
    let parts = text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    var names: [String] = []
    var hasLoss = false
    for part in parts {
      if let classifier = Classifier(rawValue: part) {
        guard parts.count == 1 else {
          throw ValidationError("\"\(text)\": \(part) has no loss and no strategy; it stands alone.")
        }
        self.classifier = classifier
        names.append(part)
      } else if part == "random-names" {
        hasRandomNames = true
        names.append(part)
      } else if part == "early-stopping" || part.hasPrefix("early-stopping:") {
        let number = part == "early-stopping" ? Self.defaultPatience : Int(part.dropFirst("early-stopping:".count))
        guard let number, number > 0 else {
          throw ValidationError("\"\(part)\" has no whole number of epochs, as early-stopping:\(Self.defaultPatience).")
        }
        patience = number
        names.append("early-stopping:\(number)")
      } else if StrategyName.names.contains(where: { $0.prefix { $0 != ":" } == part.prefix { $0 != ":" } }) {
        strategy = try StrategyName(part)
        names.append(part)
      } else {
        guard !hasLoss else { throw ValidationError("\"\(text)\" has two losses.") }
        lossName = try LossName.loss(part).name
        hasLoss = true
        names.insert(lossName, at: 0)
      }
    }
    name = names.joined(separator: "+")
  }

  /// What differs when the validation images do that it is stopped by; nil without early stopping.
  func validationFingerprint(of data: LearningData) -> String? { patience == nil ? nil : data.validation?.identifier }

  /// The settings of its runs; strategies that need the rate of wrong labels have it, unless one was given.
  func settings(
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

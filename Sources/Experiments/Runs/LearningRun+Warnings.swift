import Foundation
import PromptLensDatasets
import PromptLensPromptLearning

// What makes the numbers of a run doubtful.

extension LearningRun {
  /// Warnings about the data, known before training.
  var dataWarnings: [String] {
    var warnings: [String] = []
    if let shots = data.shotCount, !shots.short.isEmpty { warnings.append("\(shots)") }
    let repeated = data.repeatedTestImages
    if repeated > 0, let test = data.test {
      warnings.append(
        "\(repeated) of \(test.count) test images \(repeated == 1 ? "is" : "are") among the training images; the accuracy "
          + "says less about new ones")
    }
    return warnings
  }

  /// Returns warnings about a trained run.
  ///
  /// - Parameters:
  ///   - result: the measurements on test images.
  ///   - last: the last epoch.
  /// - Returns: sentences without a full stop.
  func warnings(_ result: RunResult, last: EpochRecord?) -> [String] {
    var warnings = dataWarnings
    let classCount = Double(data.classNames.count)
    if let last, hasCollapsed(last) {
      warnings.append(
        "training ended at chance: \(percentage(last.accuracy)) of the training images are right, where guessing among "
          + "\(data.classNames.count) classes gives \(percentage(1 / classCount)); \(likelyCause)")
    }
    if let accuracy = result.accuracy, let zeroShot = result.zeroShotAccuracy, accuracy < zeroShot {
      warnings.append(
        "the learned prompt is right for \(percentage(accuracy)) of the test images, and the hand-written one for "
          + "\(percentage(zeroShot)); \(likelyCause)")
    }
    return warnings
  }

  /// Whether training images are classified no better than by guessing: within two standard errors of chance.
  private func hasCollapsed(_ last: EpochRecord) -> Bool {
    let chance = 1 / Double(data.classNames.count)
    let error = (chance * (1 - chance) / Double(max(data.train.count, 1))).squareRoot()
    return data.classNames.count > 1 && last.accuracy <= chance + 2 * error
  }

  private var likelyCause: String {
    let (rate, suited) = (settings.schedule.peak, LearningRateSchedule.peak(logitScale: model.clip.logitScale))
    let text = "the learning rate of \(format(rate)) is the likely cause: "
    if rate > 3 * suited { return text + "\(format(suited)) suits this model's logit scale (--learning-rate auto)" }
    if rate < suited / 3 {
      return text + "it is low, and \(format(suited)) suits this model's logit scale (--learning-rate auto)"
    }
    return "another learning rate than \(format(rate)), fewer epochs or more shots may help"
  }

  private func percentage(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
  private func format(_ rate: Double) -> String { String(format: "%.2g", rate) }
}

import Foundation
import PromptLensDatasets
import PromptLensPromptLearning

// Warnings about doubtful numbers of a run.

extension LearningData {
  /// Warnings about the images, known before training, sentences without a period.
  var warnings: [String] {
    var warnings: [String] = []
    if let shots = shotCount, !shots.short.isEmpty { warnings.append("\(shots)") }
    let repeated = repeatedTestImages
    if repeated > 0, let test {
      warnings.append(
        "\(repeated) of \(test.count) test images \(repeated == 1 ? "is" : "are") among the training images; the accuracy "
          + "says less about new ones")
    }
    return warnings
  }
}

extension LearningRun {
  /// Warnings about the data, known before training.
  var dataWarnings: [String] { data.warnings }

  /// Returns warnings about a trained run.
  ///
  /// - Parameters:
  ///   - result: the measurements on test images.
  ///   - log: the epochs, in order.
  /// - Returns: sentences without a period.
  func warnings(_ result: RunResult, log: [EpochRecord]) -> [String] {
    var doubts: [String] = []
    let chance = Chance(classCount: data.classNames.count)
    // With early stopping, the kept epoch is the one that counts.
    let kept = result.bestEpoch.flatMap { best in log.first { $0.epoch == best } } ?? log.last
    let isTestAtChance = result.accuracy.map { chance.includes($0, images: result.total) } ?? true
    if let kept, isTestAtChance, chance.includes(kept.accuracy, images: data.train.count) {
      doubts.append(chance.sentence(kept.accuracy, beginning: "training ended", images: "training images"))
    } else if let accuracy = result.accuracy, chance.includes(accuracy, images: result.total) {
      let sentence = chance.sentence(accuracy, beginning: "the test accuracy is", images: "test images")
      if let zeroShot = result.zeroShotAccuracy, chance.includes(zeroShot, images: result.total) {
        return dataWarnings + [
          "\(sentence); the hand-written prompt is right for \(Chance.percentage(zeroShot)): the test images are too few, "
            + "or the classes' names or labels don't fit them"
        ]
      }
      doubts.append(sentence)
    }
    if let losses = unfallen(log) {
      doubts.append(
        "the training loss did not fall: \(losses.first.fourDigits) in the first epoch, \(losses.last.fourDigits) in the last"
      )
    }
    if let accuracy = result.accuracy, let zeroShot = result.zeroShotAccuracy, accuracy < zeroShot {
      doubts.append(
        "the learned prompt is right for \(Chance.percentage(accuracy)) of the test images, and the hand-written one for "
          + Chance.percentage(zeroShot))
    }
    return dataWarnings + doubts.map { "\($0); \(likelyCause)" }
  }

  /// Returns the losses of the first and the last epoch when no later epoch had a smaller one than the first, or the last
  /// one has none; nil when the loss fell, or the training images are all right.
  private func unfallen(_ log: [EpochRecord]) -> (first: Double, last: Double)? {
    guard let first = log.first, let last = log.last, log.count > 1, last.accuracy < 1 else { return nil }
    let reached = asked.patience == nil ? last.loss : log.dropFirst().map(\.loss).min() ?? last.loss
    return reached < first.loss ? nil : (first.loss, last.loss)
  }

  private var likelyCause: String {
    let (rate, suited) = (
      settings.schedule.peak,
      LearningSettings.suitedRate(logitScale: model.clip.logitScale, constants: asked.constants(on: data))
    )
    let text = "the learning rate of \(format(rate)) is the likely cause: "
    if rate > 3 * suited { return text + "\(format(suited)) suits this model's logit scale (--learning-rate auto)" }
    if rate < suited / 3 {
      return text + "it is low, and \(format(suited)) suits this model's logit scale (--learning-rate auto)"
    }
    return "another learning rate than \(format(rate)), fewer epochs or more shots may help"
  }

  private func format(_ number: Double) -> String { String(format: "%.2g", number) }
}

extension Double {
  fileprivate var fourDigits: String { String(format: "%.4g", self) }
}

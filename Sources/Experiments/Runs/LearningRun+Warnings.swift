import Foundation
import PromptLensDatasets
import PromptLensInterpretation
import PromptLensPromptLearning

// Warnings about doubtful numbers of a run.

extension LearningData {
  /// Warnings about the images, known before training, sentences without a period.
  var warnings: [String] {
    var warnings: [String] = []
    if let shortClasses { warnings.append(shortClasses) }
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
    if let kept = keptAtChance(result, log: log) {
      doubts.append(
        chance.sentence(
          kept.accuracy, of: data.train.count, beginning: "training ended", images: "training images"))
    } else if let accuracy = result.accuracy, chance.includes(accuracy, images: result.total) {
      let sentence = chance.sentence(
        accuracy, of: result.total, beginning: "the test accuracy is", images: "test images")
      if let zeroShot = result.zeroShotAccuracy, chance.includes(zeroShot, images: result.total) {
        return dataWarnings + [
          "\(sentence); the hand-written prompt's accuracy is \(Chance.percentage(zeroShot)): the test images are too few, "
            + "or the classes' names or labels don't fit them"
        ]
      }
      doubts.append(sentence)
    }
    let away = ranAway(log)
    if let losses = unfallen(log) {
      doubts.append(
        "the training loss did not fall\(away == nil ? "" : " but ran away"): \(losses.first.fourDigits) in the first epoch, "
          + "\(losses.last.fourDigits) in the last")
    } else if let away {
      doubts.append(
        "the training loss ran away: \(away.least.loss.fourDigits) \(away.least.epochs), "
          + "\(away.last.loss.fourDigits) \(away.last.epochs)")
    } else if let lost = fellToChance(log) {
      doubts.append(
        "the loss ran away for a time: in epoch \(lost.epoch) the training accuracy was "
          + "\(Chance.percentage(lost.accuracy)), no better than guessing, after "
          + "\(Chance.percentage(log[0].accuracy)) at the beginning")
    }
    if let accuracy = result.accuracy, let zeroShot = result.zeroShotAccuracy, accuracy < zeroShot {
      doubts.append(
        "the learned prompt's test accuracy of \(Chance.percentage(accuracy)) is below the hand-written prompt's "
          + Chance.percentage(zeroShot))
    }
    let isTooFast = away != nil || fellToChance(log) != nil
    let advice = advice(isCollapsed: isTooFast || isCollapsed(result, log: log), isTooFast: isTooFast)
    return dataWarnings + doubts.map { "\($0); \(advice)" }
  }

  /// Judges whether a training collapsed: its loss ran away and its prompt is not as good as the hand-written one, or its prompt is no better than guessing, or right less than
  /// half as often as the hand-written one, or less often after it was no better than guessing on the way. Where the
  /// hand-written one is no better than guessing, the data are at fault.
  ///
  /// - Parameters:
  ///   - result: the measurements on test images.
  ///   - log: the epochs, in order.
  /// - Returns: whether the training collapsed.
  func isCollapsed(_ result: RunResult, log: [EpochRecord]) -> Bool {
    if keptAtChance(result, log: log) != nil { return true }
    let isAsGood = result.accuracy.flatMap { accuracy in result.zeroShotAccuracy.map { accuracy >= $0 } } ?? false
    if !isAsGood, ranAway(log) != nil { return true }
    guard let accuracy = result.accuracy, let zeroShot = result.zeroShotAccuracy else { return false }
    let chance = Chance(classCount: data.classNames.count)
    if chance.includes(zeroShot, images: result.total) { return false }
    if accuracy < zeroShot, fellToChance(log) != nil { return true }
    return chance.includes(accuracy, images: result.total) || accuracy < zeroShot / 2
  }

  /// Returns the epoch whose context is kept, if its training accuracy is no better than guessing, and neither is the
  /// test accuracy, if any.
  private func keptAtChance(_ result: RunResult, log: [EpochRecord]) -> EpochRecord? {
    let chance = Chance(classCount: data.classNames.count)
    // With early stopping, the kept epoch is the one that counts.
    let kept = result.bestEpoch.flatMap { best in log.first { $0.epoch == best } } ?? log.last
    guard result.accuracy.map({ chance.includes($0, images: result.total) }) ?? true, let kept,
      chance.includes(kept.accuracy, images: data.train.count)
    else { return nil }
    return kept
  }

  /// The mean of neighboring epochs: the loss of a single one depends on the views that it drew.
  private struct Stretch {
    let first: Int
    let last: Int
    let loss: Double
    let accuracy: Double
    /// The standard error of the loss; 0 of a single epoch.
    let error: Double

    init(_ epochs: ArraySlice<EpochRecord>) {
      (first, last) = (epochs.first?.epoch ?? 0, epochs.last?.epoch ?? 0)
      let losses = epochs.map(\.loss)
      loss = losses.reduce(0, +) / Double(max(losses.count, 1))
      accuracy = epochs.reduce(0) { $0 + $1.accuracy } / Double(max(losses.count, 1))
      error = Sample(losses).standardError ?? 0
    }

    /// "in epoch 3" or "in epochs 3 to 7".
    var epochs: String { first == last ? "in epoch \(first)" : "in epochs \(first) to \(last)" }

    /// Divides a log into tenths of at most twenty epochs, single ones of a log of fewer than twenty.
    static func all(_ log: [EpochRecord]) -> [Stretch] {
      let size = max(1, min(log.count / 10, 20))
      return stride(from: log.count % size, to: log.count, by: size).map { Stretch(log[$0..<$0 + size]) }
    }
  }

  /// Returns the epochs of the smallest loss and the last ones when the loss rose again between them by a tenth of what it
  /// began with and by more than three standard errors, and a fifth of the images that were right are wrong again; nil
  /// else, and where validation images chose an earlier epoch.
  private func ranAway(_ log: [EpochRecord]) -> (least: Stretch, last: Stretch)? {
    let parts = Stretch.all(log)
    guard patience == nil, let first = log.first, let last = parts.last,
      let least = parts.min(by: { $0.loss < $1.loss }), least.last < last.first
    else { return nil }
    let rise = last.loss - least.loss
    guard rise >= 0.1 * abs(first.loss), last.accuracy <= 0.8 * least.accuracy,
      rise > 3 * (least.error * least.error + last.error * last.error).squareRoot()
    else { return nil }
    return (least, last)
  }

  /// Returns the first epoch that was no better than guessing after one that was; nil if there is none, and where
  /// validation images chose the epoch.
  private func fellToChance(_ log: [EpochRecord]) -> EpochRecord? {
    let (chance, images) = (Chance(classCount: data.classNames.count), data.train.count)
    guard patience == nil, let first = log.first, !chance.includes(first.accuracy, images: images) else { return nil }
    return log.dropFirst().first { chance.includes($0.accuracy, images: images) }
  }

  /// Returns the losses of the first and the last epoch when no later epoch had a smaller one than the first, or the last
  /// one has none; nil when the loss fell, or the training images are all right.
  private func unfallen(_ log: [EpochRecord]) -> (first: Double, last: Double)? {
    guard let first = log.first, let last = log.last, log.count > 1, last.accuracy < 1 else { return nil }
    let reached = patience == nil ? last.loss : log.dropFirst().map(\.loss).min() ?? last.loss
    return reached < first.loss ? nil : (first.loss, last.loss)
  }

  /// Returns the advice of the warning: the suited learning rate where another was asked for, and what keeps a loss from running
  /// away where it did.
  ///
  /// - Parameters:
  ///   - isCollapsed: whether the training collapsed.
  ///   - isTooFast: whether the loss ran away, which no low rate is the cause of.
  /// - Returns: a clause.
  private func advice(isCollapsed: Bool, isTooFast: Bool) -> String {
    let rate = settings.schedule.peak
    let suited = asked.suitedRate(on: data, logitScale: model.clip.logitScale)
    let suits =
      asked.recipe == .fast || asked.method.hasImagePrompts
      ? "\(format(suited)) is the recipe's (--learning-rate auto)"
      : "\(format(suited)) suits this model's logit scale (--learning-rate auto)"
    let text = "the learning rate of \(format(rate)) is the likely cause: "
    if rate > 3 * suited { return text + suits }
    if rate < suited / 3, !isTooFast { return text + "it is low, and \(suits)" }
    guard isCollapsed else { return "more shots, fewer epochs or another learning rate than \(format(rate)) may help" }
    // Methods with prompts in deeper layers take neither of the others.
    guard !asked.method.isDeep else { return "a learning rate below \(format(rate)) may help" }
    switch (asked.recipe, asked.clipNorm) {
    case (.paper, nil), (.coop, nil):
      return
        "--clip-norm 0.1 or --recipe fast limits the steps; a learning rate below \(format(rate)) may also help"
    default: return "a learning rate below \(format(rate)) or a smaller --clip-norm may help"
    }
  }

  private func format(_ number: Double) -> String { String(format: "%.2g", number) }
}

extension Double {
  fileprivate var fourDigits: String { String(format: "%.4g", self) }
}

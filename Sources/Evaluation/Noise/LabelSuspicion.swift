import PromptLensTensors
import Foundation
import PromptLensPromptLearning

/// Three scores of suspicious labels, collected while a prompt is learned: loss, margin, and agreement with frozen
/// CLIP.
///
/// Loss and margin are means over the epochs, since at the end of a long training wrong labels are learned too. Each
/// score is higher for a more suspicious label, and has its own rule for flagging labels as wrong.
package struct LabelSuspicion: Sendable {
  /// The given label of each image.
  package let labels: [Int]
  /// The number of classes.
  package let classCount: Int
  /// The number of collected epochs.
  package private(set) var epochs = 0
  private var losses: [Double]
  private var margins: [Double]
  private var probabilities: [Double]
  private let zeroShot: [[Double]]

  /// Creates an empty tally.
  ///
  /// - Parameters:
  ///   - labels: the given label of each image.
  ///   - zeroShotLogits: frozen CLIP's logits, `[images, classes]`.
  ///   - classCount: the number of classes.
  package init(labels: [Int], zeroShotLogits: [Float], classCount: Int) {
    self.labels = labels
    self.classCount = classCount
    losses = [Double](repeating: 0, count: labels.count)
    margins = losses
    probabilities = [Double](repeating: 0, count: labels.count * classCount)
    zeroShot = labels.indices.map { image in
      Softmax.probabilities(zeroShotLogits[image * classCount..<(image + 1) * classCount])
    }
  }

  /// Adds an epoch.
  ///
  /// - Parameter logits: the training images' logits after the epoch, `[images, classes]`.
  /// - Returns: the predicted class of each image.
  package mutating func add(_ logits: [Float]) -> [Int] {
    epochs += 1
    return labels.enumerated().map { image, label in
      let row = logits[image * classCount..<(image + 1) * classCount]
      let found = Softmax.logProbabilities(row)
      losses[image] -= found[label]
      var (best, other) = (0, -Float.infinity)
      for (classIndex, logit) in row.enumerated() {
        if logit > row[row.startIndex + best] { best = classIndex }
        if classIndex != label { other = max(other, logit) }
        probabilities[image * classCount + classIndex] += exp(found[classIndex])
      }
      if classCount > 1 { margins[image] += Double(row[row.startIndex + label] - other) }
      return best
    }
  }

  /// The mean cross-entropy of each given label.
  package var meanLosses: [Double] { losses.map { $0 / Double(max(epochs, 1)) } }

  /// The mean margin, the given label's logit minus the largest other. Source: Pleiss et al., "Identifying Mislabeled
  /// Data using the Area Under the Margin Ranking" (2020).
  package var meanMargins: [Double] { margins.map { $0 / Double(max(epochs, 1)) } }

  /// The probability that frozen CLIP gives each label.
  package var agreements: [Double] { zip(zeroShot, labels).map { $0[$1] } }

  /// The most probable class of each image over the epochs.
  package var suggestions: [Int] {
    labels.indices.map { image in
      let row = probabilities[image * classCount..<(image + 1) * classCount]
      return row.indices.max { (row[$0], $1) < (row[$1], $0) }.map { $0 - row.startIndex } ?? 0
    }
  }

  /// The labels with losses above the threshold that separates losses best. Source: Otsu, "A Threshold Selection Method
  /// from Gray-Level Histograms" (1979).
  package var flagsByLoss: [Bool] {
    let losses = meanLosses
    let sorted = losses.sorted()
    let total = sorted.reduce(0, +)
    var (best, threshold, sum) = (-1.0, Double.infinity, 0.0)
    for (index, loss) in sorted.dropLast().enumerated() {
      sum += loss
      let (low, high) = (Double(index + 1), Double(sorted.count - index - 1))
      let gap = (total - sum) / high - sum / low
      if sorted[index + 1] > loss, low * high * gap * gap > best { (best, threshold) = (low * high * gap * gap, loss) }
    }
    return losses.map { $0 > threshold }
  }

  /// The labels with margins below zero, for which another class has a larger logit.
  package var flagsByMargin: [Bool] { meanMargins.map { $0 < 0 } }

  /// The labels that frozen CLIP neither predicts nor gives the average probability of the images with that label.
  /// Source of the threshold: Northcutt, Jiang and Chuang, "Confident Learning" (2021), equation 2.
  package var flagsByAgreement: [Bool] {
    let own = agreements
    var (sums, counts) = ([Double](repeating: 0, count: classCount), [Double](repeating: 0, count: classCount))
    for (label, probability) in zip(labels, own) {
      sums[label] += probability
      counts[label] += 1
    }
    return labels.enumerated().map { image, label in
      own[image] < zeroShot[image].max() ?? 0 && own[image] <= sums[label] / max(counts[label], 1)
    }
  }

  /// Returns the three detections, by name.
  ///
  /// - Parameter isWrong: whether each image's label is wrong.
  /// - Returns: `loss`, `margin` and `agreement`.
  /// - Throws: ``EvaluationError`` when the lists differ in length.
  package func detections(isWrong: [Bool]) throws -> [(name: String, detection: NoiseDetection)] {
    try [
      ("loss", meanLosses, flagsByLoss), ("margin", meanMargins.map { -$0 }, flagsByMargin),
      ("agreement", agreements.map { -$0 }, flagsByAgreement),
    ].map { ($0, try NoiseDetection(scores: $1, flags: $2, isWrong: isWrong)) }
  }
}

import Foundation
import PromptLensTensors

/// The metrics of scores that are a probability of each label alone, as models with sigmoids give them: no label takes
/// probability from another, so that an image may have several labels or none.
package struct LabelMetrics: Sendable, Equatable {
  /// The metrics of one label.
  package struct Label: Sendable, Equatable {
    /// The number of images that have it.
    package let images: Int
    /// The average precision of all images in the order of their probability; nil for a label without images.
    package let averagePrecision: Double?
    /// The mean probability of the images that have it; nil for none.
    package let ownProbability: Double?
    /// The mean probability of the other images; nil for none.
    package let otherProbability: Double?
  }

  /// The labels' metrics, in their order.
  package let labels: [Label]
  /// The mean of −log p over all pairs of an image and a label, with p the probability of what is true of the pair.
  package let negativeLogLikelihood: Double
  /// The number of pairs with a probability above one half, and of those among them that are true.
  package let positives: Int, truePositives: Int
  /// The number of images.
  package let images: Int

  /// The mean of the labels' average precisions, over the labels that have images; NaN without images.
  package var meanAveragePrecision: Double {
    let found = labels.compactMap(\.averagePrecision)
    return found.reduce(0, +) / Double(found.count)
  }
  /// The share of the true pairs among those above one half; nil where none is above.
  package var precision: Double? { positives == 0 ? nil : Double(truePositives) / Double(positives) }
  /// The share of the pairs above one half among the true ones; NaN without images.
  package var recall: Double { Double(truePositives) / Double(labels.reduce(0) { $0 + $1.images }) }
  /// The mean number of labels above one half of an image.
  package var labelsPerImage: Double { Double(positives) / Double(images) }

  /// Computes the metrics.
  ///
  /// - Parameters:
  ///   - logits: scaled cosines, `[images, labels]`.
  ///   - bias: what is added to them before the sigmoid.
  ///   - truth: the labels of each image, as indices.
  /// - Throws: ``EvaluationError`` when the lists differ in length or hold an unknown label.
  package init(logits: Tensor, bias: Float, truth: [[Int]]) throws(EvaluationError) {
    let shape = logits.shape.dimensions
    guard shape.count == 2, shape[0] == truth.count else {
      throw .countMismatch(predictions: shape.first ?? 0, labels: truth.count)
    }
    let (imageCount, labelCount) = (shape[0], shape[1])
    var isTrue = [Bool](repeating: false, count: imageCount * labelCount)
    for (image, found) in truth.enumerated() {
      for label in found {
        guard 0..<labelCount ~= label else { throw .labelOutOfRange(label: label, classCount: labelCount) }
        isTrue[image * labelCount + label] = true
      }
    }
    let scores = logits.floats()
    var labels: [Label] = []
    var likelihood = 0.0
    var (positives, truePositives) = (0, 0)
    for label in 0..<labelCount {
      var pairs: [(score: Float, isTrue: Bool)] = []
      pairs.reserveCapacity(imageCount)
      var sums = (own: 0.0, others: 0.0)
      for image in 0..<imageCount {
        let (score, isOwn) = (scores[image * labelCount + label], isTrue[image * labelCount + label])
        pairs.append((score, isOwn))
        let logit = Double(score) + Double(bias)
        let probability = Self.probability(logit)
        if isOwn { sums.own += probability } else { sums.others += probability }
        // −log σ(x) = log(1 + exp(−x)), without overflow.
        let margin = isOwn ? logit : -logit
        likelihood += max(-margin, 0) + log1p(exp(-abs(margin)))
        if logit > 0 {
          positives += 1
          if isOwn { truePositives += 1 }
        }
      }
      let own = pairs.count { $0.isTrue }
      labels.append(
        Label(
          images: own, averagePrecision: Self.averagePrecision(pairs),
          ownProbability: own == 0 ? nil : sums.own / Double(own),
          otherProbability: own == imageCount ? nil : sums.others / Double(imageCount - own)))
    }
    self.labels = labels
    negativeLogLikelihood = likelihood / Double(imageCount * labelCount)
    (self.positives, self.truePositives) = (positives, truePositives)
    images = imageCount
  }

  /// Returns the probability of a logit, `1 / (1 + exp(−x))`.
  package static func probability(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }

  /// Returns Σ (Rₙ − Rₙ₋₁) Pₙ over the different scores from the highest, with precision P and recall R of all images from
  /// there up; nil where none is true.
  ///
  /// Source: `average_precision_score` of scikit-learn.
  package static func averagePrecision(_ pairs: [(score: Float, isTrue: Bool)]) -> Double? {
    let total = pairs.count { $0.isTrue }
    guard total > 0 else { return nil }
    let ordered = pairs.sorted { $0.score > $1.score }
    var sum = 0.0
    var (seen, found, counted) = (0, 0, 0)
    for (index, pair) in ordered.enumerated() {
      seen += 1
      if pair.isTrue { found += 1 }
      let isLast = index + 1 == ordered.count || ordered[index + 1].score != pair.score
      guard isLast, found > counted else { continue }
      sum += Double(found - counted) / Double(total) * Double(found) / Double(seen)
      counted = found
    }
    return sum
  }
}

import Foundation
import PromptLensTensors

/// The entropy of the mean probability of several views, which adaptation at test time makes small.
package enum MeanEntropy {
  /// Returns the entropy of each view's probabilities, in nats.
  ///
  /// - Parameters:
  ///   - logits: `[views, classes]`.
  ///   - classCount: the number of classes.
  /// - Returns: an entropy for each view.
  package static func ofViews(_ logits: [Float], classCount: Int) -> [Double] {
    stride(from: 0, to: logits.count, by: max(classCount, 1)).map { start in
      Softmax.logProbabilities(logits[start..<start + classCount]).reduce(0) { $0 - exp($1) * $1 }
    }
  }

  /// Returns the views with the lowest entropy, the lowest first.
  ///
  /// - Parameters:
  ///   - entropies: that of each view.
  ///   - share: the share of the views to keep, which is cut to whole views, at least one.
  /// - Returns: indices of views.
  package static func confident(_ entropies: [Double], share: Double) -> [Int] {
    let count = max(Int(Double(entropies.count) * share), 1)
    return Array(entropies.indices.sorted { (entropies[$0], $0) < (entropies[$1], $1) }.prefix(count))
  }

  /// Computes the entropy of the views' mean probability, and its gradient by the logits.
  ///
  /// - Parameters:
  ///   - logits: `[views, classes]`.
  ///   - classCount: the number of classes.
  /// - Returns: the entropy in nats, and the gradient, `[views, classes]`.
  package static func evaluate(_ logits: [Float], classCount: Int) -> (value: Double, gradient: [Float]) {
    let views = logits.count / max(classCount, 1)
    let probabilities = (0..<views).map { Softmax.probabilities(logits[$0 * classCount..<($0 + 1) * classCount]) }
    let mean = (0..<classCount).map { label in
      probabilities.reduce(0) { $0 + $1[label] } / Double(views)
    }
    let logs = mean.map { log(max($0, .leastNormalMagnitude)) }
    // ∂L/∂p̄ = −(log p̄ + 1); the constant falls out of the softmax.
    let gradient = probabilities.flatMap { row -> [Float] in
      let along = zip(row, logs).reduce(0) { $0 + $1.0 * $1.1 }
      return zip(row, logs).map { Float(-$0 * ($1 - along) / Double(views)) }
    }
    return (-zip(mean, logs).reduce(0) { $0 + $1.0 * $1.1 }, gradient)
  }
}

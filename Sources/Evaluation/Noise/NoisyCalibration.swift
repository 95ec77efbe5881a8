import Foundation
import PromptLensTensors

/// The temperature of a classifier's probabilities, and the share of given labels that are wrong, which explain the given
/// labels best together.
///
/// A label is the image's class with the probability 1 − e and any other one with e/(K − 1). Confident contradictions then
/// count as wrong labels and not as a classifier that is too sure of itself. Source of the model: Angluin and Laird,
/// "Learning from Noisy Examples" (1988); the temperature is Guo et al.'s.
package struct NoisyCalibration: Sendable, Equatable {
  /// The temperature by which logits are divided.
  package let temperature: Double
  /// e, the share of labels that are wrong.
  package let noise: Double

  /// The shares and the temperatures that are tried first.
  private static let shares = [0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5]
  private static let temperatures = (0..<41).map { 0.1 * pow(1.12, Double($0)) }

  /// Finds both.
  ///
  /// - Parameters:
  ///   - logits: the logits of images that the classifier was not fitted on, `[images, classes]`.
  ///   - labels: the given label of each image.
  /// - Throws: no errors of numbers; those of parallel work.
  package init(logits: Tensor, labels: [Int]) throws {
    let values = logits.floats()
    let classCount = labels.isEmpty ? 1 : values.count / labels.count
    let tried = try Parallel.map(Self.temperatures.count) { index -> (loss: Double, share: Double) in
      let temperature = Self.temperatures[index]
      let own = labels.enumerated().map { image, label in
        Softmax.probabilities(
          values[image * classCount..<(image + 1) * classCount].map { Float(Double($0) / temperature) })[label]
      }
      var best = (loss: Double.infinity, share: 0.0)
      for share in Self.shares {
        let spread = share / Double(max(classCount - 1, 1))
        let loss = own.reduce(0) { $0 - log(max((1 - share) * $1 + spread * (1 - $1), 1e-12)) }
        if loss < best.loss { best = (loss, share) }
      }
      return best
    }
    let best = tried.indices.min { (tried[$0].loss, $0) < (tried[$1].loss, $1) } ?? 0
    temperature = Self.temperatures[best]
    noise = tried[best].share
  }
}

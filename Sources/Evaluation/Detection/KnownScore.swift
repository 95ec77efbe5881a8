import Foundation
import PromptLensTensors

/// A score that is high where an image belongs to one of the known classes, and low where it belongs to none.
package enum KnownScore: String, Sendable, CaseIterable {
  /// Maximum concept matching: the largest probability by a softmax of cosines at temperature 1; of a classifier that
  /// isn't one of cosines, the largest probability. Source: Ming et al., "Delving into Out-of-Distribution Detection with
  /// Vision-Language Representations" (2022), equation 2.
  case maximumConceptMatching = "mcm"
  /// The largest logit. Source: Hendrycks et al., "Scaling Out-of-Distribution Detection for Real-World Settings" (2022).
  case maximumLogit = "max_logit"
  /// The negative energy, `log Σ exp z` of the logits z. Source: Liu et al., "Energy-based Out-of-distribution Detection"
  /// (2020), equation 4 at temperature 1.
  case energy
  /// The negative entropy of the classes' probabilities.
  case entropy
  /// Global and local maximum concept matching: ``maximumConceptMatching`` of the image, plus the largest one of its places;
  /// it needs the features of places. Source: Miyai et al., "GL-MCM: Global and Local Maximum Concept Matching for Zero-Shot
  /// Out-of-Distribution Detection" (2023), equation 5 with λ = 1.
  case globalLocal = "gl_mcm"
  /// The probability of the known classes beside words that are far from them; see ``NegativeLabels``.
  case negativeLabels = "neg_label"

  /// The scores that logits alone give.
  package static let ofLogits: [KnownScore] = [.maximumConceptMatching, .maximumLogit, .energy, .entropy]

  /// Computes the score of each image.
  ///
  /// - Parameters:
  ///   - logits: `[images, classes]`.
  ///   - scale: the factor of the cosines in the logits; 1 for logits that aren't cosines.
  /// - Returns: a score for each image; nil for ``globalLocal`` and ``negativeLabels``, which need more than logits.
  package func values(logits: Tensor, scale: Float) -> [Double]? {
    guard Self.ofLogits.contains(self) else { return nil }
    let (images, classes) = (logits.shape.dimensions[0], logits.shape.dimensions[1])
    return logits.withFloats { values in
      (0..<images).map { value(of: values[image: $0, of: classes], scale: Double(scale)) }
    }
  }

  private func value(of logits: UnsafeBufferPointer<Float>, scale: Double) -> Double {
    let largest = Double(logits.max() ?? 0)
    switch self {
    case .maximumLogit, .globalLocal, .negativeLabels: return largest
    case .maximumConceptMatching:
      // The largest term of the softmax is exp(0).
      return 1 / logits.reduce(0) { $0 + exp((Double($1) - largest) / scale) }
    case .energy: return largest + log(logits.reduce(0) { $0 + exp(Double($1) - largest) })
    case .entropy:
      // Σ p log p = Σ p (z − max) − log Σ exp(z − max).
      let sum = logits.reduce(0) { $0 + exp(Double($1) - largest) }
      return logits.reduce(0) { $0 + exp(Double($1) - largest) / sum * (Double($1) - largest) } - log(sum)
    }
  }
}

extension UnsafeBufferPointer<Float> {
  /// The row of an image.
  fileprivate subscript(image image: Int, of width: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: self[image * width..<(image + 1) * width])
  }
}

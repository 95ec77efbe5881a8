import Foundation

/// Reverse cross-entropy, a part of other losses: `L = −Σ p_k log ȳ_k`, where the one-hot label ȳ has ε instead of 0,
/// so `L = −log ε · (1 − p_y)`, with slope `−log ε · p_y`.
///
/// Source: Wang et al., "Symmetric Cross Entropy for Robust Learning with Noisy Labels" (2019), section 3.2, and its
/// code's ε = 1e-4.
enum ReverseCrossEntropy {
  private static let ceiling = -log(1e-4)

  static func loss(_ logProbability: Double) -> Double { -ceiling * expm1(logProbability) }
  static func slope(_ logProbability: Double) -> Double { ceiling * exp(logProbability) }
}

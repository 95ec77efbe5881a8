import PromptLensTensors
import Foundation

/// A weighting of each image by frozen CLIP's probability of its label, `w = p(y | x)^γ`, scaled to mean 1 over all
/// images; γ = 0 weights all images equally.
///
/// The learned prompt doesn't influence the weights, so its mistakes aren't reinforced. The idea is of Feng et al.,
/// "CLIPCleaner: Cleaning Noisy Labels with CLIP" (2024), with weights instead of a selection.
package struct AgreementWeights: SampleStrategy {
  /// γ.
  package let power: Double
  /// The weight of each training image.
  package let weights: [Double]

  /// Creates the strategy.
  ///
  /// - Parameters:
  ///   - power: γ, at least 0.
  ///   - zeroShotLogits: frozen CLIP's logits of all training images, `[images, classes]`.
  ///   - labels: the given label of each.
  package init(power: Double = 1, zeroShotLogits: [Float], labels: [Int]) {
    self.power = power
    let classCount = zeroShotLogits.count / max(labels.count, 1)
    let raw = labels.enumerated().map { image, label in
      exp(power * Softmax.logProbabilities(zeroShotLogits[image * classCount..<(image + 1) * classCount])[label])
    }
    let sum = raw.reduce(0, +)
    weights = sum > 0 ? raw.map { $0 * Double(labels.count) / sum } : raw.map { _ in 1 }
  }

  /// The name, `agreement:γ`.
  package var name: String { "agreement:\(LossName.number(power))" }

  /// Returns the plan of weighting every image.
  package func plan(_ survey: EpochSurvey) -> EpochPlan {
    EpochPlan { images, _ in
      let factors = images.map { weights[$0] }
      return SelectiveLoss(survey.loss) { _ in factors }
    }
  }
}

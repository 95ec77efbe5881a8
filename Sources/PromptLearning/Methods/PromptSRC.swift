import Foundation
import PromptLensTensors

/// The text part of PromptSRC: the loss, self-consistency with frozen CLIP in features and logits, and a Gaussian
/// average of the contexts of all epochs.
///
/// `L = CE + 25 · mean |t̂ − ŵ| + mean q (log q − log p)`, with the zero-shot classifier's rows ŵ and predictions q;
/// the average's weights have, unless others are set, their mean at three quarters of the epochs and a twentieth of them as
/// deviation. Image features are fixed here, so the loss that regularizes the image tower is omitted. Source: Khattak et al.,
/// "Self-regulating Prompts: Foundational Model Adaptation without Forgetting" (2023).
package struct PromptSRC: LearningMethod {
  /// The name, `promptsrc-text`, since prompts of the image tower aren't learned.
  package let name = "promptsrc-text"
  /// The zero-shot classifier, `[classes, embedDimension]`, rows of length one.
  package let anchor: UnitRows
  /// The weight of the difference of features.
  package let featureWeight: Double
  /// The weight of the divergence of predictions.
  package let logitWeight: Double

  /// μ of the average's weights, in epochs; nil for three quarters of them.
  package var mean: Double?
  /// σ of the average's weights, in epochs; nil for a twentieth of them.
  package var deviation: Double?

  /// Creates the method, by default with the paper's weights.
  package init(anchor: UnitRows, featureWeight: Double = 25, logitWeight: Double = 1) {
    self.anchor = anchor
    self.featureWeight = featureWeight
    self.logitWeight = logitWeight
  }

  /// Returns the Gaussian weight of an epoch's context.
  package func weight(ofEpoch epoch: Int, of epochs: Int) -> Double? {
    let deviation = deviation ?? max(Double(epochs) / 20, 1)
    let distance = (Double(epoch) - (mean ?? 0.75 * Double(epochs))) / deviation
    return exp(-distance * distance / 2)
  }

  /// Computes the gradient of the three terms.
  package func gradient(_ step: TrainingStep) throws -> StepGradient {
    let text = try step.text()
    let logits = try step.logits(text)
    let loss = step.loss.evaluate(
      logits: logits, classCount: step.classCount, labels: step.labels, weights: step.weights)
    var total = loss.mean
    var logitGradient = loss.gradient
    let zeroShot = try step.logits(anchor)
    let share = logitWeight / Double(logits.count)
    for start in stride(from: 0, to: logits.count, by: step.classCount) {
      let target = Softmax.logProbabilities(zeroShot[start..<start + step.classCount])
      let found = Softmax.logProbabilities(logits[start..<start + step.classCount])
      for classIndex in 0..<step.classCount {
        total += share * exp(target[classIndex]) * (target[classIndex] - found[classIndex])
        logitGradient[start + classIndex] += Float(share * (exp(found[classIndex]) - exp(target[classIndex])))
      }
    }
    let unitGradient = try step.textGradient(logitGradient)
    let featureShare = featureWeight / Double(unitGradient.count)
    for index in 0..<unitGradient.count {
      let difference = text.rows.pointer[index] - anchor.rows.pointer[index]
      total += featureShare * Double(abs(difference))
      let direction: Float = difference > 0 ? 1 : difference < 0 ? -1 : 0
      unitGradient.pointer[index] += Float(featureShare) * direction
    }
    return StepGradient(
      loss: total, correct: step.correct(logits), parameters: try step.contextGradient(unitGradient, of: text))
  }
}

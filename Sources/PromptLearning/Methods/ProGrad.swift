import Foundation
import PromptLensTensors

/// Prompt-aligned Gradient: the gradient of the loss, without the part that conflicts with zero-shot CLIP.
///
/// With the gradients g of the loss and h of the divergence from the zero-shot predictions: g when g · h ≥ 0, else
/// `g − λ (g · h / |h|²) h`, λ = 1. The divergence is that of softmaxes of logits over T, T = 1. Source: Zhu et al.,
/// "Prompt-aligned Gradient for Prompt Tuning" (2023), equation 4.
package struct ProGrad: LearningMethod {
  /// The name, `prograd`.
  package let name = "prograd"
  /// The zero-shot classifier, `[classes, embedDimension]`, rows of length one.
  package let anchor: UnitRows
  /// λ.
  package let weight: Double

  /// T, by which the logits of the divergence are divided.
  package let temperature: Double

  /// Creates the method, by default with the paper's weight and temperature.
  package init(anchor: UnitRows, weight: Double = 1, temperature: Double = 1) {
    self.anchor = anchor
    self.weight = weight
    self.temperature = temperature
  }

  /// Returns the template that the official code writes for a data set whose template in CoOp's is given: "a type of pet, a
  /// photo of a {}." for "a photo of a {}, a type of pet.".
  package static func template(_ template: String) -> String {
    guard let split = template.range(of: "{}, a type of "), template.hasSuffix(".") else { return template }
    let kind = template[split.lowerBound...].dropFirst("{}, ".count).dropLast()
    return "\(kind), \(template[..<split.lowerBound]){}."
  }

  /// Computes the aligned gradient.
  package func gradient(_ step: TrainingStep) throws -> StepGradient {
    let text = try step.text()
    let logits = try step.logits(text)
    let loss = step.loss.evaluate(
      logits: logits, classCount: step.classCount, labels: step.labels, weights: step.weights)
    var gradient = try step.contextGradient(step.textGradient(loss.gradient), of: text)

    // The length of the divergence's gradient doesn't count, so its factors of T are left out.
    func softened(_ logits: [Float]) -> [Float] { temperature == 1 ? logits : logits.map { $0 / Float(temperature) } }
    let zeroShot = softened(try step.logits(anchor))
    let targets = stride(from: 0, to: zeroShot.count, by: step.classCount).flatMap { start in
      Softmax.probabilities(zeroShot[start..<start + step.classCount])
    }
    let general = SoftCrossEntropy(targets: targets).evaluate(logits: softened(logits), classCount: step.classCount)
    let guide = try step.contextGradient(step.textGradient(general.gradient), of: text)
    let along = zip(gradient, guide).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    let square = guide.reduce(0.0) { $0 + Double($1) * Double($1) }
    if along < 0, square > 0 {
      let share = Float(weight * along / square)
      for index in gradient.indices { gradient[index] -= share * guide[index] }
    }
    return StepGradient(loss: loss.mean, correct: step.correct(logits), parameters: gradient)
  }
}

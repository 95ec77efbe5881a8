/// Context Optimization: the loss without other terms.
///
/// Source: Zhou et al., "Learning to Prompt for Vision-Language Models" (2022).
package struct CoOp: LearningMethod {
  /// The name, `coop`.
  package let name = "coop"

  /// Creates the method, which has no settings.
  package init() {}

  /// Computes the gradient of the loss.
  package func gradient(_ step: TrainingStep) throws -> StepGradient {
    let text = try step.text()
    let logits = try step.logits(text)
    let loss = step.loss.evaluate(
      logits: logits, classCount: step.classCount, labels: step.labels, weights: step.weights)
    let context = try step.contextGradient(step.textGradient(loss.gradient), of: text)
    return StepGradient(loss: loss.mean, correct: step.correct(logits), parameters: context)
  }
}

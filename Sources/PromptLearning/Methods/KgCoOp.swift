import PromptLensTensors

/// Knowledge-guided Context Optimization: the loss, and a penalty on the distance of each class's feature from that of
/// its hand-written prompt.
///
/// `L = CE + λ · mean(1 − t̂ · ŵ)` over the classes, with the zero-shot classifier's rows ŵ and λ = 8.
/// Source: Yao, Zhang and Xu, "Visual-Language Prompt Tuning with Knowledge-guided Context Optimization" (2023).
package struct KgCoOp: LearningMethod {
  /// The name, `kgcoop`.
  package let name = "kgcoop"
  /// ŵ, `[classes, embedDimension]`, rows of length one.
  package let anchor: Tensor
  /// λ.
  package let weight: Double

  /// Creates the method, by default with the paper's weight.
  package init(anchor: Tensor, weight: Double = 8) {
    self.anchor = anchor
    self.weight = weight
  }

  /// Computes the gradient of the loss and the penalty.
  package func gradient(_ step: TrainingStep) throws -> StepGradient {
    let text = try step.text()
    let logits = try step.logits(text)
    let loss = step.loss.evaluate(
      logits: logits, classCount: step.classCount, labels: step.labels, weights: step.weights)
    let unitGradient = try step.textGradient(loss.gradient)
    let share = weight / Double(step.classCount)
    var distance = 0.0
    anchor.withFloats { anchor in
      for index in 0..<unitGradient.count {
        distance -= Double(anchor[index]) * Double(text.rows.pointer[index])
        unitGradient.pointer[index] -= Float(share) * anchor[index]
      }
    }
    return StepGradient(
      loss: loss.mean + share * (distance + Double(step.classCount)), correct: step.correct(logits),
      parameters: try step.contextGradient(unitGradient, of: text))
  }
}

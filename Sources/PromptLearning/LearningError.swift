/// An error of learning prompts.
package enum LearningError: Error, Equatable, CustomStringConvertible {
  /// An unknown name of a loss.
  case unknownLoss(text: String, reason: String)
  /// An unknown name of a strategy.
  case unknownStrategy(text: String, reason: String)
  /// A label that isn't the index of a class.
  case labelOutOfRange(label: Int, classCount: Int)
  /// A loss, a gradient or a context that isn't a number anymore.
  case diverged(epoch: Int, step: Int, learningRate: Double, loss: Double, norm: Double)

  /// A sentence with the expected and the found value, and a remedy.
  package var description: String {
    switch self {
    case .unknownLoss(let text, let reason): "\"\(text)\" isn't a loss: \(reason)"
    case .unknownStrategy(let text, let reason): "\"\(text)\" isn't a strategy: \(reason)"
    case .labelOutOfRange(let label, let classCount): "label \(label) is outside the \(classCount) classes"
    case .diverged(let epoch, let step, let learningRate, let loss, let norm):
      "training diverged in epoch \(epoch), step \(step), at learning rate \(learningRate): the loss is \(loss), the "
        + "gradient's norm \(norm)\(loss.isFinite && norm.isFinite ? ", and the step made the context infinite" : ""); the "
        + "state after epoch \(epoch - 1) is kept; start again with a lower --learning-rate"
    }
  }
}

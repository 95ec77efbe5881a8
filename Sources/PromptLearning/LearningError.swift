/// Prompts that cannot be learned, and run folders that cannot be gone on with.
package enum LearningError: Error, Equatable, CustomStringConvertible {
  /// A name is no loss's.
  case unknownLoss(text: String, reason: String)
  /// A name is no strategy's.
  case unknownStrategy(text: String, reason: String)
  /// A label names no class.
  case labelOutOfRange(label: Int, ways: Int)
  /// A loss, a gradient or the context is no number any more.
  case diverged(epoch: Int, step: Int, learningRate: Double, loss: Double, norm: Double)
  /// A run folder was made with other settings.
  case otherSettings(path: String, differences: [String])
  /// A folder is no run folder, or a damaged one.
  case badRun(path: String, reason: String)

  /// One sentence: what was expected, what was found, the way out.
  package var description: String {
    switch self {
    case .unknownLoss(let text, let reason): "\"\(text)\" is no loss: \(reason)"
    case .unknownStrategy(let text, let reason): "\"\(text)\" is no strategy: \(reason)"
    case .labelOutOfRange(let label, let ways): "label \(label) is none of the \(ways) classes"
    case .diverged(let epoch, let step, let learningRate, let loss, let norm):
      "training diverged in epoch \(epoch), step \(step), at learning rate \(learningRate): the loss is \(loss), the "
        + "gradient's norm \(norm)\(loss.isFinite && norm.isFinite ? ", and the step made the context infinite" : ""); the "
        + "state after epoch \(epoch - 1) is kept; begin anew with a lower --learning-rate"
    case .otherSettings(let path, let differences):
      "\(path): this run was begun with \(differences.joined(separator: ", and ")); give another --output, or remove "
        + "the folder first"
    case .badRun(let path, let reason): "\(path): this is no sound run folder: \(reason)"
    }
  }
}

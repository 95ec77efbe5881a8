/// An evaluation that cannot be made of its inputs.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
  /// A template does not say where the class name goes.
  case templateWithoutPlace(template: String)
  /// There is nothing to choose from.
  case noClasses
  /// There is no prompt.
  case noTemplates
  /// Predictions and labels do not belong together.
  case countMismatch(predictions: Int, labels: Int)
  /// A label names no class.
  case labelOutOfRange(label: Int, ways: Int)
  /// Two classifiers did not see the same images.
  case unpairedCounts(first: Int, second: Int)
  /// There is nothing to measure.
  case noImages
  /// There is no run to pool.
  case noRuns

  /// One sentence: what was expected, what was found.
  public var description: String {
    switch self {
    case .templateWithoutPlace(let template):
      "the template \"\(template)\" has no {} for the class name; write for example \"a photo of a {}.\""
    case .noClasses: "there are no classes to choose from"
    case .noTemplates: "there is no template to make prompts of"
    case .countMismatch(let predictions, let labels): "\(predictions) predictions for \(labels) labels"
    case .labelOutOfRange(let label, let ways): "label \(label) is none of the \(ways) classes"
    case .unpairedCounts(let first, let second):
      "\(first) images of one classifier and \(second) of the other cannot be paired"
    case .noImages: "there are no images to measure"
    case .noRuns: "there are no runs to pool"
    }
  }
}

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
  /// A class has no image to learn from.
  case classWithoutImages(label: Int, count: Int, ways: Int)
  /// A method needs words, and there are none.
  case noTextFeatures(method: String)
  /// Features hold numbers that are none.
  case notFinite(what: String)
  /// An optimiser gave up.
  case notFitted(method: String, reason: String)
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
    case .classWithoutImages(let label, let count, let ways):
      "\(count) of the \(ways) classes have no training image, the first of them class \(label); give at least one of each"
    case .noTextFeatures(let method): "\(method) needs text features of the classes; give them, or a model"
    case .notFinite(let what): "the \(what) hold NaN or infinity; compute them again"
    case .notFitted(let method, let reason): "\(method) could not be fitted: \(reason)"
    case .unpairedCounts(let first, let second):
      "\(first) images of one classifier and \(second) of the other cannot be paired"
    case .noImages: "there are no images to measure"
    case .noRuns: "there are no runs to pool"
    }
  }
}

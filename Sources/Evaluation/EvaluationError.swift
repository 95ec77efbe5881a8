/// An error of evaluation from invalid inputs.
package enum EvaluationError: Error, Equatable, CustomStringConvertible {
  /// An empty list of classes to choose from.
  case noClasses
  /// A classifier's file with missing or invalid contents.
  case badClassifier(path: String, reason: String)
  /// An empty list of prompts.
  case noTemplates
  /// Predictions and labels of different counts.
  case countMismatch(predictions: Int, labels: Int)
  /// A label that doesn't name a class.
  case labelOutOfRange(label: Int, classCount: Int)
  /// A class without training images.
  case classWithoutImages(label: Int, count: Int, classCount: Int)
  /// A method that requires text features, without any.
  case noTextFeatures(method: String)
  /// Features with NaN or infinite numbers.
  case notFinite(what: String)
  /// A failed optimization.
  case notFitted(method: String, reason: String)
  /// Two classifiers of different images.
  case unpairedCounts(first: Int, second: Int)
  /// An empty list of test images.
  case noImages
  /// An empty list of runs to pool.
  case noRuns
  /// Two classes with one name, when classes are matched by name.
  case duplicateClasses(owner: String, name: String)
  /// An unknown class in a given pair of classes.
  case unknownClass(name: String, owner: String, known: [String])
  /// A target that shares no classes with the source.
  case noSharedClass(target: String, targetClasses: [String], source: String, sourceClasses: [String])
  /// Two contexts with different numbers of vectors.
  case contextMismatch(start: Int, end: Int)

  /// A sentence with the expected and the found value.
  package var description: String {
    switch self {
    case .noClasses: "there are no classes to choose from"
    case .badClassifier(let path, let reason): "\(path): \(reason)"
    case .noTemplates: "at least one template is needed"
    case .countMismatch(let predictions, let labels): "\(predictions) predictions for \(labels) labels"
    case .labelOutOfRange(let label, let classCount): "label \(label) is outside the \(classCount) classes"
    case .classWithoutImages(let label, let count, let classCount):
      "\(count) of the \(classCount) classes have no training image, first class \(label); give at least one of each"
    case .noTextFeatures(let method): "\(method) needs text features of the classes; give them, or a model"
    case .notFinite(let what): "the \(what) hold NaN or infinity; compute them again"
    case .notFitted(let method, let reason): "\(method) could not be fitted: \(reason)"
    case .unpairedCounts(let first, let second):
      "\(first) images of one classifier and \(second) of the other cannot be paired"
    case .noImages: "there are no images to measure"
    case .noRuns: "there are no runs to pool"
    case .duplicateClasses(let owner, let name):
      "\(owner): two classes have the name \"\(name)\", and classes are matched by name; give them different names or "
        + "WordNet ids"
    case .unknownClass(let name, let owner, let known):
      "\(owner): there is no class \"\(name)\"; its \(known.count) classes are \(Self.list(known))"
    case .noSharedClass(let target, let targetClasses, let source, let sourceClasses):
      "\(target): it shares no classes with \(source): its classes are \(Self.list(targetClasses)), the other's "
        + "\(Self.list(sourceClasses)); give the matching classes in a file with --map"
    case .contextMismatch(let start, let end):
      "a context of \(start) numbers cannot be interpolated with one of \(end); they need equal numbers of vectors"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
  }
}

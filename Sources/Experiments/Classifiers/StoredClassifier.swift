import PromptLensCheckpoints
import PromptLensEvaluation
import Foundation
import PromptLensTensors

/// A classifier that `probe` or `classifier` wrote, read again.
package struct StoredClassifier {
  /// The file.
  package let path: String
  package let file: ClassifierFile
  package let classifier: any StorableClassifier

  /// The name of the file in the folder that `probe` writes.
  package static let fileName = "classifier.h5"

  /// Returns the path of a stored classifier: the file in a probe's folder, or the path itself; nil if it isn't one.
  package static func path(of path: String) -> String? {
    ["\(path)/\(fileName)", path].first { ClassifierFile.stands(at: $0) }
  }

  /// Reads a classifier.
  ///
  /// - Throws: `TensorFileError` when the file isn't a classifier; `EvaluationError` when its arrays don't make one.
  package init(_ path: String) throws {
    file = try ClassifierFile(contentsOf: path)
    classifier = try file.classifier(path: path)
    self.path = path
  }

  /// The classes, to be matched with other data's.
  package var classes: ClassMatching.Classes {
    ClassMatching.Classes(owner: path, names: file.classNames, identifiers: file.classIdentifiers)
  }

  /// Refuses features of a model that the classifier was not made for.
  package func check(modelFingerprint: String, of features: String) throws(ExperimentError) {
    guard let own = file.modelFingerprint, own != modelFingerprint else { return }
    throw .foreignClassifier(
      path: path,
      reason: "its model is \(own.prefix(12))…, that of \(features) is \(modelFingerprint.prefix(12))…")
  }
}

import PromptLensCheckpoints
import PromptLensEvaluation
import Foundation
import PromptLensTensors

/// A classifier from a file of `probe` or `classifier`.
package struct StoredClassifier {
  /// The file.
  package let path: String
  package let file: ClassifierFile
  package let classifier: any StorableClassifier

  /// The name of the file in the folder that `probe` writes.
  package static let fileName = "classifier.h5"

  /// The note with the folder of the model that a fit used.
  static let modelNote = "model"
  /// The note of a classifier whose images were turned as their EXIF block says.
  static let orientationNote = "exif"

  /// The model's folder, where the file names one that is there; nil otherwise.
  package var modelFolder: String? {
    file.note(Self.modelNote).flatMap { ModelFolder.isModelFolder($0) ? $0 : nil }
  }

  /// Returns the folder of the model that a stored classifier records.
  ///
  /// - Parameter source: a classifier's file, or the folder that holds it.
  /// - Returns: the folder; nil if the source isn't a classifier, or records no model that is there.
  package static func recordedModel(of source: String) -> String? {
    path(of: source).flatMap { try? StoredClassifier($0) }?.modelFolder
  }

  /// Whether its images were turned as their EXIF block says.
  var appliesOrientation: Bool { file.note(Self.orientationNote) == "1" }

  /// Returns the path of a stored classifier: the file in a probe's folder, or the path itself; nil if it isn't one.
  package static func path(of path: String) -> String? {
    ["\(path)/\(fileName)", path].first { ClassifierFile.exists(at: $0) }
  }

  /// Creates a classifier of its parts.
  init(path: String, file: ClassifierFile, classifier: any StorableClassifier) {
    self.path = path
    self.file = file
    self.classifier = classifier
  }

  /// Reads a classifier.
  ///
  /// - Throws: `TensorFileError` when the file isn't a classifier; `EvaluationError` when its arrays are invalid.
  package init(_ path: String) throws {
    let file = try ClassifierFile(contentsOf: path)
    self.init(path: path, file: file, classifier: try file.classifier(path: path))
  }

  /// The classes, for matching with other data.
  package var classes: ClassMatching.Classes {
    ClassMatching.Classes(owner: path, names: file.classNames, identifiers: file.classIdentifiers)
  }

  /// Checks that features belong to the classifier's model.
  package func check(modelFingerprint: String, of features: String) throws(ExperimentError) {
    guard let own = file.modelFingerprint, own != modelFingerprint else { return }
    throw .foreignClassifier(
      path: path,
      reason: "its model is \(own.prefix(12))…, that of \(features) is \(modelFingerprint.prefix(12))…")
  }
}

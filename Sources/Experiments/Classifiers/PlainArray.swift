import Foundation
import PromptLensEvaluation
import PromptLensFiles
import PromptLensTensorFiles

/// A `.npy` array without a description beside it, which can be a context or class weights.
package enum PlainArray {
  /// The kind of an array, as stated by the caller. Shapes don't determine it: a context with as many vectors as there
  /// are classes has the shape of class weights.
  package enum Kind: String, Sendable, CaseIterable {
    /// The vectors of a context.
    case context
    /// A row of weights for each class.
    case classifier
  }

  /// Returns a Boolean value that indicates whether a path is such an array.
  package static func exists(at path: String) -> Bool {
    guard let file = try? MappedFile(path: path), withExtendedLifetime(file, { NumPyFile.isNumPy(file.bytes) }) else {
      return false
    }
    return !FileManager.default.fileExists(atPath: NumPyCompanion.path(of: path))
  }
}

extension StoredClassifier {
  /// Reads class weights of cosines from an array.
  ///
  /// - Parameters:
  ///   - path: the array, `[classes, width]`.
  ///   - classNames: a name for each row.
  ///   - scale: the factor of the cosines.
  /// - Throws: the errors of reading; `EvaluationError` when the names don't fit the rows.
  package init(weights path: String, classNames: [String], scale: Double) throws {
    let file = ClassifierFile(
      kind: LinearClassifier.kind, parts: [("weights", try NumPyFile(path: path).tensor())],
      settings: [("scale", scale), ("normalizes", 1)], classNames: classNames, modelFingerprint: nil)
    self.init(path: path, file: file, classifier: try file.classifier(path: path))
  }
}

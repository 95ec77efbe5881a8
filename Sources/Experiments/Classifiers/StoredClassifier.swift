import PromptLensCheckpoints
import PromptLensEvaluation
import Foundation
import PromptLensTensors

/// A classifier that `probe` or `classifier` wrote, read again.
package struct StoredClassifier {
  /// The file.
  package let path: String
  package let file: ClassifierFile
  package let classifier: any FeatureClassifier

  /// What `probe` calls the file in its folder.
  package static let fileName = "classifier.h5"

  /// The file of a probe's folder, or the path itself, where a classifier stands.
  package static func path(of path: String) -> String? {
    ["\(path)/\(fileName)", path].first { ClassifierFile.stands(at: $0) }
  }

  /// Reads a classifier.
  ///
  /// - Throws: `CheckpointError` when the file is none; ``ExperimentError/foreignClassifier(path:reason:)`` when its parts do
  ///   not make one.
  package init(_ path: String) throws {
    let file = try ClassifierFile(contentsOf: path)
    func part(_ name: String) throws -> Tensor {
      guard let tensor = file.part(name) else { throw Self.bad(path, "a \(file.kind) classifier has an array \(name)") }
      guard tensor.isFinite else { throw Self.bad(path, "its array \(name) holds NaN or infinity") }
      return tensor
    }
    func setting(_ name: String) throws -> Double {
      guard let value = file.setting(name), value.isFinite else {
        throw Self.bad(path, "a \(file.kind) classifier has a number \(name)")
      }
      return value
    }
    switch file.kind {
    case LinearClassifier.kind:
      classifier = try LinearClassifier(
        weights: part("weights"), bias: file.part("bias"), scale: Float(setting("scale")),
        normalizes: setting("normalizes") != 0)
    case TipAdapterClassifier.kind:
      let labels = try part("labels").floats()
      guard labels.allSatisfy({ $0 >= 0 && $0 < 16_777_216 && $0 == $0.rounded() }) else {
        throw Self.bad(path, "its labels are no whole numbers")
      }
      classifier = try TipAdapterClassifier(
        keys: part("keys"), labels: labels.map { Int($0) }, text: part("text"), scale: Float(setting("scale")),
        alpha: setting("alpha"), beta: setting("beta"))
    case ClipAdapterClassifier.kind:
      classifier = try ClipAdapterClassifier(
        down: part("down"), up: part("up"), text: part("text"), scale: Float(setting("scale")),
        ratio: Float(setting("ratio")))
    default: throw Self.bad(path, "this version of promptlens knows no \(file.kind) classifier")
    }
    guard file.classNames.count == classifier.ways else {
      throw Self.bad(path, "it names \(file.classNames.count) classes and has logits for \(classifier.ways)")
    }
    self.path = path
    self.file = file
  }

  private static func bad(_ path: String, _ reason: String) -> ExperimentError {
    .foreignClassifier(path: path, reason: reason)
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
      reason: "it reads features of the model \(own.prefix(12))…, and \(features) is \(modelFingerprint.prefix(12))…")
  }
}

import PromptLensDatasets
import PromptLensEvaluation
import PromptLensTensors

extension LabelConfusion {
  /// Creates label noise that confuses the classes that frozen CLIP finds similar.
  ///
  /// - Parameters:
  ///   - kind: the kind of noise.
  ///   - classifier: the classes' prompts.
  ///   - features: a feature for each image that labels may be changed of, `[images, embedDimension]`.
  ///   - scale: the factor of cosines, `exp(logit_scale)`.
  /// - Throws: `TensorError` when the widths differ.
  package init(_ kind: NoiseKind, classifier: CosineClassifier, features: Tensor, scale: Float) throws {
    func rows(_ matrix: Tensor) throws -> [[Double]] {
      let numbers = try classifier.logits(for: matrix, scale: scale).floats()
      let classCount = classifier.classCount
      return stride(from: 0, to: numbers.count, by: classCount).map { numbers[$0..<$0 + classCount].map(Double.init) }
    }
    switch kind {
    case .symmetric: self = .symmetric
    case .pair: self = .pair
    case .confusable: self = .confusable(try rows(classifier.weights))
    case .instance: self = .instance(try rows(features))
    }
  }
}

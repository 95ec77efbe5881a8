import PromptLensEvaluation
import PromptLensTensors

/// A classifier of a domain's images among some of a prompt's classes.
package enum DomainClassifier {
  /// A row for each of the prompt's classes.
  case rows(CosineClassifier)
  /// A classifier that was fitted on features, of the same classes.
  case fitted(any FeatureClassifier)
  /// Prompts that images shift, for any of the prompt's classes, by their names.
  case conditional(LearnedPrompt, classNames: [String])

  /// Returns the logits of images.
  ///
  /// - Parameters:
  ///   - features: `[images, embedDimension]`.
  ///   - classes: the classes to choose among.
  ///   - scale: `exp(logit_scale)`; a fitted classifier has its own.
  /// - Returns: `[images, classes.count]`.
  /// - Throws: what the classifiers throw.
  package func logits(for features: Tensor, among classes: [Int], scale: Float) throws -> Tensor {
    switch self {
    case .rows(let classifier): try classifier.restricted(to: classes).logits(for: features, scale: scale)
    case .fitted(let classifier): try classifier.logits(for: features, among: classes)
    case .conditional(let prompt, let classNames):
      try prompt.classifier(classes.map { classNames[$0] }).logits(for: features, scale: scale)
    }
  }
}

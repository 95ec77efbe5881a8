import PromptLensEvaluation
import PromptLensInterpretation

/// The patches of an image that count for a class, or for one class against another, with the measure of that.
package struct PatchExplanation: Sendable, Equatable {
  /// The image file.
  package let path: String
  /// The class.
  package let className: String
  /// The class that it is compared with; nil for the class's logit alone.
  package let against: String?
  /// The method.
  package let method: ExplanationMethod
  /// The classifier.
  package let classifier: ExplainedClassifier
  /// The class's probability: among all classes, or among the two that are compared.
  package let probability: Double
  /// The logit that is explained, or the difference of two.
  package let value: Double
  /// The relevance of the patches, by row and column.
  package let patches: [[Double]]
  /// The relevance of the prompt tokens of the image tower; nil without any, or by another method.
  package let promptRelevance: Double?
  /// The integral that attributions come from; nil for another method.
  package let integral: Integral?
  /// The curves of the class's probability.
  package let faithfulness: PatchFaithfulness
  /// The name of the overlay's file.
  package var overlay = ""
  /// The name of the file with the picture as the tower sees it.
  package var picture = ""

  /// The integral of integrated gradients.
  package struct Integral: Sendable, Equatable {
    /// The logit of the baseline.
    package let baselineValue: Double
    /// The error of completeness, relative.
    package let completenessError: Double
    /// The points at which gradients were taken.
    package let points: Int

    /// Creates the facts of an integral.
    package init(baselineValue: Double, completenessError: Double, points: Int) {
      self.baselineValue = baselineValue
      self.completenessError = completenessError
      self.points = points
    }
  }

  /// Creates an explanation.
  package init(
    path: String, className: String, against: String?, method: ExplanationMethod, classifier: ExplainedClassifier,
    probability: Double, value: Double, patches: [[Double]], promptRelevance: Double?, integral: Integral?,
    faithfulness: PatchFaithfulness
  ) {
    self.path = path
    self.className = className
    self.against = against
    self.method = method
    self.classifier = classifier
    self.probability = probability
    self.value = value
    self.patches = patches
    self.promptRelevance = promptRelevance
    self.integral = integral
    self.faithfulness = faithfulness
  }
}

import PromptLensEvaluation
import PromptLensPrompts
import PromptLensTensors

/// A classifier of image embeddings, made from hand-written or learned prompts.
public struct Classifier: Sendable {
  /// The classes.
  public let classNames: [String]
  private let classifier: any FeatureClassifier

  init(classNames: [String], _ classifier: any FeatureClassifier) {
    self.classNames = classNames
    self.classifier = classifier
  }

  /// Returns the probability of each class for each image.
  ///
  /// - Parameter embeddings: image embeddings of the classifier's model.
  /// - Returns: one array for each image; its elements sum to one.
  /// - Throws: ``PromptLensError`` when the widths differ.
  public func probabilities(of embeddings: Embeddings) throws(PromptLensError) -> [[Double]] {
    try wrappingErrors {
      let numbers = try classifier.logits(for: embeddings.tensor).floats()
      let classCount = classNames.count
      return (0..<embeddings.count).map { row in
        Softmax.probabilities(numbers[row * classCount..<(row + 1) * classCount])
      }
    }
  }

  /// Returns the most probable class of each image.
  ///
  /// - Parameter embeddings: image embeddings of the classifier's model.
  /// - Returns: one index into ``classNames`` for each image.
  /// - Throws: ``PromptLensError`` when the widths differ.
  public func predictions(for embeddings: Embeddings) throws(PromptLensError) -> [Int] {
    try wrappingErrors { try classifier.predictions(for: embeddings.tensor) }
  }

  /// Measures the classifier on labeled images.
  ///
  /// - Parameter features: images of the same classes, in the same order.
  /// - Returns: the metrics of the classifier's predictions.
  /// - Throws: ``PromptLensError`` when the classes differ, or there aren't any images.
  public func evaluate(on features: LabeledFeatures) throws(PromptLensError) -> Evaluation {
    guard features.classNames == classNames else {
      throw PromptLensError(
        .badData,
        "the images have other classes (\(features.classNames.prefix(3).joined(separator: ", ")), …) than the "
          + "classifier (\(classNames.prefix(3).joined(separator: ", ")), …); make a classifier for the images' classes"
      )
    }
    return try wrappingErrors {
      Evaluation(
        metrics: try ClassificationMetrics(
          logits: classifier.logits(for: features.features.view()), labels: features.labels))
    }
  }
}

extension Model {
  /// Makes a zero-shot classifier from hand-written templates.
  ///
  /// - Parameters:
  ///   - classNames: the classes.
  ///   - templates: templates with `{}` for the class name; the features of several are averaged as unit vectors.
  /// - Returns: the classifier.
  /// - Throws: ``PromptLensError`` when `classNames` is empty, a template has no `{}`, or a prompt is too long.
  public func zeroShotClassifier(
    classNames: [String], templates: [String] = ["a photo of a {}."]
  ) throws(PromptLensError) -> Classifier {
    try wrappingErrors {
      let classifier = try ZeroShotClassifier(
        classNames: classNames, templates: try templates.map { try Template($0) }
      ) { try opened.features(ofTexts: $0) }.classifier
      return Classifier(
        classNames: classNames, ScaledCosineClassifier(classifier, scale: opened.clip.logitScale))
    }
  }
}

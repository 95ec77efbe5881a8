/// A way to make a classifier of a few images and of words, with the settings of its paper.
///
/// Nothing is ever chosen on images that results are measured on: settings that a method chooses, it chooses on the
/// task's validation images, and without them it keeps its own.
package protocol ClassifierMethod: Sendable {
  /// The name that `--method` takes and results record.
  var name: String { get }

  /// Makes the classifier.
  ///
  /// - Parameter task: the images and words.
  /// - Returns: the classifier, and its chosen settings.
  /// - Throws: ``EvaluationError`` when the task lacks data that the method needs, or fitting fails.
  func fit(_ task: FewShotTask) throws -> FittedClassifier
}

/// A classifier with its settings.
package struct FittedClassifier: Sendable {
  /// A setting and its value.
  package struct Choice: Sendable, Equatable {
    /// The paper's name of it.
    package let name: String
    /// The value that was used.
    package let value: Double

    /// Creates a setting.
    package init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// The classifier.
  package let classifier: any StorableClassifier
  /// The settings that were given or chosen.
  package let choices: [Choice]
  /// The number of validation images that they were chosen on; 0 for the method's own settings.
  package let selectionImages: Int

  init(_ classifier: any StorableClassifier, _ choices: [(String, Double)] = [], selectedOn images: Int = 0) {
    self.classifier = classifier
    self.choices = choices.map { Choice(name: $0, value: $1) }
    selectionImages = choices.isEmpty ? 0 : images
  }
}

/// A method of making a classifier from a few images and text features, with the settings of its paper.
///
/// Test images never influence a choice: a method chooses settings on the task's validation images, and keeps its
/// defaults without them.
package protocol ClassifierMethod: Sendable {
  /// The name for `--method`, which results record.
  var name: String { get }

  /// Makes the classifier.
  ///
  /// - Parameter task: the images and text features.
  /// - Returns: the classifier, and its chosen settings.
  /// - Throws: ``EvaluationError`` when the task lacks data that the method needs, or fitting fails.
  func fit(_ task: FewShotTask) throws -> FittedClassifier
}

/// A classifier with its settings.
package struct FittedClassifier: Sendable {
  /// A setting and its value.
  package struct Choice: Sendable, Equatable {
    /// Its name in the paper.
    package let name: String
    /// Its value.
    package let value: Double

    /// Creates a setting.
    package init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// The classifier.
  package let classifier: any StorableClassifier
  /// The given or chosen settings.
  package let choices: [Choice]
  /// The number of validation images on which they were chosen; 0 for defaults.
  package let selectionImages: Int

  init(_ classifier: any StorableClassifier, _ choices: [(String, Double)] = [], selectedOn images: Int = 0) {
    self.classifier = classifier
    self.choices = choices.map { Choice(name: $0, value: $1) }
    selectionImages = choices.isEmpty ? 0 : images
  }
}

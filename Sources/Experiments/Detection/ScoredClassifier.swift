import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensPrompts
import PromptLensTensors

/// The source of a set of images whose logits are measured.
package enum ScoredSource: Sendable {
  /// A split of a data set, or features of `promptlens extract`.
  case selection(ImageSelection)
  /// A plain array of features, with a file of labels where they are known.
  case array(String, labels: String? = nil)

  /// Creates a set from its name: a file of features ending in .h5, or `KIND:PATH`.
  ///
  /// - Parameters:
  ///   - text: the name.
  ///   - split: the split of a data set.
  ///   - reading: how image files are read.
  /// - Throws: `DatasetError` for an unknown kind.
  package init(_ text: String, split: Split, reading: ImageReading) throws {
    let origin: ImageSelection.Origin =
      text.hasSuffix(".h5") ? .features(text) : .data(try DataSource(text), root: nil, split: split)
    self = .selection(ImageSelection(origin, reading: reading))
  }
}

/// A classifier whose logits are measured.
package enum ScoredClassifier: Sendable {
  /// Hand-written prompts, encoded by a model.
  case templates(TemplateRequest, model: String)
  /// A run folder, a context file, a folder of `probe` or a classifier file, with the model where it isn't recorded.
  case stored(String, model: String?)
  /// The text features of the classes in an array, and the factor of cosines.
  case features(String, scale: Float)
}

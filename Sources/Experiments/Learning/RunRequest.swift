import PromptLensDatasets

/// A request for a run: the model, the images, and the settings of learning.
package struct RunRequest: Sendable {
  /// The path of the model folder.
  package var model = ""
  /// The source of the images, as after `--data`.
  package var data = ""
  /// The part of the classes to learn.
  package var subset = ClassSubset.all
  /// The number of views of each training image.
  package var views = LearningImages.defaultViews
  /// The number of training images of each class; nil for all of them.
  package var shots: Int?
  /// The seed of the draw, the views, the context and the order.
  package var seed = 1
  /// The noise in training labels; nil for none.
  package var noise: NoiseSpecification?
  /// The settings of learning the prompt.
  package var learning = LearningSettings()

  /// Creates a request for a run with the reference's recipe.
  package init() {}
}

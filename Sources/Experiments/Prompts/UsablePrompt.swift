import PromptLensEvaluation
import PromptLensPrompts

/// A learned prompt with its model: a context, or prompts in deeper layers.
package protocol UsablePrompt {
  /// The file.
  var path: String { get }
  /// The run that it was learned in; nil for a file alone.
  var run: RunFolder? { get }
  /// The model, without the prompts.
  var plainModel: OpenedModel { get }
  /// The classes for which it was learned, if known.
  var classNames: [String]? { get }
  /// Returns the classifier for some classes.
  func classifier(ofClasses classNames: [String]) throws -> any FeatureClassifier
}

extension LearnedPrompt: UsablePrompt {
  /// The model.
  package var plainModel: OpenedModel { model }

  /// Returns the classifier for some classes.
  package func classifier(ofClasses classNames: [String]) throws -> any FeatureClassifier { try classifier(classNames) }
}

extension LearnedDeepPrompt: UsablePrompt {
  /// Returns the classifier for some classes.
  package func classifier(ofClasses classNames: [String]) throws -> any FeatureClassifier { try classifier(classNames) }
}

extension OpenedModel {
  /// Opens a prompt of either kind, learned on this model.
  ///
  /// - Throws: the errors of the kind's opening.
  package func prompt(_ path: String, observer: ExperimentObserver = .silent) throws -> any UsablePrompt {
    try LearnedDeepPrompt.exists(at: path)
      ? LearnedDeepPrompt(path, on: self, observer: observer) : LearnedPrompt(path, on: self)
  }
}

import PromptLensEvaluation
import PromptLensPrompts
import PromptLensTensors

/// A learned prompt with its model: a context, or prompts in deeper layers.
package protocol UsablePrompt {
  /// The file.
  var path: String { get }
  /// The run that it was learned in; nil for a file alone.
  var run: RunFolder? { get }
  /// The model that encodes images, with the prompts in its image tower if there are some.
  var model: OpenedModel { get }
  /// The model, without the prompts.
  var plainModel: OpenedModel { get }
  /// The classes for which it was learned, if known.
  var classNames: [String]? { get }
  /// Whether ``model`` encodes images otherwise than ``plainModel``.
  var changesImages: Bool { get }
  /// Returns the classifier for some classes.
  func classifier(ofClasses classNames: [String], observer: ExperimentObserver) throws -> any FeatureClassifier
  /// Returns the rows of some classes, `[classes, embedDimension]`; nil where every image has its own.
  func rows(ofClasses classNames: [String]) throws -> Tensor?
  /// Returns the class weights of some classes as a file, or the reason that they alone don't classify images, a clause.
  func file(ofClasses classNames: [String]) throws -> UsablePromptFile
  /// Refuses stored features where the prompts change the features of images.
  func check(_ images: SelectedImages) throws(ExperimentError)
}

/// The class weights of a prompt as a file.
package enum UsablePromptFile {
  /// The file.
  case weights(ClassifierFile)
  /// The reason that class weights alone don't classify images, a clause.
  case none(reason: String)
}

extension UsablePrompt {
  /// Returns the classifier for some classes.
  package func classifier(ofClasses classNames: [String]) throws -> any FeatureClassifier {
    try classifier(ofClasses: classNames, observer: .silent)
  }

  /// The template of the run's data set.
  package var template: String? { run?.description.template }
}

extension LearnedPrompt: UsablePrompt {
  /// The model.
  package var plainModel: OpenedModel { model }
  /// Whether images are encoded with the prompt; a context stands in the text alone.
  package var changesImages: Bool { false }

  /// Returns the classifier for some classes.
  package func classifier(
    ofClasses classNames: [String], observer: ExperimentObserver
  ) throws -> any FeatureClassifier {
    try classifier(classNames, observer: observer)
  }

  /// Returns the rows of some classes; nil where images shift the context.
  package func rows(ofClasses classNames: [String]) throws -> Tensor? {
    context.isConditional ? nil : try weights(classNames)
  }

  /// Returns the class weights of some classes as a file.
  package func file(ofClasses classNames: [String]) throws -> UsablePromptFile {
    context.isConditional
      ? .none(reason: "every image shifts its context") : .weights(try classifierFile(classNames))
  }

  /// Takes all images: the features of a context's images are the model's.
  package func check(_ images: SelectedImages) throws(ExperimentError) {}
}

extension LearnedDeepPrompt: UsablePrompt {
  /// Whether images are encoded with the prompts.
  package var changesImages: Bool { prompts.form.imageTokens > 0 }

  /// Returns the classifier for some classes.
  package func classifier(
    ofClasses classNames: [String], observer: ExperimentObserver
  ) throws -> any FeatureClassifier {
    try classifier(classNames)
  }

  /// Returns the rows of some classes, for features of ``model``.
  package func rows(ofClasses classNames: [String]) throws -> Tensor? {
    try prompts.weights(classNames, clip: model.clip, tokenizer: model.tokenizer())
  }

  /// Returns the class weights of some classes as a file.
  package func file(ofClasses classNames: [String]) throws -> UsablePromptFile {
    changesImages
      ? .none(reason: "its prompts stand in the image tower, too") : .weights(try classifierFile(classNames))
  }
}

extension OpenedModel {
  /// Opens a prompt of either kind, learned on this model.
  ///
  /// - Throws: the errors of the kind's opening.
  package func prompt(_ path: String, observer: ExperimentObserver = .silent) throws -> any UsablePrompt {
    try LearnedDeepPrompt.exists(at: path)
      ? LearnedDeepPrompt(path, on: self, observer: observer) : LearnedPrompt(path, on: self)
  }

  /// Opens a prompt of either kind on its model.
  ///
  /// - Parameters:
  ///   - path: a run folder, a file, or a checkpoint of an official trainer.
  ///   - modelPath: the model's folder; nil for the one that a run recorded.
  ///   - precision: the arithmetic of the towers.
  ///   - observer: told what a checkpoint leaves open.
  /// - Returns: the prompt.
  /// - Throws: ``ExperimentError/noModel(context:)`` without a model; the errors of the kind's opening.
  package static func prompt(
    _ path: String, model modelPath: String?, precision: ComputePrecision, observer: ExperimentObserver = .silent
  ) throws -> any UsablePrompt {
    try LearnedDeepPrompt.exists(at: path)
      ? LearnedDeepPrompt(path, model: modelPath, precision: precision, observer: observer)
      : LearnedPrompt(path, model: modelPath, precision: precision)
  }
}

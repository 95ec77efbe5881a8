import PromptLensEvaluation
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensTensors

/// Prompts in deep layers, from a checkpoint of an official trainer, with their model.
package struct LearnedDeepPrompt {
  /// The file.
  package let path: String
  /// The model, with the prompts in its image tower.
  package let model: OpenedModel
  /// The prompts.
  package let prompts: DeepPrompts
  /// The SHA-256 of the learned numbers.
  package let fingerprint: String
  /// The method, for people.
  private let method: String

  /// Opens a checkpoint on a model, and compares their towers.
  ///
  /// - Parameters:
  ///   - path: the checkpoint, or Dassl's output folder around it.
  ///   - modelPath: the model's folder.
  ///   - precision: the arithmetic of the towers.
  ///   - observer: told where the file's frozen tensors differ a little from the model's.
  /// - Throws: ``ExperimentError/noModel(context:)`` without a model, `PromptError` when the checkpoint is of another.
  package init(
    _ path: String, model modelPath: String?, precision: ComputePrecision, observer: ExperimentObserver = .silent
  ) throws {
    guard let modelPath else { throw ExperimentError.noModel(context: path) }
    let checkpoint = try DeepPromptCheckpoint(path: path)
    let plain = try OpenedModel(modelPath, precision: precision)
    let drift = try checkpoint.drift(from: plain.folder.source)
    if drift.tensors > 0 {
      observer.note(
        "note: \(drift.tensors) of the \(checkpoint.frozen.count) frozen tensors in \(checkpoint.path) differ from the "
          + "model's, by at most \(drift.largest); the model's are used")
    }
    self.path = checkpoint.path
    method = checkpoint.method
    prompts = try DeepPrompts(checkpoint, for: plain.configuration)
    model = OpenedModel(plain, imagePrompts: prompts.vectors.image)
    let numbers = checkpoint.parameters.names.flatMap { checkpoint.parameters[$0] }
    fingerprint = try Fingerprint.of(Tensor(numbers, shape: [numbers.count]))
  }

  /// Refuses stored features where the prompts change the features of images.
  ///
  /// - Throws: ``ExperimentError/foreignFeatures(path:model:reason:)``.
  package func check(_ images: SelectedImages) throws(ExperimentError) {
    guard prompts.form.imageTokens > 0, let path = images.path else { return }
    throw .foreignFeatures(
      path: path, model: model.folder.path,
      reason: "the prompts of \(method) stand in the image tower, so images are needed: give them with --data")
  }

  /// Returns the classifier for some classes, over features of ``model``.
  ///
  /// - Throws: the errors of tokenizing the names and of the text tower.
  package func classifier(_ classNames: [String]) throws -> any FeatureClassifier {
    ScaledCosineClassifier(
      try CosineClassifier(
        weights: prompts.weights(classNames, clip: model.clip, tokenizer: model.tokenizer())),
      scale: model.clip.logitScale)
  }
}

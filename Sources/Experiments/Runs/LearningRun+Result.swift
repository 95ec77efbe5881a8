import PromptLensCLIP
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensTensors

// The results of a run in result.json and predictions.json.

extension LearningRun {
  /// Measures the learned context and the hand-written prompts on the test images, if any.
  ///
  /// - Parameters:
  ///   - context: the learned context.
  ///   - source: its file, for errors.
  /// - Returns: the result, and the predictions for the test images; nil without test images.
  /// - Throws: errors of encoding the prompts.
  func measure(_ context: LearnedContext, source: String) throws -> (result: RunResult, predictions: RunPredictions?) {
    var result = RunResult(
      classCount: data.classNames.count, contextSHA256: try Fingerprint.of(context.vectors),
      settings: description.settings)
    result.remarks = data.remarks
    guard let test = data.test else { return (result, nil) }
    let classifier = try PromptClassifier(
      context, source: source, classNames: data.classNames, model: model, tokenizer: tokenizer)
    let learned = try classifier.logits(for: test.view())
    let predictions = try compare(learned, of: test, in: &result)
    return (result, predictions)
  }

  /// Compares the learned prompts' logits with those of the hand-written prompts.
  ///
  /// - Parameters:
  ///   - learned: `[images, classes]`.
  ///   - test: the images.
  ///   - result: the result that receives both measurements.
  /// - Returns: the predictions of both.
  /// - Throws: `TensorError` when the logits can't be computed.
  func compare(_ learned: Tensor, of test: LabeledFeatures, in result: inout RunResult) throws -> RunPredictions {
    let zeroShot = try self.zeroShot.classifier.logits(for: test.view(), scale: model.clip.logitScale)
    result.measure(
      try ClassificationMetrics(logits: learned, labels: test.labels),
      zeroShot: try ClassificationMetrics(logits: zeroShot, labels: test.labels))
    return RunPredictions(
      paths: test.paths, labels: test.labels, learned: CosineClassifier.predictions(ofLogits: learned),
      zeroShot: CosineClassifier.predictions(ofLogits: zeroShot), classNames: data.classNames,
      template: data.template ?? Template.photo.text)
  }
}

import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensEvaluation
import PromptLensJSONDocuments
import PromptLensPromptLearning

// What result.json says of a run.

extension LearningRun {
  /// The learned context's accuracy beside that of the hand-written prompts, where there are test images.
  package func result(
    _ context: LearnedContext, _ encoder: TextEncoder, _ folder: RunFolder
  ) throws -> JSON.Object {
    var result = JSON.Object()
    for name in ["accuracy", "zeroShotAccuracy"] { result[name] = .null }
    result["n"] = 0
    result["ways"] = JSON(data.classNames.count)
    if let test = data.test {
      let classifier = try PromptClassifier(
        context, source: folder.contextPath, classNames: data.classNames, model: model, tokenizer: tokenizer)
      let features = test.features
      let scale = model.clip.temperatureScale
      let learned = try ClassificationMetrics(
        logits: classifier.logits(for: features, scale: scale), labels: test.labels)
      let words = try ClassificationMetrics(
        logits: zeroShot.classifier.logits(for: features, scale: scale), labels: test.labels)
      result["accuracy"] = .number(learned.accuracy)
      result["zeroShotAccuracy"] = .number(words.accuracy)
      result["n"] = JSON(learned.total)
      result["correct"] = JSON(learned.correct)
      result["meanPerClassAccuracy"] = .number(learned.meanPerClassAccuracy)
      result["macroF1"] = .number(learned.macroF1)
      if let probabilities = learned.probabilities {
        result["top5"] = .number(probabilities.top5)
        result["expectedCalibrationError"] = .number(probabilities.expectedCalibrationError)
        result["negativeLogLikelihood"] = .number(probabilities.negativeLogLikelihood)
      }
    }
    result["contextSha256"] = .string(try Fingerprint.of(context.vectors))
    result["settings"] = .object(description.settings)
    return result
  }
}

import CLIP
import Checkpoints
import Datasets
import Evaluation
import Files
import Foundation
import JSONDocuments
import PromptLearning
import Reporting
import Tensors
import Tokenization

/// A prompt to learn, put together: data, prompts, and the description that a run folder compares.
struct LearningRun {
  let asked: LearningSettings
  let model: OpenedModel
  let tokenizer: Tokenizer
  let data: LearningData
  let initialization: ContextInitialization
  let assembly: PromptAssembly
  let settings: TrainingSettings
  let audit: PromptAudit
  let description: RunDescription

  /// Puts a run together.
  ///
  /// - Parameters:
  ///   - asked: what is learned and how.
  ///   - data: the images' features.
  ///   - model: the model that they are of.
  /// - Throws: `PromptError` when the prompts cannot be learned; what reading the model throws.
  init(_ asked: LearningSettings, data: LearningData, model: OpenedModel) throws {
    self.asked = asked
    self.model = model
    self.data = data
    tokenizer = try model.tokenizer()
    initialization = asked.contextInitialization
    let length = try initialization.length(tokenizer)
    let positions = model.configuration.text.contextLength
    audit = PromptAudit(
      classNames: data.classNames, labels: data.train.labels, tokenizer: tokenizer, contextLength: length,
      contextLimit: positions)
    try audit.check()
    assembly = try PromptAssembly(
      classNames: data.classNames, tokenizer: tokenizer, contextLength: length, classPosition: asked.classPosition,
      isClassSpecific: asked.isClassSpecific, contextLimit: positions)
    settings = TrainingSettings(
      epochs: asked.epochs ?? LearningRateSchedule.epochs(shots: data.shots, isImageNet: data.isImageNet),
      batchSize: asked.batchSize, learningRate: asked.learningRate, seed: data.seed)
    description = RunDescription(
      settings: Self.settings(asked, model, data, settings, initialization, length), record: Self.record(model, data),
      classNames: data.classNames)
  }

  private static func settings(
    _ asked: LearningSettings, _ model: OpenedModel, _ data: LearningData, _ settings: TrainingSettings,
    _ initialization: ContextInitialization, _ length: Int
  ) -> JSON.Object {
    let entries: [(String, JSON)] = [
      ("method", .string(asked.method.rawValue)), ("loss", .string(asked.loss.name)), ("data", .string(data.name)),
      ("shots", data.shots.map { JSON($0) } ?? .null), ("seed", JSON(data.seed)),
      ("views", JSON(data.train.views)), ("contextLength", JSON(length)),
      ("classPosition", .string(asked.classPosition.rawValue)), ("classSpecific", .bool(asked.isClassSpecific)),
      ("initialization", .string("\(initialization)")), ("epochs", JSON(settings.epochs)),
      ("batchSize", JSON(settings.batchSize)), ("learningRate", .number(asked.learningRate)),
      ("warmupRate", .number(settings.schedule.warmupRate)), ("warmupEpochs", JSON(settings.schedule.warmupEpochs)),
      ("momentum", JSON(settings.optimizer.momentum)), ("weightDecay", JSON(settings.optimizer.weightDecay)),
      ("precision", .string(asked.precision.rawValue)),
      ("modelFingerprint", .string(model.folder.manifest.fingerprint)),
      ("trainingFeatures", .string(data.trainFingerprint)),
      ("testFeatures", data.test.map { .string($0.identifier) } ?? .null),
    ]
    var object = JSON.Object()
    for (name, value) in entries { object[name] = value }
    return object
  }

  private static func record(_ model: OpenedModel, _ data: LearningData) -> JSON.Object {
    var object = JSON.Object()
    object["toolVersion"] = .string(PromptLens.version)
    object["model"] = .string(URL(fileURLWithPath: model.folder.path).standardizedFileURL.path)
    object["tokenEmbeddingFingerprint"] = .string(model.folder.manifest.tokenEmbeddingFingerprint)
    object["template"] = data.template.map { .string($0) } ?? .null
    object["images"] = .array(data.paths.map { .string($0) })
    object["labels"] = .array(data.train.labels.map { JSON($0) })
    return object
  }

  // MARK: - Training

  /// Trains from where the folder's run stands to the end.
  func train(in folder: RunFolder) throws -> JSON {
    let encoder = try model.clip.textEncoder()
    let contexts = assembly.isClassSpecific ? assembly.classNames.count : 1
    let initial = try initialization.vectors(
      contexts: contexts, width: encoder.width, seed: settings.seed, tokenizer: tokenizer,
      embedding: model.clip.tokenEmbedding())
    let zeroShot = try zeroShotClassifier()
    let stored = try folder.checkpoint()
    let trainer = try PromptTrainer(
      encoder: encoder, assembly: assembly, features: data.train, scale: model.clip.temperatureScale,
      method: asked.method.method(anchor: zeroShot.weights), loss: asked.loss, settings: settings,
      state: stored ?? TrainingState(context: initial), tapeLimit: asked.tapeLimit(model.configuration))
    if let stored { Console.note("going on after epoch \(stored.epoch) of \(settings.epochs)") }
    try folder.resumeLog(after: trainer.state.epoch)
    var progress = TrainingProgress(epochs: settings.epochs, steps: trainer.stepsPerEpoch, done: trainer.state.epoch)
    while trainer.state.epoch < settings.epochs {
      let record = try trainer.trainEpoch { progress.step(loss: $0) }
      try folder.record(record, trainer.state)
      progress.epoch(record)
    }
    progress.finish()
    let shape = (assembly.isClassSpecific ? [contexts] : []) + [assembly.contextLength, encoder.width]
    let context = try LearnedContext(
      vectors: Tensor(trainer.state.result, shape: shape, name: "context"), classNames: assembly.classNames,
      classPosition: assembly.classPosition.rawValue,
      embeddingFingerprint: model.folder.manifest.tokenEmbeddingFingerprint, source: folder.contextPath)
    try folder.write(
      context,
      attributes: [
        ("initialization", "\(initialization)"), ("method", asked.method.rawValue),
        ("model_fingerprint", model.folder.manifest.fingerprint), ("tool_version", PromptLens.version),
      ])
    let result = try self.result(context, zeroShot, encoder, folder)
    try folder.finish(result)
    return result
  }

  private func zeroShotClassifier() throws -> ZeroShotClassifier {
    try ZeroShotClassifier(
      classNames: data.classNames, templates: [data.template.map { try Template($0) } ?? .photo]
    ) { try model.features(ofTexts: $0) }
  }

  private func result(
    _ context: LearnedContext, _ zeroShot: ZeroShotClassifier, _ encoder: TextEncoder, _ folder: RunFolder
  ) throws -> JSON {
    var result = JSON.Object()
    for name in ["accuracy", "zeroShotAccuracy"] { result[name] = .null }
    result["n"] = 0
    result["ways"] = JSON(data.classNames.count)
    if let test = data.test {
      let classifier = try ContextClassifier(
        context, source: folder.contextPath, classNames: data.classNames, encoder: encoder, tokenizer: tokenizer,
        contextLimit: model.configuration.text.contextLength)
      let features = test.features
      let scale = model.clip.temperatureScale
      let learned = try ClassificationMetrics(
        logits: CosineClassifier(weights: classifier.weights).logits(for: features, scale: scale), labels: test.labels)
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
    return .object(result)
  }
}

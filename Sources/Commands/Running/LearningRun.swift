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

/// What `train` was asked for, put together: data, prompts, and the description that a run folder compares.
struct LearningRun {
  let command: TrainCommand
  let model: OpenedModel
  let tokenizer: Tokenizer
  let data: LearningData
  let initialization: ContextInitialization
  let assembly: PromptAssembly
  let settings: TrainingSettings
  let audit: PromptAudit
  let description: RunDescription

  init(_ command: TrainCommand, model: OpenedModel) throws {
    self.command = command
    self.model = model
    tokenizer = try model.tokenizer()
    let initialization: ContextInitialization =
      command.initialization.map { .words($0) } ?? .random(length: command.contextLength ?? 16)
    let length = try initialization.length(tokenizer)
    self.initialization = initialization
    data = try Self.data(command, model, tokenizer, length)
    let positions = model.configuration.text.contextLength
    audit = PromptAudit(
      classNames: data.classNames, labels: data.train.labels, tokenizer: tokenizer, contextLength: length,
      contextLimit: positions)
    try audit.check()
    assembly = try PromptAssembly(
      classNames: data.classNames, tokenizer: tokenizer, contextLength: length, classPosition: command.classPosition,
      isClassSpecific: command.classSpecific, contextLimit: positions)
    var isImageNet = false
    if case .named(let known)? = command.data?.kind { isImageNet = "\(known)".lowercased() == "imagenet" }
    settings = TrainingSettings(
      epochs: command.epochs ?? LearningRateSchedule.epochs(shots: command.shots, isImageNet: isImageNet),
      batchSize: command.batchSize, learningRate: command.learningRate, seed: command.seed)
    description = RunDescription(
      settings: Self.settings(command, model, data, settings, initialization, length),
      record: Self.record(command, model, data), classNames: data.classNames)
  }

  /// Features, after the class names were found fit to learn: encoding images may take long.
  private static func data(
    _ command: TrainCommand, _ model: OpenedModel, _ tokenizer: Tokenizer, _ length: Int
  ) throws -> LearningData {
    guard let source = command.data else {
      return try LearningData(
        FeatureStore.open(command.features ?? ""), shots: command.shots, seed: command.seed,
        test: command.testFeatures.map { try FeatureStore.open($0) }, model: model)
    }
    let dataset = try source.dataset(root: command.rootOptions.root)
    _ = try dataset.items(of: .train)
    let draw = try command.shots.map { try FewShotDraw(dataset, shots: $0, seed: command.seed) }
    try PromptAudit(
      classNames: dataset.classNames, labels: nil, tokenizer: tokenizer, contextLength: length,
      contextLimit: model.configuration.text.contextLength
    ).check()
    let folder = command.featureFolder ?? "\(command.output)/features"
    try AtomicOutput.makeFolder(at: folder)
    func features(_ split: Split, views: Int, draw: FewShotDraw?) throws -> FeatureStore {
      try ImageFeatures(
        model: model, precision: command.precision, images: command.imageOptions, views: views, seed: command.seed
      ).store(dataset, split: split, draw: draw, folder: folder).store
    }
    let train = try features(.train, views: command.views ?? TrainCommand.defaultViews, draw: draw)
    let test = dataset[.test].isEmpty ? nil : try features(.test, views: 1, draw: nil)
    return try LearningData(train, shots: command.shots, seed: command.seed, test: test, model: model)
  }

  private static func settings(
    _ command: TrainCommand, _ model: OpenedModel, _ data: LearningData, _ settings: TrainingSettings,
    _ initialization: ContextInitialization, _ length: Int
  ) -> JSON.Object {
    let entries: [(String, JSON)] = [
      ("method", .string(command.method.rawValue)), ("loss", "ce"), ("data", .string(data.name)),
      ("shots", command.shots.map { JSON($0) } ?? .null), ("seed", JSON(command.seed)),
      ("views", JSON(data.train.views)), ("contextLength", JSON(length)),
      ("classPosition", .string(command.classPosition.rawValue)), ("classSpecific", .bool(command.classSpecific)),
      ("initialization", .string("\(initialization)")), ("epochs", JSON(settings.epochs)),
      ("batchSize", JSON(settings.batchSize)), ("learningRate", .number(command.learningRate)),
      ("warmupRate", .number(settings.schedule.warmupRate)), ("warmupEpochs", JSON(settings.schedule.warmupEpochs)),
      ("momentum", JSON(settings.optimizer.momentum)), ("weightDecay", JSON(settings.optimizer.weightDecay)),
      ("precision", .string(command.precision.rawValue)),
      ("modelFingerprint", .string(model.folder.manifest.fingerprint)),
      ("trainingFeatures", .string(data.trainFingerprint)),
      ("testFeatures", data.test.map { .string($0.key.identifier) } ?? .null),
    ]
    var object = JSON.Object()
    for (name, value) in entries { object[name] = value }
    return object
  }

  private static func record(_ command: TrainCommand, _ model: OpenedModel, _ data: LearningData) -> JSON.Object {
    var object = JSON.Object()
    object["toolVersion"] = .string(PromptLens.version)
    object["model"] = .string(URL(fileURLWithPath: command.modelOptions.model).standardizedFileURL.path)
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
      method: command.method.method(anchor: zeroShot.weights), settings: settings,
      state: stored ?? TrainingState(context: initial), tapeLimit: tapeLimit)
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
        ("initialization", "\(initialization)"), ("method", command.method.rawValue),
        ("model_fingerprint", model.folder.manifest.fingerprint), ("tool_version", PromptLens.version),
      ])
    let result = try self.result(context, zeroShot, encoder)
    try folder.finish(result)
    return result
  }

  private func zeroShotClassifier() throws -> ZeroShotClassifier {
    try ZeroShotClassifier(
      classNames: data.classNames, templates: [data.template.map { try Template($0) } ?? .photo]
    ) { try model.features(ofTexts: $0) }
  }

  private func result(
    _ context: LearnedContext, _ zeroShot: ZeroShotClassifier, _ encoder: TextEncoder
  ) throws -> JSON {
    var result = JSON.Object()
    for name in ["accuracy", "zeroShotAccuracy"] { result[name] = .null }
    result["n"] = 0
    result["ways"] = JSON(data.classNames.count)
    if let test = data.test {
      let classifier = try ContextClassifier(
        context, source: command.output, classNames: data.classNames, encoder: encoder, tokenizer: tokenizer,
        contextLimit: model.configuration.text.contextLength)
      let features = try test.view(0)
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

  /// The bytes left for tapes when the packed weights and some room have theirs; nil for no limit.
  private var tapeLimit: Int? {
    guard let limit = command.memoryLimit else { return nil }
    let transformer = model.configuration.text.transformer
    let layer = 4 * transformer.width * transformer.width + 2 * transformer.width * transformer.mlpWidth
    // Forward and backward are packed apart.
    let packed = 2 * transformer.layers * layer * (command.precision == .bfloat16 ? 2 : 4)
    return max(limit.bytes - packed - (192 << 20), 0)
  }
}

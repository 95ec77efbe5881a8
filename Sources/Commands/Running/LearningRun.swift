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
  let strategy: any SampleStrategy
  let zeroShot: ZeroShotClassifier
  let model: OpenedModel
  let tokenizer: Tokenizer
  let data: LearningData
  let initialization: ContextInitialization
  let assembly: PromptAssembly
  let settings: TrainingSettings
  let audit: PromptAudit
  let description: RunDescription
  private let parts: SharedParts

  /// Puts a run together.
  ///
  /// - Parameters:
  ///   - asked: what is learned and how.
  ///   - data: the images' features.
  ///   - model: the model that they are of.
  ///   - noise: what is made of the labels first.
  ///   - parts: what runs on the model before this one made and this one may use.
  /// - Throws: `PromptError` when the prompts cannot be learned, `DatasetError` when the noise cannot be made; what reading
  ///   the model throws.
  init(
    _ asked: LearningSettings, data: LearningData, model: OpenedModel, noise: NoiseRequest? = nil,
    sharing parts: SharedParts = SharedParts()
  ) throws {
    self.asked = asked
    self.model = model
    self.parts = parts
    tokenizer = try parts.tokenizer(model)
    let names = asked.namesInPrompts ?? data.classNames
    initialization = asked.contextInitialization
    let length = try initialization.length(tokenizer)
    let positions = model.configuration.text.contextLength
    audit = PromptAudit(
      classNames: names, labels: data.train.labels, tokenizer: tokenizer, contextLength: length,
      contextLimit: positions)
    try audit.check()
    let zeroShot = try parts.zeroShotClassifier(of: data, model)
    self.zeroShot = zeroShot
    let scale = model.clip.temperatureScale
    let data = try noise.map { try $0.applied(to: data, zeroShot: zeroShot.classifier, scale: scale) } ?? data
    self.data = data
    strategy = try asked.strategy.strategy(noiseRate: data.noise?.rate, labels: data.train.labels) {
      try zeroShot.classifier.logits(for: data.train.features.meanOfViews(), scale: scale).floats()
    }
    assembly = try PromptAssembly(
      classNames: names, tokenizer: tokenizer, contextLength: length, classPosition: asked.classPosition,
      isClassSpecific: asked.isClassSpecific, contextLimit: positions)
    settings = TrainingSettings(
      epochs: asked.epochs ?? asked.method.epochs
        ?? LearningRateSchedule.epochs(shots: data.shots, isImageNet: data.isImageNet),
      batchSize: asked.batchSize ?? asked.method.batchSize, learningRate: asked.learningRate, seed: data.seed)
    description = RunDescription(
      settings: Self.settings(asked, strategy, model, data, settings, initialization, length),
      record: Self.record(model, data),
      classNames: data.classNames)
  }

  private static func settings(
    _ asked: LearningSettings, _ strategy: any SampleStrategy, _ model: OpenedModel, _ data: LearningData,
    _ settings: TrainingSettings,
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
    // What is not asked for is not written, so that runs from before these settings read as they did.
    if data.subset != .all { object["classes"] = .string(data.subset.rawValue) }
    if asked.strategy != .all { object["strategy"] = .string(strategy.name) }
    if let patience = asked.patience {
      object["earlyStopping"] = JSON(patience)
      object["validationFeatures"] = data.validation.map { .string($0.identifier) }
    }
    if let noise = data.noise {
      object["noise"] = .string(noise.origin)
      object["noiseSeed"] = noise.seed.map { JSON($0) } ?? .null
      object["noiseRate"] = .number(noise.rate)
    }
    if let noise = data.validationNoise { object["validationNoiseRate"] = .number(noise.rate) }
    if data.renewal != nil {
      object["views"] = .null
      object["augmentation"] = .string(Augmentation.online.rawValue)
    }
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
  ///
  /// - Parameters:
  ///   - folder: the run's.
  ///   - isQuiet: whether nothing is said of epochs.
  /// - Returns: the result, which is in the folder too.
  /// - Throws: what training and writing throw; the folder holds the last whole epoch then.
  func train(in folder: RunFolder, isQuiet: Bool = false) throws -> JSON {
    let encoder = try model.clip.textEncoder()
    if let noise = data.noise { try noise.write(to: "\(folder.path)/noise.json") }
    if let noise = data.validationNoise { try noise.write(to: "\(folder.path)/noise-val.json") }
    let stored = try folder.checkpoint()
    let state = try withTrainer(encoder, state: stored) { trainer in
      if let stored, !isQuiet { Console.note("going on after epoch \(stored.epoch) of \(settings.epochs)") }
      try folder.resumeLog(after: trainer.state.epoch)
      var progress = TrainingProgress(epochs: settings.epochs, steps: trainer.stepsPerEpoch, done: trainer.state.epoch)
      while !trainer.isFinished {
        let record = try trainer.trainEpoch { if !isQuiet { progress.step(loss: $0) } }
        try folder.record(record, trainer.state)
        if !isQuiet { progress.epoch(record) }
      }
      if !isQuiet { progress.finish() }
      return trainer.state
    }
    let shape = (assembly.isClassSpecific ? [assembly.classNames.count] : []) + [assembly.contextLength, encoder.width]
    let (learned, size) = (state.result, shape.reduce(1, *))
    let method = asked.method.method(anchor: zeroShot.weights, contextWidth: encoder.width)
    let network = try (method as? CoCoOp)?.network.tensors(Array(learned[size...]))
    let context = try LearnedContext(
      vectors: Tensor(Array(learned[..<size]), shape: shape, name: "context"), classNames: assembly.classNames,
      classPosition: assembly.classPosition.rawValue,
      embeddingFingerprint: model.folder.manifest.tokenEmbeddingFingerprint,
      provenance: network.map { PromptProvenance(method: .coCoOp, epoch: settings.epochs, metaNetwork: $0) },
      source: folder.contextPath)
    try folder.write(
      context,
      attributes: [
        ("initialization", "\(initialization)"), ("method", asked.method.rawValue),
        ("model_fingerprint", model.folder.manifest.fingerprint), ("tool_version", PromptLens.version),
      ])
    var result = try self.result(context, encoder, folder)
    if let best = state.best {
      result["epochsMade"] = JSON(state.epoch)
      result["bestEpoch"] = JSON(best.epoch)
      result["validationAccuracy"] = .number(best.accuracy)
    }
    try folder.finish(.object(result))
    return .object(result)
  }

  /// Has a trainer, at its beginning or in a state, do something; it goes over the prompts with a pass that is shared.
  func withTrainer<Result>(
    _ encoder: TextEncoder, state: TrainingState? = nil, _ body: (PromptTrainer) throws -> Result
  ) throws -> Result {
    let scale = model.clip.temperatureScale
    let stopping = try asked.patience.flatMap { patience in
      try data.validation.map {
        try EarlyStopping(features: $0.features, labels: $0.labels, patience: patience, scale: scale)
      }
    }
    let initial = try initialization.vectors(
      contexts: assembly.isClassSpecific ? assembly.classNames.count : 1, width: encoder.width, seed: settings.seed,
      tokenizer: tokenizer, embedding: model.clip.tokenEmbedding())
    let method = asked.method.method(anchor: zeroShot.weights, contextWidth: encoder.width)
    let beginning = TrainingState(
      context: initial + method.initialParameters(seed: settings.seed),
      peer: strategy.hasPeer ? initialization.peerVectors(of: initial, seed: settings.seed) : nil)
    let tapeLimit = asked.tapeLimit(model.configuration, encodesImages: data.renewal != nil)
    if data.renewal == nil { model.clip.releaseImageEncoder() }
    let pass = try parts.borrowPass(over: assembly, encoder, tapeLimit: tapeLimit)
    defer { parts.giveBack(pass, over: assembly, tapeLimit: tapeLimit) }
    return try body(
      PromptTrainer(
        encoder: encoder, assembly: assembly, features: data.train, scale: scale, method: method, loss: asked.loss,
        strategy: strategy, earlyStopping: stopping, settings: settings, state: state ?? beginning,
        tapeLimit: tapeLimit, pass: pass))
  }

  private func result(
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

import PromptLensPrompts
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensTensors
import PromptLensTokenization

/// A run of learning a prompt: data, prompts, and the description that a run folder compares.
package struct LearningRun {
  package let asked: LearningSettings
  package let strategy: any SampleStrategy
  package let zeroShot: ZeroShotClassifier
  /// The template that the method compares with; nil for the data set's own.
  package let anchorTemplate: String?
  /// The class weights of that template.
  let anchor: Tensor
  package let model: OpenedModel
  package let tokenizer: any Tokenizer
  package let data: LearningData
  package let initialization: ContextInitialization
  package let assembly: PromptAssembly
  package let settings: TrainingSettings
  /// The number of epochs without improvement on the validation images after which training ends; nil to train to the end.
  package let patience: Int?
  package let audit: PromptAudit
  /// The parts of prompts in deeper layers; nil for a context.
  package let deep: DeepLearning?
  let parts: PromptPassPool
  /// The member of a group of runs that performs this one; nil for a run by itself.
  let member: PassGroup.Member?

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - asked: the settings of learning.
  ///   - data: the images' features.
  ///   - model: the model of the features.
  ///   - noise: the noise in the labels.
  ///   - parts: the resources shared by runs on the model.
  ///   - member: the member of a group of runs that performs this one; nil for a run by itself.
  /// - Throws: `PromptError` when the prompts cannot be learned, `DatasetError` when the noise cannot be made; the
  ///   errors of reading the model.
  package init(
    _ asked: LearningSettings, data: LearningData, model: OpenedModel, noise: NoiseRequest? = nil,
    sharing parts: PromptPassPool = PromptPassPool(), in member: PassGroup.Member? = nil
  ) throws {
    self.asked = asked
    self.model = model
    self.parts = parts
    self.member = member
    tokenizer = try parts.tokenizer(model)
    let names = asked.namesInPrompts ?? data.classNames
    initialization = asked.contextInitialization(template: asked.anchorTemplate(of: data) ?? data.template)
    let length = try asked.length(tokenizer)
    let positions = model.configuration.text.contextLength
    audit = PromptAudit(
      classNames: names, labels: data.train.labels, tokenizer: tokenizer, contextLength: length,
      contextLimit: positions)
    try audit.check()
    let zeroShot = try parts.zeroShotClassifier(of: data, model)
    self.zeroShot = zeroShot
    anchorTemplate = asked.anchorTemplate(of: data)
    anchor =
      try asked.comparesWithDiverseTemplates
      ? parts.diverseAnchor(data.classNames, model)
      : anchorTemplate.map { try parts.zeroShotClassifier(of: data, model, template: $0).weights }
        ?? zeroShot.weights
    let scale = model.clip.logitScale
    let data = try noise.map { try $0.applied(to: data, zeroShot: zeroShot.classifier, scale: scale) } ?? data
    self.data = data
    strategy = try asked.strategy.strategy(noiseRate: data.noise?.rate, labels: data.train.labels) {
      try zeroShot.classifier.logits(for: data.train.meanDirections(), scale: scale).floats()
    }
    assembly = try PromptAssembly(
      classNames: names, tokenizer: tokenizer, contextLength: length, classPosition: asked.classPosition,
      isClassSpecific: asked.isClassSpecific, contextLimit: positions)
    let settings = asked.training(on: data, logitScale: scale)
    self.settings = settings
    let found = asked.takesFoundValidation ? data.validation : nil
    patience = asked.patience ?? found.map { _ in FastRecipe.patience(steps: settings.epochs) }
    deep =
      try asked.method.isDeep
      ? DeepLearning(
        asked, data: data, model: model, contextLength: length,
        anchor: (anchor, try (anchorTemplate ?? data.template).map { try Template($0) } ?? .photo)) : nil
  }

  // MARK: - Training

  /// Trains to the end in a run folder; a finished run is kept.
  ///
  /// - Parameters:
  ///   - path: the folder; it's made if it doesn't exist, and a stopped run in it is resumed.
  ///   - observer: the receiver of notes and epochs.
  /// - Returns: the result, which is in the folder too.
  /// - Throws: ``ExperimentError/otherSettings(path:differences:)`` when the folder contains another run; the errors of
  ///   training and writing, after which the folder contains the last complete epoch.
  package func finish(in path: String, observer: ExperimentObserver = .silent) throws -> RunResult {
    let folder = try RunFolder(path, for: description)
    switch try folder.state {
    case .finished(let result):
      observer.note("\(path) is already finished")
      for warning in result.warnings { observer.note("warning: \(warning)") }
      return result
    case .damaged(let error): observer.note("\(path): its result is damaged (\(error)) and is computed again")
    case .unfinished: break
    }
    for warning in audit.warnings { observer.note("note: \(warning)") }
    if asked.learningRate == nil, asked.recipe != .fast {
      observer.note(
        "learning rate \(settings.schedule.peak), which suits the model's logit scale of "
          + String(format: "%.4g", model.clip.logitScale))
    }
    for warning in dataWarnings { observer.note("warning: \(warning)") }
    let known = Set(dataWarnings)
    let result = try train(in: folder, observer: observer, isAnnounced: true)
    if let saved = savedPasses(result) { observer.note(saved) }
    for warning in result.warnings where !known.contains(warning) { observer.note("warning: \(warning)") }
    return result
  }

  /// Trains from the state of the folder's run to the end.
  ///
  /// - Parameters:
  ///   - folder: the run's.
  ///   - observer: receives the epochs.
  ///   - isAnnounced: whether the observer receives a note of steps, seconds and memory before the first step.
  /// - Returns: the result, which is in the folder too.
  /// - Throws: the errors of training and writing, after which the folder contains the last complete epoch.
  package func train(
    in folder: RunFolder, observer: ExperimentObserver = .silent, isAnnounced: Bool = false
  ) throws -> RunResult {
    if let noise = data.noise { try noise.write(to: "\(folder.path)/noise.json") }
    if let manifest = data.holdOutManifest {
      try AtomicOutput.text(manifest.serialized() + "\n", to: "\(folder.path)/\(Dataset.holdOutFile)")
    }
    if let noise = data.validationNoise { try noise.write(to: "\(folder.path)/noise-val.json") }
    let stored = try folder.checkpoint()
    if let deep { return try train(deep, from: stored, in: folder, observer: observer) }
    let encoder = try model.clip.textEncoder()
    let (state, stepsPerEpoch) = try withTrainer(encoder, state: stored, observer: observer) { trainer in
      if isAnnounced, let forecast = try forecast(trainer) { observer.note(forecast) }
      try runEpochs(of: trainer, in: folder, observer: observer)
      return (trainer.state, trainer.stepsPerEpoch)
    }
    let context = try self.context(of: state, source: folder.contextPath)
    try ContextFile.write(
      context, to: folder.contextPath,
      attributes: [
        ("initialization", "\(initialization)"),
        ("model_fingerprint", model.folder.manifest.fingerprint), ("tool_version", ToolVersion.current),
      ])
    return try finish(
      measure(context, source: folder.contextPath), after: state, stepsPerEpoch: stepsPerEpoch, in: folder)
  }

  /// Trains the epochs that are left, each of which is recorded in the folder, if there is one.
  func runEpochs(of trainer: some EpochTrainer, in folder: RunFolder? = nil, observer: ExperimentObserver) throws {
    try folder?.resumeLog(after: trainer.state.epoch)
    observer.report(
      .trainingBegan(
        epochs: settings.epochs, stepsPerEpoch: trainer.stepsPerEpoch, completedEpochs: trainer.state.epoch))
    while !trainer.isFinished {
      let record = try trainer.trainEpoch { observer.report(.trained(loss: $0)) }
      try folder?.record(record, trainer.state)
      observer.report(.completed(epoch: record))
    }
    observer.report(.trainingEnded)
  }

  /// Adds to a result what training found, and writes it and the predictions.
  func finish(
    _ measured: (result: RunResult, predictions: RunPredictions?), after state: TrainingState, stepsPerEpoch: Int,
    in folder: RunFolder
  ) throws -> RunResult {
    var result = measured.result
    if let best = state.best {
      result.epochsMade = state.epoch
      result.bestEpoch = best.epoch
      result.validationAccuracy = best.accuracy
    }
    let log = try folder.log
    // A strategy may learn an epoch's images in passes of their own, with another number of steps.
    result.steps = log.count == state.epoch ? log.reduce(0) { $0 + $1.steps } : state.epoch * stepsPerEpoch
    result.warnings = warnings(result, log: log)
    result.isCollapsed = isCollapsed(result, log: log)
    if let predictions = measured.predictions { try folder.write(predictions) }
    try folder.finish(result)
    return result
  }

  /// Trains from the beginning to the end in memory.
  ///
  /// - Parameter observer: receives the epochs.
  /// - Returns: the learned context.
  /// - Throws: the errors of training.
  package func learn(observer: ExperimentObserver = .silent) throws -> LearnedContext {
    let state = try withTrainer(model.clip.textEncoder()) { trainer in
      try runEpochs(of: trainer, observer: observer)
      return trainer.state
    }
    return try context(of: state, source: "the learned context")
  }

  /// Returns the context of a finished training.
  private func context(of state: TrainingState, source: String) throws -> LearnedContext {
    let width = try model.clip.textEncoder().width
    let shape = (assembly.isClassSpecific ? [assembly.classNames.count] : []) + [assembly.contextLength, width]
    let (learned, size) = (state.result, shape.reduce(1, *))
    let method = method(contextWidth: width)
    let network = try method.networkTensors(Array(learned[size...]))
    return try LearnedContext(
      vectors: Tensor(Array(learned[..<size]), shape: shape, name: "context"), classNames: assembly.classNames,
      classPosition: assembly.classPosition,
      embeddingFingerprint: model.folder.manifest.tokenEmbeddingFingerprint,
      metaNetwork: network,
      provenance: PromptProvenance(
        method: network.isEmpty ? .coOp : .coCoOp, methodName: asked.method.rawValue,
        epoch: state.best?.epoch ?? state.epoch),
      source: source)
  }

  /// Returns the method with the run's constants.
  private func method(contextWidth: Int) -> any LearningMethod {
    asked.method.method(
      anchor: anchor, contextWidth: contextWidth, weight: asked.weight ?? asked.constants(on: data).weight,
      average: asked.average(on: data, epochs: settings.epochs))
  }

  /// Returns the rule that keeps the best epoch on validation images, which shift the context of CoCoOp.
  private func earlyStopping(on validation: LabeledFeatures, patience: Int) throws -> EarlyStopping {
    guard asked.method == .cocoop else {
      return try EarlyStopping(
        features: validation.view(), labels: validation.labels, patience: patience, scale: model.clip.logitScale)
    }
    return EarlyStopping(patience: patience) { parameters in
      var state = TrainingState(parameters: parameters)
      state.epoch = 1
      let context = try self.context(of: state, source: "the context of an epoch")
      let classifier = try PromptClassifier(
        context, source: "the context of an epoch", classNames: assembly.classNames, model: model, tokenizer: tokenizer)
      return try DomainAccuracy(of: classifier, on: validation.view(), labels: validation.labels).accuracy
    }
  }

  /// Calls `body` with a trainer, at its beginning or in a state, that borrows shared passes over the prompts.
  package func withTrainer<Result>(
    _ encoder: TextEncoder, state: TrainingState? = nil, observer: ExperimentObserver = .silent,
    _ body: (PromptTrainer) throws -> Result
  ) throws -> Result {
    let scale = model.clip.logitScale
    let stopping = try patience.flatMap { patience in
      try data.validation.map { try earlyStopping(on: $0, patience: patience) }
    }
    let initial = try initialization.vectors(
      contexts: assembly.isClassSpecific ? assembly.classNames.count : 1, width: encoder.width, seed: settings.seed,
      tokenizer: tokenizer, embedding: model.clip.tokenEmbedding())
    let method = method(contextWidth: encoder.width)
    let beginning = TrainingState(
      parameters: initial + method.initialParameters(seed: settings.seed),
      peer: strategy.hasPeer ? initialization.peerVectors(of: initial, seed: settings.seed) : nil)
    let count = strategy.hasPeer ? 2 : 1
    let besidePasses = bytesBesidePasses(parameters: beginning.parameters.count * count)
    // Both passes hold their tapes at the same time.
    let tapeLimit = asked.memoryLimit.map { max($0 - besidePasses, 0) / count }
    if data.train.renewal == nil { model.clip.releaseImageEncoder() }
    return try parts.withPasses(
      count, over: assembly, encoder, tapeLimit: tapeLimit, in: asked.method == .cocoop ? nil : member
    ) { passes in
      if let limit = asked.memoryLimit {
        let (rows, parameters) = (passes.reduce(0) { $0 + $1.leastBytes }, beginning.parameters.count * count)
        let warning = memoryWarning(limit: limit, rows: rows, besidePasses: besidePasses, parameters: parameters)
        if let warning { observer.note(warning) }
      }
      return try body(
        PromptTrainer(
          encoder: encoder, assembly: assembly, features: data.train, scale: scale, method: method, loss: asked.loss,
          strategy: strategy, earlyStopping: stopping, settings: settings, state: state ?? beginning,
          tapeLimit: tapeLimit, passes: passes))
    }
  }
}

import PromptLensPrompts
import PromptLensCheckpoints
import PromptLensEvaluation
import PromptLensPromptLearning
import PromptLensTensors

/// Learned prompts and fitted classifiers of one model and the same classes, grouped by their settings.
struct TransferRuns {
  /// The model of all of them.
  let model: OpenedModel
  /// The learned prompts, in the order given.
  let prompts: [any UsablePrompt]
  /// The groups of prompts that differ only in their seed.
  let groups: [RunGroup]
  /// The fitted classifiers.
  let classifiers: TransferClassifiers
  /// The classes of all of them.
  let classNames: [String]
  /// The path of the classes' origin, for errors.
  let owner: String

  /// Opens runs.
  ///
  /// - Parameters:
  ///   - paths: run folders, or context files; may be empty if there are classifiers.
  ///   - classifiers: folders of `probe`, or classifier files.
  ///   - modelPath: the model; nil for the one that the first run recorded.
  ///   - precision: the arithmetic of the towers.
  ///   - sourceClasses: the classes of contexts without class names.
  /// - Throws: ``ExperimentError/foreignRun(path:model:reason:)`` for a run of another model or of other classes than
  ///   the first, ``ExperimentError/foreignClassifier(path:reason:)`` for a classifier, and the errors of opening.
  init(
    _ paths: [String], classifiers: [String], model modelPath: String?, precision: ComputePrecision,
    sourceClasses: [String]
  ) throws {
    let classifiers = try TransferClassifiers(classifiers)
    var prompts: [any UsablePrompt] = []
    if let first = paths.first {
      prompts.append(try OpenedModel.prompt(first, model: modelPath, precision: precision))
    }
    let model = try prompts.first?.plainModel ?? OpenedModel(modelPath ?? "", precision: precision)
    for path in paths.dropFirst() { prompts.append(try model.prompt(path)) }
    let fingerprint = model.folder.manifest.fingerprint
    let classNames = prompts.first?.classNames ?? classifiers.stored.first?.file.classNames ?? sourceClasses
    for (path, prompt) in zip(paths, prompts) {
      if let learnedOn = prompt.run?.description.modelFingerprint, learnedOn != fingerprint {
        throw ExperimentError.foreignRun(
          path: path, model: model.folder.path,
          reason: "it was learned on the model \(learnedOn.prefix(12))…, this one is \(fingerprint.prefix(12))…")
      }
      guard (prompt.classNames ?? sourceClasses) == classNames else {
        throw ExperimentError.foreignRun(
          path: path, model: model.folder.path,
          reason: "its classes differ from those of \(paths[0]); measure them separately")
      }
    }
    let owner = paths.first ?? classifiers.stored.first?.path ?? ""
    try classifiers.check(classNames: classNames, of: owner, model: model)
    self.classifiers = classifiers
    self.owner = owner
    self.model = model
    self.prompts = prompts
    self.classNames = classNames
    groups = RunGroup.groups(
      of: zip(paths, prompts).map { $1.run?.description.settings ?? RunGroup.settings(ofUnknown: $0) })
  }

  /// Makes the classifier of a run for all of its classes.
  func classifier(_ index: Int) throws -> any FeatureClassifier {
    try prompts[index].classifier(ofClasses: classNames)
  }

  /// Returns a run's context.
  ///
  /// - Throws: ``ExperimentError/foreignRun(path:model:reason:)`` for prompts in deeper layers.
  func context(_ index: Int) throws -> LearnedPrompt {
    guard let prompt = prompts[index] as? LearnedPrompt else {
      throw ExperimentError.foreignRun(
        path: prompts[index].path, model: model.folder.path,
        reason: "its prompts stand in deeper layers, and --interpolate takes only contexts")
    }
    return prompt
  }

  // MARK: - Before learning

  /// Returns the initial context of a run, or of a text.
  ///
  /// - Parameters:
  ///   - index: the run's index.
  ///   - words: a text that replaces the run's initial context; it needs as many tokens as the context has vectors.
  /// - Returns: the context matrix, as long as the learned one.
  /// - Throws: ``ExperimentError/foreignRun(path:model:reason:)`` when the run doesn't record its initial context, or
  ///   the text has another length.
  func initialContext(_ index: Int, words: String?) throws -> [Float] {
    let prompt = try context(index)
    guard !prompt.context.isConditional else {
      throw ExperimentError.foreignRun(
        path: prompt.path, model: model.folder.path,
        reason: "images shift its context, and --interpolate takes only fixed contexts")
    }
    let contexts = prompt.context.classCount ?? 1
    let recorded = prompt.run?.description.beginning(length: prompt.context.length)
    guard let (initialization, seed) = words.map({ (ContextInitialization.words($0), 1) }) ?? recorded else {
      throw ExperimentError.foreignRun(
        path: prompt.path, model: model.folder.path,
        reason: "a context file doesn't record its initial context; give words with --interpolate-from")
    }
    let length = try initialization.length(prompt.tokenizer)
    guard length == prompt.context.length else {
      throw ExperimentError.foreignRun(
        path: prompt.path, model: model.folder.path,
        reason: "\"\(initialization)\" has \(length) tokens, but its context has \(prompt.context.length) vectors; "
          + "--interpolate-from needs a token for each vector")
    }
    return try initialization.vectors(
      contexts: contexts, width: prompt.context.width, seed: seed, tokenizer: prompt.tokenizer,
      embedding: model.clip.tokenEmbedding())
  }

  /// Makes the classifier of a context with the shape of a run's.
  func classifier(_ index: Int, context: [Float]) throws -> CosineClassifier {
    let prompt = try self.context(index)
    let learned = prompt.context
    let vectors = try Tensor(context, shape: learned.vectors.shape.dimensions, name: "context")
    let mixed = try LearnedContext(
      vectors: vectors, classNames: learned.classNames, classPosition: learned.classPosition,
      embeddingFingerprint: learned.embeddingFingerprint, source: prompts[index].path)
    return try CosineClassifier(
      weights: ContextClassifier(
        mixed, source: prompts[index].path, classNames: classNames, encoder: model.clip.textEncoder(),
        tokenizer: prompt.tokenizer, contextLimit: model.configuration.text.contextLength
      ).weights)
  }
}

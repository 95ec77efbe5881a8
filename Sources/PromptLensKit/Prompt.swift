import PromptLensExperiments
import PromptLensPrompts
import PromptLensTensors
import Synchronization

/// A prompt with a learned context: vectors that replace hand-written words.
///
/// A unified context works with any classes; a class-specific one works only with the classes that it was learned for.
public struct Prompt: Sendable {
  /// The model on which the context was learned.
  public let model: Model
  let context: LearnedContext

  init(_ context: LearnedContext, model: Model) {
    self.context = context
    self.model = model
  }

  /// Opens a learned prompt.
  ///
  /// - Parameters:
  ///   - path: a context file (HDF5, JSON, NumPy, safetensors, or CoOp's checkpoint), or a run folder of
  ///     `promptlens train`.
  ///   - model: the model on which it was learned.
  ///   - classPosition: the position of the class name, which some files, such as CoOp's, don't record; nil for the
  ///     file's.
  /// - Throws: ``PromptLensError`` when the file is missing or damaged, or the context was learned on another model.
  public init(
    contentsOf path: String, model: Model, classPosition: ClassPosition? = nil
  ) throws(PromptLensError) {
    context = try wrappingErrors {
      let context = try PromptLensExperiments.LearnedPrompt(path, on: model.opened).context
      return try context.with(
        classNames: context.classNames, classPosition: classPosition?.promptPosition ?? context.classPosition,
        provenance: context.provenance, source: path)
    }
    self.model = model
  }

  /// Writes the context, its class names, and its class position to an HDF5 file, which `promptlens` also reads.
  ///
  /// - Parameter path: the file; an existing file is replaced once the new one is complete.
  /// - Throws: ``PromptLensError`` when it cannot be written.
  public func save(to path: String) throws(PromptLensError) {
    try wrappingErrors {
      try ContextFile.write(
        context, to: path,
        attributes: [
          ("model_fingerprint", model.fingerprint), ("tool_version", ToolVersion.current),
        ])
    }
  }

  /// The number of context vectors in a prompt, M.
  public var contextLength: Int { context.length }

  /// Whether each class has its own context.
  public var isClassSpecific: Bool { context.classCount != nil }

  /// The classes for which the context was learned, if known.
  public var classNames: [String]? { context.classNames }

  /// The context vectors: M rows, or M rows for each class in turn if the context is class-specific.
  public var vectors: Embeddings {
    get throws(PromptLensError) {
      try wrappingErrors {
        Embeddings(try context.vectors.reshaped([context.vectors.shape.count / context.width, context.width]))
      }
    }
  }

  /// Makes a classifier from the prompt.
  ///
  /// - Parameter classNames: the classes; nil for those for which the context was learned.
  /// - Returns: the classifier.
  /// - Throws: ``PromptLensError`` when the classes are unknown, or a class-specific context lacks one of them.
  public func classifier(for classNames: [String]? = nil) throws(PromptLensError) -> Classifier {
    guard let names = classNames ?? context.classNames else {
      throw PromptLensError(.usage, "the context does not name its classes; give their names")
    }
    return try wrappingErrors {
      let classifier = try PromptClassifier(
        context, source: "the learned context", classNames: names, model: model.opened,
        tokenizer: model.opened.tokenizer())
      return Classifier(classNames: names, classifier)
    }
  }
}

extension Model {
  /// Learns a prompt from labeled images, with the model frozen.
  ///
  /// - Parameters:
  ///   - features: the training images, at least one of each class.
  ///   - recipe: the settings.
  ///   - progress: a closure that is called after each epoch, on the learning thread.
  /// - Returns: the prompt.
  /// - Throws: ``PromptLensError`` when a prompt is too long, a class has no image, or training diverges.
  public func learnPrompt(
    from features: LabeledFeatures, recipe: PromptRecipe = PromptRecipe(),
    progress: (@Sendable (TrainingProgress) -> Void)? = nil
  ) throws(PromptLensError) -> Prompt {
    try wrappingErrors {
      var settings = recipe.settings
      settings.precision = precision.computePrecision
      let data = try LearningData(
        features.features, shots: nil, seed: recipe.seed, test: nil, name: "labeled features")
      let run = try LearningRun(settings, data: data, model: opened)
      let observer = TrainingObserver(progress)
      return Prompt(try run.learn(observer: ExperimentObserver { observer.receive($0) }), model: self)
    }
  }
}

/// An observer that reports epochs from an experiment's events.
private final class TrainingObserver: Sendable {
  private let epochs = Mutex(0)
  private let report: (@Sendable (TrainingProgress) -> Void)?

  init(_ report: (@Sendable (TrainingProgress) -> Void)?) { self.report = report }

  func receive(_ event: ExperimentObserver.Event) {
    switch event {
    case .trainingBegan(let count, _, _): epochs.withLock { $0 = count }
    case .completed(let record):
      report?(
        TrainingProgress(
          epoch: record.epoch, epochs: epochs.withLock { $0 }, loss: record.loss, accuracy: record.accuracy,
          learningRate: record.learningRate))
    default: break
    }
  }
}

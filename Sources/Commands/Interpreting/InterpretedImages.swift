import PromptLensFeatures
import PromptLensExperiments
import PromptLensPrompts
import ArgumentParser
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensTensors

/// The images that a prompt is measured and searched on.
struct InterpretedImages {
  let test: FeatureStore
  let training: LabeledFeatures?

  /// Finds or computes their features; a prompt that cannot serve their classes is refused before.
  init(_ command: InterpretCommand, _ learned: LearnedPrompt) throws {
    (test, training) =
      if let features = command.features {
        try Self.stored(features, command, learned)
      } else {
        try Self.computed(command, learned)
      }
  }

  private static func stored(
    _ features: String, _ command: InterpretCommand, _ learned: LearnedPrompt
  ) throws -> (FeatureStore, LabeledFeatures?) {
    let test = try FeatureStore.open(features)
    guard let path = command.trainFeatures else { return (test, nil) }
    let data = try LearningData(
      FeatureStore.open(path), shots: command.shots, seed: learned.drawSeed ?? command.seed, test: test,
      model: learned.model)
    return (test, data.train)
  }

  private static func computed(
    _ command: InterpretCommand, _ learned: LearnedPrompt
  ) throws -> (FeatureStore, LabeledFeatures?) {
    guard let source = command.data else { throw ValidationError("Give the images with --data or --features.") }
    let dataset = try source.dataset(root: command.rootOptions.root)
    _ = try dataset.items(of: .test)
    _ = try learned.classifier(dataset.classNames, position: command.classPosition)
    let folder = learned.run.map { "\($0.path)/features" } ?? "\(command.output)/features"
    try AtomicOutput.makeFolder(at: folder)
    let seed = learned.drawSeed ?? command.seed
    func store(_ split: Split, views: Int, draw: FewShotDraw?) throws -> FeatureStore {
      try ImageFeatures(
        model: learned.model, precision: command.computeOptions.precision, reading: command.imageOptions.reading,
        views: views, seed: seed, observer: Console.observer
      ).store(dataset, split: split, draw: draw, in: folder)
    }
    let test = try store(.test, views: 1, draw: nil)
    guard !dataset[.train].isEmpty else { return (test, nil) }
    let shots = command.shots ?? learned.shots
    let draw = try shots.map { try FewShotDraw(dataset, shots: $0, seed: seed) }
    let train = try store(.train, views: learned.views ?? 1, draw: draw)
    return (test, try LearningData(train, shots: shots, seed: seed, test: nil, model: learned.model).train)
  }
}

extension LearnedPrompt {
  /// What the run drew: images of each class, the seed, and views of each; nil where there is no run.
  var shots: Int? { run?.description.shots }
  var drawSeed: Int? { run?.description.seed }
  var views: Int? { run?.description.views }

  /// The learning rate of the run, or the reference's.
  var learningRate: Double { run?.description.learningRate ?? LearningSettings().learningRate }

  /// A word for each place in a context: those of a text, from the beginning again where it is shorter.
  func words(_ text: String) throws -> [Int] {
    let ids = tokenizer.encode(text).map(Int.init)
    guard !ids.isEmpty else { throw PromptError.emptyInitialization(text: text) }
    return (0..<context.length).map { ids[$0 % ids.count] }
  }

  /// The context of some classes, in their order; itself where all classes share it.
  func contextServing(_ classNames: [String]) throws -> LearnedContext {
    guard context.classCount != nil else { return context }
    let vectors = try context.vectors(for: classNames, source: path, tokenizer: tokenizer)
    return try LearnedContext(
      vectors: Tensor(vectors, shape: [classNames.count, context.length, context.width], name: "context"),
      classNames: classNames, classPosition: context.classPosition,
      embeddingFingerprint: context.embeddingFingerprint, metaNetwork: context.metaNetwork,
      provenance: context.provenance, source: path)
  }

  /// Refuses a prompt of another shape.
  func checkComparable(with other: LearnedPrompt, path: String) throws(ExperimentError) {
    guard context.vectors.shape == other.context.vectors.shape else {
      throw .foreignContext(
        path: path, model: other.path,
        reason:
          "its shape is \(context.vectors.shape), and vectors can only be compared with others of \(other.context.vectors.shape)"
      )
    }
  }
}

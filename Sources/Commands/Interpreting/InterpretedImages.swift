import Datasets
import Files
import JSONDocuments
import PromptLearning
import Tensors

/// The images that a prompt is measured and searched on.
struct InterpretedImages {
  let test: FeatureStore
  let training: TrainingFeatures?

  /// Finds or computes their features; a prompt that cannot serve their classes is refused before.
  init(_ command: InterpretCommand, _ learned: LearnedPrompt) throws {
    let model = learned.model
    if let features = command.features {
      test = try FeatureStore.open(features)
      training = try command.trainFeatures.map { path in
        try LearningData(
          FeatureStore.open(path), shots: command.shots, seed: learned.drawSeed ?? command.seed, test: test,
          model: model
        ).train
      }
      return
    }
    guard let source = command.data else { throw DatasetError.noImages(path: command.prompt) }
    let dataset = try source.dataset(root: command.rootOptions.root)
    _ = try dataset.items(of: .test)
    _ = try learned.classifier(dataset.classNames, position: command.classPosition)
    let folder = learned.run.map { "\($0.path)/features" } ?? "\(command.output)/features"
    try AtomicOutput.makeFolder(at: folder)
    if dataset[.train].isEmpty {
      training = nil
      test = try ImageFeatures(
        model: model, precision: command.computeOptions.compute, reading: command.imageOptions.reading, views: 1,
        seed: command.seed
      ).store(dataset, split: .test, draw: nil, folder: folder).store
      return
    }
    let images = LearningImages(
      source: source, root: command.rootOptions.root, reading: command.imageOptions.reading,
      views: learned.views ?? 1, shots: command.shots ?? learned.shots, seed: learned.drawSeed ?? command.seed,
      folder: folder)
    let settings = LearningSettings(
      contextLength: learned.context.length, precision: command.computeOptions.compute)
    let data = try images.features(settings, model)
    guard let test = data.test else { throw DatasetError.noImages(path: command.prompt) }
    self.test = test
    training = data.train
  }
}

extension LearnedPrompt {
  /// What the run drew: images of each class, the seed, and views of each; nil where there is no run.
  var shots: Int? { integer("shots") }
  var drawSeed: Int? { integer("seed") }
  var views: Int? { integer("views") }

  private func integer(_ name: String) -> Int? {
    guard case .integer(let value)? = run?.description.settings[name] else { return nil }
    return Int(value)
  }

  /// The learning rate of the run, or the reference's.
  var learningRate: Double {
    switch run?.description.settings["learningRate"] {
    case .number(let rate)?: rate
    case .integer(let rate)?: Double(rate)
    default: LearningSettings().learningRate
    }
  }

  /// Whether a network moves the vectors image by image.
  var isConditional: Bool { !(context.provenance?.metaNetwork.isEmpty ?? true) }

  /// A word for each vector: those of a text, from the beginning again where it is shorter.
  func words(_ text: String) throws -> [Int] {
    let ids = tokenizer.encode(text).map(Int.init)
    guard !ids.isEmpty else { throw PromptError.emptyInitialization(text: text) }
    let count = context.vectors.shape.count / context.width
    return (0..<count).map { ids[$0 % context.length % ids.count] }
  }

  /// Refuses a prompt of another shape.
  func checkComparable(with other: LearnedPrompt, path: String) throws(CommandError) {
    guard context.vectors.shape == other.context.vectors.shape else {
      throw .foreignContext(
        path: path, model: other.path,
        reason:
          "its shape is \(context.vectors.shape), and vectors can only be compared with others of \(other.context.vectors.shape)"
      )
    }
  }
}

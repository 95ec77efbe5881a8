import PromptLensExperiments
import PromptLensPrompts
import PromptLensCLIP
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensPromptLearning
import PromptLensTensors
import PromptLensTokenization

/// What all runs of a sweep share: features, words, packed weights, and the noise of each seed.
struct NoiseBench: Sendable {
  /// What runs of one seed share.
  struct Draw: Sendable {
    let data: LearningData
    /// Names of random words.
    let randomNames: [String]
  }

  /// What prompts are learned with.
  struct Words: Sendable {
    let model: OpenedModel
    let tokenizer: Tokenizer
    let encoder: TextEncoder
    let zeroShot: ZeroShotClassifier
    let parts = PromptPassPool()

    init(_ model: OpenedModel, data: LearningData) throws {
      self.model = model
      tokenizer = try parts.tokenizer(model)
      encoder = try model.clip.textEncoder()
      zeroShot = try parts.zeroShotClassifier(of: data, model)
    }
  }

  /// Nil where features alone are known.
  let words: Words?
  let settings: LearningSettings
  /// A row for each class as the text tower gives it.
  private let text: Tensor
  private let zeroShot: CosineClassifier
  private let scale: Float
  /// By seed.
  let draws: [Int: Draw]
  private let test: TestFeatures
  private let testHead: CosineHead
  /// By the noise's name: that of the training images, and that of the validation images where they have some.
  private let noises: [String: (train: LabelNoise, validation: LabelNoise?)]

  /// Prepares runs: every noise is made, so that one that cannot be is told before work.
  ///
  /// - Parameters:
  ///   - grid: the runs.
  ///   - settings: what they have in common.
  ///   - data: the features by seed.
  ///   - text: the classes' words, a row for each as the text tower gives it.
  ///   - scale: what cosines are multiplied by.
  ///   - words: what prompts are learned with, nil for classifiers alone.
  /// - Throws: `DatasetError` when a noise cannot be made, ``ExperimentError/noTestImages(data:reason:)``; what the model throws.
  init(
    _ grid: NoiseGrid, settings: LearningSettings, data: [Int: LearningData], text: Tensor, scale: Float,
    words: Words?
  ) throws {
    guard let first = data.values.first, let test = first.test, test.count > 0 else {
      throw ExperimentError.noTestImages(
        data: data.values.first?.name ?? "", reason: "there are no test images to measure on")
    }
    self.words = words
    self.settings = settings
    self.test = test
    self.text = text
    let zeroShot = try words?.zeroShot.classifier ?? CosineClassifier(weights: text)
    self.zeroShot = zeroShot
    self.scale = scale
    testHead = try CosineHead(images: UnitRows(test.features), scale: scale)
    let needsNames = grid.learners.contains { $0.hasRandomNames }
    draws = try data.mapValues { data in
      guard needsNames, let words else { return Draw(data: data, randomNames: []) }
      return Draw(
        data: data,
        randomNames: try RandomNames.names(for: data.classNames, tokenizer: words.tokenizer, seed: data.seed))
    }
    var noises: [String: (train: LabelNoise, validation: LabelNoise?)] = [:]
    for noise in try grid.noises() {
      for (seed, data) in data {
        guard let request = grid.request(noise, seed: seed) else { continue }
        let cell = NoiseCell(noise: noise, learner: grid.learners[0], seed: seed)
        let noisy = try request.applied(to: data, zeroShot: zeroShot, scale: scale)
        noises[cell.noiseName] = noisy.noise.map { ($0, noisy.validationNoise) }
      }
    }
    self.noises = noises
  }

  /// The noises by name.
  var manifests: [(name: String, noise: LabelNoise)] {
    noises.flatMap { name, noise in
      [(name, noise.train)] + (noise.validation.map { [("\(name)-val", $0)] } ?? [])
    }
  }

  /// The data of a cell, with its labels as they are given.
  func data(of cell: NoiseCell) throws -> LearningData {
    guard let draw = draws[cell.seed] else { throw EvaluationError.noRuns }
    guard let noise = noises[cell.noiseName] else { return draw.data }
    let data = try draw.data.noisy(noise.train)
    return try noise.validation.map { try data.noisyValidation($0) } ?? data
  }

  /// Accuracy of the hand-written prompts on the test images.
  func zeroShotAccuracy() throws -> Double {
    try ClassificationMetrics(
      logits: zeroShot.logits(for: test.features, scale: scale), labels: test.labels
    ).accuracy
  }

  /// Checks that a run can be put together, before any is made.
  func check(_ cell: NoiseCell) throws { if cell.learner.classifier == nil { _ = try run(cell, data(of: cell)) } }

  private func run(_ cell: NoiseCell, _ data: LearningData) throws -> (run: LearningRun, encoder: TextEncoder) {
    guard let words else { throw EvaluationError.noTemplates }
    let run = try LearningRun(
      cell.learner.settings(
        settings, randomNames: draws[cell.seed]?.randomNames ?? [], noiseRate: data.noise?.rate ?? 0),
      data: data, model: words.model, sharing: words.parts)
    return (run, words.encoder)
  }

  /// Makes a run.
  func result(of cell: NoiseCell) throws -> NoiseCellResult {
    let data = try data(of: cell)
    let features = try data.train.features.meanOfViews()
    let images = NoisyImages(
      given: data.train.labels, isWrong: zip(data.train.labels, data.trueLabels).map { $0 != $1 },
      zeroShotLogits: try zeroShot.logits(for: features, scale: scale).floats(), testLabels: test.labels,
      ways: data.classNames.count)
    let training: NoisyTraining
    if let classifier = cell.learner.classifier {
      let task = try FewShotTask(
        train: LabelledFeatures(features: features, labels: data.train.labels),
        // Validation images are there when a learner beside it stops early; its result may not depend on that.
        validation: nil, text: text, ways: images.ways, scale: scale, seed: cell.seed)
      let fitted = try classifier.method.fit(task).classifier
      training = NoisyTraining(
        train: try fitted.logits(for: features).floats(), test: try fitted.logits(for: test.features).floats(),
        images: images)
    } else {
      let head = try CosineHead(images: UnitRows(features), scale: scale)
      let (run, encoder) = try run(cell, data)
      training = try run.withTrainer(encoder) {
        try NoisyTraining($0, images: images, heads: (train: head, test: testHead))
      }
    }
    return try NoiseCellResult(cell, data: data, images: images, training: training)
  }
}

import CLIP
import Datasets
import Evaluation
import PromptLearning
import Tensors
import Tokenization

/// What all runs of a sweep share: features, words, packed weights, and the noise of each seed.
struct NoiseBench: Sendable {
  /// What runs of one seed share.
  struct Draw: Sendable {
    let data: LearningData
    /// Names of random words.
    let randomNames: [String]
  }

  let model: OpenedModel
  let tokenizer: Tokenizer
  let encoder: TextEncoder
  let settings: LearningSettings
  let zeroShot: ZeroShotClassifier
  /// By seed.
  let draws: [Int: Draw]
  private let test: TestFeatures
  private let testHead: CosineHead
  /// By the noise's name.
  private let noises: [String: LabelNoise]

  /// Prepares runs: every noise is made, so that one that cannot be is told before work.
  ///
  /// - Parameters:
  ///   - grid: the runs.
  ///   - settings: what they have in common.
  ///   - data: the features by seed.
  ///   - model: the model that they are of.
  /// - Throws: `DatasetError` when a noise cannot be made, ``CommandError/noTestImages(data:)``; what the model throws.
  init(_ grid: NoiseGrid, settings: LearningSettings, data: [Int: LearningData], model: OpenedModel) throws {
    guard let first = data.values.first, let test = first.test, test.count > 0 else {
      throw CommandError.noTestImages(data: data.values.first?.name ?? "")
    }
    self.model = model
    self.settings = settings
    self.test = test
    let tokenizer = try model.tokenizer()
    self.tokenizer = tokenizer
    encoder = try model.clip.textEncoder()
    let scale = model.clip.temperatureScale
    let zeroShot = try first.zeroShot(model)
    self.zeroShot = zeroShot
    testHead = try CosineHead(images: UnitRows(test.features), scale: scale)
    draws = data.mapValues { data in
      Draw(
        data: data, randomNames: RandomNames.names(for: data.classNames, tokenizer: tokenizer, seed: data.seed))
    }
    var noises: [String: LabelNoise] = [:]
    for noise in try grid.noises() {
      for (seed, data) in data {
        let request: NoiseRequest
        switch noise {
        case .none: continue
        case .made(let specification): request = NoiseRequest(source: .made(specification, seed: nil))
        case .given(let path): request = NoiseRequest(source: .givenLabels(path))
        }
        let cell = NoiseCell(noise: noise, learner: grid.learners[0], seed: seed)
        noises[cell.noiseName] = try request.applied(to: data, zeroShot: zeroShot, scale: scale).noise
      }
    }
    self.noises = noises
  }

  /// The noises by name.
  var manifests: [String: LabelNoise] { noises }

  /// The data of a cell, with its labels as they are given.
  func data(of cell: NoiseCell) throws -> LearningData {
    guard let draw = draws[cell.seed] else { throw EvaluationError.noRuns }
    return try noises[cell.noiseName].map { try draw.data.noisy($0) } ?? draw.data
  }

  /// Accuracy of the hand-written prompts on the test images.
  func zeroShotAccuracy() throws -> Double {
    try ClassificationMetrics(
      logits: zeroShot.classifier.logits(for: test.features, scale: model.clip.temperatureScale), labels: test.labels
    ).accuracy
  }

  /// Checks that a run can be put together, before any is made.
  func check(_ cell: NoiseCell) throws { if cell.learner.classifier == nil { _ = try run(cell, data(of: cell)) } }

  private func run(_ cell: NoiseCell, _ data: LearningData) throws -> LearningRun {
    try LearningRun(
      cell.learner.settings(settings, randomNames: draws[cell.seed]?.randomNames ?? data.classNames), data: data,
      model: model, words: (tokenizer, zeroShot))
  }

  /// Makes a run.
  func result(of cell: NoiseCell) throws -> NoiseCellResult {
    let data = try data(of: cell)
    let scale = model.clip.temperatureScale
    let features = try data.train.features.meanOfViews()
    let images = NoisyImages(
      given: data.train.labels, isWrong: zip(data.train.labels, data.trueLabels).map { $0 != $1 },
      zeroShotLogits: try zeroShot.classifier.logits(for: features, scale: scale).floats(), testLabels: test.labels,
      ways: data.classNames.count)
    let training: NoisyTraining
    if let classifier = cell.learner.classifier {
      let task = try FewShotTask(
        train: LabelledFeatures(features: features, labels: data.train.labels),
        validation: data.validation.map { try LabelledFeatures(features: $0.features, labels: $0.labels) },
        text: zeroShot.weights, ways: images.ways, scale: scale, seed: cell.seed)
      let fitted = try classifier.method.fit(task).classifier
      training = NoisyTraining(
        train: try fitted.logits(for: features).floats(), test: try fitted.logits(for: test.features).floats(),
        images: images)
    } else {
      let head = try CosineHead(images: UnitRows(features), scale: scale)
      training = try NoisyTraining(
        run(cell, data).trainer(encoder: encoder), images: images, heads: (train: head, test: testHead))
    }
    return try NoiseCellResult(cell, data: data, images: images, training: training)
  }
}

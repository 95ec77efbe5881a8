import PromptLensFeatures
import PromptLensCLIP
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors
import PromptLensTokenization

/// An experiment on label noise: the shared data of its runs, and the runs.
///
/// Runs share features, the classes' text features, packed weights, and the noise of each seed. Test labels never
/// change.
package struct NoiseExperiment: Sendable {
  /// The model for learning prompts, with the resources that its runs share.
  package struct Model: Sendable {
    let opened: OpenedModel
    let tokenizer: any Tokenizer
    let encoder: TextEncoder
    /// The hand-written prompts.
    package let zeroShot: ZeroShotClassifier
    let pool = PromptPassPool()

    /// Prepares a model for the classes of data.
    package init(_ model: OpenedModel, data: LearningData) throws {
      opened = model
      tokenizer = try pool.tokenizer(model)
      encoder = try model.clip.textEncoder()
      zeroShot = try pool.zeroShotClassifier(of: data, model)
    }
  }

  /// The data of one seed.
  private struct Draw: Sendable {
    let data: LearningData
    /// A random name for each class; empty if no learner uses them.
    let randomNames: [String]
  }

  /// The noise of one seed on training images, and optionally on validation images.
  private struct Noises: Sendable {
    let train: LabelNoise
    let validation: LabelNoise?
  }

  /// The runs.
  package let grid: NoiseGrid
  /// The settings that all runs share.
  package let settings: LearningSettings
  private let model: Model?
  /// The classes' text features, `[classes, embedDimension]`, unscaled.
  private let text: Tensor
  private let zeroShot: CosineClassifier
  private let scale: Float
  /// The data by seed.
  private let draws: [Int: Draw]
  private let test: LabeledFeatures
  private let testHead: CosineHead
  /// The noises by ``NoiseCell/noiseName``.
  private let noises: [String: Noises]

  /// Prepares an experiment. All noise is generated here, so that impossible noise is an error before any run.
  ///
  /// - Parameters:
  ///   - grid: the runs.
  ///   - settings: the settings that they share.
  ///   - data: the features by seed.
  ///   - text: the classes' text features, `[classes, embedDimension]`, unscaled.
  ///   - scale: the factor of cosines.
  ///   - model: the model that prompts are learned on; nil if there are only classifiers of features.
  /// - Throws: `DatasetError` when a noise is impossible, ``ExperimentError/noTestImages(data:reason:)``; the errors of
  ///   the model.
  package init(
    _ grid: NoiseGrid, settings: LearningSettings, data: [Int: LearningData], text: Tensor, scale: Float,
    model: Model? = nil
  ) throws {
    guard let first = data.values.first, let test = first.test, test.count > 0 else {
      throw ExperimentError.noTestImages(
        data: data.values.first?.name ?? "", reason: "there are no test images to measure on")
    }
    self.grid = grid
    self.model = model
    self.settings = settings
    self.test = test
    self.text = text
    let zeroShot = try model?.zeroShot.classifier ?? CosineClassifier(weights: text)
    self.zeroShot = zeroShot
    self.scale = scale
    testHead = try CosineHead(images: UnitRows(test.view()), scale: scale)
    let needsNames = grid.learners.contains { $0.hasRandomNames }
    draws = try data.mapValues { data in
      guard needsNames, let model else { return Draw(data: data, randomNames: []) }
      return Draw(
        data: data,
        randomNames: try RandomNames.names(for: data.classNames, tokenizer: model.tokenizer, seed: data.seed))
    }
    var noises: [String: Noises] = [:]
    for noise in try grid.noises() {
      for (seed, data) in data {
        guard let request = grid.request(noise, seed: seed) else { continue }
        let cell = NoiseCell(noise: noise, learner: grid.learners[0], seed: seed)
        let noisy = try request.applied(to: data, zeroShot: zeroShot, scale: scale)
        noises[cell.noiseName] = noisy.noise.map { Noises(train: $0, validation: noisy.validationNoise) }
      }
    }
    self.noises = noises
  }

  /// The number of test images.
  var testCount: Int { test.count }
  /// The number of classes.
  var classCount: Int { zeroShot.classCount }

  /// The noises by the names of their manifests.
  var manifests: [(name: String, noise: LabelNoise)] {
    noises.flatMap { name, noise in
      [(name, noise.train)] + (noise.validation.map { [("\(name)-val", $0)] } ?? [])
    }
  }

  /// Returns the data of a cell, with its training labels.
  package func data(of cell: NoiseCell) throws -> LearningData {
    guard let draw = draws[cell.seed] else { throw EvaluationError.noRuns }
    guard let noise = noises[cell.noiseName] else { return draw.data }
    let data = try draw.data.noisy(noise.train)
    return try noise.validation.map { try data.noisyValidation($0) } ?? data
  }

  /// Returns the accuracy of the hand-written prompts on the test images.
  package func zeroShotAccuracy() throws -> Double {
    try ClassificationMetrics(
      logits: zeroShot.logits(for: test.view(), scale: scale), labels: test.labels
    ).accuracy
  }

  /// The remarks on the images of every seed.
  var remarks: ImageRemarks { .joined(draws.sorted { $0.key < $1.key }.map(\.value.data.remarks)) }

  /// The warnings of each seed's data.
  var dataWarnings: [RunWarning] {
    draws.sorted { $0.key < $1.key }.flatMap { seed, draw in
      draw.data.warnings.map { RunWarning(run: "seed \(seed)", sentence: $0) }
    }
  }

  /// Checks that a run is valid, before any starts.
  func check(_ cell: NoiseCell) throws { if cell.learner.classifier == nil { _ = try run(cell, data(of: cell)) } }

  /// Returns an arrangement of runs in which those that learn prompts of few classes do so side by side.
  func grouped(_ count: Int) -> GroupedRuns {
    let groups = Parallel.threadCount
    guard let text = model?.opened.configuration.text else { return GroupedRuns(alone: groups) }
    return GroupedRuns(of: count, groups: groups, rows: settings.promptRows(classes: classCount, text))
  }

  private func run(
    _ cell: NoiseCell, _ data: LearningData, in member: PassGroup.Member? = nil
  ) throws -> (run: LearningRun, encoder: TextEncoder) {
    guard let model else { throw EvaluationError.noTemplates }
    let run = try LearningRun(
      cell.learner.settings(
        settings, randomNames: draws[cell.seed]?.randomNames ?? [], noiseRate: data.noise?.rate ?? 0),
      data: data, model: model.opened, sharing: model.pool, in: member)
    return (run, model.encoder)
  }

  /// Performs a run: learns a prompt or fits a classifier, and measures it after every epoch.
  ///
  /// - Parameters:
  ///   - cell: the run's place in the grid.
  ///   - member: the member of a group of runs that performs this one; nil for a run by itself.
  /// - Returns: the result.
  /// - Throws: the errors of learning and measuring.
  package func result(of cell: NoiseCell, in member: PassGroup.Member? = nil) throws -> NoiseCellResult {
    let data = try data(of: cell)
    let features = try data.train.meanDirections()
    let zeroShotLogits = try zeroShot.logits(for: features, scale: scale).floats()
    let training: NoisyTraining
    if let classifier = cell.learner.classifier {
      let task = try FewShotTask(
        train: LabeledFeatures(features: features, labels: data.train.labels),
        // Validation images may exist for another learner's early stopping; this result must not depend on them.
        validation: nil, text: text, classCount: data.classNames.count, scale: scale, seed: cell.seed)
      let fitted = try classifier.method.fit(task).classifier
      training = NoisyTraining(
        logits: (try fitted.logits(for: features).floats(), try fitted.logits(for: test.view()).floats()),
        train: data.train, isWrong: data.isWrong, zeroShotLogits: zeroShotLogits, test: test)
    } else {
      let head = try CosineHead(images: UnitRows(features), scale: scale)
      let (run, encoder) = try run(cell, data, in: member)
      training = try run.withTrainer(encoder) {
        try NoisyTraining(
          $0, train: data.train, isWrong: data.isWrong, zeroShotLogits: zeroShotLogits, test: test,
          heads: (train: head, test: testHead))
      }
    }
    return try NoiseCellResult(cell, data: data, training: training)
  }
}

import Foundation
import PromptLensEvaluation
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensTensorFiles
import PromptLensTensors
import Synchronization

/// The outcome of a noise experiment, with the data for its files.
package struct NoiseOutcome: Sendable {
  /// The curves, pooled over seeds.
  package let result: NoiseResult
  /// The runs with their outcomes.
  package let runs: [(cell: NoiseCell, result: NoiseCellResult)]
  /// The training images of every noise and seed, the most suspicious first.
  package let suspects: [SuspectedLabel]
}

extension NoiseExperiment {
  /// Runs the missing cells of the grid in parallel, a group of them on each core.
  ///
  /// Each run's file is written at its end, so the same call resumes a stopped process, and a grid with
  /// more kinds, rates, learners or seeds adds to the folder.
  ///
  /// - Parameters:
  ///   - folder: the folder of the experiment.
  ///   - observer: the receiver of progress.
  /// - Returns: the outcome of all runs.
  /// - Throws: `ExperimentError.otherSettings` when a file belongs to other images or labels; `JSONError` when one
  ///   can't be read; the errors of the runs.
  package func outcome(in folder: RunFolder, observer: ExperimentObserver = .silent) throws -> NoiseOutcome {
    let cells = try grid.cells()
    for warning in dataWarnings { observer.note("warning: \(warning)") }
    let results = try results(of: cells, in: folder.path, observer: observer)
    let runs = zip(cells, results).map { (cell: $0, result: $1) }
    var suspects: [SuspectedLabel] = []
    for noise in try grid.noises() {
      for seed in grid.seeds {
        let found = runs.filter { $0.cell.noise == noise && $0.cell.seed == seed }
        guard let cell = found.first?.cell else { continue }
        suspects += SuspectedLabel.ranked(found.map(\.result), try data(of: cell), noise: cell.noiseName)
      }
    }
    let zeroShot = try zeroShotAccuracy()
    let doubtful = runs.flatMap { cell, result in
      result.warnings(of: cell, classCount: classCount, images: testCount, zeroShotAccuracy: zeroShot)
    }
    for warning in doubtful { observer.note("warning: \(warning)") }
    return NoiseOutcome(
      result: try NoiseResult(
        grid, results: results, zeroShotAccuracy: zeroShot, output: folder.path, remarks: remarks,
        warnings: dataWarnings + doubtful),
      runs: runs, suspects: suspects)
  }

  private func results(
    of cells: [NoiseCell], in folder: String, observer: ExperimentObserver
  ) throws -> [NoiseCellResult] {
    for part in ["runs", "noise"] { try AtomicOutput.makeFolder(at: "\(folder)/\(part)") }
    for (name, noise) in manifests { try noise.write(to: "\(folder)/noise/\(name).json") }
    for learner in grid.learners {
      if let cell = cells.first(where: { $0.learner == learner }) { try check(cell) }
    }
    let paths = cells.map { "\(folder)/runs/\($0.name).json" }
    let found = try zip(cells, paths).map { try NoiseCellResult.stored(at: $1, of: $0, observer: observer) }
    for (cell, (path, result)) in zip(cells, zip(paths, found)) {
      guard let result else { continue }
      let data = try data(of: cell)
      if result.trainFingerprint == data.train.identifier,
        result.validationFingerprint == cell.learner.validationFingerprint(of: data)
      {
        continue
      }
      throw ExperimentError.otherSettings(path: path, differences: ["other images or labels than requested"])
    }
    let missing = found.indices.filter { found[$0] == nil }
    if missing.count < cells.count {
      observer.note("\(cells.count - missing.count) of \(cells.count) runs are finished")
    }
    let stage = missing.isEmpty ? nil : observer.begin("runs", total: missing.count, unit: "runs")
    let results = Mutex(found)
    try grouped(missing.count).forEach(missing.count) { position, member in
      let index = missing[position]
      let result = try result(of: cells[index], in: member)
      try result.write(to: paths[index])
      stage?.advance()
      results.withLock { $0[index] = result }
    }
    stage?.finish()
    return results.withLock { $0.compactMap(\.self) }
  }
}

// MARK: - Opening

extension NoiseExperiment {
  /// Prepares an experiment on a model.
  ///
  /// - Parameters:
  ///   - grid: the runs.
  ///   - settings: the settings that they share.
  ///   - model: the model.
  ///   - data: returns the features of a seed's draw.
  /// - Returns: the experiment, and the data of its first seed.
  /// - Throws: the errors of `data`; `DatasetError` when a noise or a draw is impossible.
  package static func onImages(
    _ grid: NoiseGrid, settings: LearningSettings, _ model: OpenedModel, data: (_ seed: Int) throws -> LearningData
  ) throws -> (NoiseExperiment, first: LearningData) {
    var draws: [Int: LearningData] = [:]
    for seed in grid.seeds { draws[seed] = try data(seed) }
    guard let first = grid.seeds.first.flatMap({ draws[$0] }) else { throw EvaluationError.noRuns }
    let words = try Model(model, data: first)
    let experiment = try NoiseExperiment(
      grid, settings: settings, data: draws, text: words.zeroShot.textFeatures, scale: model.clip.logitScale,
      model: words)
    return (experiment, first)
  }

  /// Prepares an experiment on plain arrays.
  ///
  /// - Parameters:
  ///   - grid: the runs.
  ///   - settings: the settings that they share.
  ///   - files: the arrays, test images and text features among them.
  ///   - shots: the training images of each class.
  /// - Returns: the experiment, and the data of its first seed.
  /// - Throws: ``ExperimentError`` naming the file that doesn't fit; `DatasetError` when a noise or a draw is
  ///   impossible.
  package static func onArrays(
    _ grid: NoiseGrid, settings: LearningSettings, _ files: FeatureArrayFiles, shots: Int?
  ) throws -> (NoiseExperiment, first: LearningData) {
    let contents = try files.read()
    guard contents.test != nil, let text = contents.text, let seed = grid.seeds.first else {
      throw ExperimentError.noTestImages(
        data: files.name, reason: "there are no test images, text features or seeds")
    }
    var data: [Int: LearningData] = [:]
    for seed in grid.seeds {
      data[seed] = try LearningData(contents, name: files.name, shots: shots, seed: seed)
    }
    guard let first = data[seed] else { throw EvaluationError.noRuns }
    return (try NoiseExperiment(grid, settings: settings, data: data, text: text, scale: files.scale), first)
  }
}

extension FeatureArrayFiles {
  /// Returns the identity of the text features, which replace a model.
  package func identityOfText() throws -> NoiseExperiment.TextFeatures? {
    try text.map { NoiseExperiment.TextFeatures(fingerprint: try Fingerprint.ofFile($0), scale: Double(scale)) }
  }
}

// MARK: - The folder's description

extension NoiseExperiment {
  /// The text features that replace a model.
  package struct TextFeatures: Sendable {
    /// SHA-256 of their file.
    package let fingerprint: String
    /// The factor of cosines.
    package let scale: Double

    /// Creates an identity of text features.
    package init(fingerprint: String, scale: Double) {
      self.fingerprint = fingerprint
      self.scale = scale
    }
  }

  /// Returns the settings that all runs of a folder share; the grid may grow.
  ///
  /// - Parameters:
  ///   - settings: the settings of the runs.
  ///   - data: the data of the first seed.
  ///   - model: the model; nil if text features replace it.
  ///   - shots: the training images of each class.
  ///   - hasNoisyValidation: whether validation images get noise too.
  ///   - text: the text features, nil with a model.
  /// - Returns: the description for the folder.
  package static func description(
    _ settings: LearningSettings, data: LearningData, model: OpenedModel?, shots: Int?,
    hasNoisyValidation: Bool, text: TextFeatures?
  ) -> RunDescription {
    var object = RunField.settings(of: settings, for: .noise)
    // One key for the words to begin with or the number of vectors.
    object[RunField.initialization.name] = nil
    object[RunField.contextLength.name] = nil
    object["noisy_validation"] = hasNoisyValidation ? true : nil
    let length = settings.initialization.map { JSON.string($0) } ?? JSON(settings.contextLength ?? 16)
    let training = settings.training(
      on: data, logitScale: model?.clip.logitScale ?? Float(text?.scale ?? 100))
    let entries: [(String, JSON)] = [
      ("kind", "noise"), ("data", .string(data.name)), ("shots", shots.map { JSON($0) } ?? .null),
      ("views", JSON(data.train.views)), ("context", length), ("method", .string(settings.method.rawValue)),
      (RunField.epochs.name, JSON(training.epochs)), (RunField.batchSize.name, JSON(training.batchSize)),
      (RunField.learningRate.name, .number(training.schedule.peak)),
      ("precision", .string(settings.precision.rawValue)),
      ("model_fingerprint", model.map { .string($0.folder.manifest.fingerprint) } ?? .null),
      ("test_features", data.test.map { .string($0.identifier) } ?? .null),
    ]
    for (name, value) in entries { object[name] = value }
    if let text {
      object["text_features"] = .string(text.fingerprint)
      object["scale"] = .number(text.scale)
    }
    var record = JSON.Object()
    record["tool_version"] = .string(ToolVersion.current)
    record["model"] = model.map { .string(URL(fileURLWithPath: $0.folder.path).standardizedFileURL.path) } ?? .null
    return RunDescription(settings: object, record: record, classNames: data.classNames)
  }
}

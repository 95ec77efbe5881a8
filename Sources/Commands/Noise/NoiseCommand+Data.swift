import PromptLensCommandLineSupport
import PromptLensExperiments

extension NoiseCommand {
  /// Returns the experiment and the data of its first seed; without a model, they are plain arrays.
  func experiment(_ grid: NoiseGrid, _ model: OpenedModel?) throws -> (NoiseExperiment, first: LearningData) {
    guard let model else {
      guard let arrays = imageOptions.arrayFiles(words: wordOptions) else {
        throw ExperimentError.noTestImages(data: imageOptions.source.features ?? "", reason: "no features were given")
      }
      return try NoiseExperiment.onArrays(grid, settings: settings, arrays, shots: shots)
    }
    var data: [Int: LearningData] = [:]
    for seed in seeds { data[seed] = try learningData(grid, model, seed: seed) }
    guard let first = data[seeds[0]] else {
      throw ExperimentError.noTestImages(data: model.folder.path, reason: "no seed was asked for")
    }
    let words = try NoiseExperiment.Model(model, data: first)
    let experiment = try NoiseExperiment(
      grid, settings: settings, data: data, text: words.zeroShot.textFeatures, scale: model.clip.logitScale,
      model: words)
    return (experiment, first)
  }

  /// The labels that replace generated noise.
  var fixedNoise: NoiseCell.Noise? {
    if let givenLabels { return .given(givenLabels) }
    guard !noiseManifest.isEmpty else { return nil }
    return .replayed(Dictionary(zip(seeds, noiseManifest)) { first, _ in first })
  }

  /// The settings that all runs share.
  var settings: LearningSettings {
    var settings = learningOptions.settings
    settings.precision = computeOptions.precision
    return settings
  }

  private func learningData(_ grid: NoiseGrid, _ model: OpenedModel, seed: Int) throws -> LearningData {
    if let stored = try imageOptions.storedData(shots: shots, seed: seed, model: model) { return stored }
    return try learningImages(grid, seed: seed).features(settings, model)
  }

  /// Returns what the runs would take; classifiers of features, which take little, aren't counted.
  func estimate(_ grid: NoiseGrid, _ model: OpenedModel) throws -> WorkEstimate {
    let runs = try grid.cells().count { $0.learner.classifier == nil }
    guard let stored = try imageOptions.storedData(shots: shots, seed: seeds[0], model: model) else {
      let images = try learningImages(grid, seed: seeds[0])
      if let short = try images.shortClasses(settings, model) { Console.note("warning: \(short)") }
      return try images.estimate(settings, model, runs: runs, draws: seeds.count)
    }
    if let short = stored.shortClasses { Console.note("warning: \(short)") }
    return try WorkEstimate(LearningRun(settings, data: stored, model: model)).times(runs)
  }

  private func learningImages(_ grid: NoiseGrid, seed: Int) throws -> LearningImages {
    let source = imageOptions.source
    guard let data = try imageOptions.images() else {
      throw ExperimentError.noTestImages(data: output, reason: "no images were given")
    }
    var images = LearningImages(
      source: data, root: source.rootOptions.root, reading: source.imageOptions.reading, views: views ?? 1,
      shots: shots, seed: seed, noises: try grid.requests(seed: seed), needsValidation: needsValidation,
      folder: imageOptions.featureFolder(output: output), observer: Console.observer
    )
    if let space = patchOptions.patchSpace { images.patchSpace = space.bytes }
    return images
  }
}

import PromptLensCommandLineSupport
import PromptLensExperiments

extension NoiseCommand {
  /// Returns the experiment and the data of its first seed; without a model, they are plain arrays.
  func experiment(_ grid: NoiseGrid, _ model: OpenedModel?) throws -> (NoiseExperiment, first: LearningData) {
    if let model {
      return try NoiseExperiment.onImages(grid, settings: settings, model) { seed in
        try learningSource(grid, model, seed: seed).data(settings, model)
      }
    }
    guard let arrays = imageOptions.arrayFiles(words: wordOptions) else {
      throw ExperimentError.noTestImages(data: imageOptions.source.features ?? "", reason: "no features were given")
    }
    return try NoiseExperiment.onArrays(grid, settings: settings, arrays, shots: shots)
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

  /// Returns what the runs would take; classifiers of features, which take little, aren't counted.
  func estimate(_ grid: NoiseGrid, _ model: OpenedModel) throws -> WorkEstimate {
    let source = try learningSource(grid, model, seed: seeds[0])
    if let short = try source.shortClasses(settings, model) { Console.note("warning: \(short)") }
    let runs = try grid.cells().count { $0.learner.classifier == nil }
    return try source.estimate(settings, model, runs: runs, draws: seeds.count)
  }

  private func learningSource(_ grid: NoiseGrid, _ model: OpenedModel, seed: Int) throws -> LearningSource {
    try imageOptions.learningSource(shots: shots, seed: seed, model: model, output: output, patches: patchOptions) {
      $0.views = views ?? 1
      $0.noises = try grid.requests(seed: seed)
      $0.needsValidation = needsValidation
    }
  }
}

import PromptLensFeatures
import PromptLensExperiments
import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import Foundation
import PromptLensPromptLearning
import PromptLensTensors

// Where features come from.

extension NoiseCommand {
  /// Returns the experiment on prompts and the data of its first seed.
  func experiment(_ grid: NoiseGrid, _ model: OpenedModel) throws -> (NoiseExperiment, first: LearningData) {
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

  /// Returns the experiment on plain arrays and the data of its first seed.
  func arrayExperiment(_ grid: NoiseGrid) throws -> (NoiseExperiment, first: LearningData) {
    let text = try FeatureArrays.rows(textFeatures ?? "")
    let (ways, width) = (text.shape.dimensions[0], text.shape.dimensions[1])
    let names = try FeatureArrays.classNames(classes, ways: ways)
    func labelled(_ features: String?, _ labels: String?) throws -> LabeledFeatures {
      try FeatureArrays.labelled(
        features: features ?? "", labels: labels ?? "", width: width, ways: ways, like: textFeatures ?? "",
        classNames: names)
    }
    let (train, measured) = (try labelled(features, trainLabels), try labelled(testFeatures, testLabels))
    let test = measured.identified(by: try Fingerprint.of(measured.view()))
    var data: [Int: LearningData] = [:]
    for seed in seeds {
      data[seed] = try LearningData(
        train, shots: shots, seed: seed, test: test,
        name: URL(fileURLWithPath: features ?? "").lastPathComponent)
    }
    guard let first = data[seeds[0]] else {
      throw ExperimentError.noTestImages(data: features ?? "", reason: "no seed was asked for")
    }
    let experiment = try NoiseExperiment(
      grid, settings: settings, data: data, text: text, scale: scale.map { Float($0) } ?? FeatureArrays.defaultScale)
    return (experiment, first)
  }

  /// Labels that stand in place of noise that is made.
  var fixedNoise: NoiseCell.Noise? {
    if let givenLabels { return .given(givenLabels) }
    guard !noiseManifest.isEmpty else { return nil }
    return .replayed(Dictionary(zip(seeds, noiseManifest)) { first, _ in first })
  }

  var settings: LearningSettings {
    var settings = recipeOptions.settings
    settings.isClassSpecific = classSpecific
    settings.precision = computeOptions.precision
    return settings
  }

  private func learningData(_ grid: NoiseGrid, _ model: OpenedModel, seed: Int) throws -> LearningData {
    guard let data else {
      return try LearningData(
        FeatureStore.open(features ?? ""), shots: shots, seed: seed,
        test: testFeatures.map { try FeatureStore.open($0) },
        validation: validationFeatures.map { try FeatureStore.open($0) }, model: model)
    }
    return try LearningImages(
      source: data, root: rootOptions.root, reading: imageOptions.reading, views: views ?? 1, shots: shots, seed: seed,
      noises: grid.requests(seed: seed), needsValidation: needsValidation,
      folder: featureFolder ?? "\(output)/features", observer: Console.observer
    ).features(settings, model)
  }
}

import ArgumentParser
import PromptLensCommandLineSupport

/// The checks of options that exclude or need each other; nothing is opened.

extension NoiseCommand {
  func validate() throws {
    let source = imageOptions.source
    try wordOptions.check(areArrays: imageOptions.arrays.areGiven)
    guard source.features == nil || imageOptions.testFeatures != nil else {
      throw ValidationError("--features and --test-features go together.")
    }
    if imageOptions.arrays.areGiven { try validateArrays() }
    guard rates == nil || falsePositives == nil else {
      throw ValidationError("--rates and --false-positives exclude each other.")
    }
    guard givenLabels == nil || noiseManifest.isEmpty else {
      throw ValidationError("--given-labels and --noise-manifest exclude each other.")
    }
    guard fixedNoise == nil || (rates == nil && falsePositives == nil && kinds == nil) else {
      throw ValidationError(
        "--given-labels and --noise-manifest replace --rates, --false-positives and --kinds.")
    }
    guard noiseManifest.isEmpty || noiseManifest.count == seeds.count else {
      throw ValidationError(
        "--noise-manifest has \(noiseManifest.count) files for \(seeds.count) seeds; a manifest belongs to one seed's draw, so "
          + "give one for each of --seeds, in the same order.")
    }
    try NumberBounds.check("--shots", shots, atLeast: 1)
    try ViewOptions.check(views, beside: source)
    if needsValidation, source.features != nil, imageOptions.validationFeatures == nil {
      throw ValidationError("early-stopping needs validation images: give --validation-features beside --features.")
    }
    guard !noisyValidation || (needsValidation && fixedNoise == nil) else {
      throw ValidationError("--noisy-validation goes with early-stopping among --losses, and with noise that is made.")
    }
    for case .falsePositives(let count) in falsePositives ?? [] where count > shots {
      throw ValidationError("--false-positives has \(count), more than the \(shots) shots of each class.")
    }
  }

  private func validateArrays() throws {
    guard wordOptions.textFeatures != nil else {
      throw ValidationError(
        "--train-labels goes with --train-features, --test-features, --test-labels and --text-features, all .npy files."
      )
    }
    guard imageOptions.validationFeatures == nil else {
      throw ValidationError("With arrays, there is no validation: classifiers are fitted as they are.")
    }
    if let learner = losses?.first(where: { $0.classifier == nil }) {
      throw ValidationError(
        "\(learner.name) learns a prompt, which needs --model; arrays take linear, tip-adapter and "
          + "clip-adapter.")
    }
  }

  /// Whether a learner uses validation images.
  var needsValidation: Bool { (losses ?? []).contains { $0.patience != nil } }
}

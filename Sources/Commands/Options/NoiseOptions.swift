import ArgumentParser
import PromptLensDatasets
import PromptLensExperiments

/// The options for label noise, generated or known.
struct NoiseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Make labels of training images wrong: KIND:RATE or KIND:NUMBERfp, false positives in each class; kinds: \
      \(NoiseKind.allCases.map(\.rawValue).joined(separator: ", ")).
      """, valueName: "kind:amount"),
    transform: { try NoiseSpecification($0) })
  var noise: NoiseSpecification?

  @Option(help: "The seed of --noise; by default that of the run.")
  var noiseSeed: Int?

  @Option(help: ArgumentHelp("Repeat the noise of a manifest, such as a run folder's noise.json.", valueName: "file"))
  var noiseManifest: String?

  @Option(
    help: ArgumentHelp(
      "Human labels: a table of path and label, or an array for all training images in their order, as "
        + "CIFAR-10_human.pt?worse_label. Images are drawn by their true labels, and learned with these.",
      valueName: "file"))
  var givenLabels: String?

  @Flag(help: "Add --noise to the validation images too.")
  var noisyValidation = false

  mutating func validate() throws {
    guard [noise != nil, noiseManifest != nil, givenLabels != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("--noise, --noise-manifest and --given-labels exclude each other.")
    }
    guard noise != nil || (noiseSeed == nil && !noisyValidation) else {
      throw ValidationError("--noise-seed and --noisy-validation go with --noise.")
    }
  }

  /// The noise that the options describe; nil without noise.
  var request: NoiseRequest? {
    if let noise { return NoiseRequest(source: .made(noise, seed: noiseSeed), alsoValidation: noisyValidation) }
    if let noiseManifest { return NoiseRequest(source: .manifest(noiseManifest)) }
    return givenLabels.map { NoiseRequest(source: .givenLabels($0)) }
  }
}

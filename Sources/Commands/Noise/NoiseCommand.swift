import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments
import PromptLensPresentation

struct NoiseCommand: LearningCommand {
  static let learner = RunField.Command.noise

  static let configuration = CommandConfiguration(
    commandName: "noise",
    abstract: "Measure the effect of wrong training labels, and find suspicious labels.",
    discussion: """
      For each kind of noise, rate and seed, labels of training images are replaced by wrong ones and a prompt is learned \
      with every loss; accuracy is measured on test images, whose labels never change. Kinds: symmetric, any other class; \
      pair, the next class; confusable, by the similarity of the classes' prompts; instance, by zero-shot CLIP's \
      prediction for the image. The wrong labels of a lower rate are among those of a higher one.

      --losses takes learners, with parts joined by +: a loss (ce, gce:0.7, mae, sce:0.1:1, nce-rce:1:1, phuber-ce:10, \
      smoothing:0.1), a strategy (small-loss, co-teaching, agreement:1, nlprompt, nlprompt:0.3), early-stopping:20, random-names, \
      which replaces class names by random words; or a classifier alone: linear, tip-adapter, clip-adapter.

      Runs are parallel, one core each, and share image features, tokens and packed weights. Finished runs are reused: the \
      same command resumes where it was stopped, and with more kinds, rates, losses or seeds it adds the missing runs. The \
      folder contains runs/, noise/ (the changed labels), runs.csv, suspects.csv, result.json, the tables as tables.md and \
      tables.tex, and charts.

      Example:
        promptlens noise --model mini-clip --data folder:cifar10 --shots 16 --output noise
        promptlens noise --model mini-clip --data csv:pacs.csv?domain=photo --rates 0,0.5 --kinds symmetric --losses \
      ce,gce:0.7,ce+co-teaching,linear --epochs 200 --output pacs-noise
        promptlens noise --train-features X.npy --train-labels y.npy --test-features T.npy --test-labels t.npy \
      --text-features W.npy --losses linear,tip-adapter --output arrays-noise
      """)

  private static let defaultRates = "0,0.125,0.25,0.375,0.5,0.625,0.75"

  @OptionGroup var wordOptions: WordOptions

  @OptionGroup var imageOptions: TrainingImageOptions

  @Option(help: "Training images of each class.")
  var shots = 16

  @Option(help: "Rates of wrong labels (default: \(Self.defaultRates)).", transform: { try NoiseLists.rates($0) })
  var rates: [NoiseAmount]?

  @Option(
    help: "False positives in each class, instead of rates: other classes' images, drawn without repetition.",
    transform: { try NoiseLists.falsePositives($0) })
  var falsePositives: [NoiseAmount]?

  @Option(
    help: "Kinds of noise (default: \(NoiseKind.allCases.map(\.rawValue).joined(separator: ","))).",
    transform: { try NoiseLists.kinds($0) })
  var kinds: [NoiseKind]?

  @Option(
    help: ArgumentHelp(
      "Human labels, instead of generated noise: a table of path and label, or an array, as CIFAR-10_human.pt?worse_label.",
      valueName: "file"))
  var givenLabels: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Earlier noise, instead of new noise: for each of --seeds a manifest, as a run's noise.json or in a sweep's noise/.",
      valueName: "file"))
  var noiseManifest: [String] = []

  @Option(
    help: ArgumentHelp(
      "Losses and other learners (default: \(NoiseLearner.defaultNames.joined(separator: ","))).", valueName: "list"),
    transform: { try NoiseLists.learners($0) })
  var losses: [NoiseLearner]?

  @Flag(help: "Add the noise to the validation images of early-stopping too.")
  var noisyValidation = false

  @Option(help: "Seeds of draws, noise and contexts (default: 1,2,3).", transform: { try CommaList.seeds($0) })
  var seeds: [Int] = [1, 2, 3]

  @Option(help: "Views of each training image, with --data (default: 1).")
  var views: Int?

  @OptionGroup var learningOptions: LearningOptions<NoiseCommand>

  @OptionGroup var patchOptions: PatchOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions

  @Option(name: [.short, .long], help: ArgumentHelp("The folder of the sweep.", valueName: "dir"))
  var output: String

  @OptionGroup var dryRunOptions: DryRunOptions
  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let grid = NoiseGrid(
      kinds: kinds ?? NoiseKind.allCases, amounts: try amounts, learners: try learners, seeds: seeds,
      fixed: fixedNoise, hasNoisyValidation: noisyValidation)
    let model = try wordOptions.model.map { try OpenedModel($0, precision: computeOptions.precision) }
    if dryRunOptions.dryRun {
      guard let model else { throw ValidationError("--dry-run needs --model; classifiers of arrays take little.") }
      return try outputOptions.print(estimate(grid, model).results)
    }
    let (experiment, first) = try self.experiment(grid, model)
    let folder = try RunFolder(
      output,
      for: NoiseExperiment.description(
        settings, data: first, model: model, shots: shots, hasNoisyValidation: noisyValidation,
        text: model == nil ? imageOptions.arrayFiles(words: wordOptions)?.identityOfText() : nil))
    let outcome = try experiment.outcome(in: folder, observer: Console.stageObserver)
    try outcome.write(to: output)
    try outputOptions.print(outcome.results)
  }

  private var amounts: [NoiseAmount] {
    get throws {
      if let given = rates ?? falsePositives { return given }
      return try NoiseLists.rates(Self.defaultRates)
    }
  }

  private var learners: [NoiseLearner] {
    get throws {
      let standard = !imageOptions.arrays.areGiven ? NoiseLearner.defaultNames : NoiseLearner.defaultClassifierNames
      return try losses ?? standard.map { try NoiseLearner($0) }
    }
  }
}

import PromptLensExperiments
import PromptLensPresentation
import ArgumentParser
import PromptLensDatasets
import Foundation

struct NoiseCommand: LearningCommand {
  static let learner = RunField.Command.noise

  static let configuration = CommandConfiguration(
    commandName: "noise",
    abstract: "Measure how wrong training labels hurt a learned prompt, what helps, and which labels look wrong.",
    discussion: """
      For each kind of noise, each rate and each seed, labels of the training images are made wrong and a prompt is \
      learned by every loss; accuracy is measured on test images, whose labels are never touched. Kinds: symmetric, any \
      other class; pair, the next class; confusable, by the likeness of the classes' prompts; instance, by what zero-shot \
      CLIP takes an image for. A seed's noise grows with the rate.

      --losses takes learners, parts joined by +: a loss (ce, gce:0.7, mae, sce:0.1:1, nce-rce:1:1, phuber-ce:10, \
      smoothing:0.1), a strategy (small-loss, co-teaching, agreement:1, nlprompt:0.3), early-stopping:20, random-names, \
      which puts random words in the place of class names; or a classifier alone: linear, tip-adapter, clip-adapter.

      Runs are made side by side, one core each, and share image features, tokens and packed weights. A run that is done \
      is never made again: the same command goes on where it was stopped, and with more kinds, rates, losses or seeds \
      makes what is missing. The folder holds runs/ and noise/ (which labels were changed), runs.csv, suspects.csv, \
      result.json, the tables as tables.md and tables.tex, and charts.

      Example:
        promptlens noise --model mini-clip --data folder:cifar10 --shots 16 --output noise
        promptlens noise --model mini-clip --data csv:pacs.csv?domain=photo --rates 0,0.5 --kinds symmetric --losses \
      ce,gce:0.7,ce+co-teaching,linear --epochs 200 --output pacs-noise
        promptlens noise --train-features X.npy --train-labels y.npy --test-features T.npy --test-labels t.npy \
      --text-features W.npy --losses linear,tip-adapter --output arrays-noise
      """)

  @OptionGroup var wordOptions: WordOptions

  @OptionGroup var imageOptions: TrainingImageOptions

  @Option(help: "Training images of each class.")
  var shots = 16

  @Option(help: "Rates of wrong labels.", transform: { try NoiseLists.rates($0) })
  var rates: [NoiseAmount]?

  @Option(
    help: "False positives in each class, in place of rates: other classes' images, drawn without repetition.",
    transform: { try NoiseLists.falsePositives($0) })
  var falsePositives: [NoiseAmount]?

  @Option(help: "Kinds of noise.", transform: { try NoiseLists.kinds($0) })
  var kinds: [NoiseKind]?

  @Option(
    help: ArgumentHelp("Labels that somebody gave, in place of noise: a table of path and label.", valueName: "csv"))
  var givenLabels: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Noise that was made before, in place of other noise: for each of --seeds the manifest that a run's noise.json or "
        + "a sweep's noise/ holds.", valueName: "file"))
  var noiseManifest: [String] = []

  @Option(
    help: ArgumentHelp(
      "Losses and other learners (default: \(NoiseLearner.defaultNames.joined(separator: ","))).", valueName: "list"),
    transform: { try NoiseLists.learners($0) })
  var losses: [NoiseLearner]?

  @Flag(help: "Make the noise in the validation images too, which early-stopping looks at.")
  var noisyValidation = false

  @Option(help: "Seeds of draws, noise and contexts.", transform: { try CommaList.seeds($0) })
  var seeds: [Int] = [1, 2, 3]

  @Option(help: "Views of each training image, with --data (default: 1).")
  var views: Int?

  @OptionGroup var learningOptions: LearningOptions<NoiseCommand>

  @OptionGroup var computeOptions: ComputeOptions

  @Option(name: [.short, .long], help: ArgumentHelp("The folder of the sweep.", valueName: "dir"))
  var output: String

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let grid = NoiseGrid(
      kinds: kinds ?? NoiseKind.allCases, amounts: try amounts, learners: try learners, seeds: seeds,
      fixed: fixedNoise, hasNoisyValidation: noisyValidation)
    let model = try wordOptions.model.map { try OpenedModel($0, precision: computeOptions.precision) }
    let (experiment, first) = try self.experiment(grid, model)
    let folder = try RunFolder(
      output,
      for: NoiseExperiment.description(
        settings, data: first, model: model, shots: shots, hasNoisyValidation: noisyValidation,
        text: model == nil ? imageOptions.arrayFiles(words: wordOptions)?.identityOfText() : nil))
    let outcome = try experiment.outcome(in: folder, observer: Console.stageObserver)
    try outcome.write(to: output)
    Console.print(outcome.results, as: outputOptions.format)
  }

  private var amounts: [NoiseAmount] {
    get throws {
      if let given = rates ?? falsePositives { return given }
      return try NoiseLists.rates("0,0.125,0.25,0.375,0.5,0.625,0.75")
    }
  }

  private var learners: [NoiseLearner] {
    get throws {
      let standard = !imageOptions.arrays.areGiven ? NoiseLearner.defaultNames : NoiseLearner.defaultClassifierNames
      return try losses ?? standard.map { try NoiseLearner($0) }
    }
  }
}

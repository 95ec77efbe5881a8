import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensFeatures
import PromptLensPresentation

struct OODCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ood",
    abstract: "Measure how well images of unknown classes are detected.",
    discussion: """
      Images of known classes (--in) and of others (--out) are scored by a classifier of the known classes: hand-written \
      prompts by default, or with --classifier a learned prompt, a probe or a classifier file. Images of --out whose class \
      is a known one are omitted.

      Scores: mcm, the largest probability by a softmax of cosines at temperature 1; max_logit; energy, log Σ exp of the \
      logits; entropy, its negative; neg_label, with --negative-words, the probability of the known classes beside words \
      that are far from them. Of a classifier that isn't one of cosines, mcm is the largest probability. gl_mcm \
      adds to mcm the largest one of an image's places (GL-MCM), where --in and --out are images, the tower is OpenAI's vision \
      transformer or ResNet, and the classifier has a row for each class.

      Metrics, with known classes as the positive ones: AUROC; FPR at 95 %, the share of unknown images that pass a \
      threshold that 95 % of the known images pass; AUPR (average precision) with known (in) and unknown (out) images \
      as positive. Intervals are bootstrap percentiles over images of both sides. With several --out, each score's \
      metrics are means over the sets.

      --output DIR receives the tables, charts, the section of a report, and classifier.h5 with the threshold of --score \
      that keeps 95 % of the known images, below which promptlens predict answers "unknown".

      Example:
        promptlens ood --model mini-clip --in csv:pacs.csv?domain=photo --out caltech101:data
        promptlens ood --model mini-clip --classifier runs/pets --in pets-test.h5 --out flowers-test.h5 cars-test.h5
        promptlens ood --features X.npy --labels y.npy --out-features O.npy --text-features T.npy --format json
      """)

  @Option(
    name: .customLong("in"),
    help: ArgumentHelp("Images of known classes, KIND:PATH or features of promptlens extract.", valueName: "data"))
  var known: String?

  @Option(
    name: .customLong("out"), parsing: .upToNextOption,
    help: ArgumentHelp("Images of other classes, KIND:PATH or features of promptlens extract.", valueName: "data"))
  var others: [String] = []

  @Option(help: "The split of the data sets: train, val or test.")
  var split: Split = .test

  @Option(help: ArgumentHelp("Features of images of known classes, a .npy file, instead of --in.", valueName: "file"))
  var features: String?

  @Option(
    help: ArgumentHelp("Labels of --features, a .npy file of whole numbers, for the accuracy.", valueName: "file"))
  var labels: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Features of images of other classes, .npy files, instead of --out.", valueName: "file"))
  var outFeatures: [String] = []

  @OptionGroup var classifierOptions: ScoredClassifierOptions

  @Option(
    help: ArgumentHelp(
      "Words for neg_label: a file with one a line, or vocabulary for the whole words of the model's.",
      valueName: "list"))
  var negativeWords: String?

  @Option(help: "The score whose threshold is written into the classifier: mcm, max_logit, energy or entropy.")
  var score = KnownScore.maximumConceptMatching

  @Option(help: "Bootstrap draws of the images.")
  var draws = 1000

  @Option(help: "The seed of the draws.")
  var seed = 1

  @Option(name: [.short, .long], help: ArgumentHelp("The folder of tables, data and charts.", valueName: "dir"))
  var output: String?

  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var replacementOptions: ReplacementOptions
  @OptionGroup var outputOptions: OutputOptions

  private var areArrays: Bool { features != nil }

  func validate() throws {
    guard (known == nil) != (features == nil) else {
      throw ValidationError("Give the images of known classes with either --in DATA or --features FILE.")
    }
    guard areArrays ? others.isEmpty && !outFeatures.isEmpty : outFeatures.isEmpty && !others.isEmpty else {
      throw ValidationError(
        "Give the images of other classes with --out DATA beside --in, or --out-features FILE beside --features.")
    }
    guard labels == nil || areArrays else { throw ValidationError("--labels goes with --features.") }
    if areArrays {
      guard classifierOptions.wordOptions.textFeatures != nil, classifierOptions.classifier == nil else {
        throw ValidationError("--features needs the classes' text features: give --text-features FILE.")
      }
      guard classifierOptions.wordOptions.model == nil, classifierOptions.templateOptions.given == nil,
        negativeWords == nil
      else {
        throw ValidationError("--text-features takes the place of --model, of templates and of negative words.")
      }
    } else {
      guard classifierOptions.wordOptions.textFeatures == nil, classifierOptions.wordOptions.scale == nil else {
        throw ValidationError("--text-features and --scale go with --features.")
      }
      try classifierOptions.checkModel()
    }
    guard KnownScore.ofLogits.contains(score) else {
      throw ValidationError(
        "--score is \(score.rawValue), expected one that logits give: mcm, max_logit, energy, entropy.")
    }
    try NumberBounds.check("--seed", seed, atLeast: 0)
    try NumberBounds.check("--draws", draws, atLeast: 1)
    for (name, values) in [("--out", others), ("--out-features", outFeatures)] {
      guard Set(values).count == values.count else { throw ValidationError("A file of \(name) is given twice.") }
    }
  }

  func run() throws {
    let files = try output.map { try replacementOptions.results(in: $0) }
    let result = try experiment().run(observer: Console.observer)
    if let files { try result.write(to: files) }
    try outputOptions.print(result.results)
  }

  private func experiment() throws -> UnknownClassExperiment {
    func images(_ text: String) throws -> ScoredSource {
      try ScoredSource(text, split: split, reading: imageOptions.reading)
    }
    var experiment: UnknownClassExperiment
    if let features, let words = classifierOptions.arrays {
      experiment = UnknownClassExperiment(
        words, known: .array(features, labels: labels), others: outFeatures.map { .array($0) })
    } else {
      experiment = UnknownClassExperiment(
        classifierOptions.choice, known: try images(known ?? ""), others: try others.map(images))
    }
    experiment.negativeWords = negativeWords
    experiment.thresholdScore = score
    experiment.resamples = draws
    experiment.seed = UInt64(seed)
    experiment.precision = computeOptions.precision
    return experiment
  }
}

extension KnownScore: ExpressibleByArgument {}

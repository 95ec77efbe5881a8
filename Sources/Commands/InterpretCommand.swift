import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments
import PromptLensPresentation
import PromptLensPrompts

struct InterpretCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interpret",
    abstract: "Run every analysis of a learned prompt, and state the findings with their evidence.",
    discussion: """
      PROMPT is a run folder of promptlens train, or a context file with --model. DIR receives interpretation.json, \
      findings.md, tables (.csv) and charts (.svg): the nearest words against controls; the accuracy with words instead of \
      vectors, against random words; the effects of the vectors by ablation, Shapley values and integrated gradients, in margin \
      and accuracy with intervals over the images; hard words, and contexts trained near arbitrary words; activation patching \
      between the hand-written and the learned prompt, the direct parts of heads and MLPs in the logits, attention, lens and \
      hidden words inside the text tower; drift, images with changed predictions and sparse words of the class features; and with \
      --against the agreement with prompts of other seeds.

      Contexts near arbitrary words are trained for as many steps as the run made, ten lists of words at three penalties; or \
      not at all if that would take longer than minutes: the report then states the number to give with --arbitrary-steps. From \
      fewer steps than the run's nothing is concluded.

      PROMPT may also hold prompts in deeper layers: a run of such a method, its context.h5, or a checkpoint of its official \
      trainer. The report then has the effect of every layer's and each tower's prompts, taken away, alone, and replaced by \
      those that training began with; the words near the text tower's, through the fitted lens of their layer, and the patches \
      of real images near the image tower's.

      --data gives test images for measurements and training images for word searches, drawn as in the run. With \
      --features, training images come from --train-features; without them words are not searched for.

      --image-heads gives test images whose features are divided among the heads and MLPs of the image tower, a vision \
      transformer with a class token: their parts in the logits before and after learning, and the words that describe each head.

      Example:
        promptlens interpret runs/photo --data csv:pacs.csv?domain=photo --output photo-report
        promptlens interpret runs/seed1 --against runs/seed2 runs/seed3 --data oxford-pets:data --output pets-report
        promptlens interpret runs/maple --data folder:pets --output maple-report
        promptlens interpret ctx.npy --model mini-clip --features test.h5 --train-features train.h5 --output report
      """)

  @Argument(help: ArgumentHelp("A run folder or a context file.", valueName: "prompt"))
  var prompt: String

  @Option(help: ArgumentHelp("A model folder; by default the run's.", valueName: "dir"))
  var model: String?

  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource?

  @OptionGroup var rootOptions: RootOptions

  @Option(help: ArgumentHelp("Features of test images, as promptlens extract writes them.", valueName: "file"))
  var features: String?

  @Option(help: ArgumentHelp("Features of training images, with --features.", valueName: "file"))
  var trainFeatures: String?

  @Option(help: "Training images of each class; by default as in the run, else all.")
  var shots: Int?

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Prompts of other seeds to compare with.", valueName: "prompt"))
  var against: [String] = []

  @Option(help: ArgumentHelp("Words to train a context towards, besides random ones.", valueName: "text"))
  var towards: String?

  @Option(
    help: """
      Steps of training near arbitrary words; by default as many as the run made, or the reference's, where that takes minutes.
      """)
  var arbitrarySteps: Int?

  @Option(
    help: ArgumentHelp(
      "Divide the features of these test images among the heads and MLPs of the image tower.", valueName: "kind:path"),
    transform: { try DataSource($0) })
  var imageHeads: DataSource?

  @Option(
    help: ArgumentHelp(
      "Words to describe the image tower's heads by, one a line; by default the vocabulary's.", valueName: "file"))
  var imageWords: String?

  @Option(help: "The position of the class name: end, middle or front; by default the context's own.")
  var classPosition: ClassPosition?

  @Option(
    help: """
      Random orders for Shapley values of more than ten vectors; of fewer, all are taken. By default as many as it \
      takes until their errors are below those of the images, 4 to 32.
      """)
  var permutations: Int?

  @Option(help: "The seed of all random numbers.")
  var seed = 1

  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions

  @Option(name: [.short, .long], help: ArgumentHelp("The folder of the report.", valueName: "dir"))
  var output: String

  @OptionGroup var replacementOptions: ReplacementOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard (data == nil) != (features == nil) else {
      throw ValidationError("Give the images with either --data KIND:PATH or --features FILE.")
    }
    guard trainFeatures == nil || features != nil else {
      throw ValidationError("--train-features goes with --features; --data has training images of its own.")
    }
    guard features == nil || trainFeatures != nil || (shots == nil && towards == nil) else {
      throw ValidationError("--shots and --towards are for training images, which --train-features gives.")
    }
    guard imageWords == nil || imageHeads != nil else {
      throw ValidationError("--image-words goes with --image-heads KIND:PATH.")
    }
    try NumberBounds.check("--shots", shots, atLeast: 1)
    guard arbitrarySteps == nil || features == nil || trainFeatures != nil else {
      throw ValidationError("--arbitrary-steps is for training images, which --train-features gives.")
    }
    try NumberBounds.check("--arbitrary-steps", arbitrarySteps, in: 1...1_000_000)
    try NumberBounds.check("--permutations", permutations, in: 2...100_000)
  }

  func run() throws {
    if LearnedDeepPrompt.exists(at: prompt) {
      let experiment = try DeepInterpretationExperiment(settings())
      try write { DeepInterpretationReport(try experiment.run(observer: Console.observer)) }
    } else {
      let experiment = try InterpretationExperiment(settings())
      try write { InterpretationReport(try experiment.run(observer: Console.observer)) }
    }
  }

  /// Writes and prints a report, whose folder is made before the work.
  private func write<Page: InterpretationPage>(_ report: () throws -> Page) throws {
    let folder = try InterpretationFolder(
      output, settings: CommandLineSettings.digest, replaces: replacementOptions.force)
    let report = try report()
    try folder.write(report)
    try outputOptions.print(report.results)
  }

  private func settings() -> InterpretationExperiment.Settings {
    let images: InterpretationImages.Source =
      if let data {
        .data(data, root: rootOptions.root, reading: imageOptions.reading)
      } else {
        .features(test: features ?? "", training: trainFeatures)
      }
    var settings = InterpretationExperiment.Settings(
      prompt: prompt, images: images, featureFolder: "\(output)/features")
    settings.model = model
    settings.precision = computeOptions.precision
    settings.shots = shots
    settings.others = against
    settings.imageHeads = imageHeads.map {
      ImageHeadsAnalysis.Request(data: $0, root: rootOptions.root, reading: imageOptions.reading, words: imageWords)
    }
    settings.towards = towards
    settings.arbitrarySteps = arbitrarySteps
    settings.classPosition = classPosition
    settings.permutations = permutations
    settings.seed = seed
    return settings
  }
}

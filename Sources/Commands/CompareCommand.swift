import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensPresentation

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare learned prompts and classifiers on the same images, with paired tests.",
    discussion: """
      Each PROMPT is a run folder of promptlens train, a context file, a folder of promptlens probe or a classifier file, all of \
      one model and the same classes. Runs and probes that differ only in their seed are pooled: an image counts as \
      classified correctly by the share of seeds that do so. --zero-shot adds hand-written prompts.

      Every two are compared by the difference of their accuracies with its 95 % interval, from a paired bootstrap over \
      images. p is McNemar's exact one for single runs and the bootstrap's for pooled ones, and is corrected for the number of \
      pairs by Holm's procedure. In Markdown and LaTeX the best is bold; those not significantly worse are marked.

      Example:
        promptlens compare runs/uc-1 runs/uc-2 runs/csc-1 runs/csc-2 --data csv:pacs.csv?domain=sketch
        promptlens compare runs/pets probes/linear --zero-shot --features pets-test.h5 --format latex
      """)

  @Argument(help: ArgumentHelp("Run folders, context files, or classifiers.", valueName: "prompt"))
  var prompts: [String]

  @Flag(help: "Compare with hand-written prompts, too.")
  var zeroShot = false

  @OptionGroup var templateOptions: TemplateOptions

  @Option(help: ArgumentHelp("A model folder; by default the first run's.", valueName: "dir"))
  var model: String?

  @OptionGroup var testImageOptions: TestImageOptions
  @OptionGroup var mapOptions: ClassMapOptions

  @Option(help: "Bootstrap draws of the images.")
  var draws = 10_000

  @Option(help: "The seed of the draws.")
  var seed = 1

  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try testImageOptions.source.requireImages()
    guard zeroShot || templateOptions.given == nil else {
      throw ValidationError("--template and --templates go with --zero-shot.")
    }
    guard prompts.count + (zeroShot ? 1 : 0) > 1 else {
      throw ValidationError("Give at least two prompts or classifiers, or one and --zero-shot.")
    }
    guard Set(prompts).count == prompts.count else { throw ValidationError("A prompt is given twice.") }
    guard model != nil || recordedModel != nil || prompts.contains(where: { StoredClassifier.path(of: $0) == nil })
    else {
      throw ValidationError("None of the classifiers records its model: give --model DIR, or a run.")
    }
    try NumberBounds.check("--seed", seed, atLeast: 0)
    try NumberBounds.check("--draws", draws, atLeast: 1)
  }

  /// The model that a classifier of promptlens fit records; nil where a run names the model.
  private var recordedModel: String? {
    guard prompts.allSatisfy({ StoredClassifier.path(of: $0) != nil }) else { return nil }
    return prompts.lazy.compactMap { StoredClassifier.recordedModel(of: $0) }.first
  }

  func run() throws {
    var comparison = ClassifierComparison(prompts, images: testImageOptions.selection())
    comparison.model = model ?? recordedModel
    comparison.map = mapOptions.map
    comparison.templates = zeroShot ? templateOptions.request : nil
    comparison.resamples = draws
    comparison.seed = UInt64(seed)
    comparison.precision = computeOptions.precision
    try outputOptions.print(comparison.run(observer: Console.observer).results)
  }
}

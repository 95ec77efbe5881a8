import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments
import PromptLensPresentation

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Make a classifier from a folder of photographs, and measure it on held-out ones.",
    discussion: """
      DIR contains a folder of photographs for each class; other kinds of data (promptlens help data) work, too. Every \
      picture is decoded, and unreadable ones are left out and listed. A fifth of each class is held out at random, \
      with copies of a picture on the same side. If the data has test images of its own, those are held out instead.

      On the other photographs, cross-validation compares zero-shot prompts, nearest mean, Tip-Adapter, LP++, a linear \
      probe and CoOp, as far as --time allows. The simplest method within one standard error of the best is kept if \
      McNemar's test finds it better than zero-shot; otherwise zero-shot is kept. Its temperature is fitted on the \
      predictions of the cross-validation, and its accuracy is measured once on the held-out photographs.

      The output folder contains classifier.h5, for promptlens predict, evaluate, compare and classifier, report.html, \
      result.json, and hold-out.json, which lists the held-out photographs.

      Example:
        promptlens fit photos --model mini-clip --output animals
        promptlens predict animals new-photos --format csv
      """)

  @Argument(
    help: ArgumentHelp("A folder with a folder of photographs for each class, or KIND:PATH.", valueName: "dir"),
    transform: { try DataSource($0) })
  var data: DataSource

  @OptionGroup var rootOptions: RootOptions
  @OptionGroup var modelOptions: ModelOptions

  @Option(name: [.short, .long], help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var output: String

  @Option(help: "The time limit, as 90s, 2m or 1h.")
  var time = TimeSpan(seconds: 120)

  @Option(help: "The seed of the divisions, the orders and the initial values.")
  var seed = 1

  @OptionGroup var templateOptions: TemplateOptions
  @OptionGroup var pictureOptions: PictureOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var replacementOptions: ReplacementOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try NumberBounds.check("--seed", seed, atLeast: 0)
  }

  func run() throws {
    var experiment = FitExperiment(data, model: modelOptions.model, output: output)
    experiment.root = rootOptions.root
    experiment.seed = seed
    experiment.seconds = time.seconds
    experiment.templates = templateOptions.request
    experiment.reading = pictureOptions.reading
    experiment.precision = computeOptions.precision
    try experiment.checkCounts()
    let files = try replacementOptions.results(in: output)
    let outcome = try experiment.outcome(observer: Console.observer)
    try outcome.write(to: files)
    try outputOptions.print(outcome.result.results)
  }
}

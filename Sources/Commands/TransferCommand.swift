import PromptLensPresentation
import PromptLensExperiments
import PromptLensPrompts
import ArgumentParser
import PromptLensDatasets

struct TransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer",
    abstract: "Measure learned prompts and their baselines on other data sets.",
    discussion: """
      The test images of a source and of targets are classified by each learned prompt, by each classifier of promptlens \
      probe (the linear probe, Tip-Adapter), by zero-shot CLIP with each data set's own template, by single templates and \
      by their ensemble. Runs, and probes, that differ only in their seed are pooled. Each target is compared with the \
      source on their shared classes, whose number is always given.

      The output has the accuracies; the drop, S − T, and (S − T) / S; the gain over zero-shot on the same images; the \
      transfer ratio, the target's gain over the source's; effective robustness, the distance above the line fitted to the \
      zero-shot classifiers on logit axes; the expected calibration error; and the significance of the gain, by a paired \
      bootstrap over images and McNemar's exact test. A target's labels never influence a choice.

      Classes are matched by WordNet ids if both data sets have them, else by name; --map FILE has lines of the target's \
      class, a tab and the source's. A class-specific context is restricted to the shared classes.

      --group place adds, for each candidate, the accuracy of each group of images with equal values in that column of the \
      lists, and the worst group with its interval, corrected for the bias of choosing the worst.

      --interpolate adds the curve from the initial context, or from the words of --interpolate-from, to the learned one. \
      --output DIR receives tables, data and charts.

      Example:
        promptlens transfer --run runs/photo-1 runs/photo-2 runs/photo-3 --source csv:pacs.csv?domain=photo \
      --target csv:pacs.csv?domain=sketch csv:pacs.csv?domain=cartoon --output transfer
        promptlens transfer --run runs/photo-1 --classifier probes/linear-1 probes/tip-1 --source \
      csv:pacs.csv?domain=photo --target csv:pacs.csv?domain=sketch
        promptlens transfer --run runs/in --source imagenet:data --target imagenet-a:data imagenet-r:data --interpolate
      """)

  @Option(
    name: .customLong("run"), parsing: .upToNextOption,
    help: ArgumentHelp("Run folders of promptlens train or sweep, or context files.", valueName: "run"))
  var runs: [String] = []

  @Option(
    name: .customLong("classifier"), parsing: .upToNextOption,
    help: ArgumentHelp("Folders of promptlens probe, or classifier files, for comparison.", valueName: "probe"))
  var classifiers: [String] = []

  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var source: DataSource

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Data sets to transfer to, written as --source.", valueName: "kind:path"),
    transform: { try DataSource($0) })
  var target: [DataSource]

  @Option(
    help: ArgumentHelp(
      "Columns of all lists, one or several with commas, to measure the accuracy by groups of images.",
      valueName: "column"), transform: { try CommaList.parts($0) })
  var group: [String]?

  @OptionGroup var mapOptions: ClassMapOptions

  @Option(
    help: ArgumentHelp(
      "Baseline templates: clip-7, clip-80 or a file with one a line (default: \"\(Template.photo)\" and clip-7).",
      valueName: "list"))
  var templates: String?

  @Flag(help: "Measure contexts between the initial and the learned one.")
  var interpolate = false

  @Option(help: ArgumentHelp("The words at the start of the curve, with --interpolate.", valueName: "text"))
  var interpolateFrom: String?

  @Option(help: ArgumentHelp("A model folder; by default the first run's.", valueName: "dir"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "The folder of features; by default in --output, else in the first run's folder.", valueName: "dir"))
  var featureFolder: String?

  @Option(name: [.short, .long], help: ArgumentHelp("The folder of tables, data and charts.", valueName: "dir"))
  var output: String?

  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard !runs.isEmpty || !classifiers.isEmpty else {
      throw ValidationError("Give at least one --run or --classifier.")
    }
    guard !runs.isEmpty || model != nil else {
      throw ValidationError("A classifier doesn't record its model: give --model DIR, or a --run.")
    }
    guard !interpolate || !runs.isEmpty else {
      throw ValidationError("--interpolate goes with --run; a classifier doesn't have an initial context.")
    }
    guard !target.isEmpty else { throw ValidationError("Give at least one --target.") }
    guard interpolate || interpolateFrom == nil else {
      throw ValidationError("--interpolate-from goes with --interpolate.")
    }
    for (name, values) in [("--run", runs), ("--classifier", classifiers), ("--target", target.map(\.description))] {
      guard Set(values).count == values.count else { throw ValidationError("A \(name) is given twice.") }
    }
  }

  func run() throws {
    let experiment = try TransferExperiment(settings, observer: Console.observer)
    guard let folder = featureFolder ?? output.map({ "\($0)/features" }) ?? experiment.defaultFeatureFolder else {
      throw ValidationError("Without a run, give a folder for features with --feature-folder or --output.")
    }
    let files = try output.map { try ResultFiles($0, settings: CommandLineSettings.digest) }
    let document = try experiment.measure(featureFolder: folder, observer: Console.observer)
    if let files {
      try document.write(to: files)
      try files.finish()
    }
    Console.print(document.results, as: outputOptions.format)
    for warning in document.warnings { Console.note("warning: \(warning)") }
    for note in document.notes { Console.note("note: \(note)") }
  }

  private var settings: TransferSettings {
    var settings = TransferSettings(runs: runs, source: source, targets: target)
    settings.classifiers = classifiers
    settings.map = mapOptions.map
    settings.groups = group ?? []
    settings.templates = templates
    settings.model = model
    settings.precision = computeOptions.precision
    settings.reading = imageOptions.reading
    if interpolate { settings.interpolation = .init(words: interpolateFrom) }
    return settings
  }
}

import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments
import PromptLensPresentation
import PromptLensPrompts

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

      A target corrupt:KIND:SEVERITY:DATA has ImageNet-C's corruptions of data, with the kinds of promptlens data corrupt, and \
      corrupt:all:DATA all fifteen at five severities: errors by kind, the mean corruption error and the relative one, with \
      zero-shot CLIP as the baseline, and AlexNet's published errors on ImageNet, and a curve for each kind.

      --leave-one-out DATA --domain COLUMN is DomainBed's protocol: for each domain, methods of probe and train learn on the \
      others, settings and epochs are chosen on validation images of those, and the domain is the test; over seeds, with the \
      average. Images are seen as the evaluation transform shows them, and methods with prompts in the image tower encode them \
      anew in every epoch.

      --interpolate adds the curve from the initial context, or from the words of --interpolate-from, to the learned one. \
      --output DIR receives tables, data and charts.

      Example:
        promptlens transfer --leave-one-out csv:pacs.csv --domain domain --model mini-clip --methods linear coop --output left-out
        promptlens transfer --run runs/photo-1 --source csv:pacs.csv?domain=photo --target \
      "corrupt:all:csv:pacs.csv?domain=photo" --output corrupted
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
  var source: DataSource?

  @Option(
    name: .customLong("target"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Data sets to transfer to, written as --source; corrupt:KIND:SEVERITY:DATA or corrupt:all:DATA for corruptions.",
      valueName: "kind:path"),
    transform: { try DataSource.all($0) })
  var targets: [[DataSource]] = []

  /// The data sets to transfer to.
  private var target: [DataSource] { targets.flatMap(\.self) }

  @Option(
    help: ArgumentHelp(
      "Columns of all lists, one or several with commas, to measure the accuracy by groups of images.",
      valueName: "column"), transform: { try CommaList.parts($0) })
  var group: [String]?

  @Option(
    help: ArgumentHelp(
      "Data whose domains are left out in turn: learn on the others, test on that one.", valueName: "kind:path"),
    transform: { try DataSource($0) })
  var leaveOneOut: DataSource?

  @Option(help: ArgumentHelp("The column of the domain, with --leave-one-out.", valueName: "column"))
  var domain: String?

  @Option(
    name: [.customLong("methods"), .customLong("method")], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Methods of probe and train, separated by spaces or commas, with --leave-one-out (default: linear, tip-adapter).",
      valueName: "methods"),
    completion: .list(LeaveOneOutExperiment.Learner.all.map(\.name)),
    transform: { try CommaList.parts($0) })
  var methodLists: [[String]] = []

  @Option(
    name: .customLong("seeds"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Seeds, separated by spaces or commas, with --leave-one-out (default: 1, 2, 3).", valueName: "seeds"),
    transform: { try CommaList.seeds($0) })
  var seedLists: [[Int]] = []

  @Option(help: "Training images of each class and domain, with --leave-one-out; by default all of them.")
  var shots: Int?

  @Option(help: "Epochs of learned prompts, with --leave-one-out.")
  var epochs: Int?

  @OptionGroup var mapOptions: ClassMapOptions

  @Option(
    help: ArgumentHelp(
      "Baseline templates: clip-7, clip-80 or a file with one a line (default: \"\(Template.photo)\" and clip-7).",
      valueName: "list"))
  var templates: String?

  @Option(
    help: ArgumentHelp(
      "published: the distance above lines through published models, for ImageNet and its variants.", valueName: "set"))
  var against: PublishedModels?

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
  @OptionGroup var replacementOptions: ReplacementOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if leaveOneOut != nil { return try validateLeaveOneOut() }
    guard domain == nil, methodLists.isEmpty, seedLists.isEmpty, shots == nil, epochs == nil else {
      throw ValidationError("--domain, --methods, --seeds, --shots and --epochs go with --leave-one-out.")
    }
    guard source != nil else { throw ValidationError("Give the data set that was learned from with --source DATA.") }
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

  private func validateLeaveOneOut() throws {
    guard domain != nil else {
      throw ValidationError("--leave-one-out needs the column of the domain: --domain COLUMN.")
    }
    guard model != nil else { throw ValidationError("--leave-one-out needs a model: --model DIR.") }
    guard output != nil || featureFolder != nil else {
      throw ValidationError("--leave-one-out needs a folder for features and runs: --output or --feature-folder.")
    }
    guard runs.isEmpty, classifiers.isEmpty, source == nil, target.isEmpty, group == nil, !interpolate else {
      throw ValidationError(
        "--leave-one-out learns anew: leave out --run, --classifier, --source, --target and --group.")
    }
    for name in try CommaList.joined(methodLists, of: "--methods") ?? [] {
      guard LeaveOneOutExperiment.Learner(name: name) != nil else {
        let known = LeaveOneOutExperiment.Learner.all.map(\.name).joined(separator: ", ")
        throw ValidationError("\"\(name)\" isn't a method; expected \(known).")
      }
    }
    _ = try CommaList.joined(seedLists, of: "--seeds")
    try NumberBounds.check("--shots", shots, atLeast: 1)
    try NumberBounds.check("--epochs", epochs, atLeast: 1)
  }

  private func runLeaveOneOut(_ data: DataSource) throws {
    let methods = try CommaList.joined(methodLists, of: "--methods") ?? ["linear", "tip-adapter"]
    let learners = methods.compactMap { LeaveOneOutExperiment.Learner(name: $0) }
    var experiment = LeaveOneOutExperiment(
      data, domain: domain ?? "", model: model ?? "", learners: learners,
      seeds: try CommaList.joined(seedLists, of: "--seeds") ?? [1, 2, 3],
      folder: featureFolder ?? output ?? "")
    experiment.shots = shots
    experiment.learning.epochs = epochs
    experiment.learning.precision = computeOptions.precision
    experiment.reading = imageOptions.reading
    experiment.precision = computeOptions.precision
    let files = try output.map { try replacementOptions.results(in: $0) }
    let document = try experiment.run(observer: Console.observer)
    if let files { try document.write(to: files) }
    try outputOptions.print(document.results)
    for finding in document.findings { Console.note(finding) }
  }

  func run() throws {
    if let leaveOneOut { return try runLeaveOneOut(leaveOneOut) }
    guard let source else { return }
    let experiment = try TransferExperiment(settings(source), observer: Console.observer)
    guard let folder = featureFolder ?? output.map({ "\($0)/features" }) ?? experiment.defaultFeatureFolder else {
      throw ValidationError("Without a run, give a folder for features with --feature-folder or --output.")
    }
    let files = try output.map { try replacementOptions.results(in: $0) }
    let document = try experiment.measure(featureFolder: folder, observer: Console.observer)
    if let files {
      try document.write(to: files)
      try files.finish()
    }
    try outputOptions.print(document.results)
    for warning in document.warnings { Console.note("warning: \(warning)") }
    for note in document.notes { Console.note("note: \(note)") }
  }

  private func settings(_ source: DataSource) -> TransferSettings {
    var settings = TransferSettings(runs: runs, source: source, targets: target)
    settings.classifiers = classifiers
    settings.map = mapOptions.map
    settings.groups = group ?? []
    settings.templates = templates
    settings.model = model
    settings.precision = computeOptions.precision
    settings.reading = imageOptions.reading
    settings.isAgainstPublished = against != nil
    if interpolate { settings.interpolation = .init(words: interpolateFrom) }
    return settings
  }
}

/// The sets of models for `--against`.
enum PublishedModels: String, ExpressibleByArgument, CaseIterable {
  case published
}

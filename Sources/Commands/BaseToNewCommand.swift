import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments
import PromptLensPresentation

struct BaseToNewCommand: LearningCommand {
  static let learner = RunField.Command.baseToNew

  static let configuration = CommandConfiguration(
    commandName: "base-to-new",
    abstract: "Learn prompts on half of the classes, and test on both halves.",
    discussion: """
      The protocol of CoCoOp (Zhou et al., 2022): shots are drawn from all classes, prompts are learned on the first \
      ⌈n/2⌉ classes, and each half is tested among its own classes; H is the harmonic mean of the two accuracies. \
      Prompts are learned by every method with every seed, zero-shot CLIP is measured on the same split, and runs are \
      pooled over seeds: mean, standard deviation, 95 % t interval.

      With --cross a prompt is learned on all classes of --data as well, and measured on other data sets among their own \
      classes, beside zero-shot CLIP with their own templates.

      A class-specific context has no vectors for new classes, so contexts are unified. The output folder has the form \
      of promptlens sweep: the same command resumes stopped runs, and other commands read its runs.

      Example:
        promptlens base-to-new --model mini-clip --data oxford-pets:data --shots 16 --output pets
        promptlens base-to-new --model vit-b16 --data imagenet:data --init "a photo of a" --method coop kgcoop --seeds 1,2,3 \
      --cross oxford-pets:data food101:data --output imagenet
      """)

  @OptionGroup var modelOptions: ModelOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Data sets, each written as promptlens train's --data.", valueName: "kind:path"))
  var data: [String]

  @OptionGroup var holdOutOptions: HoldOutOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Other data sets on which to test prompts that were learned on all classes.", valueName: "kind:path"),
    transform: { try DataSource($0) })
  var cross: [DataSource] = []

  @Option(
    name: [.customLong("method"), .customLong("methods")], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Methods, separated by spaces or commas: \(MethodName.allNames) (default: coop).", valueName: "methods"),
    completion: .list(MethodName.allCases.map(\.rawValue)), transform: { try MethodName.list($0) })
  var methodLists: [[MethodName]] = []

  @Option(
    name: .customLong("seeds"), parsing: .upToNextOption,
    help: ArgumentHelp("Seeds, separated by spaces or commas (default: 1, 2, 3).", valueName: "seeds"),
    transform: { try CommaList.seeds($0) })
  var seedLists: [[Int]] = []

  @Option(help: "Training images of each class.")
  var shots = 16

  @Option(help: "Views of each training image.")
  var views = LearningImages.defaultViews

  @OptionGroup var learningOptions: LearningOptions<BaseToNewCommand>

  @Option(help: "Runs to learn at a time (default: a group on each thread where the classes are few, else one).")
  var jobs: Int?

  @Option(name: [.short, .long], help: ArgumentHelp("The folder of runs, tables and data.", valueName: "dir"))
  var output: String

  @OptionGroup var unreadableOptions: UnreadableImageOptions
  @OptionGroup var patchOptions: PatchOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var outputOptions: OutputOptions

  private var method: [MethodName] { methodLists.isEmpty ? [.coop] : methodLists.flatMap(\.self) }
  private var seeds: [Int] { seedLists.isEmpty ? [1, 2, 3] : seedLists.flatMap { $0 } }

  func validate() throws {
    guard !data.isEmpty else { throw ValidationError("Give at least one --data.") }
    guard Set(data).count == data.count, Set(method).count == method.count, Set(seeds).count == seeds.count else {
      throw ValidationError("A --data, --method or seed is given twice.")
    }
    guard cross.isEmpty || data.count == 1 else {
      throw ValidationError("--cross goes with one --data, the source; \(data.count) are given.")
    }
    for method in method {
      var settings = learningOptions.settings
      settings.method = method
      if let contradiction = settings.contradiction { throw ValidationError("\(contradiction).") }
    }
    try NumberBounds.check("--jobs", jobs, in: 1...1024)
  }

  func run() throws {
    let settings = learningOptions.settings
    if settings.contextLength != nil {
      // Tasks of a sweep have as many vectors as the words have tokens; a number beside them doesn't change that.
      _ = try settings.length(OpenedModel(modelOptions.model).tokenizer())
    }
    var folder = SweepFolder(output, skipsUnreadable: unreadableOptions.skipUnreadable)
    if let space = patchOptions.patchSpace { folder.patchSpace = space.bytes }
    let experiment = try BaseToNewExperiment(
      tasks: tasks(classes: .base), whole: cross.isEmpty ? [] : tasks(classes: .all), cross: cross, folder: folder,
      jobs: jobs, observer: Console.stageObserver)
    let total = experiment.tasks.count
    let names = DataNames(experiment.tasks.map(\.data))
    try experiment.learn { task, outcome, done in
      Console.note("[\(done)/\(total)] \(task.summary(names)): \(outcome.words)")
    }
    let halves = try experiment.measure()
    let cross = try experiment.measureCross()
    try halves.write(to: ResultFiles(output), with: cross)
    try outputOptions.print(halves.results(with: cross))
  }

  /// Returns a task for each data set, method and seed.
  private func tasks(classes: ClassSubset) throws -> [SweepTask] {
    var request = RunRequest()
    request.model = modelOptions.model
    request.subset = classes
    request.views = views
    request.shots = shots
    request.learning = learningOptions.settings
    request.learning.precision = computeOptions.precision
    return try BaseToNewExperiment.tasks(
      request, data: data.map { try DataSource($0).holding(out: holdOutOptions.holdOut) }, methods: method,
      seeds: seeds)
  }
}

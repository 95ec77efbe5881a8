import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensExperiments
import PromptLensFeatures
import PromptLensPresentation

struct SweepRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the tasks of a plan or a grid, or a part of them.",
    discussion: """
      TASKS are the lines of promptlens sweep plan, or the grid itself.

      OUT/runs/ID is a run folder for each task, as promptlens train writes it, and OUT/names has a link to it under a name \
      that says what differs, as uc-end-16-s1: a unified context with the class name at its end, 16 shots, seed 1. \
      OUT/features contains features that tasks share. The same command resumes stopped tasks, repeats damaged ones, and keeps finished ones. Several processes may \
      work in one folder: each task is claimed by one of them.

      --shard i/N runs the i-th of N parts. By default the environment gives the part: an element of a Slurm array, the rank \
      of a Slurm step, of Open MPI, of another MPI by PMI, or RANK and WORLD_SIZE; else all tasks run. Kubernetes gives the \
      process but not the number of processes, so pass --shard auto/N there.

      --hold-out sets a part of each data set aside as sweep plan --hold-out does.

      By default, tasks with few classes are learned in groups, one on each thread: their prompts are computed side by side, \
      which takes less time than one after the other. Other tasks are learned one at a time on all threads. --jobs J learns J \
      tasks at a time, each by itself. Results do not depend on it. Where several processes share tasks without --shard, a \
      process claims all tasks of its groups at once; --jobs divides a few tasks more evenly among them.

      Example:
        promptlens sweep run grid.json --output sweep
        promptlens sweep run tasks.jsonl --output sweep --jobs 2
        mpirun -n 2 promptlens sweep run tasks.jsonl --output sweep
        promptlens sweep run tasks.jsonl --output sweep --shard 3/8
      """)

  @Argument(help: ArgumentHelp("Tasks, as sweep plan prints them, or a grid.", valueName: "tasks"))
  var tasks: String

  @Option(name: [.short, .long], help: ArgumentHelp("The sweep's folder.", valueName: "dir"))
  var output: String

  @Option(
    help: ArgumentHelp("The part to run: i/N, auto or auto/N; by default the environment's.", valueName: "i/N"))
  var shard: String?

  @Option(help: "Parallel tasks (default: a group on each thread where all of them have few classes, else one).")
  var jobs: Int?

  @Option(help: ArgumentHelp("The folder of features; by default in the sweep's folder.", valueName: "dir"))
  var featureFolder: String?

  @OptionGroup var holdOutOptions: HoldOutOptions
  @OptionGroup var unreadableOptions: UnreadableImageOptions
  @OptionGroup var patchOptions: PatchOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var dryRunOptions: DryRunOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try NumberBounds.check("--jobs", jobs, in: 1...1024)
  }

  func run() throws {
    let all = try SweepTask.planned(in: tasks, holdOut: holdOutOptions.holdOut)
    if let holdOut = holdOutOptions.holdOut {
      Console.note("note: runs with --hold-out \(holdOut) have ids of their own; sweep merge --tasks needs it, too")
    }
    let part = try Shard.chosen(shard)
    let chosen = Array(all[part.range(of: all.count)])
    if part != .whole { Console.note("part \(part): \(chosen.count) of \(all.count) tasks") }
    var folder = SweepFolder(
      output, features: featureFolder, skipsUnreadable: unreadableOptions.skipUnreadable)
    if let space = patchOptions.patchSpace { folder.patchSpace = space.bytes }
    let runner = try SweepRunner(chosen, of: all, in: folder, jobs: jobs, observer: Console.stageObserver)
    if dryRunOptions.dryRun {
      for warning in try runner.shortClasses() { Console.note("warning: \(warning)") }
      return try outputOptions.print(runner.estimate().results)
    }
    let (names, data) = (SweepNames(all), DataNames(all.map(\.data)))
    let outcomes = try runner.run { task, outcome, done in
      Console.note("[\(done)/\(chosen.count)] \(names(task)), \(task.summary(data)): \(outcome.words)")
    }
    try folder.link(chosen, names)
    try outputOptions.print(SweepRunner.results(of: chosen, outcomes, names: names))
    try SweepRunner.check(chosen, outcomes)
  }
}

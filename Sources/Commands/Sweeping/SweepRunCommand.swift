import PromptLensFeatures
import PromptLensExperiments
import ArgumentParser
import PromptLensDatasets
import Foundation
import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensReporting

struct SweepRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Do the tasks of a plan, or a part of them.",
    discussion: """
      OUT/runs/ID is a run folder for each task, as promptlens train writes it; OUT/features holds features that tasks share. \
      The same command goes on with what was stopped, does again what is damaged, and leaves the rest as it is. Several \
      processes may work in one folder: each task is claimed by one of them.

      --shard i/N does the i-th of N parts. By default the part is that of the environment: an element of a Slurm array, \
      the rank of a Slurm step, of Open MPI, of another MPI by PMI, or RANK and WORLD_SIZE; and else all tasks. Kubernetes \
      says which process it is and not of how many: give --shard auto/N there.

      --jobs J does J tasks at a time in one process, which share the model and features, and the threads between them: \
      with small models that is faster than one task on all threads. Results do not depend on it.

      Example:
        promptlens sweep run tasks.jsonl --output sweep --jobs 2
        mpirun -n 2 promptlens sweep run tasks.jsonl --output sweep
        promptlens sweep run tasks.jsonl --output sweep --shard 3/8
      """)

  @Argument(help: ArgumentHelp("Tasks, as sweep plan prints them.", valueName: "tasks"))
  var tasks: String

  @Option(name: [.short, .long], help: ArgumentHelp("The sweep's folder.", valueName: "dir"))
  var output: String

  @Option(
    help: ArgumentHelp("The part to do: i/N, auto or auto/N; by default what the environment says.", valueName: "i/N"))
  var shard: String?

  @Option(help: "Tasks to do at a time.")
  var jobs = 1

  @Option(help: ArgumentHelp("Where features are kept; by default in the sweep's folder.", valueName: "dir"))
  var featureFolder: String?

  @OptionGroup var unreadableOptions: UnreadableImageOptions
  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard (1...1024).contains(jobs) else { throw ValidationError("--jobs is \(jobs), expected 1 to 1024.") }
  }

  func run() throws {
    let all = try SweepTask.read(tasks)
    let environment = ProcessInfo.processInfo.environment
    let found = try shard.map { try Shard($0, environment: environment) } ?? Shard(environment: environment)
    let part = found ?? .whole
    let chosen = Array(all[part.range(of: all.count)])
    if part != .whole { Console.note("part \(part): \(chosen.count) of \(all.count) tasks") }
    let folder = SweepFolder(
      output, features: featureFolder, skipsUnreadable: unreadableOptions.skipUnreadable)
    let runner = try SweepRunner(chosen, of: all, in: folder, jobs: jobs, observer: Console.stageObserver)
    let outcomes = try runner.run { task, outcome, done in
      Console.note("[\(done)/\(chosen.count)] \(task.id) \(task.summary): \(outcome.words)")
    }
    Console.print(SweepRunner.results(of: chosen, outcomes), as: outputOptions.format)
    try SweepRunner.check(chosen, outcomes)
  }
}

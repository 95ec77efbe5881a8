import PromptLensExperiments
import ArgumentParser
import PromptLensDatasets
import Foundation
import PromptLensJSONDocuments
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
    let runner = try SweepRunner(
      chosen, of: all, in: SweepFolder(output, features: featureFolder), jobs: jobs)
    let outcomes = try runner.run { task, outcome, done in
      Console.note("[\(done)/\(chosen.count)] \(task.id) \(task.summary): \(Self.words(outcome))")
    }
    Console.print(Self.results(chosen, outcomes), as: outputOptions.format)
    let failures = zip(chosen, outcomes).compactMap { task, outcome -> (String, any Error)? in
      if case .failed(let error) = outcome { return (task.id, error) }
      return nil
    }
    guard let first = failures.first else { return }
    throw ExperimentError.failedTasks(
      failed: failures.count, total: chosen.count, first: first.0, reason: "\(first.1)")
  }

  /// How a task ended, in a few words.
  static func words(_ outcome: SweepRunner.Outcome) -> String {
    switch outcome {
    case .done(let result): result.accuracy.map(\.percentage) ?? "done, without test images"
    case .finishedBefore: "finished already"
    case .failed(let error): "failed: \(error)"
    }
  }

  private static func results(_ tasks: [SweepTask], _ outcomes: [SweepRunner.Outcome]) -> Results {
    var table = Table(columns: [.text("task"), .text("settings"), .text("state"), .number("accuracy")])
    var list: [JSON] = []
    for (task, outcome) in zip(tasks, outcomes) {
      let (state, result): (String, RunResult?) =
        switch outcome {
        case .done(let result): ("done", result)
        case .finishedBefore(let result): ("finished already", result)
        case .failed: ("failed", nil)
        }
      let accuracy = result?.accuracy
      table.append(task.id, task.summary, state, accuracy.map { "\($0)" } ?? "")
      var entry: JSON.Object = JSON.Object()
      entry["id"] = .string(task.id)
      entry["state"] = .string(state.replacing(" ", with: "_"))
      entry["accuracy"] = accuracy.map { .number($0) } ?? .null
      if case .failed(let error) = outcome { entry["error"] = .string("\(error)") }
      entry["settings"] = .object(task.settings)
      list.append(.object(entry))
    }
    return Results(json: ["tasks": .array(list)], tables: [table])
  }
}

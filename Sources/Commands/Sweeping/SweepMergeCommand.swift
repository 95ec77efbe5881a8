import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensPresentation

struct SweepMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Pool a sweep's results over seeds: tables, data and charts.",
    discussion: """
      Runs that differ only in their seed form a cell: mean, standard deviation and 95 % t interval. OUT, or the folder of \
      --output, receives sweep.csv and sweep.json with every cell in full precision, runs.csv with every run, sweep.md and \
      sweep.tex with a table for each data set, and a chart of accuracy against shots for each.

      The files depend only on the results, not on the number of processes or the time. Unfinished and damaged runs are \
      skipped and named; with --tasks tasks that never began are, too, and skipped runs are an error.

      Example:
        promptlens sweep merge sweep
        promptlens sweep merge sweep --tasks tasks.jsonl --format latex
      """)

  @Argument(help: ArgumentHelp("The folder of promptlens sweep run.", valueName: "out"))
  var folder: String

  @Option(help: ArgumentHelp("The tasks that must be finished.", valueName: "file"))
  var tasks: String?

  @OptionGroup var holdOutOptions: HoldOutOptions

  @Option(
    name: [.short, .long], help: ArgumentHelp("The folder to write; by default the sweep's.", valueName: "dir"))
  var output: String?

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard tasks != nil || holdOutOptions.holdOut == nil else {
      throw ValidationError("--hold-out goes with --tasks, whose runs were made with it.")
    }
  }

  func run() throws {
    let asked = try tasks.map { try SweepTask.read($0, holdOut: holdOutOptions.holdOut) }
    let sweep = SweepFolder(folder)
    let (summary, missing) = try sweep.summary(of: asked)
    let names = asked.map { SweepNames($0) } ?? sweep.names(of: missing.map(\.id))
    for (id, reason) in missing { Console.note("skipped: \(names(id)), \(reason)") }
    try summary.write(to: output ?? folder, predictions: try sweep.predictions(of: summary.headlineRuns))
    try outputOptions.print(summary.results)
    if let asked, let first = missing.first {
      throw ExperimentError.failedTasks(
        failed: missing.count, total: asked.count, first: names(first.id), reason: first.reason)
    }
  }
}

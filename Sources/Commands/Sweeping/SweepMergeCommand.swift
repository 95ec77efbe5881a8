import PromptLensPresentation
import PromptLensExperiments
import ArgumentParser

struct SweepMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Pool a sweep's results over seeds: tables, data and charts.",
    discussion: """
      Runs that differ by their seed alone make a cell: mean, standard deviation and 95 % t interval. Written into OUT, or \
      the folder of --output, are sweep.csv and sweep.json with every cell in full precision, runs.csv with every run, \
      sweep.md and sweep.tex with a table for each data set, and a chart of accuracy against shots for each.

      The files depend on the results alone: not on how many processes made them, nor on when. Runs that are not finished, \
      or damaged, are left out and named; with --tasks so are those that were never begun, and their number is an error.

      Example:
        promptlens sweep merge sweep
        promptlens sweep merge sweep --tasks tasks.jsonl --format latex
      """)

  @Argument(help: ArgumentHelp("The folder of promptlens sweep run.", valueName: "out"))
  var folder: String

  @Option(help: ArgumentHelp("The tasks that should be finished.", valueName: "file"))
  var tasks: String?

  @Option(
    name: [.short, .long], help: ArgumentHelp("Where to write; by default the sweep's folder.", valueName: "dir"))
  var output: String?

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let asked = try tasks.map { try SweepTask.read($0) }
    let (summary, missing) = try SweepFolder(folder).summary(of: asked)
    for (id, reason) in missing { Console.note("left out: \(id), \(reason)") }
    try summary.write(to: output ?? folder)
    Console.print(summary.results, as: outputOptions.format)
    if let asked, let first = missing.first {
      throw ExperimentError.failedTasks(
        failed: missing.count, total: asked.count, first: first.id, reason: first.reason)
    }
  }
}

import PromptLensPresentation
import PromptLensExperiments
import ArgumentParser
import PromptLensJSONDocuments
import PromptLensReporting

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
    let sweep = SweepFolder(folder)
    let asked = try tasks.map { try SweepTask.read($0).map(\.id) }
    var runs: [SweepSummary.Run] = []
    var missing: [(id: String, reason: String)] = []
    // In the order of ids, so that the files do not depend on who finished first.
    for id in (asked ?? sweep.ids).sorted() {
      switch sweep.state(of: id) {
      case .finished(let result): runs.append(SweepSummary.Run(id: id, result: result))
      case .begun: missing.append((id, "not finished"))
      case .new: missing.append((id, "not begun"))
      case .damaged(let reason): missing.append((id, "damaged: \(reason)"))
      }
    }
    for (id, reason) in missing { Console.note("left out: \(id), \(reason)") }
    guard !runs.isEmpty else { throw ExperimentError.noResults(path: folder) }
    let summary = SweepSummary(runs)
    let results = Results(json: summary.json, tables: summary.tables, csv: summary.cells)
    let files = try ResultFiles(output ?? folder)
    try files.write(results, name: "sweep")
    try files.write(summary.runTable.csv(), to: "runs.csv")
    for (data, chart) in summary.charts { try files.write(chart, name: "shots-\(data.fileNamePart)") }
    Console.print(results, as: outputOptions.format)
    if asked != nil, let first = missing.first {
      throw ExperimentError.failedTasks(
        failed: missing.count, total: runs.count + missing.count, first: first.id, reason: first.reason)
    }
  }
}

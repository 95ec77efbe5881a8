import ArgumentParser
import PromptLensPresentation

extension ReportForm: ExpressibleByArgument {}

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write one page about runs, sweeps and other results.",
    discussion: """
      Each PATH is a run folder of promptlens train, a folder that another command wrote with --output (sweep merge, noise, \
      transfer, interpret …), or a folder of such folders. The page is one file that loads nothing from a network: \
      tables that sort by any column, charts with values on hover and as data to download, the words of learned contexts \
      with their controls, and small copies of pictures with changed predictions. Findings come first, limitations last.

      --format markdown writes the same for a paper's appendix, with charts as tables of their values.

      Example:
        promptlens report runs/photo --output photo.html
        promptlens report sweep noise interpretation --output everything.html
        promptlens report runs --format markdown --output appendix.md
      """)

  @Argument(help: ArgumentHelp("Run folders, result folders, or folders of these.", valueName: "path"))
  var paths: [String]

  @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  @OptionGroup var replacementOptions: ReplacementOptions
  @OptionGroup var checkOptions: CheckOptions

  @Option(help: "The format of the report: html or markdown.")
  var format: ReportForm = .html

  @Option(help: ArgumentHelp("A model folder; by default each run's.", valueName: "dir"))
  var model: String?

  @Option(help: ArgumentHelp("The folder that image paths are relative to, for small pictures.", valueName: "dir"))
  var root: String?

  @Option(help: "The number of pictures of each kind.")
  var pictures = 12

  func validate() throws {
    guard !paths.isEmpty else { throw ValidationError("Give at least one folder to report on.") }
    guard (0...200).contains(pictures) else {
      throw ValidationError("--pictures is \(pictures), expected 0 to 200.")
    }
  }

  func run() throws {
    try replacementOptions.check(output)
    let report = FolderReport(model: model, root: root, pictures: pictures)
    Console.note(try report.write(on: paths, as: format, to: output))
  }
}

import ArgumentParser
import Foundation
import PromptLensCommandLineSupport
import PromptLensPresentation
import PromptLensReporting

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

      --appendix writes settings, tables and tests for a paper, in Markdown or LaTeX by the output's ending, in under 300 \
      lines. --figures writes every chart as SVG, PDF and PNG, in colors and dashes that also work in gray.

      --explain lays over each wrongly predicted picture of a run which patches speak for the wrong class against the right \
      one, by hand-written prompts and by the learned one, and states beside how much more they count than random patches.

      --format markdown writes the whole report as text, with charts as tables of their values.

      Example:
        promptlens report runs/photo --output photo.html
        promptlens report sweep noise interpretation --output everything.html
        promptlens report sweep --appendix --output appendix.tex
        promptlens report sweep --figures figures
        promptlens report runs/photo --explain --output why.html
      """)

  @Argument(help: ArgumentHelp("Run folders, result folders, or folders of these.", valueName: "path"))
  var paths: [String]

  @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp("A folder for the charts, each as SVG, PDF and PNG.", valueName: "dir"))
  var figures: String?

  @Flag(help: "Write a paper's appendix: settings, tables and tests.")
  var appendix = false

  @OptionGroup var replacementOptions: ReplacementOptions
  @OptionGroup var checkOptions: CheckOptions

  @Option(help: "The format of the report: html or markdown; of an appendix: markdown or latex (default: the file's).")
  var format: ReportForm?

  @Option(help: ArgumentHelp("A model folder; by default each run's.", valueName: "dir"))
  var model: String?

  @Option(help: ArgumentHelp("The folder that image paths are relative to, for small pictures.", valueName: "dir"))
  var root: String?

  @Option(help: "The number of pictures of each kind.")
  var pictures = 12

  @Flag(
    help: ArgumentHelp(
      "Lay over wrongly predicted pictures which patches speak for the wrong class, before and after learning.",
      discussion:
        "Of runs alone, on a vision transformer, as predict --explain does; others are refused by name. It takes "
        + "about as long as predict --explain on as many images."))
  var explain = false

  func validate() throws {
    guard !paths.isEmpty else { throw ValidationError("Give at least one folder to report on.") }
    try NumberBounds.check("--pictures", pictures, in: 0...200)
    guard !explain || (output != nil && !appendix && form == .html && pictures > 0) else {
      throw ValidationError("--explain goes with a page of HTML with pictures: give --output FILE.html.")
    }
    guard output != nil || figures != nil else {
      throw ValidationError("Give --output, the file of the report, or --figures, a folder for its charts.")
    }
    guard output != nil || (!appendix && format == nil) else {
      throw ValidationError("\(appendix ? "--appendix" : "--format") goes with --output, the file to write.")
    }
    if appendix, form == nil || form == .html {
      throw ValidationError("An appendix is Markdown or LaTeX: end --output in .md or .tex, or give --format.")
    }
    let ending = output.map { URL(fileURLWithPath: $0).pathExtension.lowercased() } ?? ""
    if !appendix, format == nil, ["pdf", "md", "markdown", "tex", "png", "svg"].contains(ending) {
      throw ValidationError(
        "A report is a page of HTML: end --output in .html; --appendix writes .md and .tex, and --figures the charts.")
    }
    if !appendix, format == .latex { throw ValidationError("--format latex goes with --appendix.") }
  }

  /// The format: the given one, else of an appendix that of the file's ending, else a page.
  private var form: ReportForm? { format ?? (appendix ? output.flatMap(ReportForm.init(file:)) : .html) }

  func run() throws {
    if let output { try replacementOptions.check(output) }
    if figures != nil { try FigureDrawing.check() }
    var report = FolderReport(model: model, root: root, pictures: pictures)
    report.explains = explain
    report.observer = Console.observer
    Console.note(
      try report.write(
        on: paths,
        to: .init(
          file: output, form: form ?? .html, isAppendix: appendix, figures: figures,
          replaces: replacementOptions.force)))
  }
}

import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensPresentation

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Run every step on a small model and drawn pictures that come with promptlens.",
    discussion: """
      Draws pictures of 24 kinds of things in five styles. With the small CLIP that the executable includes, it classifies \
      them zero-shot, learns prompts from a few of them, decodes the learned prompts, and measures them on other styles, on \
      new classes, and with wrong labels. Each stage names the command that repeats it alone and leaves run folders, in \
      DIR/runs, for evaluate, decode and other commands. Finished stages of an earlier demo are reused.

      Nothing is downloaded. The model was pretrained on pictures of other seeds; none of its captions named three of the \
      classes.

      Example:
        promptlens demo
        promptlens demo --quick --output /tmp/demo
        promptlens evaluate promptlens-demo/runs/uc-end-16 --data \
      "csv:promptlens-demo/pictures/pictures.csv?domain=sketch"
      """)

  @Option(name: [.short, .long], help: ArgumentHelp("The folder to work in.", valueName: "dir"))
  var output = "promptlens-demo"

  @Flag(help: "Fewer pictures, shots and epochs: seconds instead of minutes.")
  var quick = false

  @Option(help: "The seed of the pictures, the draws and the contexts.")
  var seed = 7

  @OptionGroup var threadOptions: ThreadOptions
  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let demo = try Demo(
      output, settings: quick ? .quick(seed: seed) : .full(seed: seed), observer: Console.observer)
    let stages = try DemoStage.Kind.allCases.map { kind in
      let stage = try demo.stage(kind)
      if outputOptions.format == .table { try Console.print(stage.text(in: demo)) }
      return stage
    }
    let report = "\(output)/report.html"
    Console.note(try FolderReport().write(on: [output], to: report))
    Console.note("\(report): the whole demo as a page")
    if outputOptions.format != .table { try outputOptions.print(demo.results(stages)) }
  }
}

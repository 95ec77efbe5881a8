import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensDatasets
import PromptLensPresentation

struct DataDrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw",
    abstract: "Print the few-shot draw of a seed, the same images that CoOp's code draws.",
    discussion: """
      Train has --shots images of each class, val min(shots, 4), drawn as in CoOp's code with Python's random numbers. \
      As JSON: {"train": […], "val": […]}, indices into the split's own lists, from 0.

      Example:
        promptlens data draw --data split:split_zhou_OxfordPets.json --shots 16 --seed 1 --format json
      """)

  @OptionGroup var dataOptions: DataOptions

  @Option(help: "Images for each class.")
  var shots: Int

  @Option(help: "The seed; CoOp's experiments use 1, 2 and 3.")
  var seed = 1

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try NumberBounds.check("--shots", shots, atLeast: 1)
  }

  func run() throws {
    let dataset = try dataOptions.dataset()
    let draw = try FewShotDraw(dataset, shots: shots, seed: seed)
    if let warning = ShotCount(draw, of: dataset).warning { Console.note("warning: \(warning)") }
    try outputOptions.print(draw.results(of: dataset))
  }
}

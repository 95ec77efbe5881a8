import ArgumentParser
import PromptLensExperiments
import PromptLensPresentation

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Describe a model, checkpoint, run, context, classifier or feature file.",
    discussion: """
      The contents of tensors are not read, so a file of any size is described at once.

      Example:
        promptlens inspect mini-clip
        promptlens inspect runs/photo
        promptlens inspect tf_model.h5 --tensors --format csv
        promptlens inspect prompt_learner/model.pth.tar-50 --model rn50 vit-b16
      """)

  @Argument(help: ArgumentHelp("A folder or file.", valueName: "path"))
  var path: String

  @Flag(help: "List every tensor with its shape, element type and size; --format csv prints that list.")
  var tensors = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Model folders on which a context may have been learned: the matching one is named, with the classes of a CoOp "
        + "checkpoint.", valueName: "dir"))
  var model: [String] = []

  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let inspection =
      model.isEmpty ? try FileInspector.describe(path) : try FileInspector.describe(path, models: model)
    try outputOptions.print(inspection.results(listsTensors: tensors))
  }
}

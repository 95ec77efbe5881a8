import PromptLensJSONDocuments
import ArgumentParser
import Foundation
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensPrompts

struct ClassifierCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classifier",
    abstract: "Write the class weights of a learned prompt, for use in other software.",
    discussion: """
      PROMPT may also be a folder of promptlens probe, whose classifier is converted.

      A row of length one for each class, [classes, width]: the logits of an image are its unit feature times the weights' \
      transpose, times the model's scale. .npy holds the weights alone; .json and .h5 also class names and scale.

      Example:
        promptlens classifier runs/photo --output weights.npy
        promptlens classifier ctx.npy --model mini-clip --classes names.txt --class-position end --output weights.h5
      """)

  @Argument(help: ArgumentHelp("A run folder or a context file.", valueName: "prompt"))
  var prompt: String

  @Option(help: ArgumentHelp("A model folder; by default the run's.", valueName: "dir"))
  var model: String?

  @Option(help: ArgumentHelp("A file of class names, one a line or a JSON array.", valueName: "file"))
  var classes: String?

  @Option(help: "The position of the class name: end, middle or front; by default the context's own.")
  var classPosition: ClassPosition?

  @Option(name: [.short, .long], help: ArgumentHelp("The file to write: .npy, .json or .h5.", valueName: "file"))
  var output: String

  @OptionGroup var replacementOptions: ReplacementOptions
  @OptionGroup var computeOptions: ComputeOptions

  func validate() throws {
    guard ClassifierFile.endings.contains(URL(fileURLWithPath: output).pathExtension.lowercased()) else {
      throw ValidationError("--output \(output) must end in .npy, .json or .h5.")
    }
  }

  func run() throws {
    try replacementOptions.check(output, inputs: [prompt, classes])
    var export = ClassifierExport(prompt, output: output)
    if let stored = export.storedPath { try check(stored) }
    export.model = model
    export.classes = classes
    export.classPosition = classPosition
    export.precision = computeOptions.precision
    let (classCount, width) = try export.run()
    Console.note("\(output): \(classCount.grouped) classes, \(width) numbers each")
  }

  /// Rejects options that don't go with a stored classifier.
  private func check(_ stored: String) throws {
    for (name, isGiven) in [
      ("--model", model != nil), ("--classes", classes != nil), ("--class-position", classPosition != nil),
    ] where isGiven {
      throw ValidationError("\(name) goes with prompts; \(stored) is a classifier of its own classes.")
    }
  }
}

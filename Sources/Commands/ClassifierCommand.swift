import ArgumentParser
import Foundation
import PromptLensCommandLineSupport
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensPrompts
import PromptLensTensorFiles

struct ClassifierCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classifier",
    abstract: "Write the class weights of a learned prompt, for use in other software.",
    discussion: """
      PROMPT may also be a folder of promptlens probe, whose classifier is converted.

      The logits of an image are scale × x Wᵀ + bias, with a row of weights W for each class, [classes, width]. For prompts, x is \
      the image's feature scaled to length one, the rows have length one, scale is the model's and there is no bias. For a probe \
      the file states scale, bias, and in normalizes whether x is scaled to length one or the raw feature of promptlens extract; \
      Tip-Adapter and CLIP-Adapter have other arrays beside the weights.

      .json, .h5 and .safetensors hold every kind; .csv linear ones, a row for each class; .npy only weights, with the rest in a \
      JSON file beside it, NAME.npy.json. --layout open-clip writes open_clip's zero-shot head instead, \
      [width, classes] with columns of length one, as .safetensors (the tensor classifier) or .npy. promptlens evaluate and \
      predict read each of them.

      Example:
        promptlens classifier runs/photo --output weights.npy
        promptlens classifier ctx.npy --kind context --model mini-clip --classes names.txt --class-position end --output w.h5
      """)

  @Argument(help: ArgumentHelp("A run folder or a context file.", valueName: "prompt"))
  var prompt: String

  @Option(help: ArgumentHelp("A model folder; by default the run's.", valueName: "dir"))
  var model: String?

  @Option(help: ArgumentHelp("A file of class names, one a line or a JSON array.", valueName: "file"))
  var classes: String?

  @Option(help: "The position of the class name: end, middle or front; by default the context's own.")
  var classPosition: ClassPosition?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file to write: .npy, .json, .h5, .csv or .safetensors.", valueName: "file"))
  var output: String

  @Option(help: "The content of a .npy array without a description: context, or classifier for class weights.")
  var kind: PlainArray.Kind?

  @Option(help: "The layout of the weights: rows, or open-clip for open_clip's zero-shot head.")
  var layout = ClassifierFile.Layout.rows

  @OptionGroup var replacementOptions: ReplacementOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions

  func validate() throws {
    let endings = layout == .rows ? ClassifierFile.endings : ClassifierFile.headEndings
    guard endings.contains(ending) else {
      throw ValidationError("--output \(output) must end in \(endings.map { ".\($0)" }.joined(separator: ", ")).")
    }
  }

  private var ending: String { URL(fileURLWithPath: output).pathExtension.lowercased() }

  func run() throws {
    try replacementOptions.check(output, inputs: [prompt, classes])
    if ending == "npy" { try replacementOptions.check(NumPyCompanion.path(of: output)) }
    var export = ClassifierExport(prompt, output: output)
    export.layout = layout
    export.kind = try PlainArray.kind(kind, of: prompt)
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

extension ClassifierFile.Layout: ExpressibleByArgument {}

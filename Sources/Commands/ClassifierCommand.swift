import ArgumentParser
import Checkpoints
import Files
import Foundation
import JSONDocuments
import PromptLearning
import Reporting
import Tensors

struct ClassifierCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classifier",
    abstract: "Write the class weights that a learned prompt makes, to plug in anywhere.",
    discussion: """
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

  @Option(help: "Where the class name stands, if not where the context says: end, middle or front.")
  var classPosition: ClassPosition?

  @Option(name: [.short, .long], help: ArgumentHelp("The file to write: .npy, .json or .h5.", valueName: "file"))
  var output: String

  @OptionGroup var computeOptions: ComputeOptions

  func validate() throws {
    guard ["npy", "json", "h5"].contains(kind) else {
      throw ValidationError("--output \(output) must end in .npy, .json or .h5.")
    }
  }

  private var kind: String { URL(fileURLWithPath: output).pathExtension.lowercased() }

  func run() throws {
    let learned = try LearnedPrompt(prompt, model: model, precision: computeOptions.compute)
    guard let names = try classes.map(TextFile.read) ?? learned.classNames else {
      throw CommandError.noClassNames(context: prompt)
    }
    let classifier = try learned.classifier(names, position: classPosition)
    let weights = classifier.weights
    let scale = learned.model.clip.temperatureScale
    let fingerprint = learned.model.folder.manifest.fingerprint
    switch kind {
    case "npy": try NumPyFile.write(weights, to: output)
    case "json":
      let width = weights.shape.dimensions[1]
      let floats = weights.floats()
      let rows = names.indices.map { row in
        JSON.array(floats[row * width..<(row + 1) * width].map { JSON($0) })
      }
      let document: JSON = [
        "class_names": .array(names.map { .string($0) }), "scale": JSON(scale),
        "model_fingerprint": .string(fingerprint),
        "class_position": .string(classifier.classPosition.rawValue), "weights": .array(rows),
      ]
      try AtomicOutput.file(at: output) {
        try Data((document.serialized() + "\n").utf8).write(to: URL(fileURLWithPath: $0))
      }
    default:
      try HDF5Writer.write(to: output) { file in
        try file.write(weights, to: "weights")
        try file.write(names, to: "class_names")
        try file.set("scale", .number(Double(scale)))
        try file.set("class_position", .string(classifier.classPosition.rawValue))
        try file.set("model_fingerprint", .string(fingerprint))
      }
    }
    Console.note("\(output): \(names.count.grouped) classes, \(weights.shape.dimensions[1]) numbers each")
  }
}

import PromptLensExperiments
import PromptLensPrompts
import ArgumentParser
import PromptLensEvaluation
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Classify single images with a learned prompt.",
    discussion: """
      PROMPT is a run folder of promptlens train, or a context file with --model. The classes are those that the prompt \
      was learned for, or the lines of --classes.

      Example:
        promptlens predict runs/photo picture.jpg another.png
        promptlens predict ctx.npy --model mini-clip --classes names.txt picture.jpg --top 3 --format json
      """)

  @Argument(help: ArgumentHelp("A run folder or a context file.", valueName: "prompt"))
  var prompt: String

  @Argument(help: ArgumentHelp("Images.", valueName: "image"))
  var images: [String]

  @Option(help: ArgumentHelp("A model folder; by default the run's.", valueName: "dir"))
  var model: String?

  @Option(help: ArgumentHelp("A file of class names, one a line or a JSON array.", valueName: "file"))
  var classes: String?

  @Option(help: "Where the class name stands, if not where the context says: end, middle or front.")
  var classPosition: ClassPosition?

  @Option(help: "Classes for each image.")
  var top = 5

  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard top >= 1 else { throw ValidationError("--top is \(top), expected at least 1.") }
  }

  func run() throws {
    let learned = try LearnedPrompt(prompt, model: model, precision: computeOptions.precision)
    guard let names = try classes.map(TextFile.classNames) ?? learned.classNames else {
      throw ExperimentError.noClassNames(context: prompt)
    }
    let classifier = try learned.classifier(names, position: classPosition)
    let logits = try classifier.logits(
      for: learned.model.features(ofImages: images, reading: imageOptions.reading),
      scale: learned.model.clip.logitScale, observer: Console.observer
    ).floats()
    var table = Table(columns: [.text("image"), .number("rank"), .text("class"), .number("probability")])
    let documents: [JSON] = images.enumerated().map { row, image in
      let probabilities = Softmax.probabilities(logits[row * names.count..<(row + 1) * names.count])
      let order = names.indices.sorted { (-probabilities[$0], $0) < (-probabilities[$1], $1) }.prefix(top)
      for (rank, label) in order.enumerated() {
        table.append(image, "\(rank + 1)", names[label], probabilities[label].percentage)
      }
      return [
        "image": .string(image),
        "classes": .array(
          order.map { ["name": .string(names[$0]), "label": JSON($0), "probability": .number(probabilities[$0])] }),
      ]
    }
    Console.print(Results(json: .array(documents), tables: [table]), as: outputOptions.format)
  }
}

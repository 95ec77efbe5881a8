import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPrompts
import ArgumentParser
import PromptLensCheckpoints
import PromptLensEvaluation
import Foundation
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors

struct ClassifierCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classifier",
    abstract: "Write the class weights that a learned prompt makes, to plug in anywhere.",
    discussion: """
      PROMPT may also be a folder of promptlens probe, whose classifier is written in another form.

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
    guard ClassifierFile.endings.contains(URL(fileURLWithPath: output).pathExtension.lowercased()) else {
      throw ValidationError("--output \(output) must end in .npy, .json or .h5.")
    }
  }

  func run() throws {
    if let path = StoredClassifier.path(of: prompt) { return try rewrite(StoredClassifier(path)) }
    let learned = try LearnedPrompt(prompt, model: model, precision: computeOptions.precision)
    guard let names = try classes.map(TextFile.classNames) ?? learned.classNames else {
      throw ExperimentError.noClassNames(context: prompt)
    }
    guard case .rows(let classifier) = try learned.classifier(names, position: classPosition) else {
      throw ExperimentError.foreignClassifier(
        path: prompt, reason: "each image shifts this context, so that classes have no weights of their own")
    }
    let weights = classifier.weights
    let scale = learned.model.clip.logitScale
    try ClassifierFile(
      kind: LinearClassifier.kind, parts: [("weights", weights)],
      settings: [("scale", Double(scale)), ("normalizes", 1)], classNames: names,
      modelFingerprint: learned.model.folder.manifest.fingerprint,
      notes: [("class_position", classifier.classPosition.rawValue)]
    ).write(to: output)
    Console.note("\(output): \(names.count.grouped) classes, \(weights.shape.dimensions[1]) numbers each")
  }

  /// Writes a stored classifier in another form.
  private func rewrite(_ stored: StoredClassifier) throws {
    for (name, isGiven) in [
      ("--model", model != nil), ("--classes", classes != nil), ("--class-position", classPosition != nil),
    ]
    where isGiven {
      throw ValidationError("\(name) goes with prompts; \(stored.path) is a classifier of its own classes.")
    }
    try stored.file.write(to: output)
    Console.note("\(output): \(stored.classifier.ways.grouped) classes, \(stored.classifier.width) numbers each")
  }
}

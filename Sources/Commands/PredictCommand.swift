import PromptLensJSONDocuments
import ArgumentParser
import PromptLensExperiments
import PromptLensPresentation
import PromptLensPrompts
import PromptLensReporting

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Classify individual images with a learned prompt.",
    discussion: """
      PROMPT is a run folder of promptlens train, or a context file with --model. The classes are those of the prompt's \
      training, or the lines of --classes. PROMPT may also be a folder of promptlens probe or a classifier file, with \
      --model, whose classes are its own, or a checkpoint of MaPLe, IVLP, PromptSRC or VPT, with --model and --classes. A .npy \
      array from elsewhere needs --kind.

      A classifier file may have a threshold of promptlens ood, by which images are said to be unknown, and a temperature of \
      promptlens calibrate, at which probabilities are computed; a note says so.

      Example:
        promptlens predict runs/photo picture.jpg another.png
        promptlens predict probes/linear --model mini-clip picture.jpg
        promptlens predict ctx.npy --kind context --model mini-clip --classes names.txt picture.jpg --top 3 --format json
      """)

  @Argument(help: ArgumentHelp("A run folder, a context file, or a classifier.", valueName: "prompt"))
  var prompt: String

  @Argument(help: ArgumentHelp("Images.", valueName: "image"))
  var images: [String]

  @Option(help: ArgumentHelp("A model folder; by default the run's.", valueName: "dir"))
  var model: String?

  @Option(help: ArgumentHelp("A file of class names, one a line or a JSON array.", valueName: "file"))
  var classes: String?

  @Option(help: "The position of the class name: end, middle or front; by default the context's own.")
  var classPosition: ClassPosition?

  @Option(help: "What a .npy array without a description is: context, or classifier for class weights.")
  var kind: PlainArray.Kind?

  @Option(help: "Classes to list for each image.")
  var top = 5

  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard top >= 1 else { throw ValidationError("--top is \(top), expected at least 1.") }
  }

  func run() throws {
    var prediction = Prediction(prompt, images: images)
    prediction.kind = try PlainArray.kind(kind, of: prompt)
    if prediction.isClassifier {
      guard classPosition == nil, classes == nil || kind == .classifier else {
        throw ValidationError(
          "--classes and --class-position go with prompts; \(prompt) is a classifier of its own classes.")
      }
    }
    try classPosition?.checkForContext(prompt)
    prediction.model = model
    prediction.classes = classes
    prediction.classPosition = classPosition
    prediction.limit = top
    prediction.reading = imageOptions.reading
    prediction.precision = computeOptions.precision
    Console.print(Results(try prediction.run(observer: Console.observer)), as: outputOptions.format)
  }
}

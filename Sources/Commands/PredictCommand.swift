import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensPresentation
import PromptLensPrompts

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Classify images with a learned prompt, a classifier or words.",
    discussion: """
      PROMPT is a folder of promptlens fit, or a run folder of promptlens train, or a context file with --model. The classes \
      are those of the prompt's training, or the lines of --classes. PROMPT may also be a folder of promptlens probe or a \
      classifier file, with --model, whose classes are its own; a model folder with --classes, for hand-written prompts; or a \
      checkpoint of MaPLe, IVLP, PromptSRC or VPT, with --model and --classes. A .npy array from elsewhere needs --kind.

      PATH is an image, a folder, which is searched at every depth, or - for a list of paths on standard input, one a line. \
      Results are printed as they come; --format jsonl has a line for each image. Images that cannot be read are left out \
      and listed at the end. --below P marks images whose most probable class has less than P as unsure; those that belong to \
      no class are marked as unknown, if promptlens ood has fitted a threshold.

      --move-to DIR and --link-to DIR sort the images, or links to them, into a folder for each class, and into unsure and \
      unknown. No file is replaced.

      --explain DIR shows which parts of each image the prompt or classifier relies on, beside hand-written prompts: \
      DIR receives overlays, index.html, and explanation.json with the relevance of every patch. The relevance is \
      tested: the area under the class's probability as patches are removed and added is compared with that of random \
      orders. It needs an image tower that is \
      a vision transformer with a class token.

      A classifier file may include a threshold from promptlens ood, below which images are marked as unknown, and a \
      temperature from promptlens calibrate, which is applied to the probabilities; a note says so.

      Example:
        promptlens predict animals new-photos --format csv
        promptlens predict runs/photo picture.jpg another.png
        promptlens predict probes/linear --model mini-clip new-photos --below 0.8 --link-to sorted
        find /photos -name "*.jpg" | promptlens predict mini-clip --classes names.txt - --top 1 --format jsonl
        promptlens predict runs/photo pictures --explain where --explain-class moon --explain-against sun
        promptlens predict ctx.npy --kind context --model mini-clip --classes names.txt picture.jpg --top 3 --format json
      """)

  @Argument(help: ArgumentHelp("A run folder, a context file, a classifier, or a model folder.", valueName: "prompt"))
  var prompt: String

  @Argument(help: ArgumentHelp("Images, folders of them, or - for a list on standard input.", valueName: "path"))
  var images: [String]

  @Option(help: ArgumentHelp("A model folder; by default the run's.", valueName: "dir"))
  var model: String?

  @Option(help: ArgumentHelp("A file of class names, one a line or a JSON array.", valueName: "file"))
  var classes: String?

  @OptionGroup var templateOptions: TemplateOptions

  @Option(help: "The position of the class name: end, middle or front; by default the context's own.")
  var classPosition: ClassPosition?

  @Option(help: "The content of a .npy array without a description: context, or classifier for class weights.")
  var kind: PlainArray.Kind?

  @Option(help: "Classes to list for each image.")
  var top = 5

  @Option(help: ArgumentHelp("The probability below which an image is marked as unsure.", valueName: "p"))
  var below: Double?

  @Option(help: ArgumentHelp("Move each image into the folder of its class in DIR.", valueName: "dir"))
  var moveTo: String?

  @Option(help: ArgumentHelp("Make a link to each image in the folder of its class in DIR.", valueName: "dir"))
  var linkTo: String?

  @Option(help: ArgumentHelp("Write to DIR which parts of each image the class depends on.", valueName: "dir"))
  var explain: String?

  @Option(help: "How patches are weighted: attention (times its gradient), or integrated-gradients over the pixels.")
  var explainMethod: ExplanationMethod?

  @Option(help: ArgumentHelp("The class that is explained; by default each image's most probable.", valueName: "name"))
  var explainClass: String?

  @Option(help: ArgumentHelp("The class against which it is explained: the difference of the two.", valueName: "name"))
  var explainAgainst: String?

  @OptionGroup var pictureOptions: PictureOptions

  @Flag(
    inversion: .prefixedNo, help: "Leave images out that cannot be read, and list them at the end, instead of stopping."
  )
  var skipUnreadable = true

  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions

  @Option(help: "Print table, json, jsonl, csv, markdown or latex.")
  var format: PredictionFormat = .table

  @OptionGroup var replacementOptions: ReplacementOptions
  @OptionGroup var messageOptions: MessageOptions

  func validate() throws {
    try NumberBounds.check("--top", top, atLeast: 1)
    if let below, !(below > 0 && below <= 1) {
      throw ValidationError("--below is \(below), expected more than 0 and at most 1.")
    }
    guard moveTo == nil || linkTo == nil else { throw ValidationError("Give --move-to or --link-to, not both.") }
    guard explain != nil || (explainMethod == nil && explainClass == nil && explainAgainst == nil) else {
      throw ValidationError("--explain-method, --explain-class and --explain-against go with --explain DIR.")
    }
    guard explain == nil || moveTo == nil else {
      throw ValidationError("--explain reads the images again, and --move-to moves them away: use --link-to.")
    }
    guard explainAgainst == nil || explainAgainst != explainClass else {
      throw ValidationError("--explain-class and --explain-against are the same class.")
    }
    guard explain != nil || !replacementOptions.force else {
      throw ValidationError("--force replaces explanations: it goes with --explain DIR.")
    }
    guard images.count(where: { $0 == "-" }) < 2 else { throw ValidationError("- is given twice.") }
  }

  func run() throws {
    var prediction = Prediction(prompt)
    if prediction.isModel {
      guard classes != nil else {
        throw ValidationError("\(prompt) is a model folder: give the classes' names with --classes FILE.")
      }
      guard kind == nil, model == nil, classPosition == nil else {
        throw ValidationError("--model, --kind and --class-position go with prompts; \(prompt) is a model folder.")
      }
    } else {
      guard templateOptions.given == nil else {
        throw ValidationError("--template and --templates go with a model folder and --classes.")
      }
      prediction.kind = try PlainArray.kind(kind, of: prompt)
    }
    if prediction.isClassifier {
      guard classPosition == nil, classes == nil || kind == .classifier else {
        throw ValidationError(
          "--classes and --class-position go with prompts; \(prompt) is a classifier of its own classes.")
      }
    }
    try classPosition?.checkForContext(prompt)
    prediction.model = model
    prediction.classes = classes
    prediction.templates = templateOptions.request
    prediction.classPosition = classPosition
    prediction.limit = top
    prediction.leastProbability = below
    prediction.placement =
      moveTo.map { ImagePlacement(folder: $0, manner: .move) }
      ?? linkTo.map { ImagePlacement(folder: $0, manner: .link) }
    prediction.reading = pictureOptions.reading
    prediction.reading.skipsUnreadable = skipUnreadable
    prediction.precision = computeOptions.precision
    try predict(prediction)
  }

  private func predict(_ prediction: Prediction) throws {
    let observer = Console.observer
    let files = try ImageArguments.files(images, observer: observer)
    let opened = try prediction.opened()
    let explainer = try explainer(of: opened, observer: observer)
    var writer = PredictionWriter(
      format, tellsUnknown: opened.tellsUnknown, tellsUnsure: below != nil, tellsPlaces: prediction.placement != nil)
    let problems = try opened.run(files, observer: observer) { try Console.print(writer.text(of: $0)) }
    try Console.print(writer.end())
    if let explainer {
      let document = try explainer.run(files, skipped: problems, observer: observer)
      if let tables = format.tables { try Console.print("\n" + document.results.text(as: tables)) }
      observer.note("note: explanations are in \(explainer.path)/index.html")
    }
    observer.noteSkipped(problems, of: files.count)
  }

  /// Prepares explanations, where they are asked for, before any image is read.
  private func explainer(
    of prediction: OpenedPrediction, observer: ExperimentObserver
  ) throws -> ExplanationFolder? {
    guard let explain else { return nil }
    var settings = ExplanationExperiment.Settings()
    settings.method = explainMethod ?? .attention
    settings.className = explainClass
    settings.against = explainAgainst
    return try ExplanationFolder(
      explain, settings: CommandLineSettings.digest,
      experiment: ExplanationExperiment(prediction, settings: settings, observer: observer),
      replaces: replacementOptions.force)
  }
}

extension PredictionFormat: ExpressibleByArgument {}
extension ExplanationMethod: ExpressibleByArgument {}

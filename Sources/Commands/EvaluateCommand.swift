import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensPresentation
import PromptLensPrompts

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure the accuracy of a learned prompt, on its own classes or on others.",
    discussion: """
      PROMPT is a run folder of promptlens train, or a context file with --model. A unified context works with any list of \
      classes; a class-specific one with its own classes, found by name. PROMPT may also be a folder of promptlens probe, \
      or a classifier file of promptlens classifier (json, npy, h5, csv, safetensors), which is restricted to the classes that it shares with the images, matched by WordNet ids if \
      both have them, by name, or by the lines of --map FILE.

      PROMPT may also be a checkpoint of MaPLe, IVLP, PromptSRC or VPT, as its official trainer wrote it, or the output folder \
      around it, with --model, whose tensors the file's are compared with. Its prompts stand in deeper layers and in the image \
      tower, a vision transformer, so it is measured on images (--data), and stored features go with language-only prompts. \
      Checkpoints of ATPrompt, and of MaPLe and PromptSRC with it, have their attributes' words in the file.

      A .npy array from elsewhere doesn't say what it is: --kind context or --kind classifier does. The rows of class \
      weights are then the images' classes in their order.

      The output has the accuracy with its 95 % Wilson interval, the mean of the classes' accuracies, macro F1, top-5, the \
      expected calibration error in 15 bins, the negative log-likelihood, each class, and, as JSON, the confusion matrix.

      --group place, or --group place,bird, adds the accuracy of each group of images with equal values in these columns of a \
      csv: list, of the domains of a data set, or of its metadata.csv (waterbirds, celeba, WILDS); the worst group, its gap \
      to the mean, and its interval. The worst group is chosen by its own images, so its accuracy is biased low: the corrected \
      value and the interval take that into account.

      Example:
        promptlens evaluate runs/birds --data waterbirds:data --group place,bird
        promptlens evaluate runs/photo --data csv:pacs.csv?domain=sketch
        promptlens evaluate runs/pets --features pets-test.h5 --format json
        promptlens evaluate runs/pets --features X.npy --labels y.npy --classes names.txt
        promptlens evaluate ctx.npy --kind context --model mini-clip --data oxford-pets:data --class-position middle
      """)

  @Argument(help: ArgumentHelp("A run folder, a context file, or a classifier.", valueName: "prompt"))
  var prompt: String

  @Option(help: ArgumentHelp("A model folder; by default the run's.", valueName: "dir"))
  var model: String?

  @OptionGroup var testImageOptions: TestImageOptions
  @OptionGroup var arrayOptions: ArrayOptions<TestImages>

  @OptionGroup var groupOptions: GroupOptions

  @OptionGroup var mapOptions: ClassMapOptions

  @Option(help: "The position of the class name: end, middle or front; by default the context's own.")
  var classPosition: ClassPosition?

  @Option(help: "The content of a .npy array without a description: context, or classifier for class weights.")
  var kind: PlainArray.Kind?

  @Option(
    help: "The factor of the cosines of class weights in a .npy array without a description; by default the model's.")
  var scale: Double?

  @Option(help: "The number of most confused pairs of classes to list.")
  var confusions = 5

  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    try testImageOptions.source.requireImages()
    try arrayOptions.check(beside: testImageOptions.source)
    try groupOptions.check(beside: testImageOptions.source)
    guard scale == nil || kind == .classifier else { throw ValidationError("--scale goes with --kind classifier.") }
    try NumberBounds.check("--confusions", confusions, atLeast: 0)
  }

  func run() throws {
    var evaluation = ClassifierEvaluation(prompt, images: testImageOptions.selection(arrays: arrayOptions))
    evaluation.images.grouping = groupOptions.grouping
    evaluation.kind = try PlainArray.kind(kind, of: prompt)
    // The kind decides which other options are needed.
    guard kind != nil || !PlainArray.exists(at: prompt) else { throw ExperimentError.unknownArrayKind(path: prompt) }
    evaluation.scale = scale
    try check(isClassifier: evaluation.isClassifier)
    try classPosition?.checkForContext(prompt)
    evaluation.model = model ?? recordedModel
    evaluation.map = mapOptions.map
    evaluation.classPosition = classPosition
    evaluation.precision = computeOptions.precision
    let result = try evaluation.run(observer: Console.observer)
    try outputOptions.print(result.results(confusions: confusions))
  }

  /// Rejects options that don't go with a prompt, or with a classifier.
  private func check(isClassifier: Bool) throws {
    guard isClassifier else {
      guard mapOptions.map == nil else {
        throw ValidationError("--map is for classifiers; a prompt uses the class names of the images.")
      }
      guard !arrayOptions.areGiven || arrayOptions.classes != nil else {
        throw ValidationError("A prompt is made of the classes' names: give --classes FILE with --labels.")
      }
      return
    }
    guard classPosition == nil else {
      throw ValidationError("--class-position is for prompts; \(prompt) is a classifier.")
    }
    guard model != nil || testImageOptions.source.features != nil || recordedModel != nil else {
      throw ValidationError("\(prompt) doesn't record its model: give --model DIR with --data.")
    }
  }

  /// The model that a classifier of promptlens fit records, for images.
  private var recordedModel: String? {
    testImageOptions.source.features == nil ? StoredClassifier.recordedModel(of: prompt) : nil
  }
}

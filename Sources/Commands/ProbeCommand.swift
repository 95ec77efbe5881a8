import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensPresentation
import PromptLensReporting

struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Fit a classifier on image features, a baseline of prompt learning, and measure it.",
    discussion: """
      Methods, each with its paper's settings for the data set, which --dry-run lists and result.json records: linear, \
      logistic regression on features as CLIP's authors and CoOp's run it; tip-adapter and tip-adapter-f, a cache of the images \
      beside the words; clip-adapter, a bottleneck over image features; taskres, residuals of the words' features; lp++, a \
      probe blended with the words; cross-modal, a probe that learns from words as from images; nearest-mean.

      C of the linear probe, α and β of Tip-Adapter, and other hyperparameters are chosen on validation images: the data's \
      val split, of which --shots draws min(shots, 4) of each class as CoOp's code does. Without them methods keep their \
      defaults. Tip-Adapter searches on all validation images (--no-all-validation: the drawn ones), and its cache \
      holds the mean features of ten random crops (--crops 0: of the center crop; given features have the views that were extracted). \
      Learning rates are tuned for CLIP's logit scale of 100; give --learning-rate for others. Test images and \
      targets never influence a choice.

      Each --target is other data to measure the fitted classifier on. Classes are matched by WordNet ids if both data sets \
      have them, by the lines of --map FILE, else by name, and the classifier is restricted to the shared ones. A --target \
      may be a file of promptlens extract.

      --group place, or --group place,bird, adds the accuracy of each group of test images and of the targets' images with equal \
      values in these columns of their lists, and the worst group.

      The output folder contains classifier.h5, for promptlens evaluate and promptlens classifier, and result.json.

      Example:
        promptlens probe --model mini-clip --data csv:pacs.csv?domain=photo --shots 16 --seed 1 --target \
      csv:pacs.csv?domain=sketch --output probes/photo
        promptlens probe --model mini-clip --features pets-16.h5 --test-features pets-test.h5 --method taskres --output \
      probes/pets
        promptlens probe --train-features X.npy --train-labels y.npy --test-features T.npy --test-labels t.npy \
      --text-features W.npy --method tip-adapter --output probes/arrays
      """)

  @Option(help: "The method: \(ProbeMethod.allCases.map(\.rawValue).joined(separator: ", ")).")
  var method: ProbeMethod = .linear

  @OptionGroup var wordOptions: WordOptions

  @OptionGroup var imageOptions: TrainingImageOptions

  @Option(help: "Training images of each class; by default all of them.")
  var shots: Int?

  @Option(help: "The seed of the draw, the image order and the initial values.")
  var seed = 1

  @Option(name: .customLong("c"), help: "C of the linear probe, instead of a search for it.")
  var inverseRegularization: Double?

  @Option(help: "The learning rate of tip-adapter-f, clip-adapter and taskres, instead of the paper's.")
  var learningRate: Double?

  @Option(help: "The epochs of tip-adapter-f, clip-adapter and taskres, instead of the paper's.")
  var epochs: Int?

  @Option(help: "α of tip-adapter and tip-adapter-f, instead of a search, and of taskres, the factor of residuals.")
  var alpha: Double?

  @Option(help: "β of tip-adapter and tip-adapter-f, instead of a search.")
  var beta: Double?

  @Option(help: "The end of Tip-Adapter's search for α, instead of the paper's.")
  var alphaLimit: Double?

  @Option(help: "The end of Tip-Adapter's search for β, instead of the paper's.")
  var betaLimit: Double?

  @Option(
    help: "Random crops whose mean feature stands for a training image in Tip-Adapter's cache, with --data; 0: none.")
  var crops: Int?

  @Flag(
    inversion: .prefixedNo,
    help: "Search α and β on all validation images, as Tip-Adapter does, or on as many as --shots draws.")
  var allValidation: Bool?

  @OptionGroup var templateOptions: TemplateOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Other data to measure on, KIND:PATH or features of promptlens extract.", valueName: "data"))
  var target: [String] = []

  @OptionGroup var groupOptions: GroupOptions

  @OptionGroup var mapOptions: ClassMapOptions

  @Option(help: "The number of most confused pairs of classes to list.")
  var confusions = 5

  @Option(name: [.short, .long], help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var output: String

  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions

  @Flag(help: "Write nothing, and list the constants that the method would use, with their origins.")
  var dryRun = false

  @OptionGroup var replacementOptions: ReplacementOptions
  @OptionGroup var outputOptions: OutputOptions

  /// The settings that override the paper's.
  private var settings: ProbeMethod.Settings {
    var settings = ProbeMethod.Settings(
      inverseRegularization: inverseRegularization, learningRate: learningRate, epochs: epochs)
    (settings.alpha, settings.beta) = (alpha, beta)
    (settings.alphaLimit, settings.betaLimit) = (alphaLimit, betaLimit)
    (settings.crops, settings.searchesAllValidation) = (crops, allValidation)
    return settings
  }

  func validate() throws {
    try wordOptions.check(areArrays: imageOptions.arrays.areGiven, templates: templateOptions)
    if imageOptions.arrays.areGiven { try validateArrays() }
    try NumberBounds.check("--shots", shots, atLeast: 1)
    try NumberBounds.check("--epochs", epochs, atLeast: 1)
    guard method == .linear || inverseRegularization == nil else {
      throw ValidationError("--c goes with --method linear.")
    }
    guard method.learnsInEpochs || learningRate == nil && epochs == nil else {
      throw ValidationError("--learning-rate and --epochs go with tip-adapter-f, clip-adapter and taskres.")
    }
    try validateCache()
    try NumberBounds.checkPositive("--c", inverseRegularization)
    try NumberBounds.checkPositive("--learning-rate", learningRate)
    try NumberBounds.checkPositive("--alpha", alpha)
    try NumberBounds.checkPositive("--beta", beta)
    guard mapOptions.map == nil || !target.isEmpty else { throw ValidationError("--map goes with --target.") }
    try NumberBounds.check("--confusions", confusions, atLeast: 0)
  }

  /// Checks the settings of Tip-Adapter's cache, and TaskRes' α.
  private func validateCache() throws {
    guard alpha == nil || method.hasCache || method == .taskRes else {
      throw ValidationError("--alpha goes with tip-adapter, tip-adapter-f and taskres.")
    }
    let given: [(String, Bool)] = [
      ("--beta", beta != nil), ("--alpha-limit", alphaLimit != nil), ("--beta-limit", betaLimit != nil),
      ("--crops", crops != nil), ("--all-validation and --no-all-validation", allValidation != nil),
    ]
    if let name = given.first(where: \.1)?.0, !method.hasCache {
      throw ValidationError("\(name) go\(name.contains(" and ") ? "" : "es") with tip-adapter and tip-adapter-f.")
    }
    for (name, value) in [("--alpha-limit", alphaLimit), ("--beta-limit", betaLimit)] {
      if let value, !(value > 0.1 && value.isFinite) {
        throw ValidationError("\(name) is \(value), expected more than 0.1, where the search begins.")
      }
    }
    for (name, limit, value) in [("--alpha", alphaLimit, alpha), ("--beta", betaLimit, beta)]
    where limit != nil && value != nil {
      throw ValidationError("\(name)-limit is for a search, and \(name) replaces it.")
    }
    try NumberBounds.check("--crops", crops, in: 0...4096)
    guard crops == nil || imageOptions.source.features == nil else {
      throw ValidationError("--crops goes with --data; given features have the views that were extracted.")
    }
  }

  private func validateArrays() throws {
    guard !method.needsText || wordOptions.textFeatures != nil else {
      throw ValidationError(
        "--method \(method.rawValue) needs the text features of the classes: give --text-features FILE.")
    }
    guard target.isEmpty else {
      throw ValidationError("--target needs data with class names; plain arrays have none.")
    }
  }

  func run() throws {
    guard !dryRun else {
      let plan = LearningPlan(
        method, settings, dataset: try imageOptions.images()?.knownKey, shots: shots, seed: seed)
      return try outputOptions.print(plan.results(with: nil))
    }
    let probe = try request().opened(observer: Console.observer)
    let files = try replacementOptions.results(in: output)
    let task = probe.experiment.data.task
    for warning in probe.experiment.dataWarnings { Console.note("warning: \(warning)") }
    Console.note(
      "fitting \(method.rawValue) on \(task.train.count.grouped) images of \(task.classCount) classes")
    let outcome = try probe.outcome(observer: Console.observer)
    try outcome.write(to: files)
    try outputOptions.print(outcome.result.results(confusions: confusions))
  }

  private func request() throws -> ProbeRequest {
    let data = try imageOptions.images()
    let images: ProbeRequest.Images =
      if let arrays = imageOptions.arrayFiles(words: wordOptions) {
        .arrays(arrays)
      } else if let data {
        .data(data, root: imageOptions.source.rootOptions.root)
      } else {
        .features(
          train: imageOptions.source.features ?? "", validation: imageOptions.validationFeatures,
          test: imageOptions.testFeatures)
      }
    var request = ProbeRequest(method, images: images, model: wordOptions.model ?? "", output: output)
    request.settings = settings
    request.shots = shots
    request.seed = seed
    request.templates = templateOptions.request
    request.targets = target
    request.map = mapOptions.map
    request.grouping = groupOptions.grouping
    request.reading = imageOptions.source.imageOptions.reading
    request.precision = computeOptions.precision
    request.featureFolder = imageOptions.featureFolder
    return request
  }
}

extension ProbeMethod: ExpressibleByArgument {}

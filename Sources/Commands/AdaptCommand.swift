import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensPresentation

struct AdaptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapt",
    abstract: "Measure adaptation at test time: TPT and TDA, beside the classifier without it.",
    discussion: """
      tpt minimizes the entropy of the mean probability of an image's confident views by a step of AdamW on the \
      context. It starts from --words or a learned prompt, anew for each image. tda adds the votes of a cache of \
      confident images to the logits of hand-written prompts, and subtracts those of a cache of uncertain images; its \
      result depends on the order of the images, which --seed determines. Constants are those of the published code, \
      TDA's for ImageNet.

      Views are random crops with flips, as promptlens extract --views makes them (bicubic; TPT's code is bilinear), beside the \
      plain view. Instead of --data, --features has the plain views and --view-features the others of the same images. \
      Labels are only used to measure: accuracy with a paired bootstrap and McNemar's test, and calibration, which \
      adaptation is known to hurt.

      Example:
        promptlens adapt --method tda --model mini-clip --data csv:pictures/pictures.csv --feature-folder features
        promptlens adapt --method tpt --model mini-clip --prompt runs/photo --data csv:pictures/pictures.csv --views 64 \
      --feature-folder features
        promptlens adapt --method tda --model mini-clip --features test.h5 --alpha 2 --beta 5 --format json
      """)

  @Option(help: "The method: tpt or tda.")
  var method: AdaptationExperiment.Method

  @OptionGroup var modelOptions: ModelOptions

  @Option(
    help: ArgumentHelp("A run folder or a context file that tpt begins with, instead of words.", valueName: "prompt"))
  var prompt: String?

  @Option(help: ArgumentHelp("The words that tpt's context begins with (default: a photo of a).", valueName: "text"))
  var words: String?

  @OptionGroup var templateOptions: TemplateOptions
  @OptionGroup var testImageOptions: TestImageOptions

  @Option(help: "Views of each image with --data, the plain one among them (default: 64 for tpt, 1 for tda).")
  var views: Int?

  @Option(
    help: ArgumentHelp("Other views of the images of --features, of promptlens extract --views.", valueName: "file"))
  var viewFeatures: String?

  @Option(help: ArgumentHelp("The folder of features, with --data.", valueName: "dir"))
  var featureFolder: String?

  @Option(help: "Steps of tpt for each image (default: 1).")
  var steps: Int?

  @Option(help: "The share of confident views (default: 0.1).")
  var keptShare: Double?

  @Option(help: "tda's weight of confident images (default: 2, ImageNet's).")
  var alpha: Double?

  @Option(help: "tda's sharpness of confident images (default: 5, ImageNet's).")
  var beta: Double?

  @Option(help: "The seed of the images' order and of views.")
  var seed = 1

  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    let source = testImageOptions.source
    try source.requireImages()
    guard source.data == nil || featureFolder != nil else {
      throw ValidationError("--data needs a folder for its features: --feature-folder DIR.")
    }
    guard source.data != nil || views == nil && featureFolder == nil else {
      throw ValidationError("--views and --feature-folder go with --data; stored features are what they are.")
    }
    guard source.features != nil || viewFeatures == nil else {
      throw ValidationError("--view-features goes with --features.")
    }
    guard method == .promptTuning || prompt == nil && words == nil && steps == nil else {
      throw ValidationError("--prompt, --words and --steps go with --method tpt.")
    }
    guard prompt == nil || words == nil else { throw ValidationError("Give either --prompt or --words.") }
    guard method == .cache || alpha == nil && beta == nil && templateOptions.given == nil else {
      throw ValidationError("--alpha, --beta and templates go with --method tda.")
    }
    guard method == .cache || source.data != nil || viewFeatures != nil else {
      throw ValidationError("tpt needs views: give --view-features FILE beside --features.")
    }
    if let views, views < 1 || views == 2 {
      throw ValidationError("--views is \(views), expected 1, or at least 3: the plain view and several others.")
    }
    try NumberBounds.check("--steps", steps, atLeast: 1)
    if let keptShare, !(keptShare > 0 && keptShare <= 1) {
      throw ValidationError("--kept-share is \(keptShare), expected more than 0, at most 1.")
    }
    for (name, value) in [("--alpha", alpha), ("--beta", beta)] {
      if let value, !(value >= 0 && value.isFinite) {
        throw ValidationError("\(name) is \(value), expected 0 or more.")
      }
    }
    try NumberBounds.check("--seed", seed, atLeast: 0)
  }

  func run() throws {
    let source = testImageOptions.source
    let images: AdaptationExperiment.Images =
      if let data = source.data {
        .data(
          data, root: source.rootOptions.root, split: testImageOptions.split,
          views: views ?? (method == .promptTuning ? 64 : 1), folder: featureFolder ?? "")
      } else {
        .stores(plain: source.features ?? "", views: viewFeatures)
      }
    var experiment = AdaptationExperiment(method, model: modelOptions.model, images: images)
    experiment.prompt = prompt
    if let words { experiment.words = words }
    experiment.templates = templateOptions.request
    if let steps { experiment.tuning.steps = steps }
    if let keptShare {
      experiment.tuning.keptShare = keptShare
      experiment.caching.keptShare = keptShare
    }
    if let alpha { experiment.caching.positiveWeight = alpha }
    if let beta { experiment.caching.positiveSharpness = beta }
    experiment.seed = seed
    experiment.reading = source.imageOptions.reading
    experiment.precision = computeOptions.precision
    try outputOptions.print(experiment.run(observer: Console.observer).results)
  }
}

extension AdaptationExperiment.Method: ExpressibleByArgument {}

import PromptLensExperiments
import ArgumentParser
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import Foundation
import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn a prompt's context from a few images of each class, with CLIP frozen.",
    discussion: """
      Context Optimization (Zhou et al., 2022) by the reference's recipe: SGD with momentum 0.9 and weight decay 5e-4, \
      batches of 32, a first epoch at 1e-5 and then a cosine from --learning-rate; 50, 100 or 200 epochs by shots. Images \
      are encoded once, --views random crops of each, of which every epoch sees one; --views 1 is the centre crop. \
      --augment online takes a new crop of each image through the image tower at every epoch instead, as the reference \
      does; that takes as much longer as the tower is slower than the prompts.

      The run folder holds run.json, log.jsonl, context.h5 and, when the run is finished, result.json. The same command \
      goes on with a run that was stopped and ends with the same bits; a finished one is left as it is; one of other \
      settings is refused by what differs.

      --init takes as many vectors as its text has tokens. Methods: coop; kgcoop, which holds classes near their \
      hand-written prompts; prograd, which drops what opposes zero-shot CLIP from gradients; promptsrc-text, the text \
      part of PromptSRC with its Gaussian average of contexts; cocoop, whose context each image shifts, learned from one \
      image at a time in ten epochs.

      --loss takes ce, gce:0.7, mae, sce:0.1:1, nce-rce:1:1, phuber-ce:10 or smoothing:0.1; --strategy small-loss or \
      co-teaching, with a noise rate as small-loss:0.3 unless --noise says it, agreement:1 or nlprompt:0.3. --noise makes \
      labels wrong, and noise.json in the run folder says which.

      Example:
        promptlens train --model mini-clip --data csv:pacs.csv?domain=photo --shots 16 --seed 1 --output runs/photo
        promptlens train --model mini-clip --features pets-16.h5 --test-features pets-test.h5 --shots 16 --init \
      "a photo of a" --class-position middle --class-specific --output runs/pets
        promptlens train --model mini-clip --data csv:pacs.csv?domain=photo --shots 16 --noise symmetric:0.5 --loss \
      gce:0.7 --output runs/noisy
      """)

  @OptionGroup var modelOptions: ModelOptions

  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource?

  @OptionGroup var rootOptions: RootOptions

  @Option(help: ArgumentHelp("Features of training images, as promptlens extract writes them.", valueName: "file"))
  var features: String?

  @Option(help: ArgumentHelp("Features of test images, with --features.", valueName: "file"))
  var testFeatures: String?

  @Option(
    help: ArgumentHelp("Features of validation images, with --features and --early-stopping.", valueName: "file"))
  var validationFeatures: String?

  @Option(help: ArgumentHelp("Where features are kept; by default in the run folder.", valueName: "dir"))
  var featureFolder: String?

  @OptionGroup var imageOptions: ImageOptions

  @Option(help: "Training images of each class; by default all of them.")
  var shots: Int?

  @Option(help: "The seed of the draw, the views, the context and the order of the images.")
  var seed = 1

  @Option(help: "Views of each training image, with --data (default: 8).")
  var views: Int?

  @Option(
    help: """
      How training images vary: views, whose features are kept, or online, a new crop of each image at every epoch.
      """)
  var augment: Augmentation = .views

  @Flag(help: "Learn a context of its own for each class.")
  var classSpecific = false

  @Option(help: "The method.")
  var method: MethodName = .coop

  @Option(help: "The loss, a name and its numbers.", transform: { try LossName.loss($0) })
  var loss: any Loss = CrossEntropy()

  @Option(help: "Which images are learned from, a name and its number.", transform: { try StrategyName($0) })
  var strategy: StrategyName = .all

  @Option(
    help: ArgumentHelp(
      "Keep the epoch that is best on validation images, and end when none was better for so many.",
      valueName: "epochs"))
  var earlyStopping: Int?

  @OptionGroup var noiseOptions: NoiseOptions

  @OptionGroup var recipeOptions: RecipeOptions

  @Option(
    help: ArgumentHelp(
      "The memory to stay below: what does not fit is computed again, with the same results.", valueName: "size"))
  var memoryLimit: MemorySize?

  @OptionGroup var computeOptions: ComputeOptions

  @Option(name: [.short, .long], help: ArgumentHelp("The run folder.", valueName: "dir"))
  var output = "run"

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard (data == nil) != (features == nil) else {
      throw ValidationError("Give the images with either --data KIND:PATH or --features FILE.")
    }
    guard testFeatures == nil || features != nil else {
      throw ValidationError("--test-features goes with --features; --data has test images of its own.")
    }
    guard validationFeatures == nil || (features != nil && earlyStopping != nil) else {
      throw ValidationError("--validation-features goes with --features and --early-stopping.")
    }
    guard earlyStopping == nil || features == nil || validationFeatures != nil else {
      throw ValidationError("--early-stopping needs validation images: give --validation-features beside --features.")
    }
    guard !noiseOptions.noisyValidation || earlyStopping != nil else {
      throw ValidationError("--noisy-validation goes with --early-stopping, which looks at validation images.")
    }
    guard views == nil || data != nil else {
      throw ValidationError("--views goes with --data; a feature file has as many views as it has.")
    }
    guard augment != .online || data != nil else {
      throw ValidationError(
        "--augment online encodes the images at every epoch; give them with --data, not --features.")
    }
    guard augment != .online || views == nil else {
      throw ValidationError(
        "--augment online and --views exclude each other: online, every epoch has views of its own.")
    }
    guard method != .cocoop || (strategy == .all && earlyStopping == nil) else {
      throw ValidationError(
        "--method cocoop has another prompt for each image: --strategy and --early-stopping do not go with it.")
    }
    guard method != .cocoop || !classSpecific else {
      throw ValidationError("--method cocoop learns one context for all classes; leave out --class-specific.")
    }
    for (name, value) in [("--shots", shots), ("--early-stopping", earlyStopping)] {
      if let value, value < 1 { throw ValidationError("\(name) is \(value), expected at least 1.") }
    }
    if let views, !(1...4096).contains(views) {
      throw ValidationError("--views is \(views), expected 1 to 4096.")
    }
  }

  func run() throws {
    try strategy.check(isNoiseRateKnown: noiseOptions.request != nil)
    let model = try OpenedModel(modelOptions.model, precision: computeOptions.precision)
    let settings = self.settings
    let learning = try LearningRun(
      settings, data: learningData(settings, model), model: model, noise: noiseOptions.request)
    let folder = try RunFolder(output, for: learning.description)
    switch try folder.state {
    case .finished(let result):
      Console.note("\(output): finished already, nothing to do")
      return Console.print(result.results(path: output), as: outputOptions.format)
    case .damaged(let error): Console.note("\(output): its result is damaged (\(error)): done again")
    case .unfinished: break
    }
    for warning in learning.audit.warnings { Console.note("note: \(warning)") }
    let result = try learning.train(in: folder, observer: Console.observer)
    Console.print(result.results(path: output), as: outputOptions.format)
  }

  private var settings: LearningSettings {
    var settings = recipeOptions.settings
    settings.isClassSpecific = classSpecific
    settings.method = method
    settings.loss = loss
    settings.strategy = strategy
    settings.patience = earlyStopping
    settings.precision = computeOptions.precision
    settings.memoryLimit = memoryLimit?.bytes
    return settings
  }

  private func learningData(_ settings: LearningSettings, _ model: OpenedModel) throws -> LearningData {
    guard let data else {
      return try LearningData(
        FeatureStore.open(features ?? ""), shots: shots, seed: seed,
        test: testFeatures.map { try FeatureStore.open($0) },
        validation: validationFeatures.map { try FeatureStore.open($0) }, model: model)
    }
    return try LearningImages(
      source: data, root: rootOptions.root, reading: imageOptions.reading, augmentation: augment,
      views: views ?? LearningImages.defaultViews, shots: shots, seed: seed,
      noises: noiseOptions.request.map { [$0] } ?? [], needsValidation: earlyStopping != nil,
      folder: featureFolder ?? "\(output)/features", observer: Console.observer
    ).features(settings, model)
  }
}

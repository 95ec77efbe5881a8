import PromptLensFeatures
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

  @OptionGroup var dataOptions: TrainingDataOptions

  @OptionGroup var imageOptions: ImageOptions

  @Option(help: RunField.shots.optionHelp)
  var shots: Int?

  @Option(help: RunField.seed.optionHelp)
  var seed = RunRequest().seed

  @Flag(help: RunField.classSpecific.optionHelp)
  var classSpecific = false

  @Option(help: RunField.method.optionHelp)
  var method = LearningSettings().method

  @Option(help: RunField.loss.optionHelp, transform: { try LossName.loss($0) })
  var loss = LearningSettings().loss

  @Option(help: RunField.strategy.optionHelp, transform: { try StrategyName($0) })
  var strategy = LearningSettings().strategy

  @Option(help: RunField.earlyStopping.optionHelp)
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
    try dataOptions.validate(earlyStopping: earlyStopping != nil)
    guard !noiseOptions.noisyValidation || earlyStopping != nil else {
      throw ValidationError("--noisy-validation goes with --early-stopping, which looks at validation images.")
    }
    guard method != .cocoop || (strategy == .all && earlyStopping == nil) else {
      throw ValidationError(
        "--method cocoop has another prompt for each image: --strategy and --early-stopping do not go with it.")
    }
    guard method != .cocoop || !classSpecific else {
      throw ValidationError("--method cocoop learns one context for all classes; leave out --class-specific.")
    }
    try RunField.shots.check(shots)
    if let earlyStopping, earlyStopping < 1 {
      throw ValidationError("--early-stopping is \(earlyStopping), expected at least 1.")
    }
  }

  func run() throws {
    try strategy.check(isNoiseRateKnown: noiseOptions.request != nil)
    let model = try OpenedModel(modelOptions.model, precision: computeOptions.precision)
    let settings = settings
    let run = try LearningRun(
      settings, data: learningData(settings, model), model: model, noise: noiseOptions.request)
    let result = try run.finish(in: output, observer: Console.observer)
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
    let source = dataOptions.source
    guard let data = try source.images() else {
      return try LearningData(
        FeatureStore.open(source.features ?? ""), shots: shots, seed: seed,
        test: dataOptions.testFeatures.map { try FeatureStore.open($0) },
        validation: dataOptions.validationFeatures.map { try FeatureStore.open($0) }, model: model)
    }
    return try LearningImages(
      source: data, root: source.rootOptions.root, reading: imageOptions.reading, augmentation: dataOptions.augment,
      views: dataOptions.views ?? LearningImages.defaultViews, shots: shots, seed: seed,
      noises: noiseOptions.request.map { [$0] } ?? [], needsValidation: earlyStopping != nil,
      folder: dataOptions.featureFolder ?? "\(output)/features", observer: Console.observer
    ).features(settings, model)
  }
}

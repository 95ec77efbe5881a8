import PromptLensExperiments
import ArgumentParser
import PromptLensCheckpoints
import Foundation
import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensPromptLearning

struct TrainCommand: LearningCommand {
  static let learner = RunField.Command.train

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
        promptlens train --model mini-clip --features X.npy --labels y.npy --classes names.txt --test-features T.npy \
      --test-labels t.npy --output runs/arrays
        promptlens train --model mini-clip --data csv:pacs.csv?domain=photo --shots 16 --noise symmetric:0.5 --loss \
      gce:0.7 --output runs/noisy
      """)

  @OptionGroup var modelOptions: ModelOptions

  @OptionGroup var imageOptions: TrainingImageOptions

  @OptionGroup var viewOptions: ViewOptions

  @Option(help: RunField.shots.optionHelp)
  var shots: Int?

  @Option(help: RunField.seed.optionHelp)
  var seed = RunRequest().seed

  @OptionGroup var learningOptions: LearningOptions<TrainCommand>

  @OptionGroup var noiseOptions: NoiseOptions

  @Option(
    help: ArgumentHelp(
      "The memory to stay below: what does not fit is computed again, with the same results.", valueName: "size"))
  var memoryLimit: MemorySize?

  @OptionGroup var computeOptions: ComputeOptions

  @Option(name: [.short, .long], help: ArgumentHelp("The run folder.", valueName: "dir"))
  var output = "run"

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    let settings = settings
    try viewOptions.check(beside: imageOptions.source)
    try validateFeatures(earlyStopping: settings.patience != nil)
    guard !noiseOptions.noisyValidation || settings.patience != nil else {
      throw ValidationError("--noisy-validation goes with --early-stopping, which looks at validation images.")
    }
    guard settings.method != .cocoop || (settings.strategy == .all && settings.patience == nil) else {
      throw ValidationError(
        "--method cocoop has another prompt for each image: --strategy and --early-stopping do not go with it.")
    }
    guard settings.method != .cocoop || !settings.isClassSpecific else {
      throw ValidationError("--method cocoop learns one context for all classes; leave out --class-specific.")
    }
    if let shots { try RunField.shots.check(JSON(shots)) }
  }

  /// Refuses validation features that nobody looks at, early stopping without validation images, and arrays whose classes
  /// have no names.
  private func validateFeatures(earlyStopping: Bool) throws {
    guard imageOptions.validationFeatures == nil || earlyStopping else {
      throw ValidationError("--validation-features goes with --early-stopping.")
    }
    guard !earlyStopping || imageOptions.source.features == nil || imageOptions.validationFeatures != nil else {
      throw ValidationError("--early-stopping needs validation images: give --validation-features beside --features.")
    }
    guard !imageOptions.arrays.areGiven || imageOptions.arrays.classes != nil else {
      throw ValidationError("A prompt is made of the classes' names: give --classes FILE with --labels.")
    }
  }

  func run() throws {
    try settings.strategy.check(isNoiseRateKnown: noiseOptions.request != nil)
    let model = try OpenedModel(modelOptions.model, precision: computeOptions.precision)
    let settings = settings
    let run = try LearningRun(
      settings, data: learningData(settings, model), model: model, noise: noiseOptions.request)
    let result = try run.finish(in: output, observer: Console.observer)
    Console.print(result.results(path: output), as: outputOptions.format)
  }

  private var settings: LearningSettings {
    var settings = learningOptions.settings
    settings.precision = computeOptions.precision
    settings.memoryLimit = memoryLimit?.bytes
    return settings
  }

  private func learningData(_ settings: LearningSettings, _ model: OpenedModel) throws -> LearningData {
    if let stored = try imageOptions.storedData(shots: shots, seed: seed, model: model) { return stored }
    let source = imageOptions.source
    guard let data = source.data else {
      throw ValidationError("Give the images with either --data KIND:PATH or --features FILE.")
    }
    return try LearningImages(
      source: data, root: source.rootOptions.root, reading: source.imageOptions.reading,
      augmentation: viewOptions.augment, views: viewOptions.views ?? LearningImages.defaultViews, shots: shots,
      seed: seed,
      noises: noiseOptions.request.map { [$0] } ?? [], needsValidation: settings.patience != nil,
      folder: imageOptions.featureFolder(output: output), observer: Console.observer
    ).features(settings, model)
  }
}

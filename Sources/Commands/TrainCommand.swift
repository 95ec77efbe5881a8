import ArgumentParser
import PromptLensCommandLineSupport
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensPresentation

struct TrainCommand: LearningCommand {
  static let learner = RunField.Command.train

  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn a prompt's context from a few images of each class, with CLIP frozen.",
    discussion: """
      Context Optimization (Zhou et al., 2022) with the recipe of CoOp's code: SGD with momentum 0.9 and weight decay 5e-4, \
      batches of 32, a first epoch at 1e-5 and then a cosine schedule from --learning-rate; 50, 100 or 200 epochs depending \
      on the shots. --views random crops of each image are encoded once, and every epoch uses one of them; --views 1 is the \
      center crop. --augment online instead encodes a new crop of each image at every epoch, as CoOp's code does, \
      which takes longer.

      --recipe fast takes few steps instead: 25 for one shot, 50 for up to four and, for more, a tenth of those of CoOp's \
      recipe, but 50 to 100. Adam learns from all images at once, with a rate that rises over the first tenth and falls to \
      zero, and the best step on validation images is kept where there are any. With --class-specific it is CoOp's SGD, \
      with a rate as much higher as there are fewer steps, and the last step. Before the first step, train says how many \
      there are and what they take.

      The run folder contains run.json, log.jsonl, context.h5 and, when the run is finished, result.json. The same command \
      resumes a stopped run, with the same result to the last bit, and keeps a finished one; a run with other settings is \
      an error that names the difference.

      --init makes one vector of each token of its text. Methods: coop; kgcoop, which keeps class features near those of \
      hand-written prompts; prograd, which removes from gradients the part that conflicts with zero-shot CLIP; \
      promptsrc-text, the text part of PromptSRC with its Gaussian average of contexts; cocoop, whose context is shifted by \
      each image, learned from one image at a time in ten epochs. Where nothing is given, each has its paper's constants for \
      --protocol and the data set; --recipe coop gives all of them CoOp's. --dry-run prints every constant.

      Methods with prompts in deeper layers: maple, whose image prompts are made of the text's; ivlp, prompts of both towers; \
      promptsrc, the same with self-regulation; vpt and vpt-shallow, of the image tower alone; language-deep, of the text \
      tower alone; tcp, whose network makes vectors for each class. Those of the image tower are learned from images, so \
      they take --data and a vision transformer; every step goes through the tower.

      mpirun -n N promptlens train … divides the passes over the prompts of many classes among N processes, on one machine or \
      several that see the same files; the result is the same to the last bit. It takes Open MPI's library.

      --loss takes ce, gce:0.7, mae, sce:0.1:1, nce-rce:1:1, phuber-ce:10 or smoothing:0.1; --strategy small-loss or \
      co-teaching, with a noise rate, as small-loss:0.3, unless --noise gives it, agreement:1, nlprompt, as published, or \
      nlprompt:0.3, a variant whose budget rises from 0.3. --noise makes labels wrong, and noise.json in the run folder lists them.

      Example:
        promptlens train --model mini-clip --data csv:pacs.csv?domain=photo --shots 16 --seed 1 --output runs/photo
        promptlens train --model mini-clip --features pets-16.h5 --test-features pets-test.h5 --shots 16 --init \
      "a photo of a" --class-position middle --class-specific --output runs/pets
        promptlens train --model mini-clip --features X.npy --labels y.npy --classes names.txt --test-features T.npy \
      --test-labels t.npy --output runs/arrays
        promptlens train --model mini-clip --data csv:pacs.csv?domain=photo --shots 16 --noise symmetric:0.5 --loss \
      gce:0.7 --output runs/noisy
        promptlens train --model vit-b16 --data oxford-pets:data --shots 16 --method maple --protocol base-to-new --output \
      runs/maple
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
      "The memory limit: activations that do not fit are recomputed, with the same results.", valueName: "size"))
  var memoryLimit: MemorySize?

  @OptionGroup var patchOptions: PatchOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var checkOptions: CheckOptions

  @Option(name: [.short, .long], help: ArgumentHelp("The run folder.", valueName: "dir"))
  var output = "run"

  @OptionGroup var dryRunOptions: DryRunOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    let settings = settings
    try viewOptions.check(beside: imageOptions.source)
    try validateFeatures(settings)
    guard !noiseOptions.noisyValidation || settings.patience != nil else {
      throw ValidationError("--noisy-validation goes with --early-stopping, which uses validation images.")
    }
    guard settings.method != .cocoop || (settings.strategy == .all && settings.patience == nil) else {
      throw ValidationError(
        "--method cocoop has a different prompt for each image, so --strategy and --early-stopping cannot be used with it."
      )
    }
    guard !settings.method.isDeep || !RunRanks.areStarted else {
      throw ValidationError(
        "mpirun's processes divide the prompts of one context; --method \(settings.method.rawValue) is learned by one process."
      )
    }
    if let contradiction = settings.contradiction { throw ValidationError("\(contradiction).") }
    guard settings.method != .cocoop || !settings.isClassSpecific else {
      throw ValidationError("--method cocoop learns one context for all classes; omit --class-specific.")
    }
    guard settings.method != .cocoop || settings.recipe != .fast else {
      throw ValidationError(
        "--method cocoop passes over the prompts for each image, so --recipe fast, all images in a step, does not go with it."
      )
    }
    if let shots { try RunField.shots.check(JSON(shots)) }
  }

  /// Refuses validation features that nobody looks at, early stopping without validation images, and arrays whose classes
  /// have no names.
  private func validateFeatures(_ settings: LearningSettings) throws {
    let earlyStopping = settings.patience != nil
    let usesValidation = earlyStopping || settings.recipe == .fast && !settings.isClassSpecific
    guard imageOptions.validationFeatures == nil || usesValidation else {
      throw ValidationError(
        "--validation-features goes with --early-stopping, or with --recipe fast and a context that all classes share.")
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
    let settings = settings
    let ranks = try RunRanks.joined()
    let model = try OpenedModel(modelOptions.model, precision: computeOptions.precision)
    if let ranks, !ranks.isLeader {
      if !dryRunOptions.dryRun { try ranks.serve(model) }
      return ranks.leave()
    }
    let source = try learningSource(settings, model)
    if dryRunOptions.dryRun {
      let plan = try LearningPlan(
        settings,
        subject: RecipeSubject(
          studyProtocol: settings.studyProtocol ?? .fewShot, shots: shots, dataset: imageOptions.images()?.knownKey),
        counts: settings.recipe == .fast ? source.counts(settings, model) : nil, model: model,
        views: viewOptions.augment == .online ? nil : views, patchSpace: patchOptions.patchSpace?.bytes, seed: seed)
      if let short = try source.shortClasses(settings, model) { Console.note("warning: \(short)") }
      // What a step through the image tower takes isn't measured.
      let estimate =
        settings.method.isDeep ? nil : try source.estimate(settings, model, noise: noiseOptions.request)
      try outputOptions.print(plan.results(with: estimate))
      ranks?.leave()
      return
    }
    try source.check(output, settings, model)
    let run = try LearningRun(
      settings, data: source.data(settings, model), model: model, noise: noiseOptions.request,
      sharing: PromptPassPool(ranks: ranks))
    let result = try run.finish(in: output, observer: Console.observer)
    if let exchanged = try ranks?.end() { Console.note(exchanged) }
    ranks?.leave()
    try outputOptions.print(result.results(path: output))
  }

  private var views: Int { viewOptions.views ?? LearningImages.defaultViews }

  private var settings: LearningSettings {
    var settings = learningOptions.settings
    settings.precision = computeOptions.precision
    settings.usesFoundValidation = true
    settings.memoryLimit = memoryLimit?.bytes
    return settings
  }

  private func learningSource(_ settings: LearningSettings, _ model: OpenedModel) throws -> LearningSource {
    try imageOptions.learningSource(shots: shots, seed: seed, model: model, output: output, patches: patchOptions) {
      $0.augmentation = viewOptions.augment
      $0.views = views
      $0.noises = noiseOptions.request.map { [$0] } ?? []
      $0.needsValidation = settings.patience != nil
    }
  }
}

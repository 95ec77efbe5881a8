import PromptLensDatasets
import PromptLensEvaluation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensTensors

// MARK: - The table

extension RunField {
  /// All fields, in the order of run.json.
  package static let all: [RunField] = [
    method, loss, data, shots, seed, views, contextLength, classPosition, classSpecific, initialization, epochs,
    batchSize, learningRate, warmupRate, warmupEpochs, momentum, weightDecay, precision, modelFingerprint,
    trainingFeatures, testFeatures, classes, strategy, earlyStopping, validationFeatures, noise, noiseSeed, noiseRate,
    validationNoiseRate, augmentation, model, recipe, studyProtocol, template, weight, averageMean, averageDeviation,
    clipNorm, promptDepth, imagePromptDepth, promptLength, keepsWords, adamEpsilon,
  ]
}

// MARK: - The method

extension RunField {
  package static let method = RunField(
    "method", help: "The method.", commands: [.train], setting: .choice(9, "the method", \.learning.method))

  package static let loss = RunField(
    "loss", help: "The loss, a name and its numbers.", commands: [.train],
    setting: .written(
      15, "the loss", form: LossName.all.joined(separator: " or "), \.learning.loss, read: { try LossName.loss($0) },
      write: { $0.name }),
    isLater: true,
    // Tasks once had none, runs always did.
    recorded: { .string($0.asked.loss.name) })

  package static let recipe = RunField(
    "recipe",
    help:
      "The recipe for what isn't given: paper, the method's own; coop, CoOp's for every method; fast, few steps on "
      + "all images at once. docs/recipes.md lists the constants.",
    commands: Command.allCases,
    setting: .choice(18, "the recipe, whose constants are used where none is given", \.learning.recipe), isLater: true,
    // CoOp's own recipe is the paper's.
    recorded: { run in
      run.asked.method == .coop && run.asked.recipe != .fast
        ? Optional<JSON>.none : JSON.string(run.asked.recipe.rawValue)
    })

  package static let studyProtocol = RunField(
    "protocol",
    help: "The protocol, on which papers' constants depend: base-to-new, few-shot, cross-data or domain (default: "
      + "few-shot, base-to-new where half of the classes are learned).",
    valueName: "name", commands: [.train],
    setting: .written(
      19, "the protocol, on which papers' constants depend",
      form: LearningProtocol.allCases.map(\.rawValue).joined(separator: " or "), null: "few-shot",
      \.learning.studyProtocol, read: { try LearningProtocol.named($0) }, write: { $0?.rawValue }),
    isLater: true,
    recorded: { run in
      run.asked.studyProtocol.map { .string($0.rawValue) }
    })

  package static let template = RunField(
    "template",
    help: "The hand-written prompt that kgcoop, prograd, tcp and promptsrc-text compare with, with {} for the "
      + "class name (default: the paper's for the data set, of promptsrc-text 60 templates; else the data set's own).",
    valueName: "text", commands: [.train],
    setting: .text(nil, "the hand-written prompt to compare with", null: "the data set's own", \.learning.template),
    isLater: true, recorded: { $0.anchorTemplate.map { .string($0) } })

  package static let weight = RunField(
    "weight",
    help: "The weight λ of the method's own term (default: the recipe's, kgcoop and tcp 8, prograd 1, promptsrc and "
      + "promptsrc-text 25).",
    valueName: "number", commands: [.train, .baseToNew],
    setting: .positiveNumber(20, "the weight of the method's own term", null: "the recipe's", \.learning.weight),
    isLater: true,
    recorded: { run in run.asked.constants(on: run.data).weight.map { .number(run.asked.weight ?? $0) } })

  package static let averageMean = RunField(
    "average_mean", help: "The epoch that weighs most in PromptSRC's average, μ (default: the recipe's).",
    valueName: "epoch", commands: [.train],
    setting: .positiveNumber(nil, "the epoch that weighs most", null: "the recipe's", \.learning.averageMean),
    isLater: true,
    recorded: { run in run.asked.average(on: run.data, epochs: run.settings.epochs).map { .number($0.mean) } })

  package static let averageDeviation = RunField(
    "average_deviation",
    help: "The standard deviation of the weights in PromptSRC's average, σ (default: the recipe's).",
    valueName: "epochs", commands: [.train],
    setting: .positiveNumber(nil, "the deviation of the weights", null: "the recipe's", \.learning.averageDeviation),
    isLater: true,
    recorded: { run in run.asked.average(on: run.data, epochs: run.settings.epochs).map { .number($0.deviation) } })

  package static let promptDepth = RunField(
    "prompt_depth",
    help: "Blocks with prompts of their own, J, of methods with prompts in deeper layers (default: the "
      + "recipe's, maple and promptsrc 9, ivlp, vpt and language-deep 12, as far as the towers have blocks).",
    valueName: "blocks", commands: [.train, .baseToNew],
    setting: .wholeNumber(
      23, "the blocks with prompts of their own", 1...1024, null: "the recipe's", \.learning.promptDepth),
    isLater: true, recorded: { $0.deep?.depths.text.map { JSON($0) } })

  package static let imagePromptDepth = RunField(
    "image_prompt_depth", help: "The same of the image tower, for ivlp and promptsrc (default: as --prompt-depth).",
    valueName: "blocks", commands: [.train, .baseToNew],
    setting: .wholeNumber(
      24, "the image tower's blocks with prompts of their own", 1...1024, null: "as prompt_depth",
      \.learning.imagePromptDepth),
    isLater: true, recorded: { $0.deep?.depths.image.map { JSON($0) } })

  package static let promptLength = RunField(
    "prompt_length",
    help: "Prompt tokens in the image tower, for vpt, ivlp and promptsrc (default: the recipe's, vpt 8, ivlp "
      + "2, promptsrc 4); --context-length is the text tower's, and maple's both.",
    valueName: "tokens", commands: [.train, .baseToNew],
    setting: .wholeNumber(
      25, "the prompt tokens in the image tower", 1...1024, null: "the recipe's", \.learning.promptLength),
    isLater: true,
    recorded: { run in run.deep.flatMap { $0.form.imageTokens > 0 ? JSON($0.form.imageTokens) : Optional<JSON>.none } })

  package static let keepsWords = RunField(
    "keep_words",
    help: "With fewer than four vectors, leave the other words of \"a photo of a\" in place, as the official code "
      + "of maple and ivlp does: of two vectors \"of a\" stays.", commands: [.train, .baseToNew],
    setting: .truth(26, "whether words that vectors don't replace stay", \.learning.keepsWords), isLater: true)

  static let adamEpsilon = RunField(
    "adam_epsilon", recorded: { run in run.asked.constants(on: run.data).adamEpsilon.map { .number($0) } })

  package static let strategy = RunField(
    "strategy", help: "Which images are learned from, a name and its number.", commands: [.train],
    setting: .written(
      16, "the strategy against wrong labels", form: StrategyName.names.joined(separator: " or "), \.learning.strategy,
      read: { try StrategyName($0) }, write: { $0.description }),
    isLater: true,
    // Recorded with the rate that the noise turned out to have.
    recorded: { $0.asked.strategy == .all ? Optional<JSON>.none : JSON.string($0.strategy.name) })

  package static let earlyStopping = RunField(
    "early_stopping",
    help: "Keep the epoch that is best on validation images, and stop after this many epochs without improvement.",
    valueName: "epochs", commands: [.train],
    setting: .wholeNumber(
      22, "epochs without a better one until training ends", 1...1_000_000, null: "training to the end",
      \.learning.patience),
    isLater: true, recorded: { $0.patience.map { JSON($0) } })
}

// MARK: - The context

extension RunField {
  package static let contextLength = RunField(
    "context_length",
    help: "Vectors in the context, M (default: the recipe's, 16 for coop, or the number of tokens of --init).",
    commands: Command.allCases,
    setting: .wholeNumber(
      5, "vectors in the context, M", 1...1024, null: "the recipe's, or the tokens of init", \.learning.contextLength),
    label: { "M=\($0.serialized())" }, recorded: { JSON($0.assembly.contextLength) })

  package static let classPosition = RunField(
    "class_position", help: "Where the class name stands: end, middle or front.", commands: Command.allCases,
    setting: .choice(6, "where the class name stands", \.learning.classPosition, of: [.end, .middle, .front]),
    label: { $0.asText })

  package static let classSpecific = RunField(
    "class_specific", help: "Learn a context of its own for each class.", commands: [.train, .noise],
    setting: .truth(7, "whether each class has a context of its own", \.learning.isClassSpecific),
    label: { $0 == .bool(true) ? "CSC" : "UC" })

  package static let initialization = RunField(
    "initialization",
    help: "Words that initialize the context (default: the recipe's beginning, random numbers for coop).",
    option: "init", valueName: "text",
    commands: Command.allCases,
    setting: .text(8, "words to begin the context with", null: "the recipe's beginning", \.learning.initialization),
    label: { $0.asText == "random" ? "random" : "\"\($0.asText)\"" }, recorded: { .string("\($0.initialization)") })
}

// MARK: - Training

extension RunField {
  package static let epochs = RunField(
    "epochs",
    help:
      "Epochs (default: the recipe's; for coop 50, 100 or 200 depending on the shots, ImageNet 50; for fast 25, 50 or, "
      + "with more than four shots, 50 to 100 steps).",
    commands: Command.allCases,
    setting: .wholeNumber(
      11, "the epochs", 1...1_000_000, null: "the method's, by shots", \.learning.epochs),
    recorded: { JSON($0.settings.epochs) })

  package static let batchSize = RunField(
    "batch_size", help: "Images in a step (default: the recipe's; coop 32, cocoop 1, fast all).",
    commands: Command.allCases,
    setting: .wholeNumber(12, "images in a step", 1...1_000_000, null: "the method's", \.learning.batchSize),
    recorded: { JSON($0.settings.batchSize) })

  package static let learningRate = RunField(
    "learning_rate",
    help:
      "The learning rate after the first epoch: a number, or auto, the default, which is the recipe's (coop 0.002) for a "
      + "logit scale of 100, and larger for a smaller scale unless prompts are in the image tower; for fast 0.005, or "
      + "0.0125 where few images shorten its 100 steps, and with --class-specific CoOp's rate times CoOp's number of "
      + "steps, divided by the number of steps.",
    commands: Command.allCases,
    setting: .positiveNumber(
      13, "the learning rate after the first epoch", null: "the one that suits the model's logit scale",
      \.learning.learningRate),
    recorded: { .number($0.settings.schedule.peak) })

  // A recipe of another optimizer implies its constants.
  static let warmupRate = RunField(
    "warmup_rate", recorded: { run in run.warmup.map { JSON.number($0.warmupRate) } })
  static let warmupEpochs = RunField(
    "warmup_epochs", recorded: { run in run.warmup.map { JSON($0.warmupEpochs) } })
  static let momentum = RunField(
    "momentum",
    recorded: { run in
      run.asked.constants(on: run.data).adamEpsilon == nil ? run.descent.map { JSON($0.momentum) } : Optional<JSON>.none
    })
  static let weightDecay = RunField("weight_decay", recorded: { $0.descent.map { JSON($0.weightDecay) } })

  package static let clipNorm = RunField(
    "clip_norm", help: "Shorten gradients that are longer than this, which keeps a loss from running away.",
    valueName: "norm", commands: Command.allCases,
    setting: .positiveNumber(21, "the largest norm of a gradient", null: "no limit", \.learning.clipNorm),
    isLater: true)

  package static let precision = RunField(
    "precision", help: "The arithmetic of the towers: f32, or bf16 for processors with AVX-512.",
    setting: .choice(4, "the arithmetic of the towers", \.learning.precision))
}

// MARK: - The model and the images

extension RunField {
  /// The path of the model isn't a setting of run.json, which records the model's fingerprint.
  package static let model = RunField(
    "model", help: "A model folder, as promptlens convert writes it.", valueName: "dir",
    setting: .required(0, "a model folder", \.model), recorded: { _ in Optional<JSON>.none })

  static let modelFingerprint = RunField(
    "model_fingerprint", isFingerprint: true, recorded: { .string($0.model.folder.manifest.fingerprint) })

  package static let data = RunField(
    "data", setting: .required(1, "the images, as after --data", \.data), recorded: { .string($0.data.name) })

  package static let classes = RunField(
    "classes",
    setting: .choice(2, "the classes to learn: all of them, or the first half", \.subset, of: [.all, .base]),
    // Runs before the introduction of subsets don't have it.
    recorded: { $0.data.subset == .all ? Optional<JSON>.none : JSON.string($0.data.subset.rawValue) })

  package static let shots = RunField(
    "shots", help: "Training images of each class; by default all of them.",
    setting: .wholeNumber(10, "training images of each class", 1...1_000_000, null: "all of them", \.shots),
    label: { $0 == .null ? "all images" : "\($0.serialized())-shot" },
    recorded: { $0.data.shots.map { JSON($0) } ?? .null })

  package static let seed = RunField(
    "seed", help: "The seed of the draw, the views, the context and the order of the images.",
    setting: .wholeNumber(
      14, "the seed of the draw, the views, the context and the order", 0...Int(Int32.max), \.seed),
    variesWithSeed: true, recorded: { JSON($0.data.seed) })

  package static let views = RunField(
    "views", help: "Views of each training image, with --data (default: \(LearningImages.defaultViews)).",
    setting: .wholeNumber(3, "views of each training image", 1...4096, \.views),
    recorded: { run in
      let images = run.data.train
      guard let pixels = images.pixels else { return images.renewal == nil ? JSON(images.views) : .null }
      return pixels.views.map { JSON($0) } ?? .null
    })

  package static let augmentation = RunField(
    "augmentation",
    help:
      "The augmentation of training images: views, encoded once, or online, a new crop of each image at every epoch.",
    option: "augment",
    recorded: { run in
      let images = run.data.train
      let isOnline = images.pixels.map { $0.views == nil } ?? (images.renewal != nil)
      return isOnline ? JSON.string(Augmentation.online.rawValue) : Optional<JSON>.none
    })

  static let trainingFeatures = RunField(
    "training_features", isFingerprint: true, variesWithSeed: true, recorded: { .string($0.data.train.identifier) })

  static let testFeatures = RunField(
    "test_features", isFingerprint: true, recorded: { $0.data.test.map { .string($0.identifier) } ?? .null })

  static let validationFeatures = RunField(
    "validation_features", isFingerprint: true, variesWithSeed: true,
    recorded: { run in run.patience.flatMap { _ in run.data.validation.map { .string($0.identifier) } } })
}

// MARK: - Wrong labels

extension RunField {
  package static let noise = RunField(
    "noise",
    setting: .written(
      17, "the noise in training labels, which depends on the seed",
      form: "KIND:RATE or KIND:NUMBERfp, where KIND is "
        + NoiseKind.allCases.map(\.rawValue).joined(separator: " or "), null: "none", \.noise,
      read: { try NoiseSpecification($0) }, write: { $0?.description }),
    isLater: true, recorded: { $0.data.noise.map { .string($0.origin) } })

  static let noiseSeed = RunField(
    "noise_seed", variesWithSeed: true, recorded: { $0.data.noise.map { $0.seed.map { JSON($0) } ?? .null } })

  /// The rate after rounding to whole images, which differs between draws.
  static let noiseRate = RunField(
    "noise_rate", variesWithSeed: true, recorded: { $0.data.noise.map { .number($0.rate) } })

  static let validationNoiseRate = RunField(
    "validation_noise_rate", variesWithSeed: true, recorded: { $0.data.validationNoise.map { .number($0.rate) } })
}

extension JSON {
  /// A text unchanged, any other value as JSON.
  fileprivate var asText: String {
    if case .string(let text) = self { text } else { serialized() }
  }
}

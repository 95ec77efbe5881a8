import PromptLensDatasets
import PromptLensFeatures
import PromptLensJSONDocuments
import PromptLensPromptLearning

/// Every constant of a run before it begins, and where it comes from.
package struct LearningPlan: Sendable {
  /// A constant.
  package struct Row: Sendable {
    /// The name in run.json.
    package let name: String
    /// The value.
    package let value: JSON
    /// Its origin: `given`, `default`, `model`, or the recipe's name.
    package let origin: String
  }

  /// The constants, in the order of display.
  package private(set) var rows: [Row] = []

  /// Lists the constants of a run.
  ///
  /// - Parameters:
  ///   - settings: the settings of learning.
  ///   - subject: the facts about the training images.
  ///   - counts: the numbers of images and classes; nil where they aren't counted, which leaves open what depends on them.
  ///   - model: the model.
  ///   - views: the number of views of each training image; nil for a new one in every epoch.
  ///   - patchSpace: the bytes that embedded patches may take; nil for the default.
  ///   - seed: the seed.
  /// - Throws: the errors of reading the tokenizer, and of words and numbers that don't go together.
  package init(
    _ settings: LearningSettings, subject: RecipeSubject, counts: ImageCounts? = nil, model: OpenedModel, views: Int?,
    patchSpace: Int? = nil, seed: Int
  ) throws {
    try settings.checkTowers(model.configuration)
    let constants = settings.constants(subject)
    let recipe = settings.recipe.rawValue
    func add(_ name: String, _ value: JSON, isGiven: Bool = false) {
      rows.append(Row(name: name, value: value, origin: isGiven ? "given" : recipe))
    }
    let (isFast, usesAdam) = (settings.recipe == .fast, settings.usesAdam)
    let length = isFast ? counts.map { settings.fastLength(subject, $0) } : nil
    let epochs = settings.epochs ?? length?.epochs ?? constants.epochs
    let schedule = LearningRateSchedule(
      peak: settings.learningRate(logitScale: model.clip.logitScale, constants: constants), epochs: epochs)
    let descent = StochasticGradientDescent()
    add("method", .string(settings.method.rawValue), isGiven: true)
    add("recipe", .string(recipe), isGiven: settings.recipe != .paper)
    add("protocol", .string(subject.studyProtocol.rawValue), isGiven: settings.studyProtocol != nil)
    add("data_set", subject.dataset.map { .string($0) } ?? .null)
    add("shots", subject.shots.map { JSON($0) } ?? .null, isGiven: true)
    add("loss", .string(settings.loss.name))
    add("strategy", .string("\(settings.strategy)"))
    for (name, value) in settings.strategy.constants ?? [] { add(name, value) }
    let own = KnownDataset.all.first { $0.key == subject.dataset }?.template
    let compared = settings.anchorTemplate(dataset: subject.dataset, own: own) ?? own
    add(
      "initialization", .string("\(settings.contextInitialization(template: compared))"),
      isGiven: settings.initialization != nil)
    add("context_length", JSON(try settings.length(model.tokenizer())), isGiven: settings.contextLength != nil)
    add("epochs", JSON(epochs), isGiven: settings.epochs != nil)
    let size = settings.batchSize ?? (isFast ? length?.batchSize : constants.batchSize)
    add("batch_size", size.map { JSON($0) } ?? .null, isGiven: settings.batchSize != nil)
    // The fast recipe's rate depends on the number of images.
    let isScaled = isFast && settings.learningRate == nil
    let scaled = counts.map { settings.suitedRate(subject, $0, logitScale: model.clip.logitScale) }
    add(
      "learning_rate", (isScaled ? scaled : schedule.peak).map { .number($0) } ?? .null,
      isGiven: settings.learningRate != nil)
    if !isFast {
      add("warmup_rate", .number(schedule.warmupRate))
      add("warmup_epochs", JSON(schedule.warmupEpochs))
    }
    add("optimizer", .string(constants.adamEpsilon == nil && !usesAdam ? "sgd" : "adam"))
    if let epsilon = constants.adamEpsilon ?? (usesAdam ? 1e-8 : nil) { add("adam_epsilon", .number(epsilon)) }
    if constants.adamEpsilon == nil, !usesAdam { add("momentum", JSON(descent.momentum)) }
    add("weight_decay", usesAdam ? .number(0) : JSON(descent.weightDecay))
    if let norm = settings.clipNorm { add("clip_norm", .number(norm), isGiven: true) }
    if let weight = constants.weight {
      add("weight", .number(settings.weight ?? weight), isGiven: settings.weight != nil)
    }
    if settings.method.trainer != nil || settings.method == .promptsrcText && !settings.comparesWithDiverseTemplates {
      // The data set's own where it is no known one, which is read with the images.
      add("template", compared.map { .string($0) } ?? .null, isGiven: settings.template != nil)
    }
    if settings.comparesWithDiverseTemplates { add("templates", JSON(DeepLearning.diverseTemplates.count)) }
    if settings.method == .promptsrc {
      let regulation = JointObjective.Regulation.self
      add("image_weight", .number(regulation.standardImageWeight))
      add("logit_weight", .number(regulation.standardLogitWeight))
      add("templates", JSON(DeepLearning.diverseTemplates.count))
    }
    if let average = constants.average(over: epochs) {
      add("average_mean", .number(settings.averageMean ?? average.mean), isGiven: settings.averageMean != nil)
      add(
        "average_deviation", .number(settings.averageDeviation ?? average.deviation),
        isGiven: settings.averageDeviation != nil)
    }
    addPrompts(settings, constants, model)
    add("views", views.map { JSON($0) } ?? .null)
    if settings.method.hasImagePrompts, views != nil, let bytes = model.configuration.patchBytes {
      rows.append(Row(name: "patch_bytes_of_a_view", value: JSON(bytes), origin: "model"))
      rows.append(
        Row(
          name: "patch_space", value: JSON(patchSpace ?? PatchStore.defaultSpace),
          origin: patchSpace == nil ? "default" : "given"))
    }
    add("precision", .string(settings.precision.rawValue))
    add("seed", JSON(seed), isGiven: true)
  }

  /// Lists the constants of a baseline.
  ///
  /// - Parameters:
  ///   - method: the method.
  ///   - given: the settings that replace the paper's.
  ///   - dataset: the key of the known data set; nil for others.
  ///   - shots: the number of training images of each class; nil for all of them.
  ///   - seed: the seed.
  package init(
    _ method: ProbeMethod, _ given: ProbeMethod.Settings, dataset: String?, shots: Int?, seed: Int
  ) {
    rows = [
      Row(name: "method", value: .string(method.rawValue), origin: "given"),
      Row(name: "data_set", value: dataset.map { .string($0) } ?? .null, origin: "paper"),
      Row(name: "shots", value: shots.map { JSON($0) } ?? .null, origin: "given"),
    ]
    let constants = method.constants(given, dataset: dataset)
    let own = method.constants(dataset: dataset).members
    for (name, value) in constants.members {
      let isGiven = value.serialized() != (own[name] ?? .null).serialized()
      rows.append(Row(name: name, value: value, origin: isGiven ? "given" : "paper"))
    }
    if let c = given.inverseRegularization { rows.append(Row(name: "c", value: .number(c), origin: "given")) }
    rows.append(Row(name: "seed", value: JSON(seed), origin: "given"))
  }

  /// Adds the prompts of deeper layers and of the image tower.
  private mutating func addPrompts(_ settings: LearningSettings, _ constants: MethodConstants, _ model: OpenedModel) {
    func row(_ name: String, _ value: Int, isGiven: Bool) -> Row {
      Row(name: name, value: JSON(value), origin: isGiven ? "given" : settings.recipe.rawValue)
    }
    if settings.method == .tcp { rows.append(row("prompt_block", 8, isGiven: false)) }
    guard let depth = constants.depth else { return }
    let asked = settings.promptDepth ?? depth
    let layers = model.configuration.text.transformer.layers
    let imageLayers = model.configuration.promptedTransformer?.layers ?? layers
    let isGiven = settings.promptDepth != nil
    if !settings.method.hasFixedText {
      let most = settings.method == .maple ? max(layers, imageLayers) : layers
      rows.append(row("prompt_depth", min(asked, most), isGiven: isGiven))
      rows.append(
        Row(name: "keep_words", value: .bool(settings.keepsWords), origin: settings.keepsWords ? "given" : "paper"))
    }
    if settings.method.hasImagePrompts, settings.method != .maple {
      rows.append(
        row(
          "image_prompt_depth", min(settings.imagePromptDepth ?? asked, imageLayers),
          isGiven: isGiven || settings.imagePromptDepth != nil))
    }
    if let length = constants.imageLength {
      rows.append(row("prompt_length", settings.promptLength ?? length, isGiven: settings.promptLength != nil))
    }
  }

  /// The constants as data.
  package var json: JSON {
    .array(
      rows.map { row in
        ["name": .string(row.name), "value": row.value, "from": .string(row.origin)]
      })
  }
}

import PromptLensCLIP
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors
import PromptLensTokenization

/// The parts of a run whose prompts stand in deeper layers or in the image tower.
package struct DeepLearning {
  /// The form of the prompts.
  package let form: any PromptForm
  /// The prompt as written, of which the vectors replace the first tokens.
  package let template: Template
  /// The hand-written prompt that TCP's network reads; nil for other methods.
  package let teacherTemplate: Template?
  /// The objective that training minimizes.
  let objective: JointObjective
  /// The number of blocks with prompts of their own, in each tower that has some.
  let depths: (text: Int?, image: Int?)

  /// Creates the parts.
  ///
  /// - Parameters:
  ///   - settings: the settings of learning, whose method is one of deeper layers.
  ///   - data: the images.
  ///   - model: the model.
  ///   - contextLength: the number of vectors in the text tower's first block.
  ///   - anchor: the class weights of the hand-written prompt, and its template.
  /// - Throws: the errors of ``LearningSettings/checkTowers(_:)`` and of the text tower.
  init(
    _ settings: LearningSettings, data: LearningData, model: OpenedModel, contextLength: Int,
    anchor: (weights: Tensor, template: Template)
  ) throws {
    let constants = settings.constants(on: data)
    try settings.checkTowers(model.configuration)
    if settings.method.hasImagePrompts, data.train.pixels == nil {
      throw ExperimentError.foreignFeatures(
        path: data.name, model: model.folder.path,
        reason:
          "the prompts of \(settings.method.rawValue) stand in the image tower, so images are needed: give them with "
          + "--data")
    }
    let text = model.configuration.text.transformer
    let image = settings.method.hasImagePrompts ? model.configuration.promptedTransformer : nil
    let depth = settings.promptDepth ?? constants.depth ?? 1
    let imageDepth = settings.imagePromptDepth ?? depth
    let names = data.classNames
    var objective = JointObjective()
    objective.loss = settings.loss
    switch settings.method {
    case .tcp:
      form = ClassAwarePrompts(length: contextLength, width: text.width, features: UnitRows(anchor.weights))
      objective.anchor = JointObjective.Anchor(
        text: UnitRows(anchor.weights), weight: settings.weight ?? constants.weight ?? 8)
    case .maple:
      form = CoupledPrompts(
        length: contextLength, depth: depth, textWidth: text.width, imageWidth: image?.width ?? 0,
        textLayers: text.layers, imageLayers: image?.layers ?? 0)
    default:
      form = IndependentPrompts(
        text: settings.method.hasFixedText
          ? nil
          : IndependentPrompts.Tower(length: contextLength, depth: depth, width: text.width, layers: text.layers),
        image: image.map {
          IndependentPrompts.Tower(
            length: settings.promptLength ?? constants.imageLength ?? contextLength, depth: imageDepth, width: $0.width,
            layers: $0.layers)
        })
    }
    if settings.method == .promptsrc {
      var regulation = JointObjective.Regulation(text: try Self.mean(Self.diverseTemplates, names, model))
      regulation.textWeight = settings.weight ?? constants.weight ?? regulation.textWeight
      objective.regulation = regulation
    }
    self.objective = objective
    template = try Self.template(settings, data: data, contextLength: contextLength)
    teacherTemplate = settings.method == .tcp ? anchor.template : nil
    switch form {
    case let form as CoupledPrompts: depths = (form.depth, form.depth)
    case let form as IndependentPrompts: depths = (form.text?.depth, form.image?.depth)
    default: depths = (nil, nil)
    }
  }

  /// The templates whose features PromptSRC averages: "a photo of a {}." and, of CLIP's eighty, the other ones among the first
  /// sixty.
  package static let diverseTemplates =
    [.photo] + PublishedTemplates.clip80.templates.prefix(60).filter { $0 != .photo }

  /// Returns the mean of the raw features of several templates, scaled to length one.
  static func mean(_ templates: [Template], _ names: [String], _ model: OpenedModel) throws -> UnitRows {
    let width = model.configuration.embedDimension
    let sum = FloatBuffer(count: names.count * width)
    for template in templates {
      let features = try model.features(ofTexts: names.map { template.prompt(for: $0.replacing("_", with: " ")) })
      sum.add(FloatBuffer(copying: features))
    }
    return UnitRows(sum, width: width)
  }

  /// Returns the written prompt.
  private static func template(
    _ settings: LearningSettings, data: LearningData, contextLength: Int
  ) throws(PromptError) -> Template {
    if let words = settings.initialization { return try Template("\(words) {}.") }
    if settings.method.hasFixedText { return .photo }
    if settings.method == .tcp, settings.recipe == .paper,
      let words = KnownDataset.all.first(where: { $0.key == data.dataset })?.wordsOfTCP
    {
      let vectors = [String](repeating: "X", count: contextLength).joined(separator: " ")
      return try Template("\(vectors) \(words.before){}\(words.behind)")
    }
    if settings.method == .tcp {
      // What the data set's own template says behind the class name stays.
      let own = (data.template ?? Template.photo.text).split(separator: "{}", omittingEmptySubsequences: false)
      let behind = own.count > 1 ? String(own[1]) : "."
      return try Template(placeholders(contextLength) + behind)
    }
    guard contextLength <= 4 else { return try Template(placeholders(contextLength) + ".") }
    if settings.keepsWords { return .photo }
    let words = MethodName.words.split(separator: " ").prefix(contextLength).joined(separator: " ")
    return try Template("\(words) {}.")
  }

  private static func placeholders(_ count: Int) -> String {
    [String](repeating: "X", count: count).joined(separator: " ") + " {}"
  }
}

extension CLIPConfiguration {
  /// The blocks of an image tower that takes prompts; nil for other towers.
  var promptedTransformer: TransformerConfiguration? {
    guard case .visionTransformer(let vision) = image, vision.takesPrompts else { return nil }
    return vision.transformer
  }

  /// The bytes of a view's embedded patches, which prompts of the image tower stand beside; nil for towers without prompts.
  var patchBytes: Int? {
    guard case .visionTransformer(let vision) = image, vision.takesPrompts else { return nil }
    return vision.positions * vision.transformer.width * MemoryLayout<Float>.stride
  }
}

extension LearningSettings {
  /// Checks that a model's towers take the method's prompts.
  ///
  /// - Throws: `CLIPError.noImagePrompts` for an image tower of another kind, `PromptError.foreignContext` where the text tower
  ///   has too few blocks for TCP.
  func checkTowers(_ model: CLIPConfiguration) throws {
    if method.hasImagePrompts, model.promptedTransformer == nil {
      throw CLIPError.noImagePrompts(tower: model.image.summary)
    }
    guard method == .tcp, model.text.transformer.layers <= ClassAwarePrompts.block else { return }
    throw PromptError.foreignContext(
      source: method.rawValue,
      reason:
        "its class-aware vectors stand before block \(ClassAwarePrompts.block), counted from 0, and the text tower has "
        + "\(model.text.transformer.layers) blocks")
  }

  /// The settings that exclude the method, in words; nil where all go together.
  package var contradiction: String? {
    let name = method.rawValue
    if !method.isDeep {
      let given: [(String, Bool)] = [
        ("--prompt-depth", promptDepth != nil), ("--image-prompt-depth", imagePromptDepth != nil),
        ("--prompt-length", promptLength != nil), ("--keep-words", keepsWords),
      ]
      return given.first { $0.1 }.map {
        "\($0.0) goes with methods whose prompts stand in deeper layers, not with \(name)"
      }
    }
    if strategy != .all {
      return "--strategy looks at features of one image tower, so it doesn't go with \(name)"
    }
    if recipe != .paper || clipNorm != nil {
      return "--recipe coop or fast and --clip-norm are for contexts; \(name) has the optimizer of its paper"
    }
    if isClassSpecific || classPosition != .end {
      return
        "the prompts of \(name) are shared by all classes, whose names stand at the end: omit --class-specific and "
        + "--class-position"
    }
    if method.hasFixedText, contextLength != nil || initialization != nil {
      return "\(name) has no vectors in the text: --prompt-length is the number of its tokens in the image tower"
    }
    if promptLength != nil, !method.hasImagePrompts || method == .maple {
      return "--prompt-length is the number of tokens in the image tower; \(name) takes --context-length"
    }
    if imagePromptDepth != nil, method != .ivlp, method != .promptsrc {
      return "--image-prompt-depth goes with ivlp and promptsrc; \(name) takes --prompt-depth"
    }
    if promptDepth != nil, method == .tcp || method == .vptShallow {
      return "the prompts of \(name) stand in a layer of their own: omit --prompt-depth"
    }
    return nil
  }
}

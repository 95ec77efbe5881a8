import PromptLensCLIP
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensInterpretation
import PromptLensPrompts
import PromptLensTensors

/// The interpretation of prompts in deeper layers and in the image tower: the effect of every layer, and the words and the
/// patches near them.
package struct DeepInterpretationExperiment {
  private let settings: InterpretationExperiment.Settings
  private let prompt: LearnedDeepPrompt

  /// The most images that are measured, evenly spaced, where the image tower has prompts: each goes through it about twice for
  /// every layer.
  private static let imageLimit = 1000
  /// The images whose pixels are in memory at a time.
  private static let chunk = 64

  /// Opens the prompts.
  ///
  /// - Throws: `PromptError.foreignContext` for settings that are for contexts alone; the errors of opening them.
  package init(_ settings: InterpretationExperiment.Settings) throws {
    var given: [(String, Bool)] = [
      ("--against", !settings.others.isEmpty), ("--towards", settings.towards != nil),
      ("--arbitrary-steps", settings.arbitrarySteps != nil), ("--shots", settings.shots != nil),
      ("--class-position", settings.classPosition != nil),
      ("--permutations", settings.permutations != nil), ("--image-heads", settings.imageHeads != nil),
    ]
    if case .features(_, let training?) = settings.images { given.append(("--train-features", !training.isEmpty)) }
    if let option = given.first(where: \.1) {
      throw PromptError.foreignContext(
        source: settings.prompt,
        reason: "its prompts stand in deeper layers, and \(option.0) is for contexts: omit it")
    }
    prompt = try LearnedDeepPrompt(settings.prompt, model: settings.model, precision: settings.precision)
    try prompt.requireVectorsAlone()
    self.settings = settings
  }

  /// Interprets the prompts.
  ///
  /// - Parameter observer: The receiver of progress.
  /// - Returns: The results of every analysis.
  /// - Throws: Errors of reading images and features, and of the towers.
  package func run(observer: ExperimentObserver = .silent) throws -> DeepInterpretation {
    let seed = UInt64(bitPattern: Int64(settings.seed))
    let selected: SelectedImages
    var patches: PatchImages?
    switch settings.images {
    case .features(let path, _): selected = try ImageSelection(.features(path)).open(observer: observer)
    case .data(let source, let root, let reading):
      selected = try ImageSelection(.data(source, root: root, split: .test), reading: reading).open(observer: observer)
      if prompt.prompts.form.imageTokens > 0 { patches = PatchImages(source: source, root: root, reading: reading) }
    }
    try selected.check(against: prompt.model)
    try prompt.check(selected)
    let names = selected.classes.names
    let texts = try TextVariants(prompt, classNames: names, observer: observer)
    let measured = try imageVariants(selected, observer: observer)
    let found = try scores(texts, measured)
    let ablation = try LayerAblation(whole: found.whole, nothing: found.nothing, parts: found.parts, seed: seed)
    let template = try (selected.template ?? prompt.run?.description.template).map { try Template($0) } ?? .photo
    let zeroShot = try ZeroShotClassifier(classNames: names, templates: [template]) {
      try prompt.plainModel.features(ofTexts: $0)
    }
    var decoding = DecodingExperiment(contexts: [prompt.path], model: prompt.plainModel.folder.path)
    decoding.controls = DecodingExperiment.Controls()
    decoding.patches = patches
    decoding.seed = seed
    let plain = try scorer(measured.features[.none], measured.labels)
    return DeepInterpretation(
      path: prompt.path, method: prompt.method, modelPath: prompt.model.folder.path,
      modelFingerprint: prompt.model.folder.manifest.fingerprint, precision: prompt.model.precision,
      data: selected.data, split: selected.split ?? .test,
      images: measured.labels.count, available: measured.available, classNames: names,
      template: prompt.prompts.template, zeroShotTemplate: template,
      zeroShotAccuracy: try zeroShot.weights.withFloats { weights in
        guard let base = weights.baseAddress else { return 0.0 }
        return try plain.accuracy(classFeatures: base, classes: names.count)
      }, ablation: ablation, decoded: try decoding.decode(prompt, observer: observer), remarks: measured.remarks)
  }

  // MARK: - Images

  /// The features of images with different prompts in their tower.
  private struct ImageVariants {
    var features: [PromptVariant: Tensor]
    let labels: [Int]
    let available: Int
    let remarks: ImageRemarks

    /// Returns the features with some prompts; those of a tower that never has any are always the same.
    subscript(variant: PromptVariant) -> Tensor? { features[variant] ?? features[.none] }
  }

  private func imageVariants(_ selected: SelectedImages, observer: ExperimentObserver) throws -> ImageVariants {
    let prompts = prompt.prompts.imagePrompts
    guard !prompts.isEmpty, case .listed(let dataset, let items) = selected.content else {
      let images = try selected.features(by: prompt.plainModel, observer: observer)
      return try ImageVariants(
        features: [.none: images.view()], labels: images.labels, available: images.count,
        remarks: selected.remarks(with: images))
    }
    let chosen = EvenlySpaced.indices(items.count, limit: Self.imageLimit).map { items[$0] }
    if chosen.count < items.count {
      observer.note(
        "note: \(chosen.count) of the \(items.count) images are measured, evenly spaced, since each goes through the image tower "
          + "once for every way of taking prompts away")
    }
    let initial = try prompt.initialParameters().map { prompt.prompts.form.vectors($0).image }
    let variants = PromptVariant.all(of: prompts.keys.sorted(), hasInitial: initial != nil)
    let plain = try prompt.plainModel.clip.imageEncoder()
    let encoders = try variants.map { variant in
      let own = variant.prompts(of: prompts, initial: initial ?? [:])
      return own.isEmpty ? plain : try ImageEncoder(plain, prompts: own)
    }
    let pixels = try CenterPixels(of: chosen, in: dataset, model: prompt.model, reading: selected.reading)
    let size = prompt.model.configuration.image.inputSize
    let stage = observer.begin("layers of the image tower", total: variants.count * chosen.count, unit: "images")
    var (parts, labels, skipped) = ([[Tensor]](repeating: [], count: variants.count), [Int](), [String]())
    for start in stride(from: 0, to: chosen.count, by: Self.chunk) {
      let range = start..<min(start + Self.chunk, chosen.count)
      let read = try Parallel.map(range.count) { [try pixels.pixels(range.lowerBound + $0)] }.map(\.[0])
      let rows = read.compactMap(\.self)
      for (offset, image) in zip(range, read) {
        if image == nil { skipped.append(chosen[offset].path) } else { labels.append(chosen[offset].label) }
      }
      let all = FloatBuffer(uninitialized: rows.count * 3 * size.count)
      for (index, row) in rows.enumerated() {
        (all.pointer + index * row.count).update(from: row.pointer, count: row.count)
      }
      let batch = try Tensor(all, shape: [rows.count, 3, size.height, size.width], name: "pixels")
      for (index, encoder) in encoders.enumerated() {
        if !rows.isEmpty { parts[index].append(try encoder.encode(batch)) }
        stage.advance(by: range.count)
      }
    }
    stage.finish()
    observer.noteSkipped(skipped, of: chosen.count)
    guard !labels.isEmpty else {
      throw DatasetError.unreadableImages(total: chosen.count, problems: skipped, areMissing: false)
    }
    var features: [PromptVariant: Tensor] = [:]
    for (variant, parts) in zip(variants, parts) {
      features[variant] = try Tensor.concatenated(parts, name: "image features")
    }
    return ImageVariants(
      features: features, labels: labels, available: items.count,
      remarks: .joined([selected.remarks, ImageRemarks(skipped: skipped)]))
  }

  private func scorer(_ features: Tensor?, _ labels: [Int]) throws -> ImageScorer {
    try ImageScorer(features: features ?? Tensor(FloatBuffer(count: 0), shape: [0, 1]), labels: labels)
  }

  // MARK: - Scores

  private typealias Parts = [(part: LayerAblation.Part, scores: LayerAblation.Scores)]

  /// Classifies the images with the prompts of every layer and tower taken away.
  private func scores(
    _ texts: TextVariants, _ images: ImageVariants
  ) throws -> (whole: ContextScores, nothing: ContextScores, parts: Parts) {
    let (classes, scale) = (texts.classCount, prompt.model.clip.logitScale)
    var scorers: [PromptVariant: ImageScorer] = [:]
    for (variant, features) in images.features { scorers[variant] = try scorer(features, images.labels) }
    func score(_ text: PromptVariant, _ image: PromptVariant) throws -> ContextScores {
      guard let scorer = scorers[image] ?? scorers[.none], let features = texts[text] else {
        throw EvaluationError.noImages
      }
      return try withExtendedLifetime(features) {
        try scorer.scores(classFeatures: features.pointer, classes: classes, scale: scale)
      }
    }
    let hasInitial = texts.hasInitial
    func part(_ tower: PromptedTower, _ block: Int?) throws -> (LayerAblation.Part, LayerAblation.Scores) {
      let (text, image) = (tower != .image, tower != .text)
      let without: PromptVariant = block.map { .without($0) } ?? .none
      let alone: PromptVariant = block.map { .alone($0) } ?? .all
      let initial: PromptVariant = block.map { .initially($0) } ?? .initial
      return (
        LayerAblation.Part(tower, block: block),
        LayerAblation.Scores(
          without: try score(text ? without : .all, image ? without : .all),
          alone: try score(text ? alone : .none, image ? alone : .none),
          initial: hasInitial ? try score(text ? initial : .all, image ? initial : .all) : nil)
      )
    }
    let imageBlocks = prompt.prompts.imagePrompts.keys.sorted()
    let blocks: [(PromptedTower, [Int])] = [
      (.text, texts.blocks), (.image, imageBlocks), (.both, texts.blocks.filter { imageBlocks.contains($0) }),
    ].filter { !$0.1.isEmpty }
    let parts = try blocks.flatMap { tower, blocks in
      try [try part(tower, nil)] + blocks.map { try part(tower, $0) }
    }
    return (try score(.all, .all), try score(.none, .none), parts)
  }
}

/// The prompts of a tower that are in their places.
enum PromptVariant: Hashable {
  /// All of them.
  case all
  /// None.
  case none
  /// All but a block's.
  case without(Int)
  /// A block's alone.
  case alone(Int)
  /// All as training began with them.
  case initial
  /// All, a block's as training began with them.
  case initially(Int)

  /// The variants of a tower with prompts before some blocks.
  static func all(of blocks: [Int], hasInitial: Bool) -> [PromptVariant] {
    [.all, .none] + blocks.flatMap { [.without($0), .alone($0)] }
      + (hasInitial ? [.initial] + blocks.map { .initially($0) } : [])
  }

  /// Returns the prompts that are in their places.
  func prompts(of learned: [Int: [Float]], initial: [Int: [Float]]) -> [Int: [Float]] {
    switch self {
    case .all: learned
    case .none: [:]
    case .without(let block): learned.filter { $0.key != block }
    case .alone(let block): learned.filter { $0.key == block }
    case .initial: initial
    case .initially(let block): learned.merging(initial.filter { $0.key == block }) { $1 }
    }
  }
}

/// The classes' features with different prompts in the text tower.
private struct TextVariants {
  /// The blocks that have prompts.
  let blocks: [Int]
  /// The number of classes.
  let classCount: Int
  /// Whether the prompts are known that training began with.
  let hasInitial: Bool
  private var features: [PromptVariant: FloatBuffer] = [:]

  /// Returns the features with some prompts; those of a tower that never has any are always the same.
  subscript(variant: PromptVariant) -> FloatBuffer? { features[variant] ?? features[.none] }

  init(_ prompt: LearnedDeepPrompt, classNames: [String], observer: ExperimentObserver) throws {
    let (clip, tokenizer) = (prompt.plainModel.clip, try prompt.plainModel.tokenizer())
    let encoder = try clip.textEncoder()
    let form = try prompt.prompts.form(for: classNames, clip: clip, tokenizer: tokenizer)
    let tokens = try DeepPrompts.tokens(classNames, prompt.prompts.template, clip, tokenizer)
    let elements = try form.elements(tokens, end: Int32(prompt.plainModel.configuration.text.endToken))
    let learned = form.vectors(prompt.prompts.parameters)
    let initial = try prompt.initialParameters().map { form.vectors($0) }
    classCount = classNames.count
    hasInitial = initial != nil
    blocks = form.contextLength > 0 ? [0] + learned.text.keys.sorted() : []
    // Without vectors before the first block, the words as written.
    let embedding = try clip.tokenEmbedding()
    let rows = form.isClassSpecific ? tokens : Array(tokens.prefix(1))
    let words = try rows.flatMap { ids in
      try ids[1..<1 + form.contextLength].flatMap { id in try embedding.rows(Int(id)..<Int(id) + 1).floats() }
    }
    func all(_ vectors: TowerPrompts) -> [Int: [Float]] {
      vectors.text.merging([0: vectors.context]) { $1 }
    }
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(elements), tapeLimit: 0)
    let variants = PromptVariant.all(of: blocks, hasInitial: hasInitial)
    let stage = observer.begin("layers of the text tower", total: variants.count, unit: "classifiers")
    for variant in variants {
      var own = variant.prompts(of: all(learned), initial: initial.map(all) ?? [:])
      let context = form.contextLength > 0 ? own.removeValue(forKey: 0) ?? words : []
      own[0] = nil
      features[variant] = try context.withUnsafeBufferPointer { try pass.forward(context: $0, layers: own) }
      stage.advance()
    }
    stage.finish()
  }
}

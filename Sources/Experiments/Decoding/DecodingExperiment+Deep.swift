import PromptLensCLIP
import PromptLensInterpretation
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors
import PromptLensTokenization

// Prompts in deeper layers: words near the vectors of the first block, words near what fitted lenses read of the others, and
// patches near the image tower's tokens.

extension DecodingExperiment {
  /// Returns the given prompts that stand in deeper layers, if there are any.
  ///
  /// - Throws: `PromptError.foreignContext` where they stand among others, or the request is for contexts alone.
  func deepPrompt() throws -> String? {
    guard let path = contexts.first(where: { LearnedDeepPrompt.exists(at: $0) }) else {
      guard patches == nil else {
        throw PromptError.foreignContext(
          source: contexts.first ?? "", reason: "--patches is for prompts in the image tower, and this is a context")
      }
      return nil
    }
    func refused(_ reason: String) -> PromptError { .foreignContext(source: path, reason: reason) }
    guard contexts.count == 1 else {
      throw refused("its prompts stand in deeper layers, so it has no column beside contexts: decode it alone")
    }
    guard measurement == nil else {
      throw refused(
        "--snap and --ablate are for contexts; of prompts in deeper layers, promptlens interpret measures every layer")
    }
    return path
  }

  /// Decodes prompts in deeper layers.
  func decode(deepPrompt path: String, observer: ExperimentObserver) throws -> DecodedDeepPrompt {
    let model = try OpenedModel(model, precision: precision)
    return try decode(LearnedDeepPrompt(path, on: model, observer: observer), observer: observer)
  }

  /// Decodes opened prompts in deeper layers.
  func decode(_ prompt: LearnedDeepPrompt, observer: ExperimentObserver) throws -> DecodedDeepPrompt {
    let form = prompt.prompts.form
    try prompt.requireVectorsAlone()
    guard form.contextLength > 0 || patches != nil else {
      throw PromptError.foreignContext(
        source: prompt.path,
        reason:
          "the prompts of \(prompt.method) stand in the image tower alone, where there are no words: give images with "
          + "--patches DATA for the patches near them")
    }
    if patches != nil, form.imageTokens == 0 {
      throw PromptError.foreignContext(
        source: prompt.path, reason: "the prompts of \(prompt.method) stand in the text tower alone: omit --patches")
    }
    var result = DecodedDeepPrompt(
      path: prompt.path, method: prompt.method, layers: try layers(of: prompt, observer: observer),
      imageBlocks: prompt.prompts.imagePrompts.keys.sorted())
    if let controls, !result.layers.isEmpty {
      result.controls = try compare(prompt, result.layers, with: controls, observer: observer)
    }
    if let patches {
      result.patches = try PatchAnalysis(of: patches, for: prompt, top: top, seed: seed, observer: observer)
    }
    return result
  }

  private func index(of prompt: LearnedDeepPrompt, metric: WordMetric, isCentered: Bool) throws -> NearestWords {
    let tokenizer = try prompt.plainModel.tokenizer()
    let isCandidate =
      listsWholeWords ? tokenizer.wholeWords : [Bool](repeating: true, count: tokenizer.count)
    return try NearestWords(
      embedding: prompt.plainModel.clip.tokenEmbedding(), metric: metric, isCentered: isCentered,
      where: { isCandidate[$0] })
  }

  /// Reads the words of every layer of the text tower.
  private func layers(
    of prompt: LearnedDeepPrompt, observer: ExperimentObserver
  ) throws -> [DecodedDeepPrompt.Layer] {
    guard prompt.prompts.form.contextLength > 0 else { return [] }
    let (model, tokenizer) = (prompt.plainModel, try prompt.plainModel.tokenizer())
    if prompt.prompts.form.isClassSpecific, prompt.classNames == nil {
      observer.note(
        "note: \(prompt.path): \(prompt.method) makes the vectors of block \(ClassAwarePrompts.block) from class names, which "
          + "this file doesn't record: only those of block 0 are read")
    }
    let vectors = try prompt.textVectors()
    let nearest = try index(of: prompt, metric: metric, isCentered: isCentered)
    let deeper = vectors.map(\.block).filter { $0 > 0 }
    let encoder = try model.clip.textEncoder()
    let lenses = try WordLens.fitted(
      to: deeper, of: encoder, prompt: prompt.readPrompt(),
      drawing: (0..<tokenizer.count).filter { tokenizer.isWholeWord($0) },
      words: index(of: prompt, metric: .l2, isCentered: false), seed: seed)
    return try vectors.map { layer in
      let lens = lenses.first { $0.depth == layer.block }
      let context = try LearnedContext(
        vectors: layer.vectors, classNames: layer.vectors.shape.rank == 3 ? prompt.classNames : nil,
        source: prompt.path)
      let read = try lens?.read(context.rows) ?? context.rows
      return DecodedDeepPrompt.Layer(
        block: layer.block,
        words: DecodedContext(
          context: context, classNames: context.classNames, words: try nearest.words(near: read, count: top),
          tokenizer: tokenizer, metric: metric, isCentered: isCentered, top: top), lens: lens)
    }
  }

  /// Compares every layer with its controls.
  private func compare(
    _ prompt: LearnedDeepPrompt, _ layers: [DecodedDeepPrompt.Layer], with controls: Controls,
    observer: ExperimentObserver
  ) throws -> LayerControls {
    let beginning =
      try controls.initial.map { path in
        let other = try LearnedDeepPrompt(path, on: prompt.plainModel, observer: observer)
        guard other.prompts.parameters.shapes == prompt.prompts.parameters.shapes else {
          throw ExperimentError.foreignContext(
            path: path, model: prompt.path, reason: "its tensors have other names or shapes than the learned ones")
        }
        return try prompt.textVectors(of: other.prompts.parameters)
      } ?? prompt.initialTextVectors()
    // The controls use Euclidean distances, even if words are listed with another metric.
    let words = try index(of: prompt, metric: .l2, isCentered: false)
    let tokenizer = try prompt.plainModel.tokenizer()
    let progress = observer.begin("controls", total: layers.count, unit: "layers")
    let compared = try layers.map { layer in
      let context = layer.words.context
      let before = beginning?.first { $0.block == layer.block }?.vectors
      let controls = try ContextControls(
        words: words, vectors: context.rows, length: context.length,
        initial: before?.reshaped(context.rows.shape.dimensions, name: "initial prompts"), lens: layer.lens,
        kind: tokenizer.kind, seed: seed &+ UInt64(layer.block))
      progress.advance()
      return controls
    }
    progress.finish()
    return LayerControls(compared)
  }
}

extension LearnedDeepPrompt {
  /// The text tower's vectors before one block, `[n, width]`, or `[classes, n, width]` where every class has its own.
  typealias LayerVectors = (block: Int, vectors: Tensor)

  /// Returns the text tower's vectors of some parameters, by default the learned ones, block by block.
  ///
  /// Class-aware vectors need the classes' names; without any they are left out.
  ///
  /// - Throws: the text tower's errors.
  func textVectors(of parameters: PromptParameters? = nil) throws -> [LayerVectors] {
    let parameters = parameters ?? prompts.parameters
    let (length, width) = (prompts.form.contextLength, plainModel.configuration.text.transformer.width)
    guard length > 0 else { return [] }
    func matrix(_ rows: [Float], _ block: Int) throws -> Tensor {
      let classes = rows.count / (length * width)
      return try Tensor(
        rows, shape: prompts.form.isClassSpecific && block > 0 ? [classes, length, width] : [length, width],
        name: "prompts of block \(block)")
    }
    var result: [LayerVectors] = [(0, try matrix(parameters[PromptNames.context], 0))]
    guard !prompts.form.isClassSpecific || classNames != nil else { return result }
    let vectors = try prompts.form(for: classNames ?? [], clip: plainModel.clip, tokenizer: plainModel.tokenizer())
      .vectors(parameters)
    for (block, rows) in vectors.text.sorted(by: { $0.key < $1.key }) {
      result.append((block, try matrix(rows, block)))
    }
    return result
  }

  /// The parameters that the run began with; nil where it isn't known.
  func initialParameters() throws -> PromptParameters? {
    guard let run else { return nil }
    let clip = plainModel.clip
    var context: [Float] = []
    guard let beginning = run.description.beginning(length: prompts.form.contextLength) else { return nil }
    if prompts.form.contextLength > 0 {
      let tokenizer = try plainModel.tokenizer()
      guard try beginning.initialization.length(tokenizer) == prompts.form.contextLength else { return nil }
      context = try beginning.initialization.vectors(
        contexts: 1, width: clip.textEncoder().width, seed: beginning.seed, tokenizer: tokenizer,
        embedding: clip.tokenEmbedding())
    }
    return PromptParameters(of: prompts.form, context: context, seed: beginning.seed)
  }

  /// Returns the text tower's vectors that the run began with; nil where it isn't known.
  func initialTextVectors() throws -> [LayerVectors]? { try initialParameters().map { try textVectors(of: $0) } }

  /// Returns a prompt for lenses: that of the first class, or of a photograph's.
  func readPrompt() throws -> [PromptElement] {
    let tokens = try DeepPrompts.tokens(
      [classNames?.first ?? "photo"], prompts.template, plainModel.clip, plainModel.tokenizer())
    return try prompts.form.elements(tokens, end: Int32(plainModel.configuration.text.endToken))[0]
  }
}

import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensTensors
import PromptLensTokenization

/// A case of adaptation at test time, opened.
struct TestTimeCase {
  let folder: String
  /// `case.json`.
  let description: JSONNode
  /// `expected.json`.
  let expected: JSONNode
  let clip: CLIPModel
  let tokenizer: Tokenizer

  /// The class names.
  func names() throws -> [String] { try description.array("classnames").map { try $0.string() } }

  /// An array in the folder.
  func array(_ name: String) throws -> Tensor { try NumPyFile(path: "\(folder)/\(name).npy").tensor() }
}

extension DeepPromptVerification {
  /// Compares test-time prompt tuning with a case: an image's views under several settings.
  ///
  /// Entropies of views count as losses, and the chosen views must be the case's.
  mutating func verifyPromptTuning(_ opened: TestTimeCase) throws {
    let names = try opened.names()
    let clip = opened.clip
    let views = UnitRows(try clip.imageEncoder().encode(opened.array("views")))
    for (name, _) in try opened.expected.object() {
      let document = try opened.expected.node(name, expected: "an object")
      let encoder = try clip.textEncoder()
      let pass = try PromptPass(
        encoder: encoder, tree: encoder.tree(Self.prompts(document, names, opened.tokenizer)))
      let optimizer = try document.node("adamw", expected: "an object")
      var tuning = TestTimePromptTuning()
      tuning.keptShare = try document.number("selection_p")
      tuning.steps = try document.integer("tta_steps")
      tuning.rate = try document.number("lr")
      tuning.weightDecay = try optimizer.number("weight_decay")
      tuning.epsilon = try optimizer.number("eps")
      let found = try tuning.adapt(
        document.node("ctx_before", expected: "an array").numbers(), views: views, pass: pass, scale: clip.logitScale)
      try note(.logits, found.logitsBefore, document.node("logits_before", expected: "an array"))
      try note(.loss, found.entropies.map { Float($0) }, document.node("entropy_of_views", expected: "an array"))
      let selected = try document.array("selected").map { try $0.integer() }
      note(.loss, selected == found.selected ? 0 : .infinity)
      try note(.loss, found.losses.map { Float($0) }, document.node("loss_each_step", expected: "an array"))
      try compare(.gradients, found.gradients, document.node("gradient_each_step", expected: "an array"))
      try compare(.afterSteps, found.contexts, document.node("ctx_after_each_step", expected: "an array"))
      try note(.logits, found.logits, document.node("logits_of_view_0_after", expected: "an array"))
    }
  }

  private mutating func compare(_ kind: Quantity, _ rows: [[Float]], _ node: JSONNode) throws {
    let steps = try node.array()
    guard steps.count == rows.count else {
      throw node.unexpected(expected: "\(rows.count) steps", found: "\(steps.count)")
    }
    for (row, step) in zip(rows, steps) { note(kind, Difference.relative(row, try step.numbers())) }
  }

  /// Returns the prompts of classes: the first words are vectors, and where the class name stands at the front or in the
  /// middle, it goes before all vectors or those of the second half.
  ///
  /// - Parameters:
  ///   - document: `n_ctx`, `token_ids` of the vectors' words followed by the class name, and optionally `class_position`
  ///     and `split_idx`, the number of vectors before a class name in the middle, by default half of them.
  ///   - names: the classes.
  ///   - tokenizer: the model's tokenizer, which tells how many tokens a class name has.
  /// - Returns: the prompt of each class.
  /// - Throws: `JSONError` when a member is missing or of another form, and the tokenizer's errors.
  package static func prompts(
    _ document: JSONNode, _ names: [String], _ tokenizer: Tokenizer
  ) throws -> [[PromptElement]] {
    let count = try document.integer("n_ctx")
    let written = try document.optionalString("class_position") ?? ClassPosition.end.rawValue
    let half =
      switch ClassPosition(rawValue: written) {
      case .end: count
      case .middle: try document.optionalInteger("split_idx") ?? count / 2
      case .front: 0
      case nil:
        throw try document.node("class_position").unexpected(expected: "end, middle or front", found: "\"\(written)\"")
      }
    return try zip(names, document.array("token_ids")).map { name, node -> [PromptElement] in
      let ids = try node.array().map { Int32(clamping: try $0.integer()) }
      guard ids.count > count + 1, (0...count).contains(half) else {
        throw node.unexpected(expected: "more than \(count + 1) ids", found: "\(ids.count)")
      }
      let rest = ids[(count + 1)...].map { PromptElement.token($0) }
      var length = 0
      if half < count {
        let words = try tokenizer.tokenize(name.replacing("_", with: " "), contextLength: ids.count)
        // Without start and end.
        length = min(max((words.firstIndex(of: tokenizer.end) ?? words.count) - 1, 0), rest.count)
      }
      var prompt: [PromptElement] = [.token(ids[0])]
      prompt += (0..<half).map { .context($0) }
      prompt += rest[..<length]
      prompt += (half..<count).map { .context($0) }
      prompt += rest[length...]
      return prompt
    }
  }

  /// Compares the caches of a stream of images with a case: one view or several, both caches or one.
  mutating func verifyCache(_ opened: TestTimeCase) throws {
    let classes = try Self.rows(opened.array("weights"), opened.description)
    let scale = Float(try opened.description.number("logit_scale"))
    for (name, hasPositive, hasNegative, stream) in [
      ("single_view", true, true, "features"), ("positive_only", true, false, "features"),
      ("negative_only", false, true, "features"), ("many_views", true, true, "view_features"),
    ] {
      guard let document = opened.expected[name] else { continue }
      var settings = try Self.settings(opened.description)
      settings.hasPositive = settings.hasPositive && hasPositive
      settings.hasNegative = settings.hasNegative && hasNegative
      var cache = TestTimeCache(weights: classes, scale: scale, settings: settings)
      let stream = try opened.array(stream)
      let logits = try document["final_logits"]?.array()
      let steps = try document["steps"]?.array() ?? []
      let count = stream.shape.dimensions[0]
      guard steps.count == count || logits?.count == count else {
        throw document.unexpected(expected: "\(count) images")
      }
      for image in 0..<count {
        let found = cache.adapt(UnitRows(try stream.selecting([image])))
        if let logits { try note(.logits, found.logits.map { Float($0) }, logits[image]) }
        if steps.indices.contains(image) { try compare(found, cache, steps[image]) }
      }
    }
    if let classifier = opened.expected["classifier"] { try verifyClassifier(classifier, opened) }
  }

  /// Returns the columns of a matrix as unit rows.
  private static func rows(_ weights: Tensor, _ description: JSONNode) throws -> UnitRows {
    let shape = weights.shape.dimensions
    guard shape.count == 2 else { throw description.unexpected(expected: "weights of two axes", found: "\(shape)") }
    let columns = weights.floats()
    let rows = FloatBuffer(uninitialized: columns.count)
    for row in 0..<shape[0] {
      for column in 0..<shape[1] { rows.pointer[column * shape[0] + row] = columns[row * shape[1] + column] }
    }
    return UnitRows(rows, width: shape[0])
  }

  private mutating func compare(_ found: TestTimeCache.Adapted, _ cache: TestTimeCache, _ step: JSONNode) throws {
    func floats(_ values: [Double]) -> [Float] { values.map { Float($0) } }
    for (values, key) in [
      (found.zeroShot, "clip_logits"), (found.positive, "positive_logits"), (found.negative, "negative_logits"),
      (found.logits, "final_logits"),
    ] { try note(.logits, floats(values), step.node(key, expected: "an array")) }
    try note(.features, floats(found.feature), step.node("feature", expected: "an array"))
    try note(.features, floats(found.probabilities), step.node("probabilities", expected: "an array"))
    note(.loss, abs(found.entropy - (try step.number("entropy"))))
    for (entropies, key) in [(cache.positiveEntropies, "positive_cache"), (cache.negativeEntropies, "negative_cache")] {
      // A cache is written down where the image was a candidate for it.
      guard let document = step[key] else { continue }
      let held = entropies.enumerated().filter { !$0.element.isEmpty }
      let keys = Set(try document.object().map { $0.0 })
      note(.loss, keys == Set(held.map { "\($0.offset)" }) ? 0 : .infinity)
      for (label, values) in held {
        guard let expected = document["\(label)"] else { continue }
        try note(.loss, floats(values), expected)
      }
    }
  }

  /// Compares the ensemble of a case's templates, the mean of unit features scaled to length one.
  private mutating func verifyClassifier(_ document: JSONNode, _ opened: TestTimeCase) throws {
    let names = try document.array("classnames").map { try $0.string() }
    let clip = opened.clip
    let (width, length) = (clip.configuration.embedDimension, clip.configuration.text.contextLength)
    let sum = FloatBuffer(count: names.count * width)
    for template in try document.array("templates").map({ try $0.string() }) {
      let tokens = try names.map {
        try opened.tokenizer.tokenize(
          template.replacing("{}", with: $0.replacing("_", with: " ")), contextLength: length)
      }
      sum.add(UnitRows(try clip.textEncoder().encode(tokens)).rows)
    }
    sum.normalizeRows(width: width)
    let rows = sum.floats
    let columns = (0..<width).flatMap { index in names.indices.map { rows[$0 * width + index] } }
    try note(.features, columns, document.node("weights_embed_by_class", expected: "an array"))
  }

  private static func settings(_ description: JSONNode) throws -> TestTimeCache.Settings {
    var settings = TestTimeCache.Settings()
    let positive = try description.node("positive", expected: "an object")
    let negative = try description.node("negative", expected: "an object")
    settings.hasPositive = try positive.optionalBool("enabled") ?? true
    settings.hasNegative = try negative.optionalBool("enabled") ?? true
    settings.positiveCapacity = try positive.integer("shot_capacity")
    settings.positiveWeight = try positive.number("alpha")
    settings.positiveSharpness = try positive.number("beta")
    settings.negativeCapacity = try negative.integer("shot_capacity")
    settings.negativeWeight = try negative.number("alpha")
    settings.negativeSharpness = try negative.number("beta")
    let entropy = try negative.node("entropy_threshold", expected: "an object")
    let mask = try negative.node("mask_threshold", expected: "an object")
    settings.doubtfulEntropy = (try entropy.number("lower"), try entropy.number("upper"))
    settings.mask = (try mask.number("lower"), try mask.number("upper"))
    return settings
  }
}

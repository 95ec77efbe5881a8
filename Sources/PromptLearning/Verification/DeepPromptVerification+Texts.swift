import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensTensors

extension DeepPromptVerification {
  /// Compares a method whose prompts are a context of the text tower's first block.
  mutating func verifyTexts(_ opened: DeepPromptCase) throws {
    let run = try TextRun(opened)
    if let teacher = opened.expected["teacher_text_features_normalised"] {
      try note(.features, opened.anchor(opened.classNames).rows.floats, teacher)
    }
    try note(run, run.start, opened.expected.node("init"))
    var parameters = run.start
    var velocity = [Float](repeating: 0, count: parameters.count)
    guard case .descent(let descent) = try opened.optimizer() else {
      throw try opened.description.node("optimiser").unexpected(expected: "sgd", found: "another")
    }
    for (index, step) in try opened.steps().enumerated() {
      let found = try run.gradient(parameters, step.images, opened)
      let loss = try step.document.node("loss")
      note(.loss, abs(found.loss - (try loss.optionalNumber("loss") ?? loss.number("xe_loss"))))
      if index == 0 { try note(.gradients, run.named(found.parameters), "\(opened.folder)/grad") }
      descent.step(parameters: &parameters, velocity: &velocity, gradient: found.parameters, rate: step.rate)
    }
    try note(.afterSteps, run.named(parameters), "\(opened.folder)/\(opened.end())")
    try note(run, parameters, opened.expected.node(opened.end()))
    try verifyTextCheckpoint(opened, run)
  }

  private mutating func note(_ run: TextRun, _ parameters: [Float], _ document: JSONNode) throws {
    try note(.features, run.images.floats(), document.node("image_features"))
    let (text, logits) = try run.results(parameters)
    try note(.features, text, document["text_features_per_image"] ?? document.node("text_features"))
    try note(.logits, logits, document.node("logits"))
  }

  private mutating func verifyTextCheckpoint(_ opened: DeepPromptCase, _ run: TextRun) throws {
    guard let file = try opened.checkpoint() else { return }
    let context = try ContextFile.read(file.path)
    let clip = opened.clip
    for group in ["training_classes", "new_classes"] {
      let document = try file.expected.node(group)
      let names = try document.array("classnames").map { try $0.string() }
      // Written words may stand between the vectors and the class name.
      let encoder = try clip.textEncoder()
      let prompts = try run.form.elements(
        opened.tokens(document, names), end: Int32(clip.configuration.text.endToken))
      let logits: [Float]
      if context.isConditional {
        logits = try ConditionalClassifier(
          context, source: file.path, prompts: prompts, classPosition: .end, encoder: encoder
        ).logits(for: run.images, scale: clip.logitScale).floats()
      } else {
        let pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts))
        let features = try context.vectors.withFloats { try pass.forward(context: $0) }
        logits = try CosineHead(images: UnitRows(run.images), scale: clip.logitScale)
          .forward(UnitRows(features, width: clip.configuration.embedDimension))
      }
      try note(.checkpointLogits, logits, document.node("logits"))
    }
  }
}

/// The prompts of a case around a context, with the case's method.
private struct TextRun {
  /// Image features before any normalization.
  let images: Tensor
  /// The context, and after it the method's other parameters.
  let start: [Float]
  /// The form of the prompts.
  let form: IndependentPrompts
  private let method: any LearningMethod
  private let network: MetaNetwork?
  private let pass: PromptPass
  private let scale: Float
  private let width: Int
  private let contextCount: Int
  private let classCount: Int
  /// The names of what the method learns; a prompt learner may hold more, which no prompt has.
  private let names: [String]
  private let shapes: [String: [Int]]

  init(_ opened: DeepPromptCase) throws {
    let clip = opened.clip
    let encoder = try clip.textEncoder()
    let context = opened.start.shapes[PromptNames.context] ?? [0, 0]
    form = IndependentPrompts(
      text: IndependentPrompts.Tower(length: context[0], depth: 1, width: encoder.width, layers: encoder.layers),
      image: nil)
    let tokens = try opened.tokens(opened.description, opened.classNames)
    pass = try PromptPass(
      encoder: encoder,
      tree: encoder.tree(form.elements(tokens, end: Int32(clip.configuration.text.endToken))))
    images = try clip.imageEncoder().encode(opened.images)
    scale = clip.logitScale
    width = encoder.embedDimension
    contextCount = context.reduce(1, *)
    classCount = opened.classNames.count
    switch opened.trainer {
    case "KgCoOp":
      method = KgCoOp(
        anchor: try Tensor(opened.anchor(opened.classNames).rows, shape: [classCount, width]),
        weight: try opened.option("TRAINER.COOP.W") ?? 8)
    case "ProGrad":
      method = ProGrad(
        anchor: try opened.anchor(opened.classNames), weight: try opened.option("LOSS.LAMBDA") ?? 1,
        temperature: try opened.option("LOSS.T") ?? 1)
    default: method = CoCoOp(embedDimension: width, width: encoder.width)
    }
    network = (method as? CoCoOp)?.network
    names = [PromptNames.context] + (network == nil ? [] : Self.networkNames)
    shapes = opened.start.shapes.filter { [names] in names.contains($0.key) }
    start = names.flatMap { opened.start[$0] }
  }

  /// The network's tensors in the order of its parameters.
  private static let networkNames = ["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"].map {
    "prompt_learner.meta_net.\($0)"
  }

  /// Returns numbers in the order of ``start`` under their names.
  func named(_ numbers: [Float]) -> PromptParameters {
    var result = PromptParameters(shapes: shapes)
    var next = 0
    for name in names {
      let count = result[name].count
      result[name] = Array(numbers[next..<next + count])
      next += count
    }
    return result
  }

  /// The loss and the gradient of a batch.
  func gradient(_ parameters: [Float], _ indices: [Int], _ opened: DeepPromptCase) throws -> StepGradient {
    try method.gradient(
      TrainingStep(
        images: UnitRows(try images.selecting(indices)), labels: indices.map { opened.labels[$0] },
        loss: CrossEntropy(), classCount: classCount, scale: scale, pass: pass, context: parameters))
  }

  /// The classes' raw features and the logits of all images; where images shift the context, features for each image.
  func results(_ parameters: [Float]) throws -> (text: [Float], logits: [Float]) {
    let unit = UnitRows(images)
    let context = Array(parameters[..<contextCount])
    func features(_ context: [Float]) throws -> FloatBuffer {
      try context.withUnsafeBufferPointer { try pass.forward(context: $0) }
    }
    guard let network else {
      let text = try features(context)
      return (text.floats, try CosineHead(images: unit, scale: scale).forward(UnitRows(text, width: width)))
    }
    var result = (text: [Float](), logits: [Float]())
    for index in 0..<unit.count {
      let row = FloatBuffer(copying: unit.rows.pointer + index * width, count: width)
      let shift = network.forward(row.floats[...], parameters[contextCount...]).shift
      let text = try features(context.enumerated().map { $1 + shift[$0 % network.outputs] })
      result.text += text.floats
      result.logits += try CosineHead(images: UnitRows(row, width: width), scale: scale)
        .forward(UnitRows(text, width: width))
    }
    return result
  }
}

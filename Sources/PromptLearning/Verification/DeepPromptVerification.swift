import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensTensors
import PromptLensTokenization

/// A comparison of learned prompts with a case of the official trainers: features, logits, loss and gradients at the start,
/// the state after some steps, and a checkpoint's logits.
///
/// A case is a folder of `case.json` (the trainer, classes, token ids, images, batches and optimizer), `expected.json`, the
/// tensors `init/`, `grad/` and `after3/` or another number, and `checkpoint/` with a file as Dassl wrote it. Cases of adaptation at test time
/// (TPT, TDA) hold views or features and `expected.json` alone.
package struct DeepPromptVerification {
  /// A kind of result.
  package enum Quantity: String, Sendable, CaseIterable {
    /// Features before any normalization, at the start and after the steps.
    case features
    /// Logits of all images, at the start and after the steps.
    case logits
    /// The loss of each step.
    case loss
    /// The gradients of the first step, relative by tensor.
    case gradients
    /// The parameters after the steps, relative by tensor.
    case afterSteps = "after_steps"
    /// The logits with the checkpoint's prompts, of the classes of the training and of others.
    case checkpointLogits = "checkpoint_logits"
  }

  /// The largest difference of each kind; nil for kinds that the case doesn't have.
  package private(set) var differences: [Quantity: Double] = [:]

  /// Computes what a case expects again.
  ///
  /// - Parameters:
  ///   - folder: the case.
  ///   - configuration: the model's architecture.
  ///   - source: its tensors, named as in OpenAI's state dict.
  ///   - tokenizer: its tokenizer.
  ///   - template: returns the hand-written prompt of a data set by its name in the official code, and by the trainer's.
  /// - Throws: `JSONError` or `TensorFileError` when a part of the case is missing or of another form, and the errors of the
  ///   method.
  package init(
    folder: String, configuration: CLIPConfiguration, source: any TensorSource, tokenizer: Tokenizer,
    template: (_ dataset: String, _ trainer: String) throws -> String
  ) throws {
    let description = try JSONNode(contentsOf: "\(folder)/case.json")
    if let method = try description.optionalString("method"), ["TPT", "TDA"].contains(method) {
      let opened = TestTimeCase(
        folder: folder, description: description,
        expected: try Self.document("\(folder)/expected.json"),
        clip: try CLIPModel(configuration: configuration, source: source), tokenizer: tokenizer)
      if method == "TPT" { try verifyPromptTuning(opened) } else { try verifyCache(opened) }
      return
    }
    let opened = try DeepPromptCase(
      folder: folder, configuration: configuration, source: source, tokenizer: tokenizer, template: template)
    switch opened.trainer {
    case "MaPLe", "VPT", "IVLP", "PromptSRC", "TCP": try verifyTowers(opened)
    case "KgCoOp", "ProGrad", "CoCoOp": try verifyTexts(opened)
    default:
      throw try opened.description.node("trainer").unexpected(
        expected: "MaPLe, VPT, IVLP, PromptSRC, TCP, KgCoOp, ProGrad, CoCoOp, TPT or TDA", found: opened.trainer)
    }
  }

  /// Reads expected results, of which CoCoOp's have each class's features for each image.
  static func document(_ path: String) throws -> JSONNode { try JSONNode(contentsOf: path, limit: 512 << 20) }

  /// Keeps a difference if it is the largest of its kind.
  mutating func note(_ kind: Quantity, _ difference: Double) {
    differences[kind] = max(differences[kind] ?? 0, difference.isNaN ? .infinity : difference)
  }

  /// Compares rows of numbers with those of a document.
  mutating func note(_ kind: Quantity, _ found: [Float], _ expected: JSONNode) throws {
    note(kind, Difference.largest(found, try expected.numbers()))
  }

  /// Compares tensors with the files of a folder, each relative to its length.
  mutating func note(_ kind: Quantity, _ found: PromptParameters, _ folder: String) throws {
    for name in found.names {
      let expected = try NumPyFile(path: "\(folder)/\(name).npy").tensor().floats()
      note(kind, Difference.relative(found[name], expected))
    }
  }
}

/// A case of the official trainers, opened.
struct DeepPromptCase {
  let folder: String
  /// `case.json`.
  let description: JSONNode
  /// `expected.json`.
  let expected: JSONNode
  let clip: CLIPModel
  let source: any TensorSource
  let tokenizer: Tokenizer
  /// The trainer's name in the official code.
  let trainer: String
  /// Normalized images, `[count, 3, height, width]`.
  let images: Tensor
  let labels: [Int]
  let classNames: [String]
  /// The learned tensors at the start.
  let start: PromptParameters
  /// The hand-written prompt of the case's data set; nil where the case needs none.
  let template: String?

  init(
    folder: String, configuration: CLIPConfiguration, source: any TensorSource, tokenizer: Tokenizer,
    template: (_ dataset: String, _ trainer: String) throws -> String
  ) throws {
    self.folder = folder
    description = try JSONNode(contentsOf: "\(folder)/case.json")
    expected = try DeepPromptVerification.document("\(folder)/expected.json")
    clip = try CLIPModel(configuration: configuration, source: source)
    self.source = source
    self.tokenizer = tokenizer
    trainer = try description.optionalString("trainer") ?? description.optionalString("method") ?? ""
    classNames = try description.array("classnames").map { try $0.string() }
    // Those that adapt at test time have no images of their own.
    guard let path = try description.optionalString("images") else {
      throw try description.node("method").unexpected(
        expected: "a trainer of prompts", found: "\"\(trainer)\", which adapts at test time")
    }
    images = try NumPyFile(path: "\(folder)/\(path)").tensor()
    labels = try description.labels(
      "labels", count: images.shape.dimensions.first ?? 0, classCount: classNames.count)
    var tensors: [String: Tensor] = [:]
    for (name, _) in try description.node("learned").object() {
      tensors[name] = try NumPyFile(path: "\(folder)/init/\(name).npy").tensor()
    }
    start = PromptParameters(tensors)
    let trainer = trainer
    self.template = try description.optionalString("dataset_name_for_template").map { try template($0, trainer) }
  }

  /// The token ids of classes' prompts: those of a document, or else of the template of photographs.
  func tokens(_ document: JSONNode, _ names: [String]) throws -> [[Int32]] {
    guard let ids = document["token_ids"] else { return try tokens(Template.photo.text, names) }
    return try ids.array().map { try $0.array().map { Int32(clamping: try $0.integer()) } }
  }

  /// The token ids of classes' prompts by a template.
  func tokens(_ template: String, _ names: [String]) throws -> [[Int32]] {
    let length = clip.configuration.text.contextLength
    return try names.map { name in
      try tokenizer.tokenize(
        template.replacing("{}", with: name.replacing("_", with: " ")), contextLength: length)
    }
  }

  /// The raw features of classes by a template.
  func features(_ template: String, _ names: [String]) throws -> Tensor {
    try clip.textEncoder().encode(tokens(template, names))
  }

  /// The unit features of classes by the template of the case's data set.
  func anchor(_ names: [String]) throws -> UnitRows {
    UnitRows(try features(template ?? Template.photo.text, names))
  }

  /// The rate and the images of each step, and its document.
  func steps() throws -> [(rate: Double, images: [Int], document: JSONNode)] {
    try expected.array("steps").map { step in
      (try step.number("lr"), try step.array("images").map { try $0.integer() }, step)
    }
  }

  /// The name of the state after the steps, of the folder of tensors and of the results: `after3`, whatever their number,
  /// or `after` and their number.
  func end() throws -> String {
    let counted = "after\(try steps().count)"
    return expected[counted] == nil ? "after3" : counted
  }

  /// Returns a number among the case's settings by its name in the official code; nil where it has its default.
  func option(_ name: String) throws -> Double? { try description["options"]?.optionalNumber(name) }

  /// The optimizer of the case.
  func optimizer() throws -> ParameterOptimizer.Kind {
    let settings = try description.node("optimiser")
    let decay = try settings.number("WEIGHT_DECAY")
    guard try settings.string("NAME") == "adam" else {
      return .descent(
        StochasticGradientDescent(momentum: Float(try settings.number("MOMENTUM")), weightDecay: Float(decay)))
    }
    return .adam(epsilon: try settings.number("EPS"), weightDecay: decay)
  }
}

extension JSONNode {
  /// The numbers of nested arrays, in order.
  func numbers() throws -> [Float] {
    var floats: [Float] = []
    func collect(_ node: JSONNode) throws {
      guard case .array = node.value else {
        floats.append(Float(try node.number()))
        return
      }
      for element in try node.array() { try collect(element) }
    }
    try collect(self)
    return floats
  }
}

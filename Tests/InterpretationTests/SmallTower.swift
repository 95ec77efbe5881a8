import PromptLensPrompts
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensInterpretation
import PromptLensPromptLearning
import TestSupport
import PromptLensTensors
import PromptLensTokenization

/// A text tower of three layers with random weights, prompts for it, and sentences in place of images.
struct SmallTower {
  static let names = ["cat", "dog", "the house", "bird", "a very old tree"]
  static let width = 24

  let encoder: TextEncoder
  let embedding: Tensor
  let tokenizer: any Tokenizer
  let scale: Float = 10

  init() throws {
    tokenizer = CLIPTokenizer(vocabulary: try Vocabulary(folder: Fixtures.path("openai-h5-vit")))
    let text = TextTowerConfiguration(
      vocabularySize: tokenizer.count, contextLength: 24,
      transformer: TransformerConfiguration(
        width: Self.width, layers: 3, heads: 2, mlpWidth: 48, activation: .quickGELU))
    let configuration = CLIPConfiguration(
      embedDimension: 12,
      image: .visionTransformer(
        VisionTransformerConfiguration(
          resolution: 2, patchSize: 1, transformer: TransformerConfiguration(width: 2, layers: 1))),
      text: text)
    var tensors: [String: Tensor] = [:]
    for (index, entry) in configuration.tensors.enumerated() where !entry.name.hasPrefix("visual.") {
      let isScale =
        entry.name.hasSuffix("ln_1.weight") || entry.name.hasSuffix("ln_2.weight") || entry.name == "ln_final.weight"
      let values = randomFloats(
        entry.shape.reduce(1, *), in: isScale ? 0.5...1.5 : -0.4...0.4, seed: UInt64(index + 1))
      tensors[entry.name] = try Tensor(values, shape: entry.shape)
    }
    encoder = try TextEncoder(configuration: configuration, source: TensorDictionary(tensors, origin: "small tower"))
    embedding = try TensorDictionary(tensors, origin: "small tower").tensor("token_embedding.weight")
  }

  /// Returns the features of sentences about each class, in place of images that match them exactly.
  func features(_ sentence: (String) -> String) throws -> Tensor {
    try encoder.encode(
      Self.names.map { tokenizer.framed(tokenizer.encode(sentence($0))) })
  }

  func assembly(
    length: Int, _ position: ClassPosition = .end, isClassSpecific: Bool = false
  ) throws -> PromptAssembly {
    try PromptAssembly(
      classNames: Self.names, tokenizer: tokenizer, contextLength: length, classPosition: position,
      isClassSpecific: isClassSpecific, contextLimit: 24)
  }

  /// Returns a context of words.
  func context(_ words: String) throws -> ContextMatrix {
    let ids = tokenizer.encode(words).map(Int.init)
    return try ContextMatrix(Tensor.concatenated(ids.map { try embedding.rows($0..<$0 + 1) }))
  }

  /// Returns features as unit rows.
  func unit(_ features: Tensor) -> UnitRows {
    let buffer = FloatBuffer(uninitialized: features.shape.count)
    _ = buffer.elements.update(fromContentsOf: features.floats())
    return UnitRows(buffer, width: features.shape.dimensions[1])
  }

  /// Returns some of the vocabulary's words.
  func words(_ count: Int) -> [String] {
    (0..<tokenizer.count).map { tokenizer.piece($0) }.filter { $0.hasSuffix("</w>") && $0.first?.isLetter == true }
      .suffix(count)
      .map { String($0.dropLast("</w>".count)) }
  }

  static var labels: [Int] { Array(names.indices) }
}

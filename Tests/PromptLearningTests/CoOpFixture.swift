import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensPromptLearning
import TestSupport
import PromptLensTensors
import PromptLensTokenization

/// A CoOp checkpoint that Dassl wrote, and the numbers that the reference's code computed with it.
struct CoOpFixture {
  static let names = [
    "csc-m16-end", "csc-m4-front", "uc-init-a-photo-of-a", "uc-m16-end", "uc-m16-end-fp16-cuda", "uc-m4-middle",
  ]

  /// `[M, D]` or `[K, M, D]`.
  let context: Tensor
  let assembly: PromptAssembly
  let expected: JSONNode

  init(_ name: String) throws {
    let folder = Shared.path("fixtures/coop/\(name)")
    let archive = try TorchArchive(path: "\(folder)/prompt_learner/model.pth.tar-50")
    context = try archive.root["state_dict"]?["ctx"]?.tensor?.read().converted(to: .float32) ?? Tensor([], shape: [0])
    expected = try JSONNode(contentsOf: "\(folder)/expected.json")
    let dimensions = context.shape.dimensions
    assembly = try PromptAssembly(
      classNames: expected.array("classnames").map { try $0.string() }, tokenizer: Self.model.get().tokenizer,
      contextLength: dimensions[dimensions.count - 2],
      classPosition: ClassPosition(rawValue: expected.string("CLASS_TOKEN_POSITION")) ?? .end,
      isClassSpecific: dimensions.count == 3)
  }

  /// The base weights and their vocabulary, opened once.
  static let model = Result {
    let folder = Shared.path("fixtures/hf/vit-s-transformers5-fp16")
    let checkpoint = try CheckpointDetector.open(folder)
    return (
      clip: try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source),
      tokenizer: CLIPTokenizer(vocabulary: try Vocabulary(tokenizerFile: "\(folder)/tokenizer.json"))
    )
  }
}

/// Returns a buffer of some numbers.
func buffer(_ floats: [Float]) -> FloatBuffer {
  let buffer = FloatBuffer(count: floats.count)
  for (index, value) in floats.enumerated() { buffer.pointer[index] = value }
  return buffer
}

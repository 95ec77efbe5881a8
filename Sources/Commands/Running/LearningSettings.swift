import CLIP
import PromptLearning
import Tensors
import Tokenization

/// What is learned and how, apart from the model and the images; the reference's recipe by default.
struct LearningSettings {
  /// Vectors in the context, M; nil for 16, or the tokens of `initialization`.
  var contextLength: Int?
  /// Words to begin with; nil for random numbers.
  var initialization: String?
  var classPosition: ClassPosition = .end
  var isClassSpecific = false
  var method: MethodName = .coop
  /// The loss that the method makes small.
  var loss: any Loss = CrossEntropy()
  /// Passes over the images; nil for what the reference makes of the number of shots.
  var epochs: Int?
  var batchSize = 32
  var learningRate = 0.002
  var precision: ComputePrecision = .float32
  /// The bytes to stay below.
  var memoryLimit: Int?

  /// What the context begins as.
  var contextInitialization: ContextInitialization {
    initialization.map { .words($0) } ?? .random(length: contextLength ?? 16)
  }

  /// The bytes left for tapes when the packed weights and some room have theirs; nil for no limit.
  func tapeLimit(_ configuration: CLIPConfiguration) -> Int? {
    guard let memoryLimit else { return nil }
    let transformer = configuration.text.transformer
    let layer = 4 * transformer.width * transformer.width + 2 * transformer.width * transformer.mlpWidth
    // Forward and backward are packed apart.
    let packed = 2 * transformer.layers * layer * (precision == .bfloat16 ? 2 : 4)
    return max(memoryLimit - packed - (192 << 20), 0)
  }
}

import PromptLensFeatures
import PromptLensPrompts
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensPromptLearning
import TestSupport
import PromptLensTensors
import PromptLensTokenization

/// The text tower of Tests/Fixtures/openai-h5-vit with its vocabulary.
enum TinyTower {
  static let model = Result {
    let folder = Fixtures.path("openai-h5-vit")
    let checkpoint = try CheckpointDetector.open(folder)
    return (
      clip: try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source),
      tokenizer: CLIPTokenizer(
        vocabulary: try Vocabulary(pieces: "\(folder)/vocab.json", merges: "\(folder)/merges.txt"))
    )
  }

  static let classNames = ["cat", "big_dog", "zebra", "red car", "the house"]

  static func assembly(
    _ position: ClassPosition = .end, isClassSpecific: Bool = false, length: Int = 4
  ) throws -> PromptAssembly {
    try PromptAssembly(
      classNames: classNames, tokenizer: model.get().tokenizer, contextLength: length, classPosition: position,
      isClassSpecific: isClassSpecific)
  }

  /// Returns a trainer on random features of two views.
  static func trainer(
    seed: Int = 1, images: Int = 37, epochs: Int = 4, method: any LearningMethod = CoOp(), learningRate: Double = 0.02,
    state: TrainingState? = nil, tapeLimit: Int? = nil, strategy: any SampleStrategy = EveryImage(),
    earlyStopping: EarlyStopping? = nil, renewal: LabeledFeatures.Renewal? = nil,
    optimizer: ContextOptimizer = .descent(StochasticGradientDescent()), clipNorm: Double? = nil, batchSize: Int = 8,
    passes: [any ContextPass] = []
  ) throws -> PromptTrainer {
    let clip = try model.get().clip
    let encoder = try clip.textEncoder()
    let assembly = try assembly()
    let features = try LabeledFeatures(
      features: Tensor(
        randomFloats(images * 2 * encoder.embedDimension, seed: 8), shape: [images, 2, encoder.embedDimension]),
      labels: (0..<images).map { $0 % classNames.count }, renewal: renewal)
    let initialization = ContextInitialization.random(length: 4)
    let context = try initialization.vectors(
      contexts: 1, width: encoder.width, seed: seed, tokenizer: model.get().tokenizer, embedding: clip.tokenEmbedding())
    return try PromptTrainer(
      encoder: encoder, assembly: assembly, features: features, scale: clip.logitScale, method: method,
      strategy: strategy, earlyStopping: earlyStopping,
      settings: TrainingSettings(
        epochs: epochs, batchSize: batchSize, learningRate: learningRate, optimizer: optimizer,
        gradientLimit: clipNorm.map { GradientLimit(norm: $0) }, seed: seed),
      state: state
        ?? TrainingState(
          parameters: context, peer: strategy.hasPeer ? initialization.peerVectors(of: context, seed: seed) : nil),
      tapeLimit: tapeLimit, passes: passes)
  }

  /// Returns early stopping on random features.
  static func earlyStopping(patience: Int) throws -> EarlyStopping {
    let clip = try model.get().clip
    let width = try clip.textEncoder().embedDimension
    return try EarlyStopping(
      features: Tensor(randomFloats(20 * width, seed: 11), shape: [20, width]), labels: (0..<20).map { $0 % 5 },
      patience: patience, scale: clip.logitScale)
  }
}

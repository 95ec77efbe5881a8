import PromptLensPrompts
import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors
import PromptLensTokenization

/// The settings of learning without the model and the images, by default the reference's recipe.
package struct LearningSettings {
  /// The number of vectors in the context, M; nil for 16, or for the number of tokens of `initialization`, which M must
  /// equal.
  package var contextLength: Int?
  /// The words that initialize the context; nil for random numbers.
  package var initialization: String?
  /// The texts that replace the classes' names in prompts; nil for the names themselves.
  package var namesInPrompts: [String]?
  package var classPosition: ClassPosition = .end
  package var isClassSpecific = false
  package var method: MethodName = .coop
  /// The loss that the method minimizes.
  package var loss: any Loss = CrossEntropy()
  /// The selection and the weights of the training images.
  package var strategy = StrategyName.all
  /// The number of epochs without improvement on the validation images after which training ends; nil to train to the
  /// end.
  package var patience: Int?
  /// Whether the recipe ``Recipe/fast`` keeps the best step on validation images, where the data have any and ``patience``
  /// isn't given.
  package var usesFoundValidation = false
  /// The optimizer, its rates and the number of steps, where nothing else is asked for.
  package var recipe = Recipe.paper
  /// The largest norm of a gradient; nil for no limit.
  package var clipNorm: Double?
  /// The number of epochs; nil for the recipe's.
  package var epochs: Int?
  /// The number of images in each step; nil for the recipe's.
  package var batchSize: Int?
  /// The learning rate after the warm-up; nil for the recipe's: of descent, the one that suits the model's logit scale.
  package var learningRate: Double?
  package var precision: ComputePrecision = .float32
  /// The memory limit in bytes.
  package var memoryLimit: Int?

  /// Creates the reference's recipe.
  package init() {}

  /// The initial value of the context.
  package var contextInitialization: ContextInitialization {
    initialization.map { .words($0) } ?? .random(length: contextLength ?? 16)
  }

  /// Returns the learning rate after the warm-up.
  ///
  /// - Parameter logitScale: the factor of cosines.
  /// - Returns: the requested rate, or the recipe's: of descent, the one that suits the scale.
  package func learningRate(logitScale: Float) -> Double {
    learningRate ?? suitedRate(logitScale: logitScale)
  }

  /// Returns the recipe's learning rate: Adam's steps don't depend on the gradient's length, and so not on the scale.
  ///
  /// - Parameter logitScale: the factor of cosines.
  /// - Returns: the rate.
  package func suitedRate(logitScale: Float) -> Double {
    recipe == .fast
      ? FastRecipe.learningRate(isClassSpecific: isClassSpecific) : LearningRateSchedule.peak(logitScale: logitScale)
  }

  /// Returns M, the number of context vectors.
  ///
  /// - Parameter tokenizer: CLIP's.
  /// - Returns: the vectors in the context.
  /// - Throws: `PromptError/otherLength(text:tokens:asked:)` when the initial words have another number of
  ///   tokens.
  package func length(_ tokenizer: any Tokenizer) throws(PromptError) -> Int {
    let length = try contextInitialization.length(tokenizer)
    guard let initialization, let contextLength, contextLength != length else { return length }
    throw .otherLength(text: initialization, tokens: length, asked: contextLength)
  }

  /// The copies of the learned numbers that training holds at a time: the values and their velocity, both of the last
  /// epoch and of this one, the gradient, a step's own, those of the pass, and what the system keeps of freed ones.
  private static let parameterCopies = 9
  /// The same with Adam, which holds the mean of squared gradients too.
  private static let parameterCopiesOfAdam = 11

  /// Returns the bytes that training takes beside the passes over the prompts.
  package func bytesBesidePasses(_ configuration: CLIPConfiguration, encodesImages: Bool, parameters: Int) -> Int {
    let transformer = configuration.text.transformer
    let layer = 4 * transformer.width * transformer.width + 2 * transformer.width * transformer.mlpWidth
    // Forward and backward weights are packed separately.
    var packed = 2 * transformer.layers * layer
    if encodesImages {
      packed += configuration.tensors.filter { $0.name.hasPrefix("visual.") }.reduce(0) { $0 + $1.shape.reduce(1, *) }
    }
    let room = (144 << 20) + (encodesImages ? ReadAhead.standardMemory : 0)
    let copies = recipe == .fast ? Self.parameterCopiesOfAdam : Self.parameterCopies
    let learned = copies * parameters * MemoryLayout<Float>.stride
    return packed * (precision == .bfloat16 ? 2 : 4) + room + learned
  }
}

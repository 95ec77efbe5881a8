import Foundation
import PromptLensDatasets
import PromptLensPrompts
import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors
import PromptLensTokenization

/// The settings of learning without the model and the images, by default the reference's recipe.
package struct LearningSettings {
  /// The number of vectors in the context, M; nil for the recipe's, or for the number of tokens of `initialization`, which
  /// M must equal.
  package var contextLength: Int?
  /// The words that initialize the context; nil for the recipe's beginning, with random numbers where M is another.
  package var initialization: String?
  /// The texts that replace the classes' names in prompts; nil for the names themselves.
  package var namesInPrompts: [String]?
  package var classPosition: ClassPosition = .end
  package var isClassSpecific = false
  package var method: MethodName = .coop
  /// The recipe: whose constants are used where nothing is asked for.
  package var recipe = Recipe.paper
  /// The protocol, on which the paper's constants depend; nil for base-to-new where half of the classes are learned, else
  /// few-shot.
  package var studyProtocol: LearningProtocol?
  /// λ, the weight of the method's own term; nil for the recipe's.
  package var weight: Double?
  /// The hand-written prompt that the method compares with; nil for the data set's.
  package var template: String?
  /// μ of the average of epochs; nil for the recipe's.
  package var averageMean: Double?
  /// σ of the average of epochs; nil for the recipe's.
  package var averageDeviation: Double?
  /// The number of blocks with prompts of their own, J; nil for the recipe's.
  package var promptDepth: Int?
  /// The same of the image tower, where it differs; nil for `promptDepth`.
  package var imagePromptDepth: Int?
  /// The number of prompt tokens in the image tower; nil for the recipe's.
  package var promptLength: Int?
  /// Whether words that fewer than four vectors don't replace stay in place, as in the official code.
  package var keepsWords = false
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

  /// Returns the method's constants on some data.
  package func constants(on data: LearningData) -> MethodConstants { constants(data.recipeSubject(of: self)) }

  /// Returns the method's constants.
  package func constants(_ subject: RecipeSubject = RecipeSubject()) -> MethodConstants {
    method.constants(recipe, for: subject)
  }

  /// Returns the initial value of the context.
  ///
  /// - Parameter template: the data set's own template; nil for "a photo of a {}.". M doesn't depend on it.
  /// - Returns: the words, or random numbers.
  package func contextInitialization(template: String? = nil) -> ContextInitialization {
    if let initialization { return .words(initialization) }
    switch constants().start {
    case .random(let length): return .random(length: contextLength ?? length)
    case .leadingWords(let length):
      let words = MethodName.words.split(separator: " ").prefix(contextLength ?? length)
      let isLonger = words.count < contextLength ?? length
      return isLonger ? .random(length: contextLength ?? length) : .words(words.joined(separator: " "))
    case .absent: return .random(length: 0)
    case .words(let text): return contextLength.map { .random(length: $0) } ?? .words(text)
    case .template(let length):
      let written = ProGrad.template(template ?? "").split(separator: "{}", omittingEmptySubsequences: false)[0]
      let words = written.trimmingCharacters(in: .whitespaces)
      return .padded(words.isEmpty ? MethodName.words : words, length: contextLength ?? length)
    }
  }

  /// Returns the learning rate after the warm-up.
  ///
  /// - Parameters:
  ///   - logitScale: the factor of cosines.
  ///   - constants: the method's constants; nil for those without facts about the images.
  /// - Returns: the requested rate, or the recipe's: of descent, the one that suits the scale.
  package func learningRate(logitScale: Float, constants: MethodConstants? = nil) -> Double {
    learningRate ?? suitedRate(logitScale: logitScale, constants: constants)
  }

  /// Returns the recipe's learning rate, apart from the number of steps (``suitedRate(on:logitScale:)``): Adam's steps
  /// don't depend on the gradient's length, and so not on the scale.
  ///
  /// Prompts in the image tower keep their paper's rate at every scale: they change the features of the images
  /// themselves, and on the included model, whose scale is small, a larger rate loses what the features had.
  ///
  /// - Parameters:
  ///   - logitScale: the factor of cosines.
  ///   - constants: the method's constants; nil for those without facts about the images.
  /// - Returns: the rate.
  package func suitedRate(logitScale: Float, constants: MethodConstants? = nil) -> Double {
    if usesAdam { return FastRecipe.adamRate }
    let constants = constants ?? self.constants()
    guard constants.adamEpsilon == nil, !method.hasImagePrompts else { return constants.learningRate }
    return LearningRateSchedule.peak(logitScale: logitScale, rate: constants.learningRate)
  }

  /// Returns M, the number of context vectors.
  ///
  /// - Parameter tokenizer: CLIP's.
  /// - Returns: the vectors in the context.
  /// - Throws: `PromptError/otherLength(text:tokens:asked:)` when the initial words have another number of
  ///   tokens.
  package func length(_ tokenizer: any Tokenizer) throws(PromptError) -> Int {
    let length = try contextInitialization().length(tokenizer)
    guard let initialization, let contextLength, contextLength != length else { return length }
    throw .otherLength(text: initialization, tokens: length, asked: contextLength)
  }

  /// Returns the template that the method compares with; nil for the data set's own.
  package func anchorTemplate(of data: LearningData) -> String? {
    anchorTemplate(dataset: data.dataset, own: data.template)
  }

  /// Returns the template that the method compares with on a data set.
  ///
  /// - Parameters:
  ///   - dataset: the key of the known data set; nil for others.
  ///   - own: the data set's own template; nil if it has none.
  /// - Returns: the template; nil for the data set's own.
  func anchorTemplate(dataset: String?, own: String?) -> String? {
    if let template { return template }
    guard recipe == .paper, let own, let trainer = method.trainer else { return nil }
    let known = KnownDataset.all.first { $0.key == dataset }
    let written = known?.comparedTemplate(of: trainer) ?? (trainer == .proGrad ? ProGrad.template(own) : own)
    return written == own ? nil : written
  }

  /// Whether the method compares with the mean of PromptSRC's templates.
  var comparesWithDiverseTemplates: Bool { method == .promptsrcText && recipe == .paper && template == nil }

  /// Returns the weights of epochs in the method's average; nil where it keeps the last.
  package func average(on data: LearningData, epochs: Int) -> MethodConstants.Average? {
    constants(on: data).average(over: epochs).map {
      MethodConstants.Average(mean: averageMean ?? $0.mean, deviation: averageDeviation ?? $0.deviation)
    }
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
    return packed * (precision == .bfloat16 ? 2 : 4) + room + bytesLearned(parameters: parameters)
  }

  /// Returns the bytes that learned numbers take with their gradient and the optimizer's state.
  func bytesLearned(parameters: Int) -> Int {
    let copies = usesAdam ? Self.parameterCopiesOfAdam : Self.parameterCopies
    return copies * parameters * MemoryLayout<Float>.stride
  }
}

import PromptLensExperiments
import PromptLensPrompts

/// The position of the class name among a prompt's context vectors.
public enum ClassPosition: String, Sendable, CaseIterable {
  /// The class name follows all context vectors.
  case end
  /// The class name is between the two halves of the context vectors.
  case middle
  /// The class name precedes all context vectors.
  case front
}

/// The settings for learning a prompt, by default the paper's.
///
/// Source: Zhou et al., "Learning to Prompt for Vision-Language Models" (2022), and its code's configuration files.
public struct PromptRecipe: Sendable {
  /// The number of context vectors, M; nil for 16, or for the number of tokens in ``initialization``.
  public var contextLength: Int?
  /// The words that initialize the context; nil for random vectors.
  public var initialization: String?
  /// The position of the class name.
  public var classPosition = ClassPosition.end
  /// Whether each class has its own context.
  public var isClassSpecific = false
  /// The number of epochs; nil for the paper's number, which depends on the number of images of each class.
  public var epochs: Int?
  /// The number of images in each step.
  public var batchSize: Int?
  /// The learning rate after the first epoch; nil for the one that suits the model's logit scale, 0.002 for a scale of
  /// 100.
  public var learningRate: Double?
  /// The seed of the initial context and of the order of images. The same seed gives the same bits on any number of threads.
  public var seed = 1

  /// Creates the paper's recipe.
  public init() {}

  var settings: LearningSettings {
    var settings = LearningSettings()
    settings.contextLength = contextLength
    settings.initialization = initialization
    settings.classPosition = classPosition.promptPosition
    settings.isClassSpecific = isClassSpecific
    settings.epochs = epochs
    settings.batchSize = batchSize
    settings.learningRate = learningRate
    return settings
  }
}

extension ClassPosition {
  var promptPosition: PromptLensPrompts.ClassPosition {
    switch self {
    case .end: .end
    case .middle: .middle
    case .front: .front
    }
  }
}

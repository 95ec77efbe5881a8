import PromptLensPromptLearning

/// The constants of a method by a recipe: what a run uses where nothing is asked for.
///
/// The table in `docs/recipes.md` has them beside the papers' and those of the official code.
package struct MethodConstants: Sendable, Equatable {
  /// The context before the first step.
  package enum Start: Sendable, Equatable {
    /// Random numbers in some vectors.
    case random(Int)
    /// The embeddings of a text's tokens.
    case words(String)
    /// The first words of "a photo of a", or random numbers in more than four vectors.
    case leadingWords(Int)
    /// No vectors.
    case absent
    /// Zeros, and behind them the embeddings of the words before the class name in the data set's template.
    case template(length: Int)
  }

  /// The weights of epochs in PromptSRC's average, for the epochs of the recipe.
  package struct Average: Sendable, Equatable {
    /// μ.
    package var mean: Double
    /// σ.
    package var deviation: Double
  }

  /// The context before the first step.
  package var start = Start.random(16)
  /// The number of epochs; of ``Recipe/fast`` the number of steps, which are epochs where all images are in each.
  package var epochs: Int
  /// The number of images in each step.
  package var batchSize = 32
  /// The learning rate after the first epoch, for a logit scale of 100.
  package var learningRate = 0.002
  /// λ, the weight of the method's own term; nil for methods without one.
  package var weight: Double?
  /// The number of blocks with prompts of their own, J; nil for methods of the first block alone.
  package var depth: Int?
  /// The number of prompt tokens in the image tower; nil for methods without any, or with as many as the context has.
  package var imageLength: Int?
  /// Adam's ε; nil for stochastic gradient descent.
  package var adamEpsilon: Double?
  /// The average of epochs; nil where the last epoch is kept.
  package var average: Average?
}

extension MethodName {
  /// The words that methods begin with.
  static let words = "a photo of a"

  /// Returns the method's constants by a recipe.
  ///
  /// - Parameters:
  ///   - recipe: the recipe.
  ///   - subject: the facts about the training images.
  /// - Returns: the constants.
  package func constants(_ recipe: Recipe, for subject: RecipeSubject) -> MethodConstants {
    var constants = MethodConstants(
      epochs: recipe == .fast
        ? FastRecipe.steps(shots: subject.shots)
        : LearningRateSchedule.epochs(shots: subject.shots, isImageNet: subject.dataset == "imagenet"))
    switch self {
    case .coop: break
    case .cocoop:
      // Its steps of one image are part of the method.
      (constants.epochs, constants.batchSize) = (10, 1)
      if recipe == .paper { constants.start = .words(Self.words) }
    case .kgcoop:
      constants.weight = 8
      guard recipe == .paper else { break }
      constants.start = .words(Self.words)
      (constants.epochs, constants.batchSize) = (100, 128)
    case .prograd:
      constants.weight = 1
      guard recipe == .paper else { break }
      constants.start = .template(length: 16)
      if subject.studyProtocol == .baseToNew { constants.epochs = 100 }
      let isMilder = ["flowers102", "dtd", "eurosat"].contains(subject.dataset ?? "")
      if isMilder, subject.shots == 8 || subject.shots == 16 { constants.weight = 0.8 }
    case .promptsrcText:
      constants.weight = 25
      if recipe == .paper {
        constants.start = .words(Self.words)
        (constants.batchSize, constants.learningRate) = (4, 0.0025)
        constants.setSelfRegulation(for: subject)
      } else {
        constants.average = MethodConstants.Average(
          mean: 0.75 * Double(constants.epochs), deviation: max(Double(constants.epochs) / 20, 1))
      }
    case .maple, .ivlp, .promptsrc, .vpt, .vptShallow, .languageDeep, .tcp: setDeep(&constants, subject)
    }
    return constants
  }
}

extension MethodName {
  /// Sets the constants of a method with prompts in deeper layers, which has no recipe of CoOp's.
  private func setDeep(_ constants: inout MethodConstants, _ subject: RecipeSubject) {
    let isElsewhere = subject.studyProtocol == .crossData || subject.studyProtocol == .domain
    (constants.batchSize, constants.epochs, constants.learningRate) = (4, 5, 0.0025)
    switch self {
    case .maple:
      (constants.start, constants.depth) = (.leadingWords(2), isElsewhere ? 3 : 9)
      (constants.epochs, constants.learningRate) = isElsewhere ? (2, 0.0026) : (5, 0.0035)
    case .ivlp:
      (constants.start, constants.imageLength) = (.leadingWords(2), 2)
      (constants.depth, constants.learningRate) = (12, 0.0035)
    case .promptsrc:
      (constants.start, constants.imageLength, constants.depth) = (.leadingWords(4), 4, isElsewhere ? 3 : 9)
      constants.weight = 25
      constants.setSelfRegulation(for: subject)
    case .vpt, .vptShallow:
      (constants.start, constants.imageLength, constants.depth) = (.absent, 8, self == .vpt ? 12 : 1)
    case .languageDeep: (constants.start, constants.depth) = (.leadingWords(4), 12)
    default:
      (constants.start, constants.weight, constants.adamEpsilon) = (.random(4), 8, 1e-3)
      (constants.batchSize, constants.learningRate) = (32, 0.002)
      constants.epochs = ["imagenet", "sun397"].contains(subject.dataset ?? "") ? 25 : 50
    }
  }
}

extension MethodConstants {
  /// Sets PromptSRC's epochs and the average over them.
  mutating func setSelfRegulation(for subject: RecipeSubject) {
    switch subject.studyProtocol {
    case .baseToNew:
      epochs = 20
      average = Average(mean: 15, deviation: 1)
    case .crossData, .domain:
      epochs = 20
      average = Average(mean: 6, deviation: 10)
    case .fewShot:
      epochs = 50
      let isFine = ["stanford-cars", "flowers102", "fgvc-aircraft", "dtd", "eurosat"].contains(subject.dataset ?? "")
      average = isFine ? Average(mean: 45, deviation: 5) : Average(mean: 30, deviation: 30)
    }
  }

  /// Returns the average for another number of epochs: its mean and deviation keep their places among them.
  func average(over asked: Int) -> Average? {
    guard let average, asked != epochs else { return average }
    let factor = Double(asked) / Double(max(epochs, 1))
    return Average(mean: average.mean * factor, deviation: max(average.deviation * factor, 1))
  }
}

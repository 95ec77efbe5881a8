import CLIP
import PromptLearning
import Tensors

/// Whether a context's nearest words identify what it does: can vectors that read as any words do it as well?
///
/// A context is trained on the task with a penalty that holds it near words that have nothing to do with it,
/// `L + γ Σ |v_m − E(w*_m)|²`, beginning at those words. If it still reads as them and keeps the accuracy, then words near a
/// context say nothing of what it does.
///
/// Source: Khashabi et al., "Prompt Waywardness" (2022), equation 2, who find such a prompt for whatever words they try.
public struct Waywardness: Sendable, Equatable {
  /// The words w*.
  public let words: [Int]
  /// γ.
  public let penalty: Double
  /// The trained context.
  public let context: [Float]
  /// The accuracy of the words alone, where training began.
  public let wordAccuracy: Double
  /// The accuracy of the trained context.
  public let accuracy: Double
  /// The share of its vectors whose nearest word is still w*.
  public let keptWords: Double
  /// The mean distance of its vectors to w*.
  public let distance: Double

  /// Trains towards words.
  ///
  /// - Parameters:
  ///   - words: for each vector a word.
  ///   - penalty: γ.
  ///   - shape: a context of the shape to train.
  ///   - index: the words by ``WordMetric/l2``.
  ///   - training: what to train on.
  ///   - measure: what gives the accuracy.
  ///   - progress: called after each step.
  /// - Throws: what training and measuring throw.
  public init(
    towards words: [Int], penalty: Double, shape: ContextMatrix, index: NearestWords, training: Training,
    measure: some ContextMeasure, progress: () -> Void = {}
  ) throws {
    let target = try shape.words(words, of: index.embedding)
    let trainer = try PromptTrainer(
      encoder: training.encoder, assembly: training.assembly, features: training.features, scale: training.scale,
      method: TowardsWords(target: target.vectors, penalty: penalty), settings: training.settings,
      state: TrainingState(context: target.vectors))
    for _ in 0..<training.settings.epochs { _ = try trainer.trainEpoch { _ in progress() } }
    var trained = target
    trained.vectors = trainer.state.result
    let rows = try Tensor(trained.vectors, shape: [trained.rows, trained.width], name: "context")
    let nearest = try index.words(near: rows, count: 1).map { $0.first?.id }
    let accuracies = try measure.worth([target, trained])
    self.words = words
    self.penalty = penalty
    context = trained.vectors
    wordAccuracy = accuracies[0]
    accuracy = accuracies[1]
    keptWords = Double(zip(nearest, words).count { $0 == $1 }) / Double(max(words.count, 1))
    distance = TowardsWords.distances(trained.vectors, target.vectors, width: shape.width).reduce(0, +) / Double(shape.rows)
  }

  /// What to train on, and how.
  public struct Training: Sendable {
    let encoder: TextEncoder
    let assembly: PromptAssembly
    let features: TrainingFeatures
    let scale: Float
    let settings: TrainingSettings

    /// What to train on, and how.
    ///
    /// - Parameters:
    ///   - encoder: the text tower.
    ///   - assembly: the prompts.
    ///   - features: the training images.
    ///   - scale: what cosines are multiplied by.
    ///   - settings: the optimisation.
    public init(
      encoder: TextEncoder, assembly: PromptAssembly, features: TrainingFeatures, scale: Float,
      settings: TrainingSettings
    ) {
      self.encoder = encoder
      self.assembly = assembly
      self.features = features
      self.scale = scale
      self.settings = settings
    }
  }

  /// How many points of accuracy may be lost for words to count as arbitrary, as a fraction; the source's are about this.
  public static let tolerance = 0.02

  /// Whether a context that reads as these words does what another does.
  ///
  /// - Parameter accuracy: the other's.
  /// - Returns: what the probe comes to.
  public func verdict(against accuracy: Double) -> Verdict {
    guard keptWords >= 0.9 else { return .wordsLost }
    return self.accuracy >= accuracy - Self.tolerance ? .arbitrary : .costly
  }

  /// What the probe comes to.
  public enum Verdict: String, Sendable {
    /// The context reads as the words and is as good: nearest words are no evidence.
    case arbitrary
    /// The context reads as the words and is worse: not just any words do.
    case costly
    /// Training left the words: the penalty was too small to say anything.
    case wordsLost = "words-lost"
  }
}

/// CoOp with a penalty: `L + γ Σ |v − E|²`, whose gradient is `2 γ (v − E)`.
struct TowardsWords: LearningMethod {
  let name = "towards-words"
  let target: [Float]
  let penalty: Double

  func gradient(_ step: TrainingStep) throws -> StepGradient {
    var found = try CoOp().gradient(step)
    for index in target.indices {
      let difference = Double(step.context[index]) - Double(target[index])
      found.loss += penalty * difference * difference
      found.context[index] += Float(2 * penalty * difference)
    }
    return found
  }

  /// The Euclidean distances of rows.
  static func distances(_ rows: [Float], _ others: [Float], width: Int) -> [Double] {
    stride(from: 0, to: rows.count, by: max(width, 1)).map { start in
      (start..<start + width).reduce(0.0) {
        let difference = Double(rows[$1]) - Double(others[$1])
        return $0 + difference * difference
      }.squareRoot()
    }
  }
}

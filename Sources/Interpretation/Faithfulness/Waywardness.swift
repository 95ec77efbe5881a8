import PromptLensFeatures
import PromptLensPrompts
import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors

/// A context trained near arbitrary words: a test of whether nearest words identify a context's effect.
///
/// A context is trained on the task with a penalty that holds it near words that have nothing to do with it,
/// `L + γ Σ |v_m − E(w*_m)|²`, beginning at those words. Of the words and the trained context, the one that classifies
/// more training images correctly is kept: a smaller loss may come with fewer correct predictions. If it still reads as
/// the words and has the learned context's accuracy, then the words near a context say nothing about its effect.
///
/// Source: Khashabi et al., "Prompt Waywardness" (2022), equation 2, who find such a prompt for any words that they
/// try, over a range of γ.
package struct Waywardness: Sendable, Equatable {
  /// The words w*.
  package let words: [Int]
  /// γ.
  package let penalty: Double
  /// The context that is kept, trained or the words themselves.
  package let context: [Float]
  /// A Boolean value that indicates whether the trained context is kept.
  package let isTrained: Bool
  /// The accuracy of the context that is kept on the training images.
  package let trainingAccuracy: Double
  /// The share of vectors whose nearest word is still w*.
  package let keptWords: Double
  /// The mean distance of the vectors to w*.
  package let distance: Double

  /// The share of words that must be kept for a context to read as the words.
  package static let readingShare = 0.9

  /// A Boolean value that indicates whether the context reads as the words.
  package var readsAsWords: Bool { keptWords >= Self.readingShare }

  /// Trains a context toward words.
  ///
  /// - Parameters:
  ///   - words: a word for each vector.
  ///   - penalty: γ.
  ///   - shape: a context of the shape to train.
  ///   - index: the words by ``WordMetric/l2``.
  ///   - training: the images and settings of training.
  ///   - progress: called after each step.
  /// - Throws: The errors of training and measuring.
  package init(
    towards words: [Int], penalty: Double, shape: ContextMatrix, index: NearestWords, training: Training,
    progress: () -> Void = {}
  ) throws {
    let target = try shape.words(words, of: index.embedding)
    let trainer = try PromptTrainer(
      encoder: training.encoder, assembly: training.assembly, features: training.features, scale: training.scale,
      method: TowardsWords(target: target.vectors, penalty: penalty), settings: training.settings,
      state: TrainingState(parameters: target.vectors), tapeLimit: 1 << 30)
    for _ in 0..<training.settings.epochs { _ = try trainer.trainEpoch { _ in progress() } }
    var trained = target
    trained.vectors = trainer.state.result
    let onTraining = try training.measure().worth([target, trained])
    isTrained = onTraining[1] >= onTraining[0]
    trainingAccuracy = onTraining.max() ?? 0
    let kept = isTrained ? trained : target
    let rows = try Tensor(kept.vectors, shape: [kept.rows, kept.width], name: "context")
    let nearest = try index.words(near: rows, count: 1).map { $0.first?.id }
    self.words = words
    self.penalty = penalty
    context = kept.vectors
    keptWords = Double(zip(nearest, words).count { $0 == $1 }) / Double(max(words.count, 1))
    distance =
      TowardsWords.distances(kept.vectors, target.vectors, width: shape.width).reduce(0, +) / Double(shape.rows)
  }

  /// Returns the context to compare: of those that read as the words the one with the highest accuracy on the training
  /// images, the strictest of equal ones; without any, the one that keeps most words.
  package static func best(of trained: [Waywardness]) -> Waywardness? {
    let readable = trained.filter(\.readsAsWords)
    return readable.max { ($0.trainingAccuracy, $0.penalty) < ($1.trainingAccuracy, $1.penalty) }
      ?? trained.max { $0.keptWords < $1.keptWords }
  }

  /// The images and settings of training.
  package struct Training: Sendable {
    let encoder: TextEncoder
    let assembly: PromptAssembly
    let features: LabeledFeatures
    let scale: Float
    /// The settings of the optimization.
    package let settings: TrainingSettings

    /// Creates the images and settings of training.
    ///
    /// - Parameters:
    ///   - encoder: the text tower.
    ///   - assembly: the prompts.
    ///   - features: the training images.
    ///   - scale: the factor of cosines in logits.
    ///   - settings: the settings of the optimization.
    package init(
      encoder: TextEncoder, assembly: PromptAssembly, features: LabeledFeatures, scale: Float,
      settings: TrainingSettings
    ) {
      self.encoder = encoder
      self.assembly = assembly
      self.features = features
      self.scale = scale
      self.settings = settings
    }

    /// Returns the measure of accuracy on the training images, each by its first view.
    func measure() throws -> ContextAccuracy {
      let first = features.unitRows(of: Array(0..<features.count))
      let images = try Tensor(first.rows, shape: [features.count, features.width], name: "training images")
      return try ContextAccuracy(
        encoder: encoder, assembly: assembly, images: ImageScorer(features: images, labels: features.labels),
        scale: scale)
    }

    /// The floating-point operations of training.
    package var operations: Double {
      get throws {
        let cost = try PromptPass(encoder: encoder, tree: PromptTree(assembly.prompts), tapeLimit: 0).cost
        let steps =
          settings.epochs
          * BatchSampler(
            count: features.count, batchSize: settings.batchSize, seed: settings.seed
          ).steps
        return 2 * Double(cost.operations) * Double(steps)
      }
    }
  }
}

/// Context optimization with a penalty: `L + γ Σ |v − E|²`, whose gradient is `2 γ (v − E)`.
struct TowardsWords: LearningMethod {
  let name = "towards-words"
  let target: [Float]
  let penalty: Double

  func gradient(_ step: TrainingStep) throws -> StepGradient {
    var found = try CoOp().gradient(step)
    for index in target.indices {
      let difference = Double(step.context[index]) - Double(target[index])
      found.loss += penalty * difference * difference
      found.parameters[index] += Float(2 * penalty * difference)
    }
    return found
  }

  /// Returns the Euclidean distances of rows.
  static func distances(_ rows: [Float], _ others: [Float], width: Int) -> [Double] {
    stride(from: 0, to: rows.count, by: max(width, 1)).map { start in
      (start..<start + width).reduce(0.0) {
        let difference = Double(rows[$1]) - Double(others[$1])
        return $0 + difference * difference
      }.squareRoot()
    }
  }
}

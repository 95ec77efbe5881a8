import PromptLensFeatures
import PromptLensInterpretation
import PromptLensPromptLearning
import PromptLensTensors

/// The searches for words that have the effect of the vectors.
package struct WordSearchAnalysis {
  /// The words found by descent.
  package let hardPrompt: HardPromptAnalysis
  /// The contexts trained near arbitrary words.
  package let waywardness: WaywardnessAnalysis

  /// Creates an analysis.
  package init(hardPrompt: HardPromptAnalysis, waywardness: WaywardnessAnalysis) {
    self.hardPrompt = hardPrompt
    self.waywardness = waywardness
  }
}

/// The words found by descent on the training images.
package struct HardPromptAnalysis {
  /// The search.
  package let search: HardPromptSearch
  /// The number of training images that it looked at.
  package let trainingImages: Int
  /// The words against the learned context, on the test images.
  package let outcome: ContextOutcome
  /// The number of words that are their vectors' nearest words.
  package let nearestCount: Int

  /// The most training images that the search looks at.
  private static let imageLimit = 4096

  /// Creates an analysis.
  package init(search: HardPromptSearch, trainingImages: Int, outcome: ContextOutcome, nearestCount: Int) {
    self.search = search
    self.trainingImages = trainingImages
    self.outcome = outcome
    self.nearestCount = nearestCount
  }

  /// Searches for the words that classify training images best in place of a prompt's vectors.
  init(of prompt: InterpretedPrompt, training: LabeledFeatures) throws {
    let indices = EvenlySpaced.indices(training.count, limit: Self.imageLimit)
    search = try HardPromptSearch(
      encoder: prompt.encoder, assembly: prompt.assembly, context: prompt.matrix.vectors,
      words: NearestWords(embedding: prompt.embedding, metric: .cosine, where: prompt.isWord),
      images: training.unitRows(of: indices), labels: indices.map { training.labels[$0] }, scale: prompt.scale)
    trainingImages = indices.count
    outcome = try prompt.outcome(of: prompt.matrix.words(search.words, of: prompt.embedding))
    nearestCount = zip(search.words, prompt.subject.decoded.nearestWords).count { $0 == $1 }
  }
}

/// The contexts trained near arbitrary words.
package struct WaywardnessAnalysis {
  /// A context trained near words, against the learned one.
  package struct Probe {
    /// The training.
    package let waywardness: Waywardness
    /// The images whose predictions flip from the learned context.
    package let flips: PredictionFlips
    /// The conclusion.
    package let verdict: Waywardness.Verdict

    /// Creates a probe.
    package init(waywardness: Waywardness, flips: PredictionFlips, verdict: Waywardness.Verdict) {
      self.waywardness = waywardness
      self.flips = flips
      self.verdict = verdict
    }
  }

  /// γ, the penalty.
  package let penalty: Double
  /// The epochs of training.
  package let epochs: Int
  /// The learning rate.
  package let learningRate: Double
  /// The contexts.
  package let probes: [Probe]

  /// The steps of training.
  private static let steps = 200
  private static let penalty = 0.1
  private static let randomProbes = 2

  /// Creates an analysis.
  package init(penalty: Double, epochs: Int, learningRate: Double, probes: [Probe]) {
    self.penalty = penalty
    self.epochs = epochs
    self.learningRate = learningRate
    self.probes = probes
  }

  /// Trains toward random words, and toward others if they are given.
  init(of prompt: InterpretedPrompt, training: LabeledFeatures, towards words: [Int]?, learningRate: Double) throws {
    let index = try NearestWords(embedding: prompt.embedding, where: prompt.isWord)
    let stepsPerEpoch = BatchSampler(count: training.count, batchSize: 32, seed: 1).steps
    let settings = TrainingSettings(
      epochs: max((Self.steps + stepsPerEpoch - 1) / stepsPerEpoch, 1), learningRate: learningRate,
      seed: Int(truncatingIfNeeded: prompt.seed))
    let targets = prompt.arbitraryWords(lists: Self.randomProbes) + (words.map { [prompt.everywhere($0)] } ?? [])
    let trained = try targets.map { words in
      try Waywardness(
        towards: words, penalty: Self.penalty, shape: prompt.matrix, index: index,
        training: Waywardness.Training(
          encoder: prompt.encoder, assembly: prompt.assembly, features: training, scale: prompt.scale,
          settings: settings), measure: prompt.evaluator.measure)
    }
    let accuracy = prompt.subject.accuracy
    probes = try trained.map { waywardness in
      let flips = try prompt.outcome(of: prompt.matrix.holding(waywardness.context)).flips
      return Probe(
        waywardness: waywardness, flips: flips,
        verdict: waywardness.verdict(against: accuracy, probability: flips.test.exactP))
    }
    penalty = Self.penalty
    epochs = settings.epochs
    self.learningRate = learningRate
  }
}

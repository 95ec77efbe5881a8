import Foundation
import PromptLensFeatures
import PromptLensInterpretation
import PromptLensPromptLearning
import PromptLensTensors

/// The contexts trained near arbitrary words, as many steps as the context itself.
package struct WaywardnessAnalysis {
  /// A list of words with the context trained near it.
  package struct Probe {
    /// The context at the penalty that was chosen on the training images.
    package let waywardness: Waywardness
    /// The share of the words kept at each penalty.
    package let keptWords: [Double]
    /// The accuracy of the words alone on the test images.
    package let wordAccuracy: Double
    /// The accuracy of the context on the test images.
    package let accuracy: Double
  }

  /// The penalties γ that were tried.
  package let penalties: [Double]
  /// The steps of training.
  package let steps: Int
  /// The steps that the context itself was trained for; `nil` for a file that doesn't say.
  package let ownSteps: Int?
  /// The epochs of training.
  package let epochs: Int
  /// The learning rate.
  package let learningRate: Double
  /// The accuracy with the mean word in place of every vector.
  package let meanWordAccuracy: Double
  /// The lists of words: random ones, and the one asked for last.
  package let probes: [Probe]
  /// The test over the random lists.
  package let test: ArbitraryWordsTest
  /// Whether the last probe is the list that was asked for.
  package let hasChosenWords: Bool

  private static let penalties = [0.01, 0.1, 1]
  private static let randomLists = 10
  /// The floating-point operations beyond which contexts are trained on request alone: minutes on two cores. Fewer steps
  /// than the context's own would take less, and show nothing.
  private static let operationLimit = 2.5e13

  /// The plan of the training.
  struct Plan {
    let training: Waywardness.Training
    let targets: [[Int]]
    let hasChosenWords: Bool
    let steps: Int
    let ownSteps: Int?
    /// The floating-point operations of the training.
    let operations: Double
    /// The training that is left out for its cost; `nil` if it isn't.
    let omission: WordSearchAnalysis.OmittedTraining?

    /// Plans to train toward random words, and toward others if they are given.
    init(
      of prompt: InterpretedPrompt, training: LabeledFeatures, towards words: [Int]?, steps asked: Int?
    ) throws {
      let learned = prompt.learned
      let batchSize = learned.batchSize ?? 32
      let stepsPerEpoch = max(BatchSampler(count: training.count, batchSize: batchSize, seed: 1).steps, 1)
      func plan(epochs: Int) -> Waywardness.Training {
        Waywardness.Training(
          encoder: prompt.encoder, assembly: prompt.assembly, features: training, scale: prompt.scale,
          settings: TrainingSettings(
            epochs: max(epochs, 1), batchSize: batchSize, learningRate: learned.learningRate,
            seed: Int(truncatingIfNeeded: prompt.seed)))
      }
      targets =
        prompt.arbitraryWords(lists: WaywardnessAnalysis.randomLists, seed: prompt.seed)
        + (words.map { [prompt.everywhere($0)] } ?? [])
      hasChosenWords = words != nil
      ownSteps = learned.epochs.map { $0 * stepsPerEpoch }
      let wanted =
        asked.map { ($0 + stepsPerEpoch - 1) / stepsPerEpoch } ?? learned.epochs
        ?? LearningRateSchedule.epochs(shots: training.count / max(prompt.classNames.count, 1))
      let contexts = targets.count * WaywardnessAnalysis.penalties.count
      let operations = try Double(contexts) * plan(epochs: wanted).operations
      omission =
        asked == nil && operations > WaywardnessAnalysis.operationLimit
        ? WordSearchAnalysis.OmittedTraining(
          contexts: contexts, steps: wanted * stepsPerEpoch, operations: operations) : nil
      self.training = plan(epochs: wanted)
      steps = self.training.settings.epochs * stepsPerEpoch
      self.operations = operations
    }

    /// The work in a clause, for a note before it begins.
    var note: String {
      let own =
        switch ownSteps {
        case nil: "the context's own number not being known"
        case let own? where steps < own: "fewer than the context's own \(own), so nothing will be concluded"
        case let own?: steps == own ? "as many as the context's own" : "the context's own being \(own)"
        }
      let contexts = targets.count * WaywardnessAnalysis.penalties.count
      return "contexts near arbitrary words: training \(contexts) of them for \(steps) steps each, \(own); "
        + String(format: "%.1e floating-point operations", operations)
    }
  }

  /// Trains the contexts of a plan, and compares them with the learned one.
  init(of prompt: InterpretedPrompt, _ plan: Plan) throws {
    let index = try NearestWords(embedding: prompt.embedding, where: prompt.isWord)
    let shape = prompt.matrix
    let penalties = Self.penalties
    let (targets, training) = (plan.targets, plan.training)
    // One context on each core: the prompts of few classes are too few rows for several.
    let trained = try Parallel.map(targets.count * penalties.count) { task in
      try Waywardness(
        towards: targets[task / penalties.count], penalty: penalties[task % penalties.count], shape: shape,
        index: index, training: training)
    }
    let measure = prompt.evaluator.measure
    let ends = try measure.scores(of: [shape, shape.filled(with: prompt.meanWord)])
    var probes: [Probe] = []
    var readable: [ContextScores] = []
    for (number, words) in targets.enumerated() {
      let own = Array(trained[number * penalties.count..<(number + 1) * penalties.count])
      guard let best = Waywardness.best(of: own) else { continue }
      let scores = try measure.scores(
        of: [shape.words(words, of: prompt.embedding), shape.holding(best.context)])
      probes.append(
        Probe(
          waywardness: best, keptWords: own.map(\.keptWords), wordAccuracy: scores[0].accuracy,
          accuracy: scores[1].accuracy))
      if best.readsAsWords, number < Self.randomLists { readable.append(scores[1]) }
    }
    self.probes = probes
    test = try ArbitraryWordsTest(
      context: ends[0], meanWords: ends[1], arbitrary: readable, lists: Self.randomLists,
      steps: plan.ownSteps.map { plan.steps >= $0 ? ArbitraryWordsTest.Steps.equal : .fewer } ?? .unknown,
      seed: prompt.seed)
    self.penalties = penalties
    steps = plan.steps
    ownSteps = plan.ownSteps
    epochs = plan.training.settings.epochs
    learningRate = plan.training.settings.schedule.peak
    meanWordAccuracy = ends[1].accuracy
    hasChosenWords = plan.hasChosenWords
  }
}

/// The accuracies of contexts of random words, and where others stand among them.
package struct RandomWordAnalysis {
  /// The lists of random words.
  package let baseline: RandomWordBaseline
  /// The number of random lists.
  private static let lists = 100

  /// Measures random words.
  init(of prompt: InterpretedPrompt) throws {
    // Other words than those that contexts are trained near.
    baseline = try RandomWordBaseline(
      prompt.arbitraryWords(lists: Self.lists, seed: prompt.seed &+ 1), shape: prompt.matrix,
      index: NearestWords(embedding: prompt.embedding), measure: prompt.evaluator.measure)
  }
}

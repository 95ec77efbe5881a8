import PromptLensFeatures
import PromptLensPrompts
import PromptLensCLIP
import PromptLensInterpretation
import PromptLensPromptLearning
import TestSupport
import PromptLensTensors
import Testing

@Suite("Hard prompts and wayward contexts")
struct HardWordTests {
  private let tower: SmallTower
  private let assembly: PromptAssembly
  private let images: Tensor

  init() throws {
    tower = try SmallTower()
    assembly = try tower.assembly(length: 2)
    images = try tower.features { "photo of \($0)." }
  }

  private func search(from words: String, steps: Int, rate: Double = 0.5) throws -> HardPromptSearch {
    try HardPromptSearch(
      encoder: tower.encoder, assembly: assembly, start: tower.tokenizer.encode(words).map(Int.init),
      words: NearestWords(embedding: tower.embedding, metric: .cosine), images: tower.unit(images),
      labels: SmallTower.labels, scale: tower.scale,
      settings: HardPromptSearch.Settings(steps: steps, relativeRate: rate))
  }

  @Test("without steps the words are those that the search begins with")
  func noStep() throws {
    let found = try search(from: "photo of", steps: 0)
    #expect(found.words == tower.tokenizer.encode("photo of").map(Int.init))
    #expect(found.losses == [found.loss] && found.firstLoss == found.loss && found.bestStep == 0)
  }

  @Test("the search improves wrong words reproducibly, and never returns worse ones")
  func search() throws {
    let found = try search(from: "a the", steps: 40)
    #expect(found.losses.count == 41 && found.losses[0] == found.firstLoss)
    #expect(found.loss == found.losses.min() && found.losses[found.bestStep] == found.loss)
    #expect(found.loss < found.firstLoss && found.bestStep > 0 && found.words.count == 2)
    #expect(try search(from: "a the", steps: 40) == found)
  }

  @Test("words that a step before had don't go through the tower again")
  func repeated() throws {
    let found = try search(from: "a the", steps: 5, rate: 1e-9)
    #expect(found.passes == 1 && found.losses == [Double](repeating: found.firstLoss, count: 6))
  }

  private func probe(_ words: String, penalty: Double, rate: Double = 0.02) throws -> Waywardness {
    let features = try LabeledFeatures(
      features: images.reshaped([SmallTower.names.count, 1, 12]), labels: SmallTower.labels)
    return try Waywardness(
      towards: tower.tokenizer.encode(words).map(Int.init), penalty: penalty, shape: tower.context(words),
      index: NearestWords(embedding: tower.embedding),
      training: Waywardness.Training(
        encoder: tower.encoder, assembly: assembly, features: features, scale: tower.scale,
        settings: TrainingSettings(epochs: 20, batchSize: 5, learningRate: rate)))
  }

  @Test("a strict penalty keeps the words, and a penalty of zero leaves training unchanged")
  func penalties() throws {
    // At rate η the penalty's own step must stay below 2: 2 · γ · η / (1 − μ) < 2.
    let held = try probe("a the", penalty: 1, rate: 1e-5)
    #expect(held.keptWords == 1 && held.readsAsWords && held.distance < 1e-2)
    let loose = try probe("a the", penalty: 0)
    let tight = try probe("a the", penalty: 0.5)
    #expect(loose.distance > tight.distance && tight.distance > 0)
    let method = try PromptTrainer(
      encoder: tower.encoder, assembly: assembly,
      features: LabeledFeatures(features: images.reshaped([5, 1, 12]), labels: SmallTower.labels), scale: tower.scale,
      settings: TrainingSettings(epochs: 20, batchSize: 5, learningRate: 0.02),
      state: TrainingState(parameters: tower.context("a the").vectors))
    for _ in 0..<20 { _ = try method.trainEpoch() }
    #expect(!loose.isTrained || method.state.parameters == loose.context)
  }
  @Test("of several penalties the best on the training images is taken, among those that keep the words")
  func choice() throws {
    let probes = try [0, 0.5, 1].map { try probe("a the", penalty: $0, rate: 1e-5) }
    let best = try #require(Waywardness.best(of: probes))
    #expect(best.readsAsWords && best.trainingAccuracy == probes.filter(\.readsAsWords).map(\.trainingAccuracy).max())
    #expect(Waywardness.best(of: []) == nil)
  }
}

@Suite("Arbitrary words against the learned context")
struct ArbitraryWordsTestTests {
  /// Returns the scores of images of which a share, evenly spread and from some image on, is right.
  private func scores(_ share: Double, shift: Int = 0) -> ContextScores {
    let correct = (0..<1000).map { Float(($0 * 617 + shift) % 1000 < Int(share * 1000) ? 1 : 0) }
    return ContextScores(correct: correct, margins: correct)
  }

  private func verdict(
    _ context: Double, mean: Double, _ arbitrary: [Double], steps: ArbitraryWordsTest.Steps = .equal
  ) throws -> ArbitraryWordsTest {
    try ArbitraryWordsTest(
      context: scores(context), meanWords: scores(mean), arbitrary: arbitrary.map { scores($0) }, lists: 10,
      steps: steps, seed: 1)
  }

  @Test("equal accuracies are equivalent, much lower ones costly, and between them nothing is said")
  func verdicts() throws {
    let equal = try verdict(0.8, mean: 0.5, [Double](repeating: 0.8, count: 10))
    #expect(equal.verdict == .arbitrary && equal.isEquivalent && equal.difference == 0 && equal.lists == 10)
    let lower = try verdict(0.8, mean: 0.5, (0..<10).map { 0.7 + Double($0 % 2) / 100 })
    #expect(lower.verdict == .costly && abs(lower.difference - 0.095) < 1e-6 && lower.interval.lowerBound > 0.05)
    let shorter = try verdict(0.8, mean: 0.5, (0..<10).map { 0.7 + Double($0 % 2) / 100 }, steps: .unknown)
    #expect(shorter.verdict == .undecided)
    for accuracy in [0.7, 0.8] {
      #expect(
        try verdict(0.8, mean: 0.5, [Double](repeating: accuracy, count: 10), steps: .fewer).verdict == .fewerSteps)
    }
    let wide = try verdict(0.8, mean: 0.5, (0..<10).map { 0.7 + Double($0) / 50 })
    #expect(wide.verdict == .undecided && wide.interval.contains(0))
  }

  @Test("nothing is concluded where mean words are as good, or where most lists lost their words")
  func nothing() throws {
    #expect(try verdict(0.8, mean: 0.8, [0.8, 0.8, 0.8, 0.8, 0.8]).verdict == .noEffect)
    #expect(try verdict(0.8, mean: 0.5, [0.8, 0.8, 0.8, 0.8]).verdict == .wordsLost)
  }

  @Test("a percentile counts the random lists below, and half of the equal ones")
  func percentile() throws {
    let context = try ContextMatrix(Tensor([4, 4, 0, 0], shape: [2, 2]))
    let index = try NearestWords(embedding: Tensor([1, 1, 2, 2, 3, 3], shape: [3, 2]))
    let found = try RandomWordBaseline(
      [[0, 0], [1, 1], [1, 1], [2, 2]], shape: context, index: index, measure: MeasuredNumbers.mean)
    #expect(found.count == 4 && found.accuracies.mean == 2)
    #expect(found.percentile(2) == 0.5 && found.percentile(3.5) == 1 && found.percentile(0) == 0)
  }
}

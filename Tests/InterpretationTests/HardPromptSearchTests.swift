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

  private func search(from words: String, steps: Int) throws -> HardPromptSearch {
    try HardPromptSearch(
      encoder: tower.encoder, assembly: assembly, context: tower.context(words).vectors,
      words: NearestWords(embedding: tower.embedding, metric: .cosine), images: tower.unit(images),
      labels: SmallTower.labels, scale: tower.scale, settings: HardPromptSearch.Settings(steps: steps))
  }

  @Test("without steps the words are the context's own")
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

  private func probe(_ words: String, penalty: Double, rate: Double = 0.02) throws -> Waywardness {
    let features = try LabeledFeatures(
      features: images.reshaped([SmallTower.names.count, 1, 12]), labels: SmallTower.labels)
    return try Waywardness(
      towards: tower.tokenizer.encode(words).map(Int.init), penalty: penalty, shape: tower.context(words),
      index: NearestWords(embedding: tower.embedding),
      training: Waywardness.Training(
        encoder: tower.encoder, assembly: assembly, features: features, scale: tower.scale,
        settings: TrainingSettings(epochs: 20, batchSize: 5, learningRate: rate)),
      measure: ContextAccuracy(
        encoder: tower.encoder, assembly: assembly, images: CachedImages(features: images, labels: SmallTower.labels)))
  }

  @Test("a strict penalty keeps the words and their accuracy, and a penalty of zero leaves training unchanged")
  func penalties() throws {
    // At rate η the penalty's own step must stay below 2: 2 · γ · η / (1 − μ) < 2.
    let held = try probe("a the", penalty: 1, rate: 1e-5)
    #expect(held.keptWords == 1 && held.distance < 1e-2 && held.accuracy == held.wordAccuracy)
    #expect(held.verdict(against: held.wordAccuracy, probability: 0) == .arbitrary)
    #expect(held.verdict(against: held.wordAccuracy + 0.05, probability: 0.01) == .costly)
    #expect(held.verdict(against: held.wordAccuracy + 0.05, probability: 0.5) == .undecided)
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
}

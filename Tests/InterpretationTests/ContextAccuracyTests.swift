import PromptLensPrompts
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensInterpretation
import PromptLensPromptLearning
import TestSupport
import PromptLensTensors
import Testing
import PromptLensTokenization

@Suite("The accuracy of contexts on cached features")
struct ContextAccuracyTests {
  private static let names = ["cat", "dog", "the house", "bird", "a very old tree"]

  private let encoder: TextEncoder
  private let tokenizer: Tokenizer
  private let embedding: Tensor

  init() throws {
    let checkpoint = try CheckpointDetector.open(Fixtures.path("openai-h5-vit"))
    let model = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source)
    encoder = try model.textEncoder()
    embedding = try model.tokenEmbedding()
    tokenizer = Tokenizer(vocabulary: try Vocabulary(folder: Fixtures.path("openai-h5-vit")))
  }

  /// Returns the features of sentences about each class, in place of images that match them exactly.
  private func features(_ sentence: (String) -> String) throws -> Tensor {
    try encoder.encode(
      Self.names.map { [tokenizer.vocabulary.start] + tokenizer.encode(sentence($0)) + [tokenizer.vocabulary.end] })
  }

  private func measure(
    length: Int, _ position: ClassPosition = .end, isClassSpecific: Bool = false, images: Tensor, labels: [Int]
  ) throws -> ContextAccuracy {
    try ContextAccuracy(
      encoder: encoder,
      assembly: PromptAssembly(
        classNames: Self.names, tokenizer: tokenizer, contextLength: length, classPosition: position,
        isClassSpecific: isClassSpecific),
      images: ImageScorer(features: images, labels: labels), scale: 20)
  }

  @Test("a context of words classifies features of the same sentences without a mistake, and wrong labels never")
  func words() throws {
    let ids = tokenizer.encode("photo of").map(Int.init)
    let images = try features { "photo of \($0)." }
    let context = try ContextMatrix(
      Tensor([Float](repeating: 0, count: ids.count * encoder.width), shape: [ids.count, encoder.width])
    )
    .words(ids, of: embedding)
    let labels = Array(Self.names.indices)
    #expect(try measure(length: ids.count, images: images, labels: labels).worth(1) { _ in context } == [1])
    let wrong = labels.map { ($0 + 1) % labels.count }
    #expect(try measure(length: ids.count, images: images, labels: wrong).worth(1) { _ in context } == [0])
  }

  @Test(
    "contexts in one tree have the accuracy that each has alone", arguments: ClassPosition.allCases, [false, true])
  func batches(position: ClassPosition, isClassSpecific: Bool) throws {
    let length = 4
    let shape = (isClassSpecific ? [Self.names.count] : []) + [length, encoder.width]
    let contexts = try (0..<70).map { seed in
      try ContextMatrix(
        Tensor(randomFloats(shape.reduce(1, *), in: -0.2...0.2, seed: UInt64(seed)), shape: shape))
    }
    let images = try Tensor(
      randomFloats(40 * encoder.embedDimension, seed: 999), shape: [40, encoder.embedDimension])
    let labels = (0..<40).map { $0 % Self.names.count }
    let together = try measure(
      length: length, position, isClassSpecific: isClassSpecific, images: images, labels: labels
    ).worth(contexts.count) { contexts[$0] }
    #expect(Set(together).count > 3)
    for index in stride(from: 0, to: contexts.count, by: 9) {
      let alone = try measure(
        length: length, position, isClassSpecific: isClassSpecific, images: images, labels: labels
      ).worth(1) { _ in contexts[index] }
      #expect(alone == [together[index]])
    }
  }

  @Test("a position that is left out makes the prompt that never had it")
  func omission() throws {
    let width = encoder.width
    let rows = randomFloats(3 * width, in: -0.2...0.2, seed: 5)
    let whole = try ContextMatrix(Tensor(rows, shape: [3, width]))
    let shorter = try ContextMatrix(Tensor(Array(rows[..<width] + rows[(2 * width)...]), shape: [2, width]))
    let images = try Tensor(
      randomFloats(200 * encoder.embedDimension, seed: 998), shape: [200, encoder.embedDimension])
    let labels = (0..<200).map { $0 % Self.names.count }
    let found = try measure(length: 3, images: images, labels: labels).worth(2) { $0 == 0 ? whole : whole.omitting(1) }
    let expected = try measure(length: 2, images: images, labels: labels).worth(1) { _ in shorter }
    #expect(found[1] == expected[0])
    #expect(found[0] == (try measure(length: 3, images: images, labels: labels).worth(1) { _ in whole })[0])
  }

  @Test("real words in a context project to themselves without loss")
  func snapping() throws {
    let ids = tokenizer.encode("photo of").map(Int.init)
    let images = try features { "photo of \($0)." }
    let vectors = try Tensor.concatenated(ids.map { try embedding.rows($0..<$0 + 1) })
    let context = try ContextMatrix(vectors)
    let nearest = try NearestWords(embedding: embedding).words(near: vectors, count: 1).compactMap(\.first?.id)
    let found = try NearestWordProjection(
      of: context, words: context.words(nearest, of: embedding), steps: 3,
      measure: measure(length: ids.count, images: images, labels: Array(Self.names.indices)))
    #expect(found.accuracy == 1 && found.allTogether == 1 && found.oneByOne.allSatisfy { $0 == 1 })
    #expect(found.curve.count == 4)
  }

  @Test("features of another width, labels of another number and contexts of another shape are refused")
  func mismatches() throws {
    let images = try Tensor([1, 2, 3], shape: [1, 3])
    #expect(throws: TensorError.self) { try measure(length: 2, images: images, labels: [0]) }
    #expect(throws: TensorError.self) { try ImageScorer(features: images, labels: [0, 1]) }
    let small = try measure(length: 2, images: features { $0 }, labels: Array(Self.names.indices))
    let context = try ContextMatrix(Tensor([Float](repeating: 0, count: encoder.width), shape: [1, encoder.width]))
    #expect(throws: TensorError.self) { try small.worth(1) { _ in context } }
  }
}

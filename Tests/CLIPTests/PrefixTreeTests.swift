import PromptLensCLIP
import TestSupport
import PromptLensTensors
import Testing

@Suite("The prefix tree")
struct PrefixTreeTests {
  /// A position of the class name, with one context for all classes or one for each.
  struct Arrangement: Sendable, CustomTestStringConvertible {
    let position: String
    let isClassSpecific: Bool
    var testDescription: String { "\(isClassSpecific ? "CSC" : "UC"), \(position)" }

    static let all = ["end", "middle", "front"].flatMap { position in
      [false, true].map { Arrangement(position: position, isClassSpecific: $0) }
    }

    /// Returns the start, context and class names in their arrangement, a full stop and the end.
    func prompts(_ names: [[Int32]], contextLength: Int, vocabulary: Int32) -> [[PromptElement]] {
      names.enumerated().map { index, name in
        let first = isClassSpecific ? index * contextLength : 0
        let context = (first..<first + contextLength).map { PromptElement.context($0) }
        let words = name.map { PromptElement.token($0) }
        let half = contextLength / 2
        let inside: [PromptElement] =
          switch position {
          case "end": context + words
          case "middle": context[..<half] + words + context[half...]
          default: words + context
          }
        return [.token(vocabulary - 2)] + inside + [.token(5), .token(vocabulary - 1)]
      }
    }
  }

  private static let tower = TextTowerConfiguration(
    vocabularySize: 40, contextLength: 24,
    transformer: TransformerConfiguration(width: 20, layers: 3, heads: 2, mlpWidth: 36, activation: .quickGELU))
  /// Names that share first words, and one name twice.
  private static let names: [[Int32]] = [[7, 8], [7, 9, 10], [11], [7, 8], [12, 13, 14, 15], [7]]

  @Test("shared beginnings of prompts are computed once")
  func sharing() throws {
    let end = Arrangement(position: "end", isClassSpecific: false).prompts(Self.names, contextLength: 4, vocabulary: 40)
    let tree = try PromptTree(end)
    // The start and 4 context vectors once; then 7·8·., 9·10·., 11·., 12·13·14·15·. and 7's ., each with its end.
    #expect(tree.rows == 5 + (1 + 1 + 2) + (2 + 2) + (1 + 2) + (4 + 2) + 2)
    #expect(tree.unsharedRows == end.reduce(0) { $0 + $1.count })
    let classSpecific = Arrangement(position: "end", isClassSpecific: true)
      .prompts(Self.names, contextLength: 4, vocabulary: 40)
    #expect(try PromptTree(classSpecific).rows == 1 + classSpecific.reduce(0) { $0 + $1.count - 1 })
  }

  @Test("features agree with those of each prompt computed separately in f64", arguments: Arrangement.all)
  func features(arrangement: Arrangement) throws {
    let prompts = arrangement.prompts(Self.names, contextLength: 5, vocabulary: 40)
    let (source, encoder) = try Self.encoder(.quickGELU)
    let reference = try ReferenceTower(Self.tower, source)
    let context = randomFloats(6 * 5 * 20, seed: 99)
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts))
    let found = try pass.forward(context: context)
    let expected = prompts.flatMap { reference.feature(of: $0, context: context.map(Double.init)).map(Float.init) }
    #expect(largestDifference(found.floats, expected) < 2e-5)
  }

  @Test(
    "the context's gradient agrees with finite differences in f64", arguments: Arrangement.all, Activation.allCases)
  func gradient(arrangement: Arrangement, activation: Activation) throws {
    let prompts = arrangement.prompts(Self.names, contextLength: 5, vocabulary: 40)
    let (source, encoder) = try Self.encoder(activation)
    var configuration = Self.tower
    configuration.transformer.activation = activation
    let reference = try ReferenceTower(configuration, source)
    let rows = arrangement.isClassSpecific ? 30 : 5
    let context = randomFloats(rows * 20, seed: 98)
    let weights = randomFloats(prompts.count * 6, seed: 97)
    func loss(_ context: [Double]) -> Double {
      let features = prompts.flatMap { reference.feature(of: $0, context: context) }
      return zip(features, weights).reduce(0) { $0 + $1.0 * Double($1.1) }
    }

    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts))
    _ = try pass.forward(context: context)
    let gradient = try pass.backward(weights)
    #expect(gradient.count == context.count)
    let found = gradient.floats
    let exact = context.map(Double.init)
    var (error, size) = (0.0, 0.0)
    for index in stride(from: 0, to: context.count, by: 7) {
      var (up, down) = (exact, exact)
      up[index] += 1e-5
      down[index] -= 1e-5
      let expected = (loss(up) - loss(down)) / 2e-5
      error += (Double(found[index]) - expected) * (Double(found[index]) - expected)
      size += expected * expected
    }
    #expect(size > 0)
    #expect((error / size).squareRoot() < 1e-5)
  }

  @Test(
    "a class embedding behind the text sees what the whole padded text shows it", arguments: Arrangement.all, [24, 11])
  func classEmbedding(arrangement: Arrangement, contextLength: Int) throws {
    // Names with the padding's id hide the token behind it; the longest name fills the shorter tower.
    let names: [[Int32]] = [[7, 0, 8], [7, 0, 9], [0], [11], [12, 13, 14]]
    let prompts = arrangement.prompts(names, contextLength: 5, vocabulary: 40)
    var configuration = Self.tower
    configuration.contextLength = contextLength
    configuration.pooling = .classEmbedding(padding: 0)
    let source = try ReferenceTower.random(configuration, embedDimension: 6)
    let reference = try ReferenceTower(configuration, source)
    let clip = CLIPConfiguration(
      embedDimension: 6,
      image: .visionTransformer(
        VisionTransformerConfiguration(
          resolution: 2, patchSize: 1, transformer: TransformerConfiguration(width: 2, layers: 1))),
      text: configuration)
    let encoder = try TextEncoder(configuration: clip, source: source)
    let context = randomFloats(30 * 20, seed: 94)
    let exact = context.map(Double.init)
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts))
    let found = try pass.forward(context: context)
    let expected = prompts.flatMap { reference.feature(of: $0, context: exact).map(Float.init) }
    #expect(largestDifference(found.floats, expected) < 2e-5)

    let weights = randomFloats(prompts.count * 6, seed: 93)
    func loss(_ context: [Double]) -> Double {
      let features = prompts.flatMap { reference.feature(of: $0, context: context) }
      return zip(features, weights).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    let gradient = try pass.backward(weights).floats
    var (error, size) = (0.0, 0.0)
    for index in stride(from: 0, to: gradient.count, by: 17) {
      var (up, down) = (exact, exact)
      up[index] += 1e-5
      down[index] -= 1e-5
      let expected = (loss(up) - loss(down)) / 2e-5
      error += (Double(gradient[index]) - expected) * (Double(gradient[index]) - expected)
      size += expected * expected
    }
    #expect(size > 0 && (error / size).squareRoot() < 1e-5)
  }

  @Test("chunks that are kept or computed again give the same bits on any number of threads")
  func determinism() throws {
    let (_, encoder) = try Self.encoder(.quickGELU)
    // 300 names that share some of their words: many chunks, several levels of the tree.
    let names = (0..<300).map { (index: Int) -> [Int32] in
      [index % 7, 7 + index / 7 % 9, 16 + index / 63, index % 3].map { Int32($0) }
    }
    for arrangement in Arrangement.all {
      let prompts = arrangement.prompts(names, contextLength: 4, vocabulary: 40)
      let context = randomFloats(300 * 4 * 20, seed: 96)
      let weights = randomFloats(prompts.count * 6, seed: 95)
      func run(threads: Int, tapeLimit: Int?) throws -> [Float] {
        let before = Parallel.threadCount
        defer { Parallel.threadCount = before }
        Parallel.threadCount = threads
        let pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts), tapeLimit: tapeLimit)
        let features = try pass.forward(context: context)
        let gradient = try pass.backward(weights)
        return features.floats + gradient.floats
      }
      let expected = try run(threads: 1, tapeLimit: nil)
      #expect(try run(threads: 3, tapeLimit: nil) == expected)
      #expect(try run(threads: 2, tapeLimit: 0) == expected)
      #expect(try run(threads: 4, tapeLimit: 2 << 20) == expected)
      #expect(expected.contains { $0 != 0 })
    }
  }

  @Test("contexts, templates and words mix in one tree")
  func mixed() throws {
    let (source, encoder) = try Self.encoder(.gelu)
    var configuration = Self.tower
    configuration.transformer.activation = .gelu
    let reference = try ReferenceTower(configuration, source)
    let prompts: [[PromptElement]] = [
      [.token(38), .context(0), .context(1), .token(7), .token(39)],
      [.token(38), .context(2), .context(1), .token(7), .token(39)],
      [.token(38), .token(3), .token(4), .token(7), .token(39)],
      [.token(38), .token(3), .context(0), .token(39)], [.token(38), .token(39)],
    ]
    let context = randomFloats(3 * 20, seed: 94)
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts))
    let expected = prompts.flatMap { reference.feature(of: $0, context: context.map(Double.init)).map(Float.init) }
    let found = try pass.forward(context: context)
    #expect(largestDifference(found.floats, expected) < 2e-5)
  }

  @Test("a prompt that another begins with, an empty one, and a context that is too short are rejected")
  func refusals() throws {
    let (_, encoder) = try Self.encoder(.quickGELU)
    #expect(throws: CLIPError.self) { try PromptTree([[.token(1), .token(2)], [.token(1)]]) }
    #expect(throws: CLIPError.badTokens(index: 1, reason: "it is empty")) { try PromptTree([[.token(1)], []]) }
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree([[.token(38), .context(3), .token(39)]]))
    #expect(throws: TensorError.self) { try pass.forward(context: [1, 2, 3]) }
    let long = [PromptElement](repeating: .token(1), count: 25)
    #expect(throws: CLIPError.self) { try PromptPass(encoder: encoder, tree: encoder.tree([long])) }
  }

  private static func encoder(_ activation: Activation) throws -> (TensorDictionary, TextEncoder) {
    var text = tower
    text.transformer.activation = activation
    let source = try ReferenceTower.random(text, embedDimension: 6)
    let configuration = CLIPConfiguration(
      embedDimension: 6,
      image: .visionTransformer(
        VisionTransformerConfiguration(
          resolution: 2, patchSize: 1, transformer: TransformerConfiguration(width: 2, layers: 1))),
      text: text)
    return (source, try TextEncoder(configuration: configuration, source: source))
  }
}

extension PromptPass {
  fileprivate func forward(context: [Float]) throws -> FloatBuffer {
    try context.withUnsafeBufferPointer { try forward(context: $0) }
  }
}

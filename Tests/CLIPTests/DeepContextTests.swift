import PromptLensCLIP
import PromptLensTensors
import TestSupport
import Testing

@Suite("A context's vectors for deeper blocks of the text tower")
struct DeepContextTests {
  private let encoder: TextEncoder
  /// So many classes that the tree has a trunk and several chunks.
  private static let classCount = 70
  private static let length = 3

  init() throws {
    encoder = try TextEncoder(configuration: RandomTowers.configuration, source: RandomTowers.source())
  }

  private static func prompts(isClassSpecific: Bool) -> [[PromptElement]] {
    (0..<classCount).map { index in
      let first = isClassSpecific ? index * length : 0
      let words = [Int32(7 + index % 30), Int32(7 + index / 30), Int32(3 + index % 5)].map { PromptElement.token($0) }
      return [.token(38)] + (first..<first + length).map { .context($0) } + words + [.token(5), .token(39)]
    }
  }

  private static func matrix(_ seed: UInt64) -> [Float] { randomFloats(length * 20, seed: seed) }

  private func run(
    _ context: [Float], _ layers: [Int: [Float]], isClassSpecific: Bool = false, limit: Int? = nil
  ) throws -> (pass: PromptPass, features: [Float]) {
    let pass = try PromptPass(
      encoder: encoder, tree: PromptTree(Self.prompts(isClassSpecific: isClassSpecific)), tapeLimit: limit)
    let features = try context.withUnsafeBufferPointer { try pass.forward(context: $0, layers: layers) }
    return (pass, features.floats)
  }

  @Test("a shared trunk gives the features of prompts that share nothing")
  func sharing() throws {
    let (context, layers) = (Self.matrix(1), [1: Self.matrix(2), 2: Self.matrix(3)])
    func repeated(_ rows: [Float]) -> [Float] { (0..<Self.classCount).flatMap { _ in rows } }
    let shared = try run(context, layers)
    let separate = try run(repeated(context), layers.mapValues(repeated), isClassSpecific: true)
    #expect(shared.pass.cost.trunkRows >= 1 + Self.length)
    #expect(largestDifference(shared.features, separate.features) < 1e-5)
    #expect(largestDifference(shared.features, try run(context, [:]).features) > 0.01)
  }

  @Test("gradients of the context and of each block's vectors agree with finite differences", arguments: [nil, 0])
  func gradient(limit: Int?) throws {
    let (context, layers) = (Self.matrix(4), [1: Self.matrix(5), 2: Self.matrix(6)])
    let slopes = randomFloats(Self.classCount * 6, seed: 9)
    let (pass, _) = try run(context, layers, limit: limit)
    let gradients = try pass.gradients(slopes)
    for block in 0..<3 {
      let direction = Self.matrix(UInt64(60 + block))
      func value(_ step: Float) throws -> Double {
        var (context, layers) = (context, layers)
        for index in direction.indices {
          if block == 0 {
            context[index] += step * direction[index]
          } else {
            layers[block]?[index] += step * direction[index]
          }
        }
        return product(try run(context, layers).features, slopes)
      }
      let expected = (try value(0.01) - value(-0.01)) / 0.02
      let found = product((block == 0 ? gradients.context : gradients.layers[block])?.floats ?? [], direction)
      #expect(abs(found - expected) < 5e-3 * max(abs(expected), 1), "block \(block)")
    }
  }

  @Test("gradients are the same bits on any number of threads")
  func bits() throws {
    let threads = Parallel.threadCount
    defer { Parallel.threadCount = threads }
    let slopes = randomFloats(Self.classCount * 6, seed: 10)
    let results = try [1, 3].map { count in
      Parallel.threadCount = count
      let found = try run(Self.matrix(7), [1: Self.matrix(8)]).pass.gradients(slopes)
      return [found.context.floats, found.layers[1]?.floats]
    }
    #expect(results[0] == results[1])
  }

  @Test("vectors for a block that there isn't, or too few, are refused")
  func refusals() throws {
    #expect(throws: TensorError.self) { try run(Self.matrix(1), [3: Self.matrix(2)]) }
    #expect(throws: TensorError.self) { try run(Self.matrix(1), [1: [0]]) }
  }
}

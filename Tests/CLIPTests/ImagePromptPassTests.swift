import PromptLensCLIP
import PromptLensTensors
import TestSupport
import Testing

@Suite("Prompt tokens in the image tower")
struct ImagePromptPassTests {
  private let encoder: ImageEncoder
  /// More images than one group holds.
  private let pixels: Tensor
  private let count = 40

  init() throws {
    encoder = try ImageEncoder(configuration: RandomTowers.configuration, source: RandomTowers.source())
    pixels = try Tensor(randomFloats(count * 3 * 144, seed: 3), shape: [count, 3, 12, 12])
  }

  private func prompts(_ blocks: [Int], tokens: Int, seed: UInt64) -> [Int: [Float]] {
    Dictionary(
      uniqueKeysWithValues: blocks.map { ($0, randomFloats(tokens * 16, seed: seed + UInt64($0))) })
  }

  @Test("without prompts, features are those of the plain tower")
  func plain() throws {
    let pass = try ImagePromptPass(encoder: encoder, promptCount: 0)
    let found = try pass.forward(pass.embed(pixels), prompts: [:])
    #expect(largestDifference(found.floats, try encoder.encode(pixels).floats()) < 1e-5)
  }

  @Test("an encoder with prompts gives the features of the pass", arguments: [[0], [0, 1, 2]])
  func encoding(blocks: [Int]) throws {
    let prompts = prompts(blocks, tokens: 3, seed: 20)
    let pass = try ImagePromptPass(encoder: encoder, promptCount: 3)
    let found = try ImageEncoder(encoder, prompts: prompts).encode(pixels)
    let expected = try pass.forward(pass.embed(pixels), prompts: prompts)
    #expect(largestDifference(found.floats(), expected.floats) < 1e-5)
    #expect(largestDifference(found.floats(), try encoder.encode(pixels).floats()) > 0.01)
  }

  @Test(
    "the gradient of the prompts of each block agrees with finite differences",
    arguments: [[0], [0, 1], [0, 1, 2], [0, 2]])
  func gradient(blocks: [Int]) throws {
    let pass = try ImagePromptPass(encoder: encoder, promptCount: 3)
    let images = try pass.embed(pixels)
    let prompts = prompts(blocks, tokens: 3, seed: 20)
    let slopes = FloatBuffer(count: count * 6)
    for (index, value) in randomFloats(count * 6, seed: 31).enumerated() { slopes.pointer[index] = value }
    let gradient = try pass.gradients(images, prompts: prompts) { range, _ in Self.part(slopes, range) }.prompts
    #expect(gradient.keys.sorted() == blocks)
    for block in blocks {
      let direction = randomFloats(3 * 16, seed: UInt64(50 + block))
      func value(_ step: Float) throws -> Double {
        var moved = prompts
        for index in direction.indices { moved[block]?[index] += step * direction[index] }
        return product(try pass.forward(images, prompts: moved).floats, slopes.floats)
      }
      let expected = (try value(0.01) - value(-0.01)) / 0.02
      let found = product(gradient[block] ?? [], direction)
      #expect(abs(found - expected) < 5e-3 * max(abs(expected), 1), "block \(block)")
    }
  }

  private static func part(_ slopes: FloatBuffer, _ range: Range<Int>) -> FloatBuffer {
    FloatBuffer(copying: slopes.pointer + range.lowerBound * 6, count: range.count * 6)
  }

  @Test("features and gradients are the same bits on any number of threads, each of which keeps one tape")
  func bits() throws {
    let threads = Parallel.threadCount
    defer { Parallel.threadCount = threads }
    let prompts = prompts([0, 1], tokens: 2, seed: 7)
    let slopes = FloatBuffer(count: count * 6)
    for index in 0..<slopes.count { slopes.pointer[index] = Float(index % 7) - 3 }
    var results: [([Float], [Int: [Float]])] = []
    for threads in 1...3 {
      Parallel.threadCount = threads
      let pass = try ImagePromptPass(encoder: encoder, promptCount: 2)
      let images = try pass.embed(pixels)
      for _ in 0..<2 {
        let found = try pass.gradients(images, prompts: prompts) { range, _ in Self.part(slopes, range) }
        results.append((found.features.floats, found.prompts))
      }
      #expect((1...threads).contains(pass.tapeCount))
      #expect(try pass.forward(images, prompts: prompts).floats == results[0].0)
    }
    #expect(results.allSatisfy { $0.0 == results[0].0 && $0.1 == results[0].1 })
  }

  @Test("weights that are kept once give the features and the gradients of packed ones", arguments: [[0], [0, 1, 2]])
  func weightsOnce(blocks: [Int]) throws {
    let prompts = prompts(blocks, tokens: 3, seed: 20)
    func gradients(_ memory: WeightMemory) throws -> (features: FloatBuffer, prompts: [Int: [Float]]) {
      let encoder = try ImageEncoder(
        configuration: RandomTowers.configuration, source: RandomTowers.source(), memory: memory)
      let pass = try ImagePromptPass(encoder: encoder, promptCount: 3)
      return try pass.gradients(pass.embed(pixels), prompts: prompts) { _, features in features }
    }
    let (packed, once) = (try gradients(.kept), try gradients(.keptOnce))
    #expect(largestDifference(packed.features.floats, once.features.floats) < 1e-5)
    for block in blocks {
      #expect(largestDifference(packed.prompts[block] ?? [], once.prompts[block] ?? []) < 1e-4, "block \(block)")
    }
  }

  @Test("other towers and prompts that don't fit are refused by name")
  func refusals() throws {
    var other = RandomTowers.configuration
    other.image = .modifiedResNet(
      ModifiedResNetConfiguration(resolution: 32, width: 2, blocks: [1, 1, 1, 1], heads: 2))
    let network = try ImageEncoder(configuration: other, source: RandomTowers.source(other))
    #expect {
      try ImagePromptPass(encoder: network, promptCount: 2)
    } throws: {
      "\($0)".contains("ModifiedResNet, 32 px") && "\($0)".contains("vision transformer of OpenAI's kind")
    }
    let pass = try ImagePromptPass(encoder: encoder, promptCount: 2)
    let images = try pass.embed(pixels)
    #expect { try pass.forward(images, prompts: [:]) } throws: { "\($0)".contains("block 0 has none") }
    #expect { try pass.forward(images, prompts: [0: [1], 1: []]) } throws: { "\($0)".contains("2 tokens of 16") }
    #expect {
      try pass.forward(images, prompts: [0: randomFloats(32), 3: randomFloats(32)])
    } throws: { "\($0)".contains("there is no block 3, only 3") }
  }
}

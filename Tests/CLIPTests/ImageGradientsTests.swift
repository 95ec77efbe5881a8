import PromptLensCLIP
import PromptLensTensors
import TestSupport
import Testing

@Suite("Gradients of an image's patches and of its attention")
struct ImageGradientsTests {
  private let encoder: ImageEncoder
  private let pixels = randomFloats(3 * 144, seed: 3)
  private let slopes = randomFloats(6, seed: 31)

  init() throws {
    encoder = try ImageEncoder(configuration: RandomTowers.configuration, source: RandomTowers.source())
  }

  /// Prompts of two tokens in the first and the last block, or none.
  private func encoder(withPrompts: Bool) throws -> ImageEncoder {
    guard withPrompts else { return encoder }
    return try ImageEncoder(encoder, prompts: [0: randomFloats(32, seed: 5), 2: randomFloats(32, seed: 6)])
  }

  @Test("a pass gives the tower's feature, with prompts and without", arguments: [false, true])
  func feature(withPrompts: Bool) throws {
    let encoder = try encoder(withPrompts: withPrompts)
    let tower = try ImageGradients(encoder: encoder)
    #expect(tower.grid.count == 9 && tower.length == (withPrompts ? 12 : 10))
    let found = try tower.pass(tower.embed(pixels)).feature
    let expected = try encoder.encode(Tensor(pixels, shape: [1, 3, 12, 12])).floats()
    #expect(largestDifference(found, expected) < 1e-5)
  }

  @Test("the gradient of the rows agrees with finite differences", arguments: [false, true])
  func rows(withPrompts: Bool) throws {
    let tower = try ImageGradients(encoder: encoder(withPrompts: withPrompts))
    let rows = try tower.embed(pixels)
    let gradient = try tower.pass(rows).backward(slopes, withAttention: false)
    #expect(gradient.attention.isEmpty)
    let direction = randomFloats(rows.count, seed: 50)
    func value(_ step: Float) throws -> Double {
      product(try tower.pass(zip(rows, direction).map { $0 + step * $1 }).feature, slopes)
    }
    let expected = (try value(0.003) - value(-0.003)) / 0.006
    let found = product(gradient.rows, direction)
    #expect(abs(found - expected) < 5e-3 * max(abs(expected), 1))
  }

  @Test("attention has as many gradients as probabilities, and its rows sum to one")
  func shapes() throws {
    let tower = try ImageGradients(encoder: encoder)
    let pass = try tower.pass(tower.embed(pixels))
    let gradient = try pass.backward(slopes, withAttention: true)
    #expect(gradient.attention.map(\.count) == [200, 200, 20])
    for layer in 0..<3 {
      let attention = pass.attention(layer: layer)
      #expect(attention.count == gradient.attention[layer].count)
      for start in stride(from: 0, to: attention.count, by: 10) {
        #expect(abs(attention[start..<start + 10].reduce(0, +) - 1) < 1e-5)
      }
    }
  }

  @Test("the gradients of attention agree with finite differences behind the softmax", arguments: [0, 1, 2])
  func attention(layer: Int) throws {
    guard case .visionTransformer(let vision) = RandomTowers.configuration.image else { return }
    let reference = try ReferenceImageTower(vision, embedDimension: 6, RandomTowers.source())
    let tower = try ImageGradients(encoder: encoder)
    let rows = try tower.embed(pixels)
    let pass = try tower.pass(rows)
    let gradient = try pass.backward(slopes, withAttention: true).attention[layer]
    let doubles = rows.map(Double.init)
    #expect(
      largestDifference(reference.feature(of: doubles) { _, _, _, _ in 0 }.map { Float($0) }, pass.feature) < 1e-4)
    // The last layer has the class token's row alone.
    for (row, head, key) in [(0, 0, 3), (0, 1, 9), (layer < 2 ? 4 : 0, 1, 0)] {
      func value(_ step: Double) -> Double {
        let feature = reference.feature(of: doubles) {
          $0 == layer && $1 == row && $2 == head && $3 == key ? step : 0
        }
        return zip(feature, slopes).reduce(0) { $0 + $1.0 * Double($1.1) }
      }
      let expected = (value(1e-4) - value(-1e-4)) / 2e-4
      let found = Double(gradient[(row * 2 + head) * 10 + key])
      #expect(abs(found - expected) < 1e-4 * max(abs(expected), 0.1), "row \(row), head \(head), key \(key)")
    }
  }

  @Test("the terms of a feature sum to it", arguments: [false, true])
  func terms(withPrompts: Bool) throws {
    let pass = try ImageGradients(encoder: encoder(withPrompts: withPrompts)).pass(
      ImageGradients(encoder: encoder).embed(pixels))
    let terms = try pass.terms()
    // Embedding, three layers of two heads, a bias and an MLP, the last norm's shift.
    #expect(terms.terms.count == 1 + 3 * 4 + 1)
    var sum = [Float](repeating: 0, count: 6)
    for (index, value) in terms.values.enumerated() { sum[index % 6] += value }
    #expect(largestDifference(sum, pass.feature) < 1e-5)
  }

  @Test("other towers are refused by name")
  func refusal() throws {
    var other = RandomTowers.configuration
    other.image = .modifiedResNet(
      ModifiedResNetConfiguration(resolution: 32, width: 2, blocks: [1, 1, 1, 1], heads: 2))
    let network = try ImageEncoder(configuration: other, source: RandomTowers.source(other))
    #expect {
      try ImageGradients(encoder: network)
    } throws: {
      "\($0)".contains("ModifiedResNet, 32 px") && "\($0)".contains("vision transformer of OpenAI's kind")
    }
  }
}

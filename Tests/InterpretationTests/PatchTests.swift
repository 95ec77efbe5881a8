import Foundation
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensTensors
import TestSupport
import Testing

/// The numbers that PyTorch computed on weights/mini-clip, by `make_explanation_fixture.py`.
private struct Golden: Decodable {
  let cases: [Case]

  struct Case: Decodable {
    let name: String
    let feature: [Float]
    let terms: [[Double]]
    let explanations: [Explanation]
  }

  struct Explanation: Decodable {
    let label: Int
    let against: Int?
    let value: Double
    let baselineValue: Double
    let relevance: [Double]
    let promptRelevance: Double
    let attentionGradient: [[Float]]
    let integratedGradients: [Double]
  }

  init() throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("explanations/patches.json")))
    self = try decoder.decode(Golden.self, from: data)
  }
}

@Suite("Patches that count")
struct PatchTests {
  private let plain: ImageEncoder
  private let pixels: [Float]
  private let classifier: LinearClassifier

  init() throws {
    let folder = try ModelFolder.open("\(Repository.root)/weights/mini-clip")
    plain = try CLIPModel(configuration: folder.configuration, source: folder.source).imageEncoder()
    var pixels = Self.numbers(3 * 48 * 48, 37, 11, 101, 32)
    for index in pixels.indices where index % 48 >= 24 { pixels[index] *= 0.25 }
    self.pixels = pixels
    classifier = try LinearClassifier.cosine(
      text: Tensor(Self.numbers(3 * 128, 53, 7, 97, 64), shape: [3, 128]), scale: 20)
  }

  private static func numbers(_ count: Int, _ factor: Int, _ offset: Int, _ modulus: Int, _ scale: Float) -> [Float] {
    (0..<count).map { Float(($0 * factor + offset) % modulus - modulus / 2) / scale }
  }

  private func encoder(_ name: String) throws -> ImageEncoder {
    guard name == "prompts" else { return plain }
    return try ImageEncoder(
      plain, prompts: [0: Self.numbers(2 * 192, 29, 5, 89, 64), 2: Self.numbers(2 * 192, 31, 9, 83, 64)])
  }

  private func largest(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    let scale = expected.reduce(0) { max($0, abs($1)) }
    return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
  }

  @Test("relevance, attention's gradients and terms agree with PyTorch, with prompt tokens and without")
  func attention() throws {
    for golden in try Golden().cases {
      let tower = try ImageGradients(encoder: encoder(golden.name))
      let pass = try tower.pass(tower.embed(pixels))
      #expect(largestDifference(pass.feature, golden.feature) < 1e-4, "\(golden.name)")
      for expected in golden.explanations {
        let logit = try ClassLogit(expected.label, against: expected.against, of: classifier)
        #expect(abs(logit.value(pass.feature) - expected.value) < 1e-4)
        let found = try AttentionRelevance(pass, of: logit)
        #expect(largest(found.patches, expected.relevance) < 1e-4, "\(golden.name), class \(expected.label)")
        #expect(abs(found.prompts - expected.promptRelevance) < 1e-4 * max(expected.promptRelevance, 0.1))
        let gradient = try pass.backward(logit.gradient(pass.feature), withAttention: true)
        for (layer, row) in expected.attentionGradient.enumerated() {
          // Of the class token, for each head.
          let scale = row.reduce(0) { max($0, abs($1)) }
          #expect(largestDifference(gradient.attention[layer].prefix(row.count), row) < 1e-4 * scale, "layer \(layer)")
        }
      }
      let terms = try pass.terms()
      #expect(terms.terms.count == golden.terms.count)
      let rows = classifier.weights.floats()
      for (index, expected) in golden.terms.enumerated() {
        let found = (0..<3).map { label in
          (0..<128).reduce(0.0) { $0 + Double(terms.values[index * 128 + $1]) * Double(rows[label * 128 + $1]) }
        }
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-4 }, "\(terms.terms[index])")
      }
    }
  }

  @Test("integrated gradients agree with PyTorch's path integral, and are complete")
  func integrated() throws {
    for golden in try Golden().cases {
      let tower = try ImageGradients(encoder: encoder(golden.name))
      let (image, baseline) = (
        try tower.embed(pixels), try tower.embed([Float](repeating: 0, count: pixels.count))
      )
      for expected in golden.explanations.suffix(2) {
        let logit = try ClassLogit(expected.label, against: expected.against, of: classifier)
        let found = try PatchIntegratedGradients(tower: tower, image: image, baseline: baseline, logit: logit)
        #expect(found.completenessError < 1e-3)
        #expect(abs(found.value - expected.value) < 1e-4 && abs(found.baselineValue - expected.baselineValue) < 1e-4)
        #expect(largest(found.patches, expected.integratedGradients) < 2e-3, "\(golden.name), class \(expected.label)")
      }
    }
  }

  @Test("an explanation is the same bits on any number of threads")
  func bits() throws {
    let threads = Parallel.threadCount
    defer { Parallel.threadCount = threads }
    let tower = try ImageGradients(encoder: plain)
    let (image, baseline) = (try tower.embed(pixels), try tower.embed([Float](repeating: 0, count: pixels.count)))
    let logit = try ClassLogit(0, against: 1, of: classifier)
    var results: [(PatchIntegratedGradients, PatchFaithfulness)] = []
    for count in [1, 3] {
      Parallel.threadCount = count
      let found = try PatchIntegratedGradients(tower: tower, image: image, baseline: baseline, logit: logit)
      let perturbed = PerturbedImage(pixels, encoder: plain, grid: tower.grid, patchSize: tower.patchSize)
      results.append(
        (
          found,
          try PatchFaithfulness(
            of: found.patches, on: perturbed, control: RandomDeletions(of: perturbed), logit: logit)
        ))
    }
    #expect(results[0].0 == results[1].0 && results[0].1 == results[1].1)
  }

  @Test("the gradient of a logit agrees with finite differences, of cosines and of weights with an offset")
  func logit() throws {
    let weights = try Tensor(randomFloats(15, seed: 2), shape: [3, 5])
    let feature = randomFloats(5, seed: 3)
    for classifier in [
      try LinearClassifier(weights: weights, scale: 3, normalizes: true),
      try LinearClassifier(
        weights: weights, bias: Tensor([0.5, -0.25, 1], shape: [3]), scale: 2, normalizes: false),
    ] {
      for against in [nil, 2] {
        let logit = try ClassLogit(1, against: against, of: classifier)
        let logits = try classifier.logits(for: Tensor(feature, shape: [1, 5])).floats()
        #expect(abs(logit.value(feature) - Double(logits[1] - (against.map { logits[$0] } ?? 0))) < 1e-5)
        let gradient = logit.gradient(feature)
        for index in feature.indices {
          var (above, below) = (feature, feature)
          above[index] += 1e-3
          below[index] -= 1e-3
          let expected = (logit.value(above) - logit.value(below)) / Double(above[index] - below[index])
          #expect(abs(Double(gradient[index]) - expected) < 1e-3)
        }
      }
    }
    #expect { try ClassLogit(3, against: nil, of: classifier) } throws: { "\($0)".contains("3") }
  }

  @Test(
    "orders remove equally many patches forward and backward, from none to all", arguments: [1, 2, 9, 16, 36, 49, 196])
  func orders(count: Int) throws {
    let order = PatchOrder(random: 3, patches: count)
    #expect(order.patches.sorted() == Array(0..<count))
    #expect(order.counts.first == 0 && order.counts.last == count && order.counts.count <= 17)
    #expect(zip(order.counts, order.counts.reversed()).allSatisfy { $0 + $1 == count })
    #expect(zip(order.counts, order.counts.dropFirst()).allSatisfy { $0 < $1 })
    #expect(abs(order.area(under: order.shares) - 0.5) < 1e-12)
    #expect(order == PatchOrder(random: 3, patches: count))
  }

  @Test("a patch that holds the whole class is found faithful, and its opposite is not")
  func faithfulness() throws {
    let tower = try ImageGradients(encoder: plain)
    let image = PerturbedImage(pixels, encoder: plain, grid: tower.grid, patchSize: tower.patchSize)
    let control = try RandomDeletions(of: image)
    let logit = try ClassLogit(0, against: nil, of: classifier)
    let pass = try tower.pass(tower.embed(pixels))
    let relevance = try AttentionRelevance(pass, of: logit).patches
    let found = try PatchFaithfulness(of: relevance, on: image, control: control, logit: logit)
    let opposite = try PatchFaithfulness(of: relevance.map { -$0 }, on: image, control: control, logit: logit)
    // Deletion ends where insertion begins, and backwards each is the other's.
    #expect(abs(found.deletion.probabilities[0] - (found.insertion.probabilities.last ?? 0)) < 1e-6)
    #expect(abs(found.deletion.area - opposite.insertion.area) < 0.02)
    #expect(found.deletionDifference.count == PatchFaithfulness.orders)
    #expect(abs(found.deletion.area - found.randomDeletion.area - found.deletionDifference.mean) < 1e-9)
    #expect(abs(found.insertion.area - found.randomInsertion.area - found.insertionDifference.mean) < 1e-9)
  }
}

import PromptLensCLIP
import TestSupport
import PromptLensTensors
import Testing

@Suite("A prompt's trace through the text tower")
struct PromptTraceTests {
  private static let tower = TextTowerConfiguration(
    vocabularySize: 40, contextLength: 24,
    transformer: TransformerConfiguration(width: 20, layers: 3, heads: 2, mlpWidth: 36, activation: .quickGELU))
  private static let prompt: [PromptElement] = [
    .token(38), .context(1), .context(0), .token(7), .token(5), .token(39),
  ]

  private let source: TensorDictionary
  private let encoder: TextEncoder
  private let context = randomFloats(2 * 20, seed: 5)

  init() throws {
    source = try ReferenceTower.random(Self.tower, embedDimension: 6)
    let configuration = CLIPConfiguration(
      embedDimension: 6,
      image: .visionTransformer(
        VisionTransformerConfiguration(
          resolution: 2, patchSize: 1, transformer: TransformerConfiguration(width: 2, layers: 1))),
      text: Self.tower)
    encoder = try TextEncoder(configuration: configuration, source: source)
  }

  @Test("the last layer's end state gives the tower's feature, and the first states are the input vectors")
  func states() throws {
    let trace = try encoder.trace(Self.prompt, context: context)
    #expect(trace.states.count == 4 && trace.layers == 3 && trace.positions == 6)
    let found = try encoder.features(ofStates: Array(trace.state(after: 3, at: 5)))
    let pass = try PromptPass(encoder: encoder, tree: encoder.tree([Self.prompt]))
    let expected = try context.withUnsafeBufferPointer { try pass.forward(context: $0) }
    #expect(largestDifference(found.floats, expected.floats) < 1e-6)
    let first = zip(context[20..<40], encoder.positionalVector(1)).map { $0 + $1 }
    #expect(largestDifference(trace.state(after: 0, at: 1), first) == 0)
  }

  @Test("attention sums to one over a position and those before it, and is zero after it")
  func attention() throws {
    let trace = try encoder.trace(Self.prompt, context: context)
    for layer in 0..<3 {
      for head in 0..<2 {
        for position in 0..<6 {
          let row = trace.attention(layer: layer, head: head, from: position)
          #expect(abs(row.reduce(0, +) - 1) < 1e-5)
          #expect(row.dropFirst(position + 1).allSatisfy { $0 == 0 })
          #expect(row.prefix(position + 1).allSatisfy { $0 > 0 })
        }
      }
    }
  }

  @Test("attention is uniform where queries are zero")
  func even() throws {
    var tensors = try Dictionary(uniqueKeysWithValues: source.names.map { ($0, try source.tensor($0)) })
    for name in ["weight", "bias"] {
      let key = "transformer.resblocks.0.attn.in_proj_\(name)"
      let tensor = try source.tensor(key)
      var floats = tensor.floats()
      for index in 0..<floats.count / 3 { floats[index] = 0 }
      tensors[key] = try Tensor(floats, shape: tensor.shape.dimensions)
    }
    let flat = try TextEncoder(
      configuration: CLIPConfiguration(
        embedDimension: 6,
        image: .visionTransformer(
          VisionTransformerConfiguration(
            resolution: 2, patchSize: 1, transformer: TransformerConfiguration(width: 2, layers: 1))),
        text: Self.tower), source: TensorDictionary(tensors, origin: "flat"))
    let trace = try flat.trace(Self.prompt, context: context)
    for position in 0..<6 {
      for value in trace.attention(layer: 0, head: 1, from: position).prefix(position + 1) {
        #expect(abs(value - 1 / Float(position + 1)) < 1e-6)
      }
    }
  }

  @Test("a prompt that doesn't fit the tower and a context that is too short are rejected")
  func refusals() throws {
    #expect(throws: TensorError.self) { try encoder.trace(Self.prompt, context: [1, 2]) }
    #expect(throws: CLIPError.self) { try encoder.trace([.token(40)]) }
    #expect(throws: TensorError.self) { try encoder.features(ofStates: [1, 2, 3]) }
  }
}

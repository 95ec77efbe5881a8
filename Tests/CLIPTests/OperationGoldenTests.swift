import Foundation
import PromptLensCLIP
import PromptLensKernels
import TestSupport
import PromptLensTensors
import Testing

@Suite("Operations agree with PyTorch")
struct OperationGoldenTests {
  @Test("layer norm agrees with PyTorch", arguments: try OperationFixture.cases(of: "layer-norm"))
  func layerNorm(_ fixture: OperationFixture) throws {
    let x = try fixture.input("x").floats()
    let norm = try LayerNorm(
      scale: fixture.input("weight"), shift: fixture.input("bias"),
      epsilon: Float(fixture.parameters.number("epsilon")))
    var found = x
    norm.forward(x, count: x.count / norm.width, to: &found)
    #expect(largestDifference(found, fixture.output.floats()) < 2e-6)

    let count = x.count / norm.width
    var statistics = [Float](repeating: 0, count: 2 * count)
    norm.forward(x, count: count, to: &found, statistics: &statistics)
    var gradient = [Float](repeating: 0, count: x.count)
    norm.backward(
      fixture.outputGradient.floats(), rows: x, statistics: statistics, count: count, addingTo: &gradient)
    #expect(largestDifference(gradient, try #require(fixture.inputGradients["x"]).floats()) < 5e-6)
  }

  @Test("linear layers agree with PyTorch", arguments: try OperationFixture.cases(of: "linear"))
  func linear(_ fixture: OperationFixture) throws {
    let x = try fixture.input("x")
    let layer = try LinearLayer(weight: fixture.input("weight"), bias: fixture.input("bias"))
    var found = fixture.output.floats()
    found.withUnsafeMutableBufferPointer { $0.update(repeating: .nan) }
    try layer.apply(x.floats(), rows: x.shape.dimensions[0], to: &found)
    #expect(largestDifference(found, fixture.output.floats()) < 2e-6)

    var gradient = [Float](repeating: .nan, count: x.shape.count)
    try layer.backward(fixture.outputGradient.floats(), rows: x.shape.dimensions[0], to: &gradient)
    #expect(largestDifference(gradient, try #require(fixture.inputGradients["x"]).floats()) < 5e-6)
  }

  @Test("GELU by the hyperbolic tangent has the values and the slopes of its formula")
  func tangentGELU() {
    let inputs = stride(from: Float(-6), through: 6, by: 0.125).map { $0 }
    var (values, slopes) = (inputs, [Float](repeating: 1, count: inputs.count))
    Activation.tanhGELU.forward(inputs, count: inputs.count, to: &values)
    Activation.tanhGELU.backward(&slopes, values: inputs, count: inputs.count)
    for (index, input) in inputs.enumerated() {
      // x · (1 + t) / 2 with t = tanh u, u = √(2/π) · (x + 0.044715 · x³), and t' = (1 − t²) · u'.
      let (x, factor) = (Double(input), (2 / Double.pi).squareRoot())
      let t = tanh(factor * (x + 0.044715 * x * x * x))
      let slope = 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * factor * (1 + 3 * 0.044715 * x * x)
      #expect(abs(Double(values[index]) - 0.5 * x * (1 + t)) < 2e-6)
      #expect(abs(Double(slopes[index]) - slope) < 2e-6)
    }
  }

  @Test("QuickGELU and GELU agree with PyTorch", arguments: [Activation.quickGELU, .gelu])
  func activations(_ activation: Activation) throws {
    let name = activation == .quickGELU ? "quick-gelu" : "gelu"
    for fixture in try OperationFixture.cases(of: name) {
      var values = try fixture.input("x").floats()
      let inputs = values
      activation.forward(inputs, count: inputs.count, to: &values)
      let scale = fixture.output.floats().map(abs).max() ?? 1
      #expect(largestDifference(values, fixture.output.floats()) < 1e-6 * max(scale, 1))
      var gradient = fixture.outputGradient.floats()
      activation.backward(&gradient, values: inputs, count: inputs.count)
      #expect(largestDifference(gradient, try #require(fixture.inputGradients["x"]).floats()) < 5e-6)
    }
  }

  @Test("attention and its gradients agree with PyTorch", arguments: try OperationFixture.cases(of: "causal-attention"))
  func attention(_ fixture: OperationFixture) throws {
    let heads = try fixture.parameters.integer("heads")
    let headWidth = try fixture.parameters.integer("head_width")
    let positions = fixture.output.shape.dimensions[0]
    let width = heads * headWidth
    let scale = 1 / Float(headWidth).squareRoot()
    let found = FloatBuffer(count: positions * width)
    let gradients = try ["q", "k", "v"].map { name in
      (found: FloatBuffer(count: positions * width), expected: try #require(fixture.inputGradients[name]))
    }
    let scratch = FloatBuffer(
      count: max(attention_scratch(positions, headWidth), positions * heads * positions))
    try fixture.input("q").withFloats { q in
      try fixture.input("k").withFloats { k in
        try fixture.input("v").withFloats { v in
          guard try fixture.parameters.bool("causal") else {
            func rows(_ base: UnsafeBufferPointer<Float>) -> attention_rows {
              attention_rows(base: base.baseAddress, stride: width)
            }
            let sizes = attention_sizes(
              queries: positions, keys: positions, heads: heads, head_width: headWidth, scale: scale)
            kernels().pointee.attention(rows(q), rows(k), rows(v), found.pointer, width, sizes, scratch.pointer)
            return
          }
          let span = tree_span(
            keys: k.baseAddress, values: v.baseAddress, stride: width, key_gradients: gradients[1].found.pointer,
            value_gradients: gradients[2].found.pointer, gradient_stride: width, count: positions)
          withUnsafePointer(to: span) { span in
            let attention = tree_attention(
              queries: q.baseAddress, query_stride: width, query_count: positions, first_query: 0, spans: span,
              span_count: 1, heads: heads, head_width: headWidth, scale: scale, hidden: nil,
              probabilities: scratch.pointer, keys: positions, scratch: nil)
            kernels().pointee.tree_attention(attention, found.pointer, width)
            fixture.outputGradient.withFloats {
              kernels().pointee.tree_attention_backward(
                attention, $0.baseAddress, width, gradients[0].found.pointer, width)
            }
          }
        }
      }
    }
    #expect(largestDifference(found.floats, fixture.output.floats()) < 2e-6)
    guard try fixture.parameters.bool("causal") else { return }
    for gradient in gradients {
      #expect(largestDifference(gradient.found.floats, gradient.expected.floats()) < 5e-6)
    }
  }

  @Test(
    "residual attention blocks, whole and at one row, agree with PyTorch",
    // Causal blocks are the text tower's, whose states the tower tests check.
    arguments: try OperationFixture.cases(of: "residual-block").filter { try !$0.parameters.bool("causal") })
  func residualBlock(_ fixture: OperationFixture) throws {
    let x = try fixture.input("x")
    let (count, positions, width) = (x.shape.dimensions[0], x.shape.dimensions[1], x.shape.dimensions[2])
    let source = TensorDictionary(
      Dictionary(uniqueKeysWithValues: fixture.inputs.map { ("block.\($0)", $1) }), origin: fixture.description)
    let configuration = TransformerConfiguration(
      width: width, layers: 1, heads: try fixture.parameters.integer("heads"),
      activation: try #require(Activation(rawValue: fixture.parameters.string("activation"))),
      normEpsilon: Float(try fixture.parameters.number("epsilon")))
    let block = try ResidualAttentionBlock("block", of: source, configuration: configuration, precision: .float32)
    let sequences = Sequences(lengths: [Int](repeating: positions, count: count))
    let rows = x.floats()

    let reading = (0..<count).map { sequences.offsets[$0] + 2 }
    let expected = fixture.output.floats()
    let read = try block.forward(rows, sequences: sequences, reading: reading)
    let expectedRows = reading.flatMap { expected[$0 * width..<($0 + 1) * width] }
    #expect(largestDifference(read.floats, expectedRows) < 5e-6)

    var all = rows
    try block.forward(&all, sequences: sequences)
    #expect(largestDifference(all, expected) < 5e-6)
  }

  @Test("convolutions agree with PyTorch", arguments: try OperationFixture.cases(of: "convolution"))
  func convolution(_ fixture: OperationFixture) throws {
    let x = try fixture.input("x")
    let weight = try fixture.input("weight")
    let (images, height, width) = (x.shape.dimensions[0], x.shape.dimensions[2], x.shape.dimensions[3])
    let outputs = weight.shape.dimensions[0]
    let layer = try Convolution(
      weight: weight, bias: Tensor([Float](repeating: 0, count: outputs), shape: [outputs]),
      stride: fixture.parameters.integer("stride"), padding: fixture.parameters.integer("padding"), relu: false)
    var found = fixture.output.floats()
    try layer.apply(
      x.permuted([0, 2, 3, 1]).floats(), images: images, height: height, width: width, to: &found)
    #expect(largestDifference(found, try fixture.output.permuted([0, 2, 3, 1]).floats()) < 5e-6)
  }

  @Test(
    "batch norm, folded into an identity convolution, agrees with PyTorch",
    arguments: try OperationFixture.cases(of: "batch-norm"))
  func batchNorm(_ fixture: OperationFixture) throws {
    let x = try fixture.input("x")
    let channels = x.shape.dimensions[1]
    let identity = (0..<channels * channels).map { Float($0 % (channels + 1) == 0 ? 1 : 0) }
    var tensors = Dictionary(uniqueKeysWithValues: fixture.inputs.map { ("norm.\($0)", $1) })
    tensors["convolution.weight"] = try Tensor(identity, shape: [channels, channels, 1, 1])
    let layer = try Convolution(
      "convolution", foldingNorm: "norm", of: TensorDictionary(tensors, origin: "fixture"), relu: false,
      precision: .float32)
    var found = fixture.output.floats()
    try layer.apply(
      x.permuted([0, 2, 3, 1]).floats(), images: x.shape.dimensions[0], height: x.shape.dimensions[2],
      width: x.shape.dimensions[3], to: &found)
    #expect(largestDifference(found, try fixture.output.permuted([0, 2, 3, 1]).floats()) < 2e-6)
  }

  @Test("average pooling agrees with PyTorch", arguments: try OperationFixture.cases(of: "average-pool"))
  func averagePool(_ fixture: OperationFixture) throws {
    let x = try fixture.input("x")
    let (images, channels, height, width) = (
      x.shape.dimensions[0], x.shape.dimensions[1], x.shape.dimensions[2], x.shape.dimensions[3]
    )
    let pixels = try x.permuted([0, 2, 3, 1]).floats()
    let found = FloatBuffer(count: fixture.output.shape.count)
    pixels.withUnsafeBufferPointer { pixels in
      guard let base = pixels.baseAddress else { return }
      for image in 0..<images {
        kernels().pointee.average_pool(
          base + image * height * width * channels, found.pointer + image * found.count / images, height, width,
          channels, 2)
      }
    }
    #expect(largestDifference(found.floats, try fixture.output.permuted([0, 2, 3, 1]).floats()) < 1e-6)
  }

  @Test("attention pooling agrees with PyTorch", arguments: try OperationFixture.cases(of: "attention-pool"))
  func attentionPool(_ fixture: OperationFixture) throws {
    let x = try fixture.input("x")
    let (images, channels, side) = (x.shape.dimensions[0], x.shape.dimensions[1], x.shape.dimensions[2])
    let outputs = fixture.output.shape.dimensions[1]
    // 16 channels are those of a network half a channel wide; only the pooling's own sizes matter here.
    let configuration = ModifiedResNetConfiguration(
      resolution: side * 32, width: max(channels / 32, 1), blocks: [1, 1, 1, 1],
      heads: try fixture.parameters.integer("heads"))
    let source = TensorDictionary(
      Dictionary(uniqueKeysWithValues: fixture.inputs.map { ("visual.attnpool.\($0)", $1) }), origin: "fixture")
    let pooling = try AttentionPooling(
      configuration: configuration, source: source, precision: .float32, memory: .kept)
    let map = FeatureMap(count: images, side: side, channels: channels)
    _ = map.values.elements.update(fromContentsOf: try x.permuted([0, 2, 3, 1]).floats())
    let found = FloatBuffer(count: images * outputs)
    try pooling.forward(map, to: found.pointer)
    #expect(largestDifference(found.floats, fixture.output.floats()) < 5e-6)
  }
}

import PromptLensCLIP
import PromptLensTensors
import TestSupport
import Testing

@Suite("Inverted bottlenecks")
struct InvertedBottleneckTests {
  @Test(
    "a block is the same whether its expansion is computed at once or some rows at a time",
    arguments: [1, 2], ComputePrecision.allCases)
  func bands(stride: Int, precision: ComputePrecision) throws {
    if precision == .bfloat16, (try? ComputePrecision.checkBFloat16()) == nil { return }
    let (inputs, outputs, side) = (16, stride == 1 ? 16 : 24, 13)
    let inner = 4 * outputs
    func values(_ shape: [Int], _ seed: UInt64) throws -> Tensor {
      try Tensor(randomFloats(shape.reduce(1, *), in: -0.5...0.5, seed: seed), shape: shape)
    }
    let tensors = [
      "b.pre_norm.weight": try values([inputs], 1), "b.pre_norm.bias": try values([inputs], 2),
      "b.conv1_1x1.weight": try values([inner, inputs, 1, 1], 3), "b.conv1_1x1.bias": try values([inner], 4),
      "b.conv2_kxk.weight": try values([inner, 1, 3, 3], 5), "b.conv2_kxk.bias": try values([inner], 6),
      "b.conv3_1x1.weight": try values([outputs, inner, 1, 1], 7), "b.conv3_1x1.bias": try values([outputs], 8),
      "b.shortcut.expand.weight": try values([outputs, inputs, 1, 1], 9),
      "b.shortcut.expand.bias": try values([outputs], 10),
    ]
    let block = try InvertedBottleneck(
      "b", stride: stride, hasExpansion: inputs != outputs, epsilon: 1e-6,
      of: TensorDictionary(tensors, origin: "test"), precision: precision, keepsPacked: true)
    func output(bandFloats: Int) throws -> [Float] {
      let images = FeatureMap(count: 2, side: side, channels: inputs)
      let pixels = randomFloats(images.values.count, in: -2...2, seed: 11)
      images.values.pointer.update(from: pixels, count: pixels.count)
      return try block.forward(images, bandFloats: bandFloats).values.floats
    }
    let whole = try output(bandFloats: .max)
    #expect(whole.count == 2 * ((side - 1) / stride + 1) * ((side - 1) / stride + 1) * outputs)
    // In bf16, a sum that differs in its last bit may be rounded to the next number.
    let tolerance: Float = precision == .float32 ? 1e-5 : 0.02
    for rows in [1, 2, 5] {
      #expect(largestDifference(try output(bandFloats: rows * stride * side * inner), whole) < tolerance)
    }
  }
}

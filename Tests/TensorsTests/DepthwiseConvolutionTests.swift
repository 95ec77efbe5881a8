import PromptLensTensors
import TestSupport
import Testing

@Suite("Depthwise convolutions")
struct DepthwiseConvolutionTests {
  @Test("a depthwise convolution agrees with its definition", arguments: [(7, 1, 3), (3, 2, 1), (3, 1, 1), (3, 1, 0)])
  func definition(_ sizes: (kernel: Int, stride: Int, padding: Int)) throws {
    let (kernel, stride, padding) = sizes
    let (height, width, channels) = (9, 11, 20)
    let x = randomFloats(height * width * channels, seed: 1)
    let weight = randomFloats(channels * kernel * kernel, seed: 2)
    let bias = randomFloats(channels, seed: 3)
    let layer = try DepthwiseConvolution(
      weight: Tensor(weight, shape: [channels, 1, kernel, kernel]), bias: Tensor(bias, shape: [channels]),
      stride: stride, padding: padding)
    let (rows, columns) = (layer.outputSize(height), layer.outputSize(width))
    var expected: [Float] = []
    for row in 0..<rows {
      for column in 0..<columns {
        for channel in 0..<channels {
          var sum = Double(bias[channel])
          for y in 0..<kernel {
            for x0 in 0..<kernel {
              let (sourceY, sourceX) = (row * stride + y - padding, column * stride + x0 - padding)
              guard (0..<height).contains(sourceY), (0..<width).contains(sourceX) else { continue }
              sum +=
                Double(x[(sourceY * width + sourceX) * channels + channel])
                * Double(weight[(channel * kernel + y) * kernel + x0])
            }
          }
          expected.append(Float(sum))
        }
      }
    }
    var found = [Float](repeating: .nan, count: expected.count)
    layer.apply(x, rows: 0..<height, width: width, outputs: 0..<rows, to: &found)
    #expect(largestDifference(found, expected) < 1e-5)

    // Parts of the output, each from the rows that it needs only.
    var parts: [Float] = []
    for outputs in [0..<2, 2..<3, 3..<rows] {
      let needed = layer.inputRows(of: outputs, height: height)
      var part = [Float](repeating: .nan, count: outputs.count * columns * channels)
      layer.apply(
        Array(x[needed.lowerBound * width * channels..<needed.upperBound * width * channels]), rows: needed,
        width: width, outputs: outputs, to: &part)
      parts += part
    }
    #expect(parts == found)
  }

  @Test("weights of another shape are refused by name")
  func shapes() throws {
    let bias = try Tensor([1, 2], shape: [2])
    #expect(
      throws: TensorError.shapeMismatch(
        operation: "depthwise convolution", name: "w", expected: [-1, 1, -1, -1], found: [2, 2, 3, 3])
    ) {
      try DepthwiseConvolution(
        weight: Tensor([Float](repeating: 0, count: 36), shape: [2, 2, 3, 3]), bias: bias, name: "w")
    }
    #expect(
      throws: TensorError.shapeMismatch(
        operation: "depthwise convolution", name: "w's bias", expected: [3], found: [2])
    ) {
      try DepthwiseConvolution(
        weight: Tensor([Float](repeating: 0, count: 27), shape: [3, 1, 3, 3]), bias: bias, name: "w")
    }
  }
}

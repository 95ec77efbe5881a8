import TestSupport
import PromptLensTensors
import Testing

@Suite("Convolutions")
struct ConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let kernel: Int
    let stride: Int
    let padding: Int
    let relu: Bool
    var testDescription: String { "\(kernel)x\(kernel), stride \(stride), padding \(padding), relu \(relu)" }
  }

  @Test(
    "a convolution agrees with its definition",
    arguments: [
      Case(kernel: 1, stride: 1, padding: 0, relu: false), Case(kernel: 3, stride: 1, padding: 1, relu: true),
      Case(kernel: 3, stride: 2, padding: 1, relu: true),
    ])
  func definition(_ sizes: Case) throws {
    let (images, side, inputs, outputs) = (2, 8, 5, 19)
    let x = randomFloats(images * side * side * inputs, seed: 1)
    let weight = randomFloats(outputs * inputs * sizes.kernel * sizes.kernel, seed: 2)
    let bias = randomFloats(outputs, seed: 3)
    let layer = try Convolution(
      weight: Tensor(weight, shape: [outputs, inputs, sizes.kernel, sizes.kernel]),
      bias: Tensor(bias, shape: [outputs]), stride: sizes.stride, padding: sizes.padding,
      relu: sizes.relu)
    let out = layer.outputSize(side)
    var expected: [Float] = []
    for image in 0..<images {
      for row in 0..<out {
        for column in 0..<out {
          for output in 0..<outputs {
            var sum = Double(bias[output])
            for y in 0..<sizes.kernel {
              for x0 in 0..<sizes.kernel {
                let (sourceY, sourceX) = (
                  row * sizes.stride + y - sizes.padding, column * sizes.stride + x0 - sizes.padding
                )
                guard (0..<side).contains(sourceY), (0..<side).contains(sourceX) else { continue }
                for input in 0..<inputs {
                  sum +=
                    Double(x[((image * side + sourceY) * side + sourceX) * inputs + input])
                    * Double(weight[((output * inputs + input) * sizes.kernel + y) * sizes.kernel + x0])
                }
              }
            }
            expected.append(Float(sizes.relu ? max(sum, 0) : sum))
          }
        }
      }
    }
    var found = [Float](repeating: 0, count: images * out * out * outputs)
    try layer.apply(x, images: images, height: side, width: side, to: &found)
    #expect(largestDifference(found, expected) < 1e-5)
  }
}

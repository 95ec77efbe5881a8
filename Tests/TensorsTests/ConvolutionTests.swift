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
    var groups = 1
    var testDescription: String {
      "\(kernel)x\(kernel), stride \(stride), padding \(padding), relu \(relu), \(groups) groups"
    }
  }

  @Test(
    "a convolution agrees with its definition",
    arguments: [
      Case(kernel: 1, stride: 1, padding: 0, relu: false), Case(kernel: 3, stride: 1, padding: 1, relu: true),
      Case(kernel: 3, stride: 2, padding: 1, relu: true),
      Case(kernel: 7, stride: 1, padding: 3, relu: false, groups: 20),
      Case(kernel: 3, stride: 2, padding: 1, relu: false, groups: 20),
      Case(kernel: 3, stride: 1, padding: 1, relu: false, groups: 5),
    ])
  func definition(_ sizes: Case) throws {
    let (images, side, inputs, outputs) = sizes.groups == 1 ? (2, 8, 5, 19) : (2, 8, 20, 20)
    let (own, made) = (inputs / sizes.groups, outputs / sizes.groups)
    let x = randomFloats(images * side * side * inputs, seed: 1)
    let weight = randomFloats(outputs * own * sizes.kernel * sizes.kernel, seed: 2)
    let bias = randomFloats(outputs, seed: 3)
    let layer = try Convolution(
      weight: Tensor(weight, shape: [outputs, own, sizes.kernel, sizes.kernel]),
      bias: Tensor(bias, shape: [outputs]), stride: sizes.stride, padding: sizes.padding,
      groups: sizes.groups, relu: sizes.relu)
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
                for input in 0..<own {
                  sum +=
                    Double(x[((image * side + sourceY) * side + sourceX) * inputs + output / made * own + input])
                    * Double(weight[((output * own + input) * sizes.kernel + y) * sizes.kernel + x0])
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

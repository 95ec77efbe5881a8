import PromptLensKernels
import TestSupport
import Testing

@Suite("Depthwise convolutions of all instruction sets")
struct DepthwiseTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let width: Int
    let channels: Int
    let size: Int
    var stride = 1
    var testDescription: String { "\(width) pixels, \(channels) channels, \(size)x\(size), stride \(stride)" }
  }

  @Test(
    "a row is its sum over the rows and the columns inside", arguments: availableLevels,
    [
      Case(width: 12, channels: 16, size: 7), Case(width: 8, channels: 53, size: 7),
      Case(width: 5, channels: 3, size: 7), Case(width: 11, channels: 40, size: 3),
      Case(width: 17, channels: 21, size: 3, stride: 2),
      Case(width: 16, channels: 32, size: 3, stride: 2), Case(width: 7, channels: 16, size: 3, stride: 2),
      Case(width: 9, channels: 18, size: 5, stride: 2), Case(width: 1, channels: 16, size: 1),
    ])
  func row(level: kernel_level, sizes: Case) throws {
    let table = try #require(kernels_at(level)).pointee
    let (width, channels, size, padding) = (sizes.width, sizes.channels, sizes.size, sizes.size / 2)
    let outputs = (width + 2 * padding - size) / sizes.stride + 1
    let pixels = randomFloats(size * width * channels, in: -2...2, seed: 1)
    let weights = randomFloats(size * size * channels, seed: 2)
    let bias = randomFloats(channels, seed: 3)
    // The first row lies above the image.
    let inside = min(1, size - 1)..<size
    var found = [Float](repeating: .nan, count: outputs * channels)
    pixels.withUnsafeBufferPointer { pixels in
      let rows = (0..<size).map { row in
        inside.contains(row) ? pixels.baseAddress.map { $0 + row * width * channels } : nil
      }
      table.depthwise_row(
        rows, &found,
        depthwise_sizes(
          width: width, outputs: outputs, channels: channels, size: size, stride: sizes.stride, padding: padding),
        weights, bias)
    }
    var expected: [Float] = []
    for output in 0..<outputs {
      for channel in 0..<channels {
        var sum = Double(bias[channel])
        for y in inside {
          for x in 0..<size {
            let column = output * sizes.stride + x - padding
            guard (0..<width).contains(column) else { continue }
            sum +=
              Double(pixels[(y * width + column) * channels + channel])
              * Double(weights[(y * size + x) * channels + channel])
          }
        }
        expected.append(Float(sum))
      }
    }
    #expect(largestDifference(found, expected) < 1e-5)
  }
}

import PromptLensImages
import TestSupport
import Testing

@Suite("The evaluation transform")
struct EvaluationTransformTests {
  @Test("settings outside their range are refused by name")
  func settings() {
    #expect(throws: ImageError.invalidTransform(setting: "resolution", expected: "1 to 4096", found: "0")) {
      try EvaluationTransform(resolution: 0)
    }
    #expect(throws: ImageError.invalidTransform(setting: "mean", expected: "three finite numbers", found: "[0.5]")) {
      try EvaluationTransform(resolution: 224, mean: [0.5])
    }
    #expect(throws: ImageError.self) { try EvaluationTransform(resolution: 224, std: [1, 0, 1]) }
  }

  @Test("a buffer of the wrong size is refused, one of the right size filled with the same numbers")
  func buffers() throws {
    let image = try ImageDecoder.decode(path: Fixtures.path("images/baseline-420.jpg"))
    let transform = try EvaluationTransform(resolution: 8)
    var numbers = [Float](repeating: .nan, count: 3 * 8 * 8)
    try numbers.withUnsafeMutableBufferPointer { buffer in
      #expect(throws: ImageError.bufferSize(expected: 192, found: 191)) {
        try transform.apply(to: image, into: UnsafeMutableBufferPointer(rebasing: buffer.dropLast()))
      }
      try transform.apply(to: image, into: buffer)
    }
    #expect(numbers == transform.apply(to: image))
  }
}

import PromptLensImages
import TestSupport
import Testing

@Suite("The evaluation transform")
struct EvaluationTransformTests {
  @Test("settings outside their range are refused by name")
  func settings() {
    func error(_ change: (inout Preprocessing) -> Void) -> String {
      let size = PixelSize(side: 224)
      var preprocessing = Preprocessing.openAI(size)
      change(&preprocessing)
      let error = #expect(throws: ImageError.self) { try EvaluationTransform(preprocessing, inputSize: size) }
      return error.map { "\($0)" } ?? ""
    }
    #expect(error { $0.resize = .shortestEdge(0) }.contains("the resize is 0, expected sides from 1 to 8192"))
    #expect(error { $0.resize = .shortestEdge(224, longest: 200) }.contains("a longest edge of 200"))
    #expect(error { $0.crop = PixelSize(height: 224, width: 9000) }.contains("the crop is 9000 x 224 px"))
    #expect(error { $0.mean = [0.5] }.contains("mean is [0.5], expected three finite numbers"))
    #expect(error { $0.standardDeviation = [1, 0, 1] }.contains("expected three positive numbers"))
    #expect(error { $0.rescaleFactor = .nan }.contains("the rescale factor is nan"))
    #expect(error { $0.crop = PixelSize(height: 224, width: 200) }.contains("is 200 x 224 px, expected 224 px"))
  }

  @Test("without a crop, a picture of another ratio is refused with its name and its size")
  func otherSize() throws {
    let size = PixelSize(side: 8)
    let transform = try EvaluationTransform(Preprocessing(resize: .shortestEdge(8), crop: nil), inputSize: size)
    let image = try ImageDecoder.decode(path: Fixtures.path("images/wide.png"))
    let error = #expect(throws: ImageError.self) { try transform.check(image, name: "wide.png") }
    #expect(error.map { "\($0)" }?.hasPrefix("wide.png: the preprocessing (shorter side to 8 px") == true)
    #expect(error.map { "\($0)" }?.contains("leaves 36 x 8 pixels, and the image tower takes 8 x 8") == true)
  }

  @Test("the words for OpenAI's transform, by which feature stores are recognized, stay as they are")
  func description() throws {
    let transform = try EvaluationTransform(resolution: 224)
    let numbers =
      "RGB before the resize, mean [0.48145467, 0.4578275, 0.40821072], std [0.26862955, 0.2613026, 0.2757771]"
    #expect(
      transform.description == "evaluation: shorter side to 224 px by Pillow's bicubic, center crop, \(numbers)")
    #expect(
      TrainingTransform(like: transform).description
        == "training: random resized crop (area 0.08 to 1, ratio 3/4 to 4/3) to 224 px by Pillow's bicubic, mirrored half "
        + "of the time, \(numbers)")
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
    #expect(try numbers == transform.apply(to: image))
  }
}

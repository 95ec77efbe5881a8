import Foundation
import PromptLensImages
import TestSupport
import Testing

@Suite("OpenAI's transform of the shared images", .enabled(if: Shared.available))
struct SharedImagesTests {
  private let folder = Shared.path("fixtures/images")

  private func arrays(_ kind: String) throws -> [(image: DecodedImage, expected: NumPyArray, name: String)] {
    try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(kind)").sorted().map { file in
      let name = String(file.dropLast(".npy".count))
      return (
        try ImageDecoder.decode(path: "\(folder)/\(name)"), try NumPyArray(path: "\(folder)/\(kind)/\(file)"), name
      )
    }
  }

  @Test("all 23 images decode to the bytes of Pillow's convert(\"RGB\")")
  func decoding() throws {
    let images = try arrays("decoded-rgb")
    #expect(images.count == 23)
    for (image, expected, name) in images {
      #expect([image.height, image.width, 3] == expected.shape, "\(name)")
      #expect(image.convertedToRGB().bytes == expected.bytes, "\(name)")
    }
  }

  @Test("torch's floats are matched to the last bit", arguments: [16, 32, 64])
  func floats(resolution: Int) throws {
    let transform = try EvaluationTransform(resolution: resolution, order: .resizeInOwnMode)
    for (image, expected, name) in try arrays("preprocess-\(resolution)") {
      #expect(expected.shape == [3, resolution, resolution])
      #expect(try transform.apply(to: image) == expected.floats, "\(name)")
    }
  }

  @Test("at 224 the bytes before normalization are Pillow's")
  func bytes() throws {
    let transform = try EvaluationTransform(resolution: 224, order: .resizeInOwnMode)
    for (image, expected, name) in try arrays("preprocess-224-u8") {
      #expect(try transform.pixels(of: image) == expected.bytes, "\(name)")
    }
  }
}

import PromptLensImages
import Testing

@Suite("Writing PNG files")
struct PNGEncodingTests {
  @Test("a written picture is read back to the last bit", arguments: [(1, 1), (7, 5), (48, 48), (300, 2)])
  func roundTrip(width: Int, height: Int) throws {
    let pixels = (0..<3 * width * height).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    let file = try PNGEncoder.file(rgb: pixels, width: width, height: height)
    let image = try file.withUnsafeBytes { try ImageDecoder.decode(bytes: $0, name: "memory") }
    #expect(image.width == width && image.height == height && image.mode == .rgb)
    #expect(image.bytes == pixels)
  }

  @Test("pixels that don't match the size are refused")
  func sizes() {
    #expect(throws: ImageError.bufferSize(expected: 12, found: 11)) {
      try PNGEncoder.file(rgb: [UInt8](repeating: 0, count: 11), width: 2, height: 2)
    }
    #expect(throws: ImageError.self) { try PNGEncoder.file(rgb: [], width: 0, height: 0) }
  }
}

import Foundation
import PromptLensImages
import TestSupport
import Testing

@Suite("Agreement with Pillow")
struct PillowTests {
  @Test("every image has Pillow's mode and the bytes of its convert(\"RGB\")", arguments: RecordedImages.folders)
  func decoding(folder: String) throws {
    for entry in try RecordedImages.read(folder) {
      let image = try ImageDecoder.decode(path: "\(folder)/\(entry.file)")
      #expect(image.mode.rawValue == entry.mode, "\(entry.file)")
      let expected = try NumPyArray(path: "\(folder)/decoded-rgb/\(entry.file).npy")
      #expect([image.height, image.width, 3] == expected.shape, "\(entry.file)")
      let bytes = image.convertedToRGB().bytes
      if let tolerance = entry.tolerance {
        let largest = zip(bytes, expected.bytes).map { abs(Int($0) - Int($1)) }.max() ?? .max
        #expect(bytes.count == expected.bytes.count && largest <= tolerance, "\(entry.file)")
      } else {
        #expect(bytes == expected.bytes, "\(entry.file)")
      }
    }
  }

  @Test("rotation and mirroring of AVIF are EXIF's orientations, and those of TIFF are applied, as in Pillow")
  func containerOrientations() throws {
    for orientation in 2...8 {
      let avif = try ImageDecoder.decode(path: "\(RecordedImages.formats)/orientation-\(orientation).avif")
      #expect(avif.orientation.rawValue == orientation)
      let tiff = try ImageDecoder.decode(path: "\(RecordedImages.formats)/orientation-\(orientation).tif")
      #expect(tiff.orientation == .upright)
    }
  }

  @Test("both orders of the transform give Pillow's bytes", arguments: RecordedImages.folders)
  func transforms(folder: String) throws {
    for entry in try RecordedImages.read(folder) {
      guard let resolution = entry.resolution else { continue }
      let image = try ImageDecoder.decode(path: "\(folder)/\(entry.file)")
      for (order, kind) in [(EvaluationTransform.Order.convertFirst, "convert-first"), (.resizeInOwnMode, "own-mode")] {
        let expected = try NumPyArray(path: "\(folder)/\(kind)/\(entry.file).npy")
        let pixels = try EvaluationTransform(resolution: resolution, order: order).pixels(of: image)
        #expect(
          pixels == expected.bytes, "\(entry.file), \(kind), \(image.width) x \(image.height) to \(resolution)")
      }
    }
  }

  @Test("the numbers are those of (x / 255 − mean) / std in f32, plane by plane")
  func normalization() throws {
    let folder = Fixtures.path("images")
    let image = try ImageDecoder.decode(path: "\(folder)/baseline-420.jpg")
    let expected = try NumPyArray(path: "\(folder)/normalized/baseline-420.jpg.npy")
    let transform = try EvaluationTransform(resolution: expected.shape[1])
    #expect(try transform.apply(to: image) == expected.floats)
  }

  @Test("each of the eight orientations is ignored unless asked for, and then is Pillow's exif_transpose")
  func orientations() throws {
    let folder = Fixtures.path("images")
    let oriented = try RecordedImages.read(folder).filter { $0.oriented == true }
    #expect(oriented.count == 10)
    for entry in oriented {
      let expected = try NumPyArray(path: "\(folder)/upright-rgb/\(entry.file).npy")
      let image = try ImageDecoder.decode(path: "\(folder)/\(entry.file)", applyOrientation: true)
      #expect([image.height, image.width, 3] == expected.shape, "\(entry.file)")
      #expect(image.convertedToRGB().bytes == expected.bytes, "\(entry.file)")
      #expect(image.orientation == .upright)
      let asStored = try ImageDecoder.decode(path: "\(folder)/\(entry.file)")
      #expect(entry.file.contains("-\(asStored.orientation.rawValue)."))
    }
  }

  @Test("bytes that a decoder can skip aren't an error, but the warning is kept")
  func warnings() throws {
    let folder = Fixtures.path("images")
    #expect(try ImageDecoder.decode(path: "\(folder)/junk-before-end.jpg").warning?.contains("extraneous") == true)
    #expect(try ImageDecoder.decode(path: "\(folder)/early-end.jpg").warning != nil)
    #expect(try ImageDecoder.decode(path: "\(folder)/junk-after-end.jpg").warning == nil)
  }

  @Test("four threads at once decode and transform to the same numbers as one")
  func concurrency() async throws {
    let folder = Fixtures.path("images")
    let files = try RecordedImages.read(folder).map { "\(folder)/\($0.file)" }
    let transform = try EvaluationTransform(resolution: 32)
    let alone = try files.map { try transform.apply(to: try ImageDecoder.decode(path: $0)) }
    try await withThrowingTaskGroup(of: [[Float]].self) { group in
      for _ in 0..<4 { group.addTask { try files.map { try transform.apply(to: try ImageDecoder.decode(path: $0)) } } }
      for try await result in group { #expect(result == alone) }
    }
  }
}

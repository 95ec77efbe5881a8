import PromptLensFiles
import Foundation
import PromptLensImages
import TestSupport
import Testing

@Suite("Damaged and hostile images")
struct DamagedImagesTests {
  private struct Manifest: Decodable {
    struct Entry: Decodable {
      let expect: String
      let what: String
    }
    let files: [String: Entry]
  }

  @Test("the shared damaged images are refused by path, the odd but valid ones decoded", .enabled(if: Shared.available))
  func conformance() throws {
    let folder = Shared.path("fixtures/bad")
    let manifest = try MappedFile.contents(of: "\(folder)/manifest.json", limit: 1 << 24)
    let files = try JSONDecoder().decode(Manifest.self, from: Data(manifest)).files
      .filter { $0.key.hasPrefix("images/") }
    #expect(files.count == 19)
    for (name, entry) in files {
      let path = "\(folder)/\(name)"
      do {
        let image = try ImageDecoder.decode(path: path)
        #expect(entry.expect != "refuse", "\(name): \(entry.what)")
        #expect(image.bytes.count == image.width * image.height * image.mode.bytesPerPixel)
      } catch let error as ImageError {
        #expect(entry.expect != "accept", "\(name): \(entry.what): \(error)")
        #expect(error.description.hasPrefix(path))
      }
    }
  }

  @Test("a file cut at any byte is refused or decoded, and a cut JPEG or WebP is always refused")
  func truncation() throws {
    let folder = Fixtures.path("images")
    for entry in try RecordedImages.read(folder) where entry.file != "junk-after-end.jpg" {
      let whole = try MappedFile.contents(of: "\(folder)/\(entry.file)", limit: 1 << 20)
      for count in stride(from: 0, to: whole.count, by: whole.count / 150 + 1) {
        let decoded = decode(Array(whole.prefix(count)))
        if !entry.file.hasSuffix(".png") { #expect(!decoded, "\(entry.file) cut at \(count)") }
      }
    }
  }

  @Test("ten thousand files with a few random bytes each are refused or decoded, and never trap")
  func corruption() throws {
    let folder = Fixtures.path("images")
    // The same damage on every run.
    var random = SplitMix64(seed: 1)
    for entry in try RecordedImages.read(folder) {
      let whole = try MappedFile.contents(of: "\(folder)/\(entry.file)", limit: 1 << 20)
      for _ in 0..<200 {
        var damaged = whole
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          damaged[Int.random(in: 0..<damaged.count, using: &random)] = .random(in: 0...255, using: &random)
        }
        // Larger sizes than this only cost time.
        if declaresModestSize(damaged) { _ = decode(damaged) }
      }
    }
  }

  private func declaresModestSize(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 32, bytes[0] == 0x89 else { return bytes[0] != 0xFF || jpegIsModest(bytes) }
    return bytes[16...17].allSatisfy { $0 == 0 } && bytes[20...21].allSatisfy { $0 == 0 }
  }

  private func jpegIsModest(_ bytes: [UInt8]) -> Bool {
    guard
      let frame = bytes.indices.dropLast(10).first(where: { bytes[$0] == 0xFF && (0xC0...0xC2).contains(bytes[$0 + 1]) }
      )
    else { return true }
    return bytes[frame + 5] < 4 && bytes[frame + 7] < 4
  }

  /// Returns a Boolean value that indicates whether the bytes decode; an error of another kind than ``ImageError`` does
  /// not compile.
  private func decode(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { raw in
      do throws(ImageError) {
        _ = try ImageDecoder.decode(bytes: raw, name: "damaged", applyOrientation: true)
        return true
      } catch {
        return false
      }
    }
  }

  @Test("a missing file and a folder are FileErrors")
  func missing() {
    #expect(throws: FileError.missing(path: "/nowhere/a.jpg", expected: "an image")) {
      try ImageDecoder.decode(path: "/nowhere/a.jpg")
    }
    #expect(throws: FileError.self) { try ImageDecoder.decode(path: "/tmp") }
  }

  @Test(
    "files that aren't images of a known format are refused with the name of their content",
    arguments: [
      ("%PDF-1.7", "PDF"), ("8BPS", "Photoshop"), ("P7\n", "PAM"), (" \n<!doctype HTML>", "web page"),
      ("<?xml version", "SVG or XML"), ("version https://git-lfs.github.com/spec/v1", "git lfs pull"),
      ("PK\u{3}\u{4}", "ZIP"), ("", "empty"), ("BMW is a company of Munich", "no image format"),
      ("plain text", "no image format"),
    ])
  func otherFiles(content: String, name: String) throws {
    try Array(content.utf8).withUnsafeBytes { raw in
      let error = try #require(throws: ImageError.self) { try ImageDecoder.decode(bytes: raw, name: "a.jpg") }
      #expect(error.description.hasPrefix("a.jpg: "))
      #expect(error.description.contains(name))
      #expect(
        error.description.contains("expected a JPEG, PNG, WebP, GIF, BMP, TIFF, PPM, JPEG 2000, AVIF or HEIC image"))
    }
  }

  @Test("a GIF, BMP, TIFF, PPM, JPEG 2000, AVIF or HEIC file cut at any byte is refused or decoded, and never traps")
  func truncatedFormats() throws {
    let folder = RecordedImages.formats
    for entry in try RecordedImages.read(folder) {
      let whole = try MappedFile.contents(of: "\(folder)/\(entry.file)", limit: 1 << 20)
      for count in stride(from: 0, to: whole.count, by: whole.count / 40 + 1) { _ = decode(Array(whole.prefix(count))) }
      // Half of the file is half of the picture, unless a second one follows; only JPEG's decoder makes up the rest.
      let hasMore = ["two-pages.tif", "animation.gif", "sequence.avif", "jpeg.tif", "jpeg-gray.tif"]
      if !hasMore.contains(entry.file) { #expect(!decode(Array(whole.prefix(whole.count / 2))), "\(entry.file)") }
    }
  }

  @Test("thousands of damaged files of every format are refused or decoded, and never trap")
  func damagedFormats() throws {
    let folder = RecordedImages.formats
    // The same damage on every run.
    var random = SplitMix64(seed: 2)
    for entry in try RecordedImages.read(folder) {
      let whole = try MappedFile.contents(of: "\(folder)/\(entry.file)", limit: 1 << 20)
      for _ in 0..<40 {
        var damaged = whole
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          damaged[Int.random(in: 0..<damaged.count, using: &random)] = .random(in: 0...255, using: &random)
        }
        // Larger sizes than this only cost time.
        ImageDecoder.$pixelLimit.withValue(1 << 20) { _ = decode(damaged) }
      }
    }
  }

  @Test("variants that Pillow cannot represent are refused by name")
  func unsupportedVariants() throws {
    // A BMP of 2 bits, and one whose palette is compressed as JPEG is.
    for (place, value, found) in [(28, UInt8(2), "a depth of 2 bits"), (30, UInt8(4), "compression 4")] {
      var bytes = try MappedFile.contents(of: "\(RecordedImages.formats)/8-bit.bmp", limit: 1 << 20)
      bytes[place] = value
      let error = bytes.withUnsafeBytes { raw in
        #expect(throws: ImageError.self) { try ImageDecoder.decode(bytes: raw, name: "a.bmp") }
      }
      #expect(error?.description == "a.bmp: \(found) is not supported in a BMP image; save it in a common variant")
    }
  }

  @Test("178,956,970 pixels may be declared, one more row is refused")
  func pixelLimit() throws {
    // A PNG of nothing but its header: what is wrong with it tells whether the size was accepted.
    func error(width: UInt32, height: UInt32) throws -> ImageError {
      let size = [width, height].flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
      let bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + size
      return try bytes.withUnsafeBytes { raw in
        try #require(throws: ImageError.self) { try ImageDecoder.decode(bytes: raw, name: "big.png") }
      }
    }
    #expect(try error(width: 178_956_970, height: 1) == .truncated(name: "big.png", format: .png))
    #expect(
      try error(width: 178_956_970, height: 2)
        == .tooManyPixels(name: "big.png", width: 178_956_970, height: 2, limit: 178_956_970))
    #expect(throws: Never.self) { _ = try error(width: .max, height: .max) }
  }
}

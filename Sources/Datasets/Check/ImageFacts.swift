import PromptLensFiles
import Foundation
import PromptLensImages
import PromptLensTensorFiles

/// The facts about one image file that ``ImageCheck`` compares.
enum ImageFacts: Sendable {
  /// The file is not there.
  case missing
  /// The file cannot be read or decoded.
  case unreadable(reason: String, isTruncated: Bool)
  /// The picture.
  case decoded(Picture)

  struct Picture: Sendable {
    let format: ImageFormat
    let isMisnamed: Bool
    let width: Int
    let height: Int
    let mode: PixelMode
    /// A hash of size and RGB pixels.
    let pixels: String
    let appearance: DifferenceHash
  }

  /// Reads and decodes a file.
  init(path: String) {
    do {
      let bytes = try MappedFile.contents(of: path, limit: ViewLoader.fileLimit, expected: "an image")
      let picture = try bytes.withUnsafeBytes { raw throws(ImageError) in
        try Self.picture(of: raw, path: path)
      }
      self = .decoded(picture)
    } catch let error as ImageError {
      var isTruncated = false
      if case .truncated = error { isTruncated = true }
      self = .unreadable(reason: error.finding, isTruncated: isTruncated)
    } catch FileError.missing {
      self = .missing
    } catch {
      self = .unreadable(reason: Self.reason("\(error)", path: path), isTruncated: false)
    }
  }

  private static func picture(of bytes: UnsafeRawBufferPointer, path: String) throws(ImageError) -> Picture {
    let image = try ImageDecoder.decode(bytes: bytes, name: path)
    let format = ImageFormat(contents: bytes) ?? .jpeg
    let ending = (path as NSString).pathExtension.lowercased()
    let rgb = image.convertedToRGB().bytes
    let hash = Fingerprint()
    hash.add("\(image.width) x \(image.height) ")
    rgb.withUnsafeBytes { hash.add($0) }
    return Picture(
      format: format, isMisnamed: ImageFormat.allEndings.contains(ending) && !format.endings.contains(ending),
      width: image.width, height: image.height,
      mode: image.mode, pixels: hash.finish(), appearance: DifferenceHash(image))
  }

  /// Returns an error's text without the path that it begins with.
  static func reason(_ text: String, path: String) -> String {
    text.hasPrefix("\(path): ") ? String(text.dropFirst(path.count + 2)) : text
  }
}

import PromptLensFiles
import Foundation
import TestSupport

/// The images of a folder that `Tools/fixtures/make_image_fixtures.py` or `make_image_format_fixtures.py` wrote, with
/// Pillow's results for each.
struct RecordedImages: Decodable {
  struct Entry: Decodable {
    let file: String
    /// Pillow's mode.
    let mode: String
    /// The resolution of the recorded transforms; nil where only decoding was recorded.
    let resolution: Int?
    /// A Boolean value that indicates whether the picture turned upright was recorded.
    let oriented: Bool?
    /// The largest difference from Pillow's bytes; none where it is nil.
    let tolerance: Int?
  }

  let images: [Entry]

  static func read(_ folder: String) throws -> [Entry] {
    let manifest = try MappedFile.contents(of: "\(folder)/manifest.json", limit: 1 << 24)
    return try JSONDecoder().decode(RecordedImages.self, from: Data(manifest)).images
  }

  /// Every format but JPEG, PNG and WebP.
  static let formats = Fixtures.path("images/formats")

  /// The folders in the repository, and one that a thorough comparison names.
  static let folders =
    [Fixtures.path("images"), formats]
    + (ProcessInfo.processInfo.environment["PROMPTLENS_IMAGE_FIXTURES"].map { [$0] } ?? [])
}

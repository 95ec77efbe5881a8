import PromptLensFiles
import Foundation
import TestSupport

/// The images of a folder that `Tools/fixtures/make_image_fixtures.py` wrote, with Pillow's results for each.
struct RecordedImages: Decodable {
  struct Entry: Decodable {
    let file: String
    /// Pillow's mode.
    let mode: String
    /// The resolution of the recorded transforms; nil where only decoding was recorded.
    let resolution: Int?
    /// Whether the picture turned upright was recorded.
    let oriented: Bool?
  }

  let images: [Entry]

  static func read(_ folder: String) throws -> [Entry] {
    let manifest = try MappedFile.contents(of: "\(folder)/manifest.json", limit: 1 << 24)
    return try JSONDecoder().decode(RecordedImages.self, from: Data(manifest)).images
  }

  /// The folder in the repository, and one that a thorough comparison names.
  static let folders =
    [Fixtures.path("images")] + (ProcessInfo.processInfo.environment["PROMPTLENS_IMAGE_FIXTURES"].map { [$0] } ?? [])
}

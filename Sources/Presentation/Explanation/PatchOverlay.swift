import PromptLensImages

/// The picture of an image with its patches' relevance laid over it.
///
/// The image is gray below; a patch that speaks for the class is vermilion, one that speaks against it blue, and the stronger
/// the more, relative to the largest relevance in the image. Patches are left square, since no more is known than one number for each.
struct PatchOverlay {
  /// The colors of Okabe and Ito.
  private static let (positive, negative) = ([213.0, 94, 0], [0.0, 114, 178])
  /// The cover of the most relevant patch.
  private static let strongest = 0.75
  /// The least side of a picture; smaller ones are enlarged by a whole number.
  private static let leastSide = 192

  private let size: PixelSize
  private let pixels: [UInt8]
  private let scale: Int

  /// Creates overlays of an image.
  ///
  /// - Parameters:
  ///   - pixels: red, green and blue, `[height, width, 3]`.
  ///   - size: the height and the width.
  init(_ pixels: [UInt8], size: PixelSize) {
    self.pixels = pixels
    self.size = size
    let side = max(min(size.height, size.width), 1)
    scale = max((Self.leastSide + side - 1) / side, 1)
  }

  /// Returns the file of the picture alone.
  ///
  /// - Throws: `ImageError` when the picture can't be encoded.
  func picture() throws(ImageError) -> [UInt8] { try Self.png(enlarged { _, _, color in color }) }

  /// Returns the file of the picture under its patches' relevance.
  ///
  /// - Parameter patches: the relevance, by row and column of patches.
  /// - Returns: the file.
  /// - Throws: `ImageError` when the picture can't be encoded.
  func overlay(_ patches: [[Double]]) throws(ImageError) -> [UInt8] { try Self.png(covered(patches)) }

  /// Returns the small file of the picture under its patches' relevance, for a page that holds its pictures.
  ///
  /// - Parameter patches: the relevance, by row and column of patches.
  /// - Returns: a JPEG file.
  /// - Throws: `ImageError` when the picture can't be encoded.
  func smallOverlay(_ patches: [[Double]]) throws(ImageError) -> [UInt8] {
    let picture = covered(patches)
    return try JPEGEncoder.file(rgb: picture.bytes, width: picture.width, height: picture.height)
  }

  /// A picture's pixels.
  private typealias Pixels = (bytes: [UInt8], width: Int, height: Int)

  private static func png(_ picture: Pixels) throws(ImageError) -> [UInt8] {
    try PNGEncoder.file(rgb: picture.bytes, width: picture.width, height: picture.height)
  }

  /// Returns the enlarged picture under its patches' relevance.
  private func covered(_ patches: [[Double]]) -> Pixels {
    let largest: Double = patches.joined().map { abs($0) }.max() ?? 0
    let (rows, columns) = (max(patches.count, 1), max(patches.first?.count ?? 0, 1))
    return enlarged { row, column, color in
      let (y, x) = (min(row * rows / size.height, rows - 1), min(column * columns / size.width, columns - 1))
      let value = patches[y][x]
      let gray: Double = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]
      let cover: Double = largest > 0 ? Self.strongest * abs(value) / largest : 0
      let tint = value < 0 ? Self.negative : Self.positive
      return tint.map { shade -> Double in (1 - cover) * gray + cover * shade }
    }
  }

  /// Returns the enlarged picture with each color replaced.
  private func enlarged(_ color: (_ row: Int, _ column: Int, [Double]) -> [Double]) -> Pixels {
    let (width, height) = (size.width * scale, size.height * scale)
    var bytes = [UInt8](repeating: 0, count: 3 * width * height)
    for row in 0..<size.height {
      for column in 0..<size.width {
        let start = 3 * (row * size.width + column)
        let found = color(row, column, pixels[start..<start + 3].map { Double($0) })
        for y in row * scale..<(row + 1) * scale {
          for x in column * scale..<(column + 1) * scale {
            for channel in 0..<3 {
              bytes[3 * (y * width + x) + channel] = UInt8(min(max(found[channel].rounded(), 0), 255))
            }
          }
        }
      }
    }
    return (bytes, width, height)
  }
}

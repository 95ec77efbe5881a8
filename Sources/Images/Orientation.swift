/// A rotation or reflection that turns a picture upright: the EXIF tag 0x0112.
///
/// Source: CIPA DC-008 (Exif 2.32), section 4.6.4, which names the sides of the scene that row 0 and column 0 of the
/// file show.
package enum Orientation: Int, Sendable, Equatable, CaseIterable {
  /// Row 0 is the top, column 0 the left.
  case upright = 1
  /// Mirrored left to right.
  case mirrored = 2
  /// Upside down.
  case rotatedHalf = 3
  /// Mirrored top to bottom.
  case flipped = 4
  /// Rows and columns exchanged.
  case transposed = 5
  /// The image needs a quarter turn clockwise.
  case needsClockwiseQuarter = 6
  /// Rows and columns exchanged along the other diagonal.
  case transversed = 7
  /// The image needs a quarter turn counterclockwise.
  case needsCounterclockwiseQuarter = 8

  /// A Boolean value that indicates whether width and height are exchanged.
  package var exchangesAxes: Bool { rawValue >= 5 }
}

extension DecodedImage {
  /// Returns the picture turned upright, as Pillow's `ImageOps.exif_transpose` turns it.
  func turnedUpright() -> DecodedImage {
    guard orientation != .upright else { return self }
    let step = mode.bytesPerPixel
    let (newWidth, newHeight) = orientation.exchangesAxes ? (height, width) : (width, height)
    let right = width - 1
    let bottom = height - 1
    let turned = [UInt8](unsafeUninitializedCapacity: bytes.count) { output, initialized in
      bytes.withUnsafeBufferPointer { input in
        var target = 0
        for y in 0..<newHeight {
          for x in 0..<newWidth {
            let (column, row) =
              switch orientation {
              case .upright: (x, y)
              case .mirrored: (right - x, y)
              case .rotatedHalf: (right - x, bottom - y)
              case .flipped: (x, bottom - y)
              case .transposed: (y, x)
              case .needsClockwiseQuarter: (y, bottom - x)
              case .transversed: (right - y, bottom - x)
              case .needsCounterclockwiseQuarter: (right - y, x)
              }
            let source = (row * width + column) * step
            for part in 0..<step { output[target + part] = input[source + part] }
            target += step
          }
        }
      }
      initialized = bytes.count
    }
    return replacing(width: newWidth, height: newHeight, bytes: turned, orientation: .upright)
  }
}

extension Orientation {
  /// Finds the tag in an EXIF block, which is a small TIFF file; anything odd counts as upright.
  ///
  /// - Parameter block: the block from its byte-order mark (`II` or `MM`) on.
  init(exif block: HeaderBytes) {
    self = Self.find(in: block) ?? .upright
  }

  private static func find(in block: HeaderBytes) -> Orientation? {
    let bigEndian = block.holds("MM")
    guard bigEndian || block.holds("II"), block.integer(2, size: 2, bigEndian: bigEndian) == 42,
      let directory = block.integer(4, size: 4, bigEndian: bigEndian),
      let entries = block.integer(directory, size: 2, bigEndian: bigEndian)
    else { return nil }
    for entry in 0..<entries {
      // An entry is a tag, a type, a count and a value, 2 + 2 + 4 + 4 bytes; type 3 is a 16-bit integer.
      let start = directory + 2 + 12 * entry
      guard let tag = block.integer(start, size: 2, bigEndian: bigEndian) else { return nil }
      guard tag == 0x0112 else { continue }
      guard block.integer(start + 2, size: 2, bigEndian: bigEndian) == 3,
        let value = block.integer(start + 8, size: 2, bigEndian: bigEndian)
      else { return nil }
      return Orientation(rawValue: value)
    }
    return nil
  }
}

import PromptLensCTIFF

/// A page's samples, joined from its strips or tiles.
struct TIFFSamples {
  let width: Int
  let height: Int
  /// The samples of a pixel.
  let count: Int
  /// The bytes of a row.
  let rowBytes: Int
  /// `[height, rowBytes]`: pixels of `count` samples each, or packed bits.
  let bytes: [UInt8]

  /// Decodes every strip or tile.
  ///
  /// - Throws: ``ImageError`` when one of them is missing, damaged or shorter than it must be.
  init(
    _ tiff: OpaquePointer, header: pl_tiff_header, file: UnsafeMutablePointer<pl_tiff_file>, name: String
  ) throws(ImageError) {
    width = Int(header.width)
    height = Int(header.height)
    count = Int(header.samples)
    let bits = Int(header.bits)
    rowBytes = (width * count * bits + 7) / 8
    let parts = Parts(header)
    // A page whose rows lie one by one in separate planes, or whose tiles are larger than any page may be, is hostile.
    guard parts.width > 0, parts.height > 0, parts.width <= ImageDecoder.pixelLimit / parts.height,
      header.part_bytes > 0, header.part_bytes <= UInt64(8 * ImageDecoder.pixelLimit),
      header.part_row_bytes >= UInt64((min(parts.width, width) * parts.samples * bits + 7) / 8)
    else {
      throw .corrupt(name: name, format: .tiff, reason: "its strips or tiles are \(parts.width) x \(parts.height)")
    }
    let partRowBytes = Int(header.part_row_bytes)
    let part = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(header.part_bytes), alignment: 16)
    defer { part.deallocate() }

    var joined = [UInt8](repeating: 0, count: rowBytes * height)
    for plane in 0..<parts.planes {
      for top in stride(from: 0, to: height, by: parts.height) {
        let rows = min(parts.height, height - top)
        for left in stride(from: 0, to: width, by: parts.width) {
          // Tiles are always whole; the last strip may be shorter.
          let expected = header.tiled != 0 ? Int(header.part_bytes) : rows * partRowBytes
          let read: tmsize_t
          if header.tiled != 0 {
            let index = TIFFComputeTile(tiff, UInt32(left), UInt32(top), 0, UInt16(plane))
            read = TIFFReadEncodedTile(tiff, index, part.baseAddress, tmsize_t(expected))
          } else {
            let index = TIFFComputeStrip(tiff, UInt32(top), UInt16(plane))
            read = TIFFReadEncodedStrip(tiff, index, part.baseAddress, tmsize_t(expected))
          }
          guard read == tmsize_t(expected), rows * partRowBytes <= part.count else {
            throw read < 0 ? tiffFailure(file.pointee, name: name) : .truncated(name: name, format: .tiff)
          }
          let columns = min(parts.width, width - left)
          for row in 0..<rows {
            let source = UnsafeRawBufferPointer(part)[(row * partRowBytes)..<(row + 1) * partRowBytes]
            if parts.planes == 1 {
              let start = (top + row) * rowBytes + left * count * bits / 8
              let size = (columns * count * bits + 7) / 8
              joined.replaceSubrange(start..<start + size, with: source.prefix(size))
            } else {
              Self.interleave(
                source, columns: columns, into: &joined, at: (top + row) * rowBytes + (left * count + plane) * bits / 8,
                pixelBytes: count * bits / 8, sampleBytes: bits / 8)
            }
          }
        }
      }
    }
    bytes = joined
  }

  /// Writes a row of one plane between the samples of the others.
  private static func interleave(
    _ source: Slice<UnsafeRawBufferPointer>, columns: Int, into joined: inout [UInt8], at start: Int, pixelBytes: Int,
    sampleBytes: Int
  ) {
    for x in 0..<columns {
      for byte in 0..<sampleBytes {
        joined[start + x * pixelBytes + byte] = source[source.startIndex + x * sampleBytes + byte]
      }
    }
  }

  /// The division of a page.
  private struct Parts {
    let width: Int
    let height: Int
    /// 1, or as many as there are samples when each has a plane of its own.
    let planes: Int
    /// The samples of a pixel in one part.
    let samples: Int

    init(_ header: pl_tiff_header) {
      width = Int(header.part_width)
      height = Int(header.part_height)
      let isSeparate = header.planar == PLANARCONFIG_SEPARATE && header.samples > 1
      planes = isSeparate ? Int(header.samples) : 1
      samples = isSeparate ? 1 : Int(header.samples)
    }
  }
}

import PromptLensCDeflate

/// The filters of a chunk, which are undone here because libhdf5 inflates without a limit.
struct HDF5Filters: Sendable, Equatable {
  /// The filters in the order in which they were applied.
  var steps: [Step]

  /// A filter of HDF5's own.
  enum Step: Sendable, Equatable {
    /// zlib's deflate, filter 1.
    case deflate
    /// Bytes grouped by their position in an element of this many bytes, filter 2.
    case shuffle(bytes: Int)
    /// A checksum at the end, filter 3.
    case fletcher32

    /// HDF5's number.
    var number: Int {
      switch self {
      case .deflate: 1
      case .shuffle: 2
      case .fletcher32: 3
      }
    }
  }

  /// Undoes the filters.
  ///
  /// - Parameters:
  ///   - bytes: the stored chunk.
  ///   - mask: a bit for each filter that was skipped for this chunk, the lowest for the first.
  ///   - limit: the chunk's size when unpacked.
  /// - Returns: the chunk; nil if it is damaged or longer than `limit`.
  func undo(_ bytes: [UInt8], mask: UInt32, limit: Int) -> [UInt8]? {
    var bytes = bytes
    for (index, step) in steps.enumerated().reversed() where index >= 32 || mask & (1 << UInt32(index)) == 0 {
      switch step {
      case .fletcher32:
        guard bytes.count >= 4 else { return nil }
        let stored = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        bytes.removeLast(4)
        guard Self.fletcher32(bytes) == stored else { return nil }
      case .deflate:
        // A checksum may have been added before the data were deflated.
        guard let inflated = Self.inflated(bytes, limit: limit + 4) else { return nil }
        bytes = inflated
      case .shuffle(let width):
        // Intact files have an element's size here; damaged ones may have gigabytes, each an iteration of the loop.
        guard width <= limit else { return nil }
        guard width > 1 else { continue }
        let count = bytes.count / width
        var plain = bytes
        for offset in 0..<width {
          for element in 0..<count { plain[element * width + offset] = bytes[offset * count + element] }
        }
        bytes = plain
      }
    }
    return bytes
  }

  /// Returns the inflated zlib stream (RFC 1950); nil if it is damaged or longer than `limit`.
  private static func inflated(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    guard let decompressor = libdeflate_alloc_decompressor() else { return nil }
    defer { libdeflate_free_decompressor(decompressor) }
    var result = LIBDEFLATE_BAD_DATA
    let inflated = [UInt8](unsafeUninitializedCapacity: limit) { room, count in
      result = libdeflate_zlib_decompress(
        decompressor, bytes, bytes.count, room.baseAddress, room.count, &count)
      if result != LIBDEFLATE_SUCCESS { count = 0 }
    }
    return result == LIBDEFLATE_SUCCESS ? inflated : nil
  }

  /// Returns Fletcher's checksum of big-endian 16-bit words, as HDF5 computes it.
  private static func fletcher32(_ bytes: [UInt8]) -> UInt32 {
    var (low, high) = (UInt32(0), UInt32(0))
    var words = bytes.count / 2
    var index = 0
    while words > 0 {
      // 360 words fit before the sums can overflow.
      for _ in 0..<min(words, 360) {
        low &+= UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
        high &+= low
        index += 2
      }
      words -= min(words, 360)
      low = (low & 0xFFFF) + (low >> 16)
      high = (high & 0xFFFF) + (high >> 16)
    }
    if bytes.count % 2 == 1 {
      low &+= UInt32(bytes[index]) << 8
      high &+= low
      low = (low & 0xFFFF) + (low >> 16)
      high = (high & 0xFFFF) + (high >> 16)
    }
    low = (low & 0xFFFF) + (low >> 16)
    high = (high & 0xFFFF) + (high >> 16)
    return high << 16 | low
  }
}

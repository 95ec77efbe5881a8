import PromptLensCDeflate

/// Files compressed by gzip (RFC 1952).
enum Gzip {
  /// Returns a Boolean value that indicates whether bytes begin like a gzip file.
  static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// Decompresses a file of one member to at most `limit` bytes, checking its CRC-32 and length.
  static func decompressed(_ bytes: [UInt8], limit: Int, file: String) throws(TokenizationError) -> [UInt8] {
    guard let decompressor = libdeflate_alloc_decompressor() else {
      throw .vocabulary(file: file, expected: "a gzip file", found: "no memory to decompress it")
    }
    defer { libdeflate_free_decompressor(decompressor) }
    var result = LIBDEFLATE_BAD_DATA
    let room = [UInt8](unsafeUninitializedCapacity: limit) { room, count in
      result = libdeflate_gzip_decompress(decompressor, bytes, bytes.count, room.baseAddress, room.count, &count)
      if result != LIBDEFLATE_SUCCESS { count = 0 }
    }
    switch result {
    // A copy, since the array would keep its unused capacity.
    case LIBDEFLATE_SUCCESS: return Array(room[...])
    case LIBDEFLATE_INSUFFICIENT_SPACE:
      throw .vocabulary(file: file, expected: "at most \(limit) bytes once decompressed", found: "more")
    default: throw .vocabulary(file: file, expected: "a whole gzip file", found: "a damaged or truncated one")
    }
  }
}

import CZlib

/// Files compressed by gzip (RFC 1952).
enum Gzip {
  /// Whether bytes begin as a gzip file does.
  static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// Decompresses a file of one member to at most `limit` bytes, checking its CRC-32 and length.
  static func decompressed(_ bytes: [UInt8], limit: Int, file: String) throws(TokenizationError) -> [UInt8] {
    var stream = z_stream()
    // 16 asks for a gzip header, 15 is the largest window.
    guard inflateInit2_(&stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw .vocabulary(file: file, expected: "a gzip file", found: "no memory to decompress it")
    }
    defer { inflateEnd(&stream) }
    var input = bytes
    var output: [UInt8] = []
    var status = Z_OK
    input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(clamping: input.count)
      while status == Z_OK, output.count <= limit {
        let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { chunk, count in
          stream.next_out = chunk.baseAddress
          stream.avail_out = UInt32(chunk.count)
          status = inflate(&stream, Z_NO_FLUSH)
          count = chunk.count - Int(stream.avail_out)
        }
        output += chunk
      }
    }
    guard output.count <= limit else {
      throw .vocabulary(file: file, expected: "at most \(limit) bytes once decompressed", found: "more")
    }
    guard status == Z_STREAM_END else {
      throw .vocabulary(file: file, expected: "a whole gzip file", found: "a damaged or truncated one")
    }
    return output
  }
}

extension ImageDecoder {
  /// Checks a file's first and last bytes: that it begins as an image does and, where that is quickly seen, that it is
  /// complete. A file that passes may still be damaged.
  ///
  /// - Parameters:
  ///   - bytes: the whole file; only a few pages of it are touched.
  ///   - name: the image's name in errors.
  /// - Throws: ``ImageError`` for a file that ``decode(bytes:name:applyOrientation:)`` would refuse, too.
  package static func lookQuickly(at bytes: UnsafeRawBufferPointer, name: String) throws(ImageError) {
    let file = HeaderBytes(bytes)
    switch ImageFormat(contents: bytes) {
    case nil: throw .unsupportedFormat(name: name, found: UnknownContent.description(of: file))
    case .jpeg:
      let header = try JPEGHeader(file, name: name)
      try check(width: header.width, height: header.height, name: name, format: .jpeg)
      // The end marker stands at the end, or shortly before what a camera added.
      let tail = max(bytes.count - (1 << 16), 0)
      let isNearEnd = (tail..<bytes.count - 1).contains { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD9 }
      // Phones append whole videos to their pictures.
      guard isNearEnd || JPEGHeader.hasEnd(file) else {
        throw .truncated(name: name, format: .jpeg)
      }
    case .webp:
      guard (file.integer(4, size: 4, bigEndian: false) ?? 0) + 8 <= bytes.count else {
        throw .truncated(name: name, format: .webp)
      }
    default: return
    }
  }
}

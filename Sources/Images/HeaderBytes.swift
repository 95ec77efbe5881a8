/// A file's bytes, read at checked offsets: nil beyond the end.
struct HeaderBytes {
  private let bytes: Slice<UnsafeRawBufferPointer>

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes[...] }
  private init(_ bytes: Slice<UnsafeRawBufferPointer>) { self.bytes = bytes }

  var count: Int { bytes.count }

  func byte(_ offset: Int) -> UInt8? {
    offset >= 0 && offset < bytes.count ? bytes[bytes.startIndex + offset] : nil
  }

  /// Returns an unsigned integer of `size` bytes, at most four.
  func integer(_ offset: Int, size: Int, bigEndian: Bool = true) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    let parts = bytes[(bytes.startIndex + offset)..<(bytes.startIndex + offset + size)]
    return bigEndian
      ? parts.reduce(0) { $0 << 8 | Int($1) } : parts.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  func holds(_ text: StaticString, at offset: Int = 0) -> Bool {
    guard offset >= 0, offset <= bytes.count - text.utf8CodeUnitCount else { return false }
    let start = bytes.startIndex + offset
    return text.withUTF8Buffer { $0.elementsEqual(bytes[start..<start + text.utf8CodeUnitCount]) }
  }

  /// Returns the part from `offset`, of at most `count` bytes.
  func part(from offset: Int, count: Int = .max) -> HeaderBytes {
    let start = min(max(offset, 0), bytes.count)
    return HeaderBytes(bytes.dropFirst(start).prefix(max(count, 0)))
  }
}

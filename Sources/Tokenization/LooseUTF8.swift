/// UTF-8 and two of its variants: CESU-8, which writes a character beyond U+FFFF as two surrogates, and Java's, which
/// writes NUL in two bytes.
enum LooseUTF8 {
  /// Returns the code points, or nil when the bytes are not such text.
  static func decode(_ bytes: [UInt8]) -> [UInt32]? {
    guard bytes.contains(where: { $0 == 0xED || $0 == 0xC0 }) else { return strict(bytes[...]) }
    var result: [UInt32] = []
    var start = 0
    var position = 0
    while position < bytes.count {
      guard let (scalar, count) = variant(in: bytes, at: position) else {
        position += 1
        continue
      }
      guard let before = strict(bytes[start..<position]) else { return nil }
      result += before
      result.append(scalar)
      position += count
      start = position
    }
    guard let rest = strict(bytes[start...]) else { return nil }
    return result + rest
  }

  private static func strict(_ bytes: ArraySlice<UInt8>) -> [UInt32]? {
    String(validating: bytes, as: UTF8.self).map { [UInt32]($0) }
  }

  /// Returns the character at a position that is encoded in a way that UTF-8 forbids. ftfy takes a final newline for
  /// the last byte.
  private static func variant(in bytes: [UInt8], at position: Int) -> (scalar: UInt32, count: Int)? {
    func isContinuation(_ offset: Int, in range: ClosedRange<UInt8> = 0x80...0xBF, orEnd: Bool = false) -> Bool {
      let index = position + offset
      guard index < bytes.count else { return false }
      return range ~= bytes[index] || orEnd && bytes[index] == 0x0A && index == bytes.count - 1
    }
    switch bytes[position] {
    case 0xC0: return isContinuation(1, in: 0x80...0x80, orEnd: true) ? (0, 2) : nil
    case 0xED:
      guard isContinuation(1, in: 0xA0...0xAF), isContinuation(2), isContinuation(3, in: 0xED...0xED),
        isContinuation(4, in: 0xB0...0xBF), isContinuation(5, orEnd: true)
      else { return nil }
      let bits = [1: 0x0F, 2: 0x3F, 4: 0x0F, 5: 0x3F].mapValues(UInt32.init)
      func part(_ offset: Int) -> UInt32 { UInt32(bytes[position + offset]) & (bits[offset] ?? 0) }
      return (0x10000 + (part(1) << 16 | part(2) << 10 | part(4) << 6 | part(5)), 6)
    default: return nil
    }
  }
}

/// A small generator whose numbers depend on its seed alone, so that any execution can be made again.
struct Generator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

/// Damages a file in one to six spots.
enum Mutation {
  private static let numbers: [UInt64] = [
    0, 1, 2, 7, 8, 16, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 40,
    0x3FFF_FFFF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF,
  ]
  private static let texts = [
    "-1", "1e999", "99999999999999999999", "null", "[[[[[[[[", "{\"a\":", "\u{0}", "NaN", "\"", "\\uD800", "..",
    "cos\nsystem\n",
    "ctorch._utils\n_rebuild_tensor_v2\n", "(", "t", "R", "}", "]", "e", "u", "0", "2", "\u{1}",
  ]

  static func mutate(_ seed: [UInt8], with others: [[UInt8]], _ generator: inout Generator) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      guard !bytes.isEmpty else { return bytes }
      let offset = offset(in: bytes.count, &generator)
      switch Int.random(in: 0..<10, using: &generator) {
      case 0, 1: bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes[offset] = UInt8.random(in: 0...255, using: &generator)
      case 3, 4:
        let number = numbers.randomElement(using: &generator) ?? 0
        let width = [1, 2, 4, 8].randomElement(using: &generator) ?? 1
        for index in 0..<min(width, bytes.count - offset) {
          bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
        }
      case 5: bytes.removeSubrange(offset..<min(offset + length(&generator), bytes.count))
      case 6: bytes.insert(contentsOf: bytes[offset..<min(offset + length(&generator), bytes.count)], at: offset)
      case 7: bytes.insert(contentsOf: (texts.randomElement(using: &generator) ?? "").utf8, at: offset)
      case 8:
        guard Int.random(in: 0..<8, using: &generator) == 0 else { continue }
        bytes.removeSubrange(offset...)
      default:
        guard let other = others.randomElement(using: &generator), !other.isEmpty else { continue }
        let start = Self.offset(in: other.count, &generator)
        let piece = other[start..<min(start + length(&generator), other.count)]
        bytes.replaceSubrange(offset..<min(offset + piece.count, bytes.count), with: piece)
      }
    }
    return bytes
  }

  /// Headers stand at the beginning and the end of files, so those are damaged most.
  private static func offset(in count: Int, _ generator: inout Generator) -> Int {
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: Int.random(in: 0..<min(count, 256), using: &generator)
    case 1: count - 1 - Int.random(in: 0..<min(count, 512), using: &generator)
    case 2: Int.random(in: 0..<min(count, 4096), using: &generator)
    default: Int.random(in: 0..<count, using: &generator)
    }
  }

  private static func length(_ generator: inout Generator) -> Int {
    1 << Int.random(in: 0..<8, using: &generator)
  }
}

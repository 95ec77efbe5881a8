/// The 256 characters that encode bytes in the pieces of a vocabulary.
///
/// Bytes that are printable in Latin-1 encode themselves; the others, in order, are U+0100 and the following
/// characters, so pieces don't contain white space or control characters. Source: GPT-2 (Radford et al., 2019), which
/// CLIP follows.
enum ByteAlphabet {
  /// The ending of pieces that end a word.
  static let endOfWord = "</w>"

  /// The bytes in the order of their pieces in a vocabulary: the printable ones first.
  static let order: [UInt8] = printable + (0...255).filter { !printable.contains($0) }

  /// The character of each byte.
  static let characters: [Unicode.Scalar] = {
    var characters = (0...255).map { Unicode.Scalar(UInt8($0)) }
    for (index, byte) in order[printable.count...].enumerated() {
      characters[Int(byte)] = Unicode.Scalar(0x100 + UInt16(index)) ?? " "
    }
    return characters
  }()

  private static let printable: [UInt8] = Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF)
}

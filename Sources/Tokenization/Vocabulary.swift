/// CLIP's byte-pair vocabulary: the pieces by id, and the merges by rank.
///
/// The ids are those of 256 bytes, of the same bytes at a word's end, of one piece for each merge, and, last, of
/// `<|startoftext|>` and `<|endoftext|>`. CLIP itself has 49,408; a smaller vocabulary has fewer merges. The end must
/// have the highest id, because the text tower takes its feature where the id is highest.
package struct Vocabulary: Sendable {
  /// A merge of two neighboring pieces into one.
  package struct Merge: Sendable, Equatable {
    /// The ids of the two pieces.
    package let left: Int32, right: Int32
    /// The id of the merged piece.
    package let merged: Int32
  }

  /// The pieces, by id: each byte is one character of GPT-2's byte alphabet, and `</w>` ends a word.
  package let pieces: [String]
  /// The merges, in the order in which they were learned and are applied.
  package let merges: [Merge]

  /// The flags of start and end in the files of Hugging Face's tokenizers.
  package var specialTokens = SpecialTokenFlags.openAI

  /// The ids of the 256 bytes inside a word, and at its end.
  let bytes: [Int32], lastBytes: [Int32]
  private let ids: [String: Int32]

  /// The number of ids, which must be the number of rows of the model's token embedding.
  package var count: Int { pieces.count }
  /// The id of `<|startoftext|>`.
  package var start: Int32 { Int32(count) - 2 }
  /// The id of `<|endoftext|>`, the highest.
  package var end: Int32 { Int32(count) - 1 }

  /// The text of the token that begins a prompt.
  package static let startText = "<|startoftext|>"
  /// The text of the token that ends a prompt.
  package static let endText = "<|endoftext|>"

  /// The maximum number of ids in a vocabulary, twenty times CLIP's.
  static let largestCount = 1 << 20
  /// The maximum size of a vocabulary's file in bytes.
  static let largestFile = 64 << 20

  /// Returns the id of a piece, such as `photo</w>`.
  package func id(of piece: String) -> Int32? {
    // String keys compare by canonical equivalence, under which a foreign character may equal one of the alphabet's.
    guard let id = ids[piece], pieces[Int(id)].utf8.elementsEqual(piece.utf8) else { return nil }
    return id
  }

  /// Returns whether two vocabularies give the same ids here, whatever flags their files have for others.
  package static func == (left: Vocabulary, right: Vocabulary) -> Bool {
    left.pieces == right.pieces && left.merges == right.merges
  }

  /// Creates a vocabulary from the parts of a file, after validating them.
  ///
  /// - Parameters:
  ///   - pieces: the pieces, by id.
  ///   - merges: pairs of pieces, in order of rank.
  ///   - file: the file's name, for errors.
  ///   - mergesFile: the name of the merges' file, if it is a different one.
  /// - Throws: ``TokenizationError`` unless the pieces are exactly the bytes, the merges' results and, last, start and
  ///   end.
  init(
    pieces: [String], merges: [(left: Substring, right: Substring)], file: String, mergesFile: String? = nil
  ) throws(TokenizationError) {
    func refuse(_ found: String, expected: String) -> TokenizationError {
      .vocabulary(file: file, expected: expected, found: found)
    }
    func refuseMerges(_ found: String, expected: String) -> TokenizationError {
      .vocabulary(file: mergesFile ?? file, expected: expected, found: found)
    }
    guard pieces.count >= 514, pieces.count <= Self.largestCount else {
      throw refuse("\(pieces.count) pieces", expected: "514 to \(Self.largestCount)")
    }
    guard pieces[pieces.count - 2] == Self.startText, pieces[pieces.count - 1] == Self.endText else {
      let last = pieces.suffix(2).map { TokenizationError.shortened($0) }
      throw refuse(
        "\(last[0]) and \(last[1]) as the highest ids", expected: "\(Self.startText) and then \(Self.endText)")
    }
    guard merges.count == pieces.count - 514 else {
      throw refuseMerges("\(merges.count) merges for \(pieces.count) pieces", expected: "\(pieces.count - 514) merges")
    }
    var ids: [String: Int32] = [:]
    ids.reserveCapacity(pieces.count)
    for (id, piece) in pieces.enumerated() where ids.updateValue(Int32(id), forKey: piece) != nil {
      throw refuse("the piece \(TokenizationError.shortened(piece)) twice", expected: "each piece once")
    }
    func known(_ piece: String) -> Int32? {
      guard let id = ids[piece], pieces[Int(id)].utf8.elementsEqual(piece.utf8) else { return nil }
      return id
    }
    func byte(_ piece: String) throws(TokenizationError) -> Int32 {
      guard let id = known(piece) else {
        throw refuse("no piece \(piece)", expected: "one for each byte and each merge")
      }
      return id
    }
    func part(_ piece: some StringProtocol) throws(TokenizationError) -> Int32 {
      guard let id = known(String(piece)) else {
        throw refuseMerges(
          "the piece \(TokenizationError.shortened(String(piece))), which the vocabulary does not have",
          expected: "merges of its pieces into its pieces")
      }
      return id
    }
    var bytes: [Int32] = []
    var lastBytes: [Int32] = []
    for character in ByteAlphabet.characters {
      bytes.append(try byte(String(character)))
      lastBytes.append(try byte(String(character) + ByteAlphabet.endOfWord))
    }
    // With as many merges as other pieces, each makes its own piece unless two make the same.
    var isMade = [Bool](repeating: false, count: pieces.count)
    for made in bytes + lastBytes { isMade[Int(made)] = true }
    isMade[pieces.count - 2] = true
    isMade[pieces.count - 1] = true
    var joined: [Merge] = []
    joined.reserveCapacity(merges.count)
    for (left, right) in merges {
      let merge = Merge(left: try part(left), right: try part(right), merged: try part(left + right))
      guard !isMade[Int(merge.merged)] else {
        throw refuseMerges(
          "the merge \(TokenizationError.shortened(left)) \(TokenizationError.shortened(right)), whose piece is made "
            + "already", expected: "one merge for each piece")
      }
      isMade[Int(merge.merged)] = true
      joined.append(merge)
    }
    self.pieces = pieces
    self.merges = joined
    self.bytes = bytes
    self.lastBytes = lastBytes
    self.ids = ids
  }

  /// Creates the vocabulary of a list of merges: bytes, bytes at a word's end, merges, start and end.
  init(merges: [(left: Substring, right: Substring)], file: String) throws(TokenizationError) {
    let bytes = ByteAlphabet.order.map { String(ByteAlphabet.characters[Int($0)]) }
    let made = merges.map { String($0.left + $0.right) }
    let pieces = bytes + bytes.map { $0 + ByteAlphabet.endOfWord } + made + [Self.startText, Self.endText]
    try self.init(pieces: pieces, merges: merges, file: file)
  }
}

extension Vocabulary: Equatable {}

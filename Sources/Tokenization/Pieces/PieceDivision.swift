/// The division of a part of a text into pieces.
struct PieceDivision: Sendable {
  /// A token of the part, with the number of its bytes.
  struct Token {
    var id: Int32
    var count: Int
  }

  private let table: PieceTable
  private let settings: PieceSettings
  /// The id of the unknown token; nil if the vocabulary has none.
  let unknown: Int32?
  /// The ids of the pieces of bytes; nil where not all 256 are there.
  private let byteIDs: [Int32?]
  private let unknownScore: Double
  /// The bytes before every part, and the number of their tokens.
  private var prefix: [UInt8] = []
  private var prefixCount = 0

  /// The penalty of an unknown character below the lowest score, as in SentencePiece.
  private static let unknownPenalty = 10.0

  init(_ table: PieceTable, _ settings: PieceSettings, unknown: Int32?) {
    self.table = table
    self.settings = settings
    self.unknown = unknown
    byteIDs = (0...255).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return table.id(of: Array("<0x\(byte < 16 ? "0" : "")\(digits)>".utf8)).map { Int32($0) }
    }
    unknownScore = settings.hasScores ? Self.unknownScore(table, settings) : 0
    if case .sentencePieceScores(let unreachable, let text) = settings.division, !text.isEmpty {
      prefix = Array(text.utf8)
      prefixCount = prefix.withUnsafeBufferPointer { best(of: $0, unreachable: unreachable) }.count
    }
  }

  private static func unknownScore(_ table: PieceTable, _ settings: PieceSettings) -> Double {
    guard case .sentencePieceScores(let unreachable, _) = settings.division else {
      return table.lowestScore - unknownPenalty
    }
    // SentencePiece takes the lowest score of ordinary pieces, even above zero.
    let scores = (0..<table.count).lazy.filter { !unreachable.contains($0) }.map { table.score($0) }
    return Double(Float(scores.min() ?? 0) - Float(unknownPenalty))
  }

  /// Returns the byte that an id's piece stands for, if bytes have pieces.
  func byte(_ id: Int) -> UInt8? {
    guard settings.fallsBackToBytes else { return nil }
    return byteIDs.firstIndex(of: Int32(clamping: id)).map { UInt8($0) }
  }

  /// Returns the tokens of a part, without those that the vocabulary has no piece for and no unknown.
  func tokens(of text: [UInt8]) -> [Token] {
    switch settings.division {
    case .scores: return text.withUnsafeBufferPointer { best(of: $0, unreachable: nil) }
    case .sentencePieceScores(let unreachable, _):
      return withoutPrefix((prefix + text).withUnsafeBufferPointer { best(of: $0, unreachable: unreachable) })
    case .wordPieces(let longest): return wordPieces(of: text, longest: longest)
    case .merges(let takesWholeWords):
      if takesWholeWords, let id = table.id(of: text) { return [Token(id: Int32(id), count: text.count)] }
      return merged(text)
    }
  }

  /// Returns the tokens behind the prefix's. The last of these may take some of the text with it, as an unknown part does.
  private func withoutPrefix(_ tokens: [Token]) -> [Token] {
    guard prefixCount > 0 else { return tokens }
    var rest = Array(tokens.dropFirst(prefixCount))
    let taken = tokens.prefix(prefixCount).reduce(0) { $0 + $1.count } - prefix.count
    if taken > 0, !rest.isEmpty { rest[0].count += taken }
    return rest
  }

  private func bytePieces(_ text: some Sequence<UInt8>) -> [Token]? {
    guard settings.fallsBackToBytes else { return nil }
    var tokens: [Token] = []
    for byte in text {
      guard let id = byteIDs[Int(byte)] else { return nil }
      tokens.append(Token(id: id, count: 1))
    }
    return tokens
  }

  // MARK: - Scores

  /// Returns the pieces with the highest sum of scores (Viterbi); of equal ones those that were found first.
  ///
  /// Source: Kudo, "Subword Regularization" (2018), and `encode_optimized` of the tokenizers library, which sums in f64, and
  /// of SentencePiece, which sums and compares in f32, so that sums that differ by less are equal.
  ///
  /// - Parameters:
  ///   - text: the part.
  ///   - unreachable: the pieces that are never part of a text, in SentencePiece's arithmetic; nil for that of tokenizers.
  /// - Returns: the tokens.
  private func best(of text: UnsafeBufferPointer<UInt8>, unreachable: Set<Int>?) -> [Token] {
    func rounded(_ sum: Double) -> Double { unreachable == nil ? sum : Double(Float(sum)) }
    struct Node {
      var score = 0.0
      var start = -1
      var isUnknown = false
    }
    var nodes = [Node](repeating: Node(), count: text.count + 1)
    var position = 0
    while position < text.count {
      let score = nodes[position].score
      let length = Self.length(text, at: position)
      var hasSingle = false
      table.forEachPrefix(of: text, from: position) { count, id in
        if let unreachable, unreachable.contains(id) { return }
        let candidate = rounded(score + table.score(id))
        if nodes[position + count].start < 0 || candidate > nodes[position + count].score {
          nodes[position + count] = Node(score: candidate, start: position, isUnknown: Int32(id) == unknown)
        }
        hasSingle = hasSingle || count == length
      }
      if !hasSingle {
        let candidate = rounded(score + unknownScore)
        if nodes[position + length].start < 0 || candidate > nodes[position + length].score {
          nodes[position + length] = Node(score: candidate, start: position, isUnknown: true)
        }
      }
      position += length
    }
    var ranges: [Range<Int>] = []
    var end = text.count
    var wasUnknown = false
    while end > 0, nodes[end].start >= 0 {
      let node = nodes[end]
      if node.isUnknown, wasUnknown, let last = ranges.last {
        ranges[ranges.count - 1] = node.start..<last.upperBound
      } else {
        ranges.append(node.start..<end)
      }
      wasUnknown = node.isUnknown && unknown != nil
      end = node.start
    }
    return ranges.reversed().flatMap { range -> [Token] in
      let part = UnsafeBufferPointer(rebasing: text[range])
      if let id = table.id(of: part), unreachable?.contains(id) != true {
        return [Token(id: Int32(id), count: range.count)]
      }
      if let bytes = bytePieces(part) { return bytes }
      return unknown.map { [Token(id: $0, count: range.count)] } ?? []
    }
  }

  private static func length(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
    let byte = text[position]
    return min(byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4, text.count - position)
  }

  // MARK: - Word pieces

  /// Returns the longest piece from the left, then the longest of the rest; a word of which a part is no piece is unknown
  /// as a whole.
  ///
  /// Source: Devlin et al., "BERT" (2019), and `WordPiece` of the tokenizers library.
  private func wordPieces(of text: [UInt8], longest: Int) -> [Token] {
    let whole = unknown.map { [Token(id: $0, count: text.count)] } ?? []
    guard String(decoding: text, as: UTF8.self).unicodeScalars.count <= longest else { return whole }
    let mark = Array(PieceSettings.continuation.utf8)
    var tokens: [Token] = []
    var start = 0
    while start < text.count {
      var end = text.count
      var found: Int?
      while end > start {
        found = table.id(of: (start > 0 ? mark : []) + Array(text[start..<end]))
        if found != nil { break }
        repeat { end -= 1 } while end > start && text[end] & 0xC0 == 0x80
      }
      guard let found else { return whole }
      tokens.append(Token(id: Int32(found), count: end - start))
      start = end
    }
    return tokens
  }

  // MARK: - Merges

  /// Returns the characters of a part after merging: always the pair that was learned first, of several the leftmost.
  ///
  /// Source: `Word.merge_all` of the tokenizers library.
  private func merged(_ text: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var missing: Token?
    func add(_ token: Token) { tokens.append(token) }
    text.withUnsafeBufferPointer { text in
      var position = 0
      while position < text.count {
        let count = Self.length(text, at: position)
        let character = UnsafeBufferPointer(rebasing: text[position..<position + count])
        position += count
        if let id = table.id(of: character) {
          if let token = missing { add(token) }
          missing = nil
          add(Token(id: Int32(id), count: count))
        } else if let bytes = bytePieces(character) {
          bytes.forEach(add)
        } else if let unknown {
          if let token = missing, settings.joinsUnknown {
            missing = Token(id: unknown, count: token.count + count)
          } else {
            if let token = missing { add(token) }
            missing = Token(id: unknown, count: count)
          }
        }
      }
    }
    if let token = missing { add(token) }
    merge(&tokens)
    return tokens
  }

  private func merge(_ tokens: inout [Token]) {
    let count = tokens.count
    guard count > 1 else { return }
    var previous = Array(-1..<count - 1)
    var next = Array(1...count)
    var heap = BinaryHeap<PossibleMerge>()
    func push(_ index: Int) {
      guard next[index] < count, let merge = table.merge(tokens[index].id, tokens[next[index]].id) else { return }
      heap.push(PossibleMerge(rank: merge.rank, position: index, merged: merge.merged))
    }
    for index in 0..<count - 1 { push(index) }
    while let top = heap.popFirst() {
      let left = top.position
      guard tokens[left].count > 0, next[left] < count else { continue }
      let right = next[left]
      guard table.merge(tokens[left].id, tokens[right].id)?.merged == top.merged else { continue }
      tokens[left] = Token(id: top.merged, count: tokens[left].count + tokens[right].count)
      tokens[right].count = 0
      next[left] = next[right]
      if next[left] < count { previous[next[left]] = left }
      if previous[left] >= 0 { push(previous[left]) }
      push(left)
    }
    tokens.removeAll { $0.count == 0 }
  }
}

/// A pair that can be merged. The smallest has the lowest rank; of equal ranks it is the leftmost.
private struct PossibleMerge: Comparable {
  var rank: UInt32
  var position: Int
  var merged: Int32

  static func < (left: PossibleMerge, right: PossibleMerge) -> Bool {
    (left.rank, left.position) < (right.rank, right.position)
  }
}

import Foundation
import PromptLensFiles
import PromptLensJSONDocuments

/// The pieces of a vocabulary, with scores or merges, mapped from a file: up to a million of them are looked up without
/// being read.
///
/// The file is the form of a model folder: `PromptLensPieces`, the length of a header and the header in JSON (which holds
/// the tokenizer's settings), then little-endian arrays, each padded to 8 bytes: where each piece begins in the text,
/// `[count + 1]` in 32 bits; the ids in the order of their pieces' bytes, `[count]` in 32 bits; the scores, `[count]` in
/// f64, or the merges in the order of their pairs, `[merges, 4]` in 32 bits (left, right, rank, merged); and the pieces'
/// UTF-8, one after another.
final class PieceTable: @unchecked Sendable {
  // Unchecked: the pointers point into the mapped file, which is never written.

  /// The header.
  let header: JSONNode
  /// The number of pieces.
  let count: Int
  /// The number of merges.
  let mergeCount: Int
  private let file: MappedFile
  private let offsets: UnsafePointer<UInt32>
  private let order: UnsafePointer<UInt32>
  private let scores: UnsafePointer<Double>
  private let merges: UnsafePointer<UInt32>
  private let text: UnsafePointer<UInt8>
  /// The places in `order` of the pieces that begin with a byte, and with `▁` and a byte.
  private var firstBytes: [Range<Int>] = []
  private var wordBytes: [Range<Int>] = []

  private static let magic = Array("PromptLensPieces".utf8)
  private static let format = "promptlens-vocabulary"
  private static let version = 1
  /// The maximum number of bytes of all pieces, and of the header.
  private static let largestText = 256 << 20, largestHeader = 64 << 20
  private static let underline = Array("▁".utf8)

  /// Returns whether a file has the form of a model folder's vocabulary.
  static func isTable(_ contents: some Sequence<UInt8>) -> Bool { contents.starts(with: magic) }

  /// Opens a file after checking that every number in it stays inside.
  ///
  /// - Throws: ``TokenizationError`` or `JSONError`.
  init(_ file: MappedFile) throws {
    func refuse(_ found: String, expected: String) -> TokenizationError {
      .vocabulary(file: file.path, expected: expected, found: found)
    }
    let bytes = file.bytes
    guard Self.isTable(bytes), file.count >= 24, let base = bytes.baseAddress else {
      throw refuse("another file", expected: "a vocabulary that promptlens convert wrote")
    }
    let length = Int(clamping: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self).littleEndian)
    guard length <= min(Self.largestHeader, file.count - 24), length % 8 == 0 else {
      throw refuse("a header of \(length) bytes", expected: "one of at most \(file.count - 24)")
    }
    let header = JSONNode(
      source: file.path,
      value: try JSON(parsing: UnsafeRawBufferPointer(rebasing: bytes[24..<24 + length]), source: file.path))
    let format = try header.string("format")
    guard format == Self.format else {
      throw try header.node("format").unexpected(expected: Self.format, found: format)
    }
    let version = try header.integer("format_version")
    guard version == Self.version else {
      throw try header.node("format_version").unexpected(
        expected: "\(Self.version), which this version of promptlens reads", found: "\(version)")
    }
    func size(_ key: String, atMost limit: Int) throws -> Int {
      let value = try header.integer(key)
      guard 0...limit ~= value else {
        throw try header.node(key).unexpected(expected: "a number up to \(limit)", found: "\(value)")
      }
      return value
    }
    let count = try size("count", atMost: Vocabulary.largestCount)
    let mergeCount = try size("merges", atMost: 4 * Vocabulary.largestCount)
    let hasScores = try header.bool("scores")
    let textCount = try size("bytes", atMost: Self.largestText)
    var position = 24 + length
    func section(_ size: Int) -> Int {
      defer { position += (size + 7) / 8 * 8 }
      return position
    }
    let places = [
      section(4 * (count + 1)), section(4 * count), section(hasScores ? 8 * count : 0), section(16 * mergeCount),
      section(textCount),
    ]
    guard count > 0, position == file.count else {
      throw refuse("\(file.count) bytes", expected: "the \(position) of its \(count) pieces; convert the source again")
    }
    let digest = Self.digest(UnsafeRawBufferPointer(rebasing: bytes[(24 + length)...]))
    guard try header.string("checksum") == digest else {
      throw refuse("other bytes than those that were written", expected: "an undamaged file; convert the source again")
    }
    self.file = file
    self.header = header
    self.count = count
    self.mergeCount = mergeCount
    offsets = (base + places[0]).assumingMemoryBound(to: UInt32.self)
    order = (base + places[1]).assumingMemoryBound(to: UInt32.self)
    scores = (base + places[2]).assumingMemoryBound(to: Double.self)
    merges = (base + places[3]).assumingMemoryBound(to: UInt32.self)
    text = (base + places[4]).assumingMemoryBound(to: UInt8.self)
    var isInside = offsets[0] == 0 && offsets[count] == UInt32(textCount)
    for id in 0..<count { isInside = isInside && offsets[id] <= offsets[id + 1] && order[id] < count }
    for merge in 0..<mergeCount {
      isInside = isInside && merges[4 * merge] < count && merges[4 * merge + 1] < count && merges[4 * merge + 3] < count
    }
    if hasScores { for id in 0..<count { isInside = isInside && scores[id].isFinite } }
    guard isInside else { throw refuse("numbers beyond its \(count) pieces", expected: "ids of its pieces") }
    let whole = 0..<count
    firstBytes = (0...255).map { narrowed(whole, at: 0, to: UInt8($0)) }
    let words = Self.underline.enumerated().reduce(whole) { narrowed($0, at: $1.offset, to: $1.element) }
    wordBytes = (0...255).map { narrowed(words, at: 3, to: UInt8($0)) }
  }

  // MARK: - Pieces

  /// Returns the UTF-8 of a piece; the caller keeps `id` below ``count``.
  func bytes(_ id: Int) -> UnsafeBufferPointer<UInt8> {
    let start = Int(offsets[id])
    return UnsafeBufferPointer(start: text + start, count: Int(offsets[id + 1]) - start)
  }

  /// Returns a piece's text.
  func piece(_ id: Int) -> String { String(decoding: bytes(id), as: UTF8.self) }

  /// Returns a piece's score.
  func score(_ id: Int) -> Double { scores[id] }

  /// The lowest score.
  var lowestScore: Double { (0..<count).reduce(0) { min($0, scores[$1]) } }

  /// Returns the id of a piece; of several equal ones the last, as in the tokenizers library.
  func id(of piece: some RandomAccessCollection<UInt8>) -> Int? {
    var range = 0..<count
    for (depth, byte) in piece.enumerated() {
      range = depth == 0 ? firstBytes[Int(byte)] : narrowed(range, at: depth, to: byte)
      if range.isEmpty { return nil }
    }
    return exact(range, length: piece.count)
  }

  /// Calls `body` with the length and the id of each piece that the text at a position begins with, shortest first.
  func forEachPrefix(of text: UnsafeBufferPointer<UInt8>, from start: Int, _ body: (_ length: Int, _ id: Int) -> Void) {
    var range = 0..<count
    var depth = 0
    while start + depth < text.count {
      let byte = text[start + depth]
      if depth == 0 {
        range = firstBytes[Int(byte)]
      } else if depth == 3, text[start] == 0xE2, text[start + 1] == 0x96, text[start + 2] == 0x81 {
        range = wordBytes[Int(byte)]
      } else {
        range = narrowed(range, at: depth, to: byte)
      }
      if range.isEmpty { return }
      depth += 1
      if let id = exact(range, length: depth) { body(depth, id) }
    }
  }

  /// Returns the last of the pieces of a length at the beginning of a range, whose pieces share that many bytes.
  private func exact(_ range: Range<Int>, length: Int) -> Int? {
    var found: Int?
    for place in range {
      guard bytes(Int(order[place])).count == length else { break }
      found = Int(order[place])
    }
    return found
  }

  /// Returns the places of a range whose pieces have a byte at a depth; all of them share the bytes before it.
  private func narrowed(_ range: Range<Int>, at depth: Int, to byte: UInt8) -> Range<Int> {
    func first(where isPast: (Int) -> Bool, from start: Int) -> Int {
      var (low, high) = (start, range.upperBound)
      while low < high {
        let middle = (low + high) / 2
        let piece = bytes(Int(order[middle]))
        if piece.count > depth && isPast(Int(piece[depth])) { high = middle } else { low = middle + 1 }
      }
      return low
    }
    let start = first(where: { $0 >= Int(byte) }, from: range.lowerBound)
    return start..<first(where: { $0 > Int(byte) }, from: start)
  }

  // MARK: - Merges

  /// Returns the merge of a pair: its rank and the id that it makes.
  func merge(_ left: Int32, _ right: Int32) -> (rank: UInt32, merged: Int32)? {
    let wanted = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    var (low, high) = (0, mergeCount)
    while low < high {
      let middle = (low + high) / 2
      let pair = UInt64(merges[4 * middle]) << 32 | UInt64(merges[4 * middle + 1])
      if pair < wanted { low = middle + 1 } else { high = middle }
    }
    guard low < mergeCount, merges[4 * low] == UInt32(bitPattern: left),
      merges[4 * low + 1] == UInt32(bitPattern: right)
    else { return nil }
    return (merges[4 * low + 2], Int32(bitPattern: merges[4 * low + 3]))
  }

  /// Returns all merges as pairs of ids, by rank.
  var mergesByRank: [(left: Int, right: Int)] {
    (0..<mergeCount).sorted { merges[4 * $0 + 2] < merges[4 * $1 + 2] }
      .map { (Int(merges[4 * $0]), Int(merges[4 * $0 + 1])) }
  }
}

// MARK: - Writing

extension PieceTable {
  /// The whole file.
  var contents: [UInt8] { Array(file.bytes) }

  /// Returns the file of a vocabulary.
  ///
  /// - Parameters:
  ///   - pieces: the pieces, by id.
  ///   - scores: their scores; nil for a vocabulary of merges.
  ///   - merges: the merges, by rank.
  ///   - settings: the members of the header.
  ///   - path: the file that they are from, for errors.
  /// - Returns: the contents of the file.
  /// - Throws: ``TokenizationError`` for more than can be stored.
  static func packed(
    pieces: [String], scores: [Double]?, merges: [Vocabulary.Merge], settings: JSON.Object, path: String
  ) throws(TokenizationError) -> [UInt8] {
    var text: [UInt8] = []
    var offsets: [UInt32] = [0]
    offsets.reserveCapacity(pieces.count + 1)
    for piece in pieces {
      text += piece.utf8
      guard text.count <= largestText else {
        throw .vocabulary(file: path, expected: "at most \(largestText) bytes of pieces", found: "more")
      }
      offsets.append(UInt32(text.count))
    }
    let order = text.withUnsafeBufferPointer { text in
      (0..<pieces.count).sorted { left, right in
        let a = text[Int(offsets[left])..<Int(offsets[left + 1])]
        let b = text[Int(offsets[right])..<Int(offsets[right + 1])]
        return a.elementsEqual(b) ? left < right : a.lexicographicallyPrecedes(b)
      }.map { UInt32($0) }
    }
    // Of two merges of one pair the later counts, as in the tokenizers library.
    var ranks: [UInt64: Int] = [:]
    ranks.reserveCapacity(merges.count)
    for (rank, merge) in merges.enumerated() {
      ranks[UInt64(UInt32(bitPattern: merge.left)) << 32 | UInt64(UInt32(bitPattern: merge.right))] = rank
    }
    let sorted = ranks.sorted { $0.key < $1.key }
    var body: [UInt8] = []
    func add<Element>(_ values: [Element]) {
      values.withUnsafeBytes { body += $0 }
      body += [UInt8](repeating: 0, count: (8 - body.count % 8) % 8)
    }
    add(offsets)
    add(order)
    add(scores ?? [])
    add(
      sorted.flatMap { pair, rank in
        [
          UInt32(truncatingIfNeeded: pair >> 32), UInt32(truncatingIfNeeded: pair), UInt32(rank),
          UInt32(bitPattern: merges[rank].merged),
        ]
      })
    add(text)
    var header = settings
    header["format"] = .string(format)
    header["format_version"] = JSON(version)
    header["count"] = JSON(pieces.count)
    header["merges"] = JSON(sorted.count)
    header["scores"] = .bool(scores != nil)
    header["bytes"] = JSON(text.count)
    header["checksum"] = .string(body.withUnsafeBytes { digest($0) })
    var top = Array(JSON.object(header).serialized().utf8)
    top += [UInt8](repeating: 0x20, count: (8 - top.count % 8) % 8)
    let length = withUnsafeBytes(of: UInt64(top.count).littleEndian) { Array($0) }
    return magic + length + top + body
  }

  /// Returns a checksum of whole words of 8 bytes, which finds accidental damage.
  private static func digest(_ bytes: UnsafeRawBufferPointer) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<bytes.count / 8 {
      hash = (hash ^ bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return String(hash, radix: 16)
  }
}

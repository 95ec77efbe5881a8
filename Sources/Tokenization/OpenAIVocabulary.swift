import PromptLensCDeflate
import PromptLensEmbeddedWeights
import PromptLensFiles

extension Vocabulary {
  /// Reads OpenAI's list of merges, `bpe_simple_vocab_16e6.txt`, plain or compressed by gzip.
  ///
  /// The first line is a heading that holds `#version`. OpenAI's file continues after the 48,894 merges that CLIP uses;
  /// the rest is not read.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - size: the number of ids wanted, 514 more than there are merges; `nil` takes all merges up to CLIP's 49,408.
  /// - Throws: ``TokenizationError``, or `FileError` when the file is missing or too large.
  package init(openAIFile path: String, size: Int? = nil) throws {
    let expected = "OpenAI's list of merges"
    let bytes = try MappedFile.contents(of: path, limit: Self.largestFile, expected: expected)
    try self.init(openAIBytes: bytes, file: path, size: size)
  }

  /// The file in the repository from which the executable has CLIP's own vocabulary.
  package static let embeddedName = "weights/clip-vocabulary/bpe_simple_vocab_16e6.txt.gz"

  /// Returns CLIP's own vocabulary of 49,408 tokens, which the executable carries for checkpoints that have none beside
  /// them.
  ///
  /// - Parameter size: the number of ids wanted, of which the first merges are taken; nil for all.
  /// - Returns: the vocabulary of every OpenAI checkpoint, and of nearly all others.
  /// - Throws: ``TokenizationError``, if there are fewer merges, or the executable is damaged.
  package static func embeddedCLIP(size: Int? = nil) throws -> Vocabulary {
    let file = embedded_clip_vocabulary()
    let bytes = [UInt8](UnsafeBufferPointer(start: file.bytes, count: file.count))
    return try Vocabulary(openAIBytes: bytes, file: embeddedName, size: size)
  }

  private init(openAIBytes: [UInt8], file path: String, size: Int?) throws {
    var bytes = openAIBytes
    if Gzip.isCompressed(bytes) { bytes = try Gzip.decompressed(bytes, limit: 16 << 20, file: path) }
    let wanted = size.map { $0 - 514 } ?? Self.openAIMerges
    let all = try bytes.withUnsafeBytes { try MergesFile.lines(of: $0, file: path, atMost: max(wanted, 0) + 1) }
    // Without this check a file that lacks its heading would lose its first merge unnoticed.
    guard let heading = all.first, heading.contains("#version") else {
      throw TokenizationError.line(
        file: path, line: 1, expected: "a heading with #version",
        found: "\"\(TokenizationError.shortened(all.first ?? ""))\"")
    }
    let lines = all.dropFirst()
    let count = size == nil ? min(lines.count, wanted) : wanted
    guard 0...lines.count ~= count else {
      throw TokenizationError.vocabulary(file: path, expected: "\(count) merges", found: "\(lines.count)")
    }
    try self.init(merges: MergesFile.merges(in: lines.prefix(count), first: 2, file: path), file: path)
  }

  /// CLIP's 49,152 pieces, less 256 bytes twice, and two that its reader leaves out.
  private static let openAIMerges = 49_152 - 256 - 2
}

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

import PromptLensFiles
import Foundation
import PromptLensJSONDocuments

extension Vocabulary {
  /// Reads a pair of files: Hugging Face's `vocab.json` and `merges.txt`, or Keras Hub's `vocabulary.json` and
  /// `merges.txt`.
  ///
  /// - Throws: ``TokenizationError``, `JSONError`, or `FileError` when a file is missing or too large.
  package init(pieces vocabularyFile: String, merges mergesFile: String) throws {
    let root = try JSONNode(contentsOf: vocabularyFile, limit: Self.largestFile)
    try self.init(
      pieces: Self.pieces(in: root), merges: MergesFile.read(mergesFile), file: vocabularyFile, mergesFile: mergesFile)
    specialTokens = try SpecialTokenFlags(
      beside: URL(fileURLWithPath: vocabularyFile).deletingLastPathComponent().path)
  }

  /// Reads the vocabulary in a folder that some software wrote a model into: `tokenizer.json`, `vocab.json` with
  /// `merges.txt`, Keras Hub's `assets/tokenizer`, or OpenAI's `bpe_simple_vocab_16e6.txt.gz`, the first that is there.
  ///
  /// - Throws: ``TokenizationError``, `JSONError`, or `FileError` when the vocabulary is missing.
  package init(folder: String) throws {
    func path(_ name: String) -> String { "\(folder)/\(name)" }
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
    // Keras Hub also writes a tokenizer.json, which holds settings and no vocabulary.
    if exists("assets/tokenizer/vocabulary.json") {
      try self.init(pieces: path("assets/tokenizer/vocabulary.json"), merges: path("assets/tokenizer/merges.txt"))
    } else if exists("tokenizer.json") {
      try self.init(tokenizerFile: path("tokenizer.json"))
    } else if exists("vocab.json") {
      try self.init(pieces: path("vocab.json"), merges: path("merges.txt"))
    } else if let name = ["bpe_simple_vocab_16e6.txt.gz", "bpe_simple_vocab_16e6.txt"].first(where: exists) {
      try self.init(openAIFile: path(name))
    } else {
      throw FileError.missing(
        path: path("tokenizer.json"),
        expected: "a vocabulary: tokenizer.json, vocab.json with merges.txt, assets/tokenizer, or "
          + "bpe_simple_vocab_16e6.txt.gz")
    }
  }

  /// Returns the pieces of an object that maps each to its id, by id.
  static func pieces(in node: JSONNode) throws -> [String] {
    let members = try node.object()
    guard members.count <= largestCount else {
      throw node.unexpected(expected: "at most \(largestCount) pieces", found: "\(members.count) pieces")
    }
    var pieces = [String?](repeating: nil, count: members.count)
    for (piece, value) in members {
      guard case .integer(let id) = value, 0..<Int64(members.count) ~= id else {
        throw node.unexpected(
          expected: "ids from 0 to \(members.count - 1), each once",
          found: "a vocabulary where \(TokenizationError.shortened(piece)) has the id "
            + TokenizationError.shortened(value.serialized()))
      }
      guard pieces[Int(id)] == nil else {
        throw node.unexpected(
          expected: "each id once", found: "a vocabulary with two pieces of id \(id)")
      }
      pieces[Int(id)] = piece
    }
    return pieces.compactMap(\.self)
  }
}

import Foundation
import PromptLensJSONDocuments

/// A `tokenizer.json` of pieces with scores (Unigram) or merges (BPE), as Hugging Face's tokenizers library writes it.
///
/// Its settings stay JSON, from which ``PieceSettings`` is made; the pieces go into a ``PieceTable``.
struct TokenizerDocument {
  private let path: String
  /// The document without pieces and merges.
  private let settings: JSON.Object
  private let pieces: [String]
  private let scores: [Double]?
  private let merges: [Vocabulary.Merge]
  /// The cleaning that the model was trained with.
  var cleaning = Cleaning.none
  /// The contents of `tokenizer_config.json`.
  private var companion: JSON?

  /// Returns whether a document has pieces with scores or plain merges, rather than CLIP's, whose words end in `</w>`.
  static func holdsPieces(_ root: JSONNode) -> Bool {
    guard let model = root["model"] else { return false }
    let type = try? model.optionalString("type")
    // Files before version 0.13 don't state the type of a Unigram.
    if type == "Unigram" || type == "WordPiece" || type == nil && model["unk_id"] != nil { return true }
    guard type == "BPE", root["pre_tokenizer"]?["type"]?.value != "ByteLevel" else { return false }
    let suffix = model["end_of_word_suffix"]
    return suffix == nil || suffix?.value == ""
  }

  /// Reads a document.
  ///
  /// - Throws: ``TokenizationError`` or `JSONError` for what isn't known, by name.
  init(_ root: JSONNode) throws {
    path = root.source
    let model = try root.node("model", expected: "a model of pieces")
    let type = try model.optionalString("type")
    if type == "BPE" || type == "WordPiece" {
      pieces = try Vocabulary.pieces(in: model.node("vocab", expected: "a vocabulary"))
      scores = nil
      merges = type == "BPE" ? try Self.merges(model, pieces) : []
    } else {
      let vocabulary = try Self.scoredPieces(model)
      pieces = vocabulary.map(\.piece)
      scores = vocabulary.map(\.score)
      merges = []
    }
    guard !pieces.isEmpty else { throw model.unexpected(expected: "at least one piece", found: "none") }
    var settings = try root.object()
    var kept = try model.object()
    kept["vocab"] = nil
    kept["merges"] = nil
    settings["model"] = .object(kept)
    self.settings = settings
    // Whatever isn't known is refused here rather than when a text is encoded.
    _ = try PieceSettings(JSONNode(source: path, value: .object(settings)), count: pieces.count)
  }

  /// Reads SentencePiece's model, with the `tokenizer_config.json` beside it.
  ///
  /// - Throws: ``TokenizationError`` or `JSONError` for what isn't known, by name.
  init(sentencePiece bytes: [UInt8], path: String) throws {
    self.path = path
    let model = try SentencePieceModel(bytes, path: path)
    let described = try model.settings(companion: Self.companion(beside: path))
    settings = described.document
    companion = described.companion
    pieces = model.pieces.map(\.text)
    merges = model.merges
    scores = model.hasMerges ? nil : model.pieces.map { Double($0.score) }
    _ = try PieceSettings(JSONNode(source: path, value: .object(settings)), count: pieces.count)
  }

  private static func scoredPieces(_ model: JSONNode) throws -> [(piece: String, score: Double)] {
    let node = try model.node("vocab", expected: "a list of pieces with scores")
    guard case .array(let list) = node.value else { throw node.unexpected(expected: "a list of pieces with scores") }
    guard list.count <= Vocabulary.largestCount else {
      throw node.unexpected(expected: "at most \(Vocabulary.largestCount) pieces", found: "\(list.count)")
    }
    return try list.enumerated().map { index, entry in
      if case .array(let pair) = entry, pair.count == 2, case .string(let piece) = pair[0] {
        switch pair[1] {
        case .number(let score): return (piece, score)
        case .integer(let score): return (piece, Double(score))
        default: break
        }
      }
      throw JSONNode(source: node.source, path: "\(node.path)[\(index)]", value: entry)
        .unexpected(expected: "a piece and its score", found: TokenizationError.shortened(entry.serialized()))
    }
  }

  private static func merges(_ model: JSONNode, _ pieces: [String]) throws -> [Vocabulary.Merge] {
    // Keys of bytes, since strings that are canonically equivalent are different pieces.
    var ids: [[UInt8]: Int32] = [:]
    ids.reserveCapacity(pieces.count)
    for (id, piece) in pieces.enumerated() { ids[Array(piece.utf8)] = Int32(id) }
    return try Vocabulary.merges(in: model).map { left, right in
      let (first, second) = (Array(left.utf8), Array(right.utf8))
      guard let left = ids[first], let right = ids[second], let merged = ids[first + second] else {
        let pair = [first, second].map { TokenizationError.shortened(String(decoding: $0, as: UTF8.self)) }
        throw TokenizationError.vocabulary(
          file: model.source, expected: "merges of its pieces into its pieces", found: "the merge \(pair[0]) \(pair[1])"
        )
      }
      return Vocabulary.Merge(left: left, right: right, merged: merged)
    }
  }

  /// Reads the `tokenizer_config.json` beside the document, which names the padding.
  mutating func readCompanion(beside path: String) throws { companion = try Self.companion(beside: path)?.value }

  private static func companion(beside path: String) throws -> JSONNode? {
    let name = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("tokenizer_config.json")
      .path
    guard FileManager.default.fileExists(atPath: name) else { return nil }
    let root = try JSONNode(contentsOf: name, limit: 16 << 20)
    _ = try root.object()
    return root
  }

  /// Returns the file of a model folder.
  func packed() throws -> [UInt8] {
    var header = JSON.Object()
    header["cleaning"] = .string(cleaning.rawValue)
    header["tokenizer_config"] = companion ?? .null
    header["tokenizer"] = .object(settings)
    return try PieceTable.packed(pieces: pieces, scores: scores, merges: merges, settings: header, path: path)
  }
}

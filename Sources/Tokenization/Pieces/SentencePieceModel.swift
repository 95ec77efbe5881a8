import Foundation
import PromptLensJSONDocuments

/// SentencePiece's model (`spiece.model`, `tokenizer.model`): pieces with scores, and how texts are normalized.
///
/// Source: `sentencepiece_model.proto` of SentencePiece 0.2.
struct SentencePieceModel {
  /// A piece.
  struct Piece {
    var text = ""
    var score: Float = 0
    var kind = Kind.normal
  }

  /// A kind of piece, by its number in the file.
  enum Kind: Int {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  private(set) var pieces: [Piece] = []
  /// Whether words are divided by merges instead of by the highest sum of scores.
  private(set) var hasMerges = false
  private(set) var fallsBackToBytes = false
  private(set) var unknown = 0
  private(set) var start = 1
  private(set) var end = 2
  /// The id of the padding; negative for none.
  private(set) var padding = -1
  private(set) var characterMap: [UInt8] = []
  private(set) var addsPrefix = true
  private(set) var removesSpaces = true
  private let path: String

  /// Returns whether a file may be such a model: its first field is a piece. No JSON begins so.
  static func isModel(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.first == 0x0A && bytes.dropFirst(2).first == 0x0A
  }

  /// Reads a model.
  ///
  /// - Throws: ``TokenizationError`` for damage, and for what isn't known, by name.
  init(_ bytes: [UInt8], path: String) throws {
    self.path = path
    try ProtocolBuffer(bytes[...], file: path, name: "the model").forEachField { number, value in
      switch (number, value) {
      case (1, .bytes(let piece)):
        guard pieces.count < Vocabulary.largestCount else {
          throw refusal("more than \(Vocabulary.largestCount) pieces", expected: "fewer")
        }
        pieces.append(try self.piece(piece))
      case (2, .bytes(let trainer)): try readTrainer(trainer)
      case (3, .bytes(let normalizer)): try readNormalizer(normalizer)
      case (4, .bytes), (5, .bytes): break
      case (1...5, _): throw refusal("a field \(number) that is no message", expected: "a SentencePiece model")
      default: break
      }
    }
    guard !pieces.isEmpty else { throw refusal("no pieces", expected: "a SentencePiece model") }
    guard pieces.indices.contains(unknown), pieces[unknown].kind == .unknown else {
      throw refusal("the id \(unknown) of what is no piece", expected: "the id of a piece of that kind")
    }
  }

  private func refusal(_ found: String, expected: String) -> TokenizationError {
    .vocabulary(file: path, expected: expected, found: found)
  }

  private func piece(_ bytes: ArraySlice<UInt8>) throws -> Piece {
    var piece = Piece()
    let name = "piece \(pieces.count)"
    try ProtocolBuffer(bytes, file: path, name: name).forEachField { number, value in
      switch number {
      case 1:
        guard let text = value.bytes.flatMap({ String(validating: $0, as: UTF8.self) }) else {
          throw refusal("\(name) that is no UTF-8", expected: "text")
        }
        piece.text = text
      case 2:
        guard let score = value.float, score.isFinite else {
          throw refusal("a score of \(name) that is no number", expected: "a finite one")
        }
        piece.score = score
      case 3:
        guard let kind = value.integer.flatMap({ Kind(rawValue: $0) }) else {
          throw refusal("an unknown kind of \(name)", expected: "one from 1 to 6")
        }
        piece.kind = kind
      default: break
      }
    }
    return piece
  }

  private mutating func readTrainer(_ bytes: ArraySlice<UInt8>) throws {
    try ProtocolBuffer(bytes, file: path, name: "trainer_spec").forEachField { number, value in
      switch number {
      case 3:
        guard let type = value.integer, type == 1 || type == 2 else {
          throw refusal("the model type \(value.integer ?? 0)", expected: "1 (Unigram) or 2 (BPE)")
        }
        hasMerges = type == 2
      case 24:
        guard value.bool == false else {
          throw refusal("treat_whitespace_as_suffix", expected: "spaces that begin a word")
        }
      case 35: fallsBackToBytes = value.bool ?? false
      case 40: unknown = Int(Int32(truncatingIfNeeded: value.integer ?? 0))
      case 41: start = Int(Int32(truncatingIfNeeded: value.integer ?? 0))
      case 42: end = Int(Int32(truncatingIfNeeded: value.integer ?? 0))
      case 43: padding = Int(Int32(truncatingIfNeeded: value.integer ?? 0))
      default: break
      }
    }
  }

  private mutating func readNormalizer(_ bytes: ArraySlice<UInt8>) throws {
    try ProtocolBuffer(bytes, file: path, name: "normalizer_spec").forEachField { number, value in
      switch number {
      case 2: characterMap = Array(value.bytes ?? [])
      case 3: addsPrefix = value.bool ?? true
      case 4: removesSpaces = value.bool ?? true
      case 5:
        guard value.bool == true else { throw refusal("escape_whitespaces false", expected: "▁ for spaces") }
      default: break
      }
    }
  }

  // MARK: - The document

  /// Returns the settings in the form of a `tokenizer.json`.
  ///
  /// - Parameter companion: the contents of `tokenizer_config.json`, whose class and tokens are obeyed; nil for none.
  /// - Returns: the document without its pieces, and the companion with the padding in it.
  /// - Throws: `JSONError` or ``TokenizationError`` for a class of tokenizers that isn't known, or an end that no piece is.
  func settings(companion: JSONNode?) throws -> (document: JSON.Object, companion: JSON) {
    let kind = try companion?.optionalString("tokenizer_class") ?? ""
    let isSigLIPs = kind.hasPrefix("Siglip")
    func id(_ key: String, _ standard: Int) throws -> Int? {
      let node = companion?[key]
      guard let text = try (try? node?.string()) ?? node?.optionalString("content") else {
        return pieces.indices.contains(standard) ? standard : nil
      }
      guard let id = pieces.firstIndex(where: { $0.text == text }) else {
        throw refusal("no piece \(TokenizationError.shortened(text))", expected: "one, as \(key) names it")
      }
      return id
    }
    guard let end = try id("eos_token", self.end) else {
      throw refusal("no token that ends a text", expected: "one; a text tower needs it")
    }
    let padding = try id("pad_token", self.padding) ?? end
    let hasStart = try companion?.optionalBool("add_bos_token") ?? false
    let start = hasStart ? try id("bos_token", self.start) : nil
    let stated = try companion?["added_tokens_decoder"]?.object() ?? JSON.Object()
    var added: [JSON] = []
    for (index, piece) in pieces.enumerated() where [.unknown, .control, .userDefined].contains(piece.kind) {
      let isUsers = piece.kind == .userDefined
      added.append([
        "id": JSON(index), "content": .string(piece.text), "special": .bool(!isUsers), "normalized": false,
        // SentencePiece itself finds no control symbols in a text, transformers' classes do.
        "matched": .bool(isUsers || stated["\(index)"] != nil),
      ])
    }
    var model = JSON.Object()
    model["type"] = hasMerges ? "BPE" : "Unigram"
    model["byte_fallback"] = .bool(fallsBackToBytes)
    if hasMerges {
      model["unk_token"] = .string(pieces[unknown].text)
      model["fuse_unk"] = true
    } else {
      model["unk_id"] = JSON(unknown)
      model["sentencepiece"] = true
      // The class has the ids of a text behind its <unk>, with SentencePiece's own prefix before that.
      if isSigLIPs { model["prefix"] = .string((addsPrefix ? "▁" : "") + pieces[unknown].text) }
      model["unreachable"] = .array(
        pieces.indices.filter { ![.normal, .userDefined].contains(pieces[$0].kind) }.map { JSON($0) })
    }
    var steps: [JSON] = []
    if isSigLIPs {
      steps.append(["type": "SigLIP", "lowercase": .bool(try companion?.optionalBool("do_lower_case") ?? true)])
    }
    steps.append([
      "type": "SentencePiece", "removes_spaces": .bool(removesSpaces),
      "precompiled_charsmap": characterMap.isEmpty ? .null : .string(Data(characterMap).base64EncodedString()),
    ])
    func token(_ id: Int) -> JSON { ["SpecialToken": ["id": .string(pieces[id].text), "type_id": 0]] }
    var specials = JSON.Object()
    for id in [start, end].compactMap({ $0 }) {
      specials[pieces[id].text] = [
        "id": .string(pieces[id].text), "ids": [JSON(id)], "tokens": [.string(pieces[id].text)],
      ]
    }
    var document = JSON.Object()
    document["version"] = "1.0"
    document["added_tokens"] = .array(added)
    document["normalizer"] = ["type": "Sequence", "normalizers": .array(steps)]
    if addsPrefix || isSigLIPs {
      document["pre_tokenizer"] = [
        "type": "Metaspace", "replacement": "▁", "prepend_scheme": isSigLIPs ? "first" : "always", "split": false,
      ]
    }
    let text: JSON = ["Sequence": ["id": "A", "type_id": 0]]
    let single = (start.map { [token($0)] } ?? []) + [text, token(end)]
    document["post_processor"] = [
      "type": "TemplateProcessing", "single": .array(single), "special_tokens": .object(specials),
    ]
    document["model"] = .object(model)
    var words = (try? companion?.object()) ?? JSON.Object()
    words["pad_token"] = .string(pieces[padding].text)
    return (document, .object(words))
  }

  /// The merges that make each piece of a vocabulary of merges, the pieces with the highest scores first.
  ///
  /// SentencePiece joins the neighbors whose union is the piece with the highest score, whatever it was learned from.
  var merges: [Vocabulary.Merge] {
    guard hasMerges else { return [] }
    var ids: [[UInt8]: Int32] = [:]
    for (id, piece) in pieces.enumerated() where piece.kind == .normal { ids[Array(piece.text.utf8)] = Int32(id) }
    let ordered = pieces.indices.filter { pieces[$0].kind == .normal }
      .sorted { (-pieces[$0].score, $0) < (-pieces[$1].score, $1) }
    return ordered.flatMap { id -> [Vocabulary.Merge] in
      let text = Array(pieces[id].text.utf8)
      return (1..<max(text.count, 1)).compactMap { split in
        guard text[split] & 0xC0 != 0x80, let left = ids[Array(text[..<split])], let right = ids[Array(text[split...])]
        else { return nil }
        return Vocabulary.Merge(left: left, right: right, merged: Int32(id))
      }
    }
  }
}

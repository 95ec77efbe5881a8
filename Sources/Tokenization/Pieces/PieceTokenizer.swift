import PromptLensJSONDocuments

/// A tokenizer of SentencePiece-like pieces, as other text towers than CLIP's have it: Unigram, whose pieces have scores,
/// or byte-pair merges that fall back to bytes.
///
/// Added tokens are found first; the text between them is normalized, split, and divided into pieces. `▁` stands for a
/// space, so that it begins the first piece of a word.
package struct PieceTokenizer: Tokenizer {
  private let table: PieceTable
  private let settings: PieceSettings
  private let division: PieceDivision
  private let specials: [Int: AddedTokens.Token]
  /// The number of ids.
  package let count: Int
  /// The cleaning of texts that the model was trained with.
  package let cleaning: Cleaning
  /// The id with which the writing software fills texts up; nil where its files don't say.
  package let padding: Int32?

  /// Creates the tokenizer of a vocabulary.
  ///
  /// - Throws: `JSONError` when the settings in its header are damaged.
  init(_ table: PieceTable) throws {
    self.table = table
    let header = table.header
    let document = try header.node("tokenizer", expected: "the tokenizer's settings")
    settings = try PieceSettings(document, count: table.count)
    let name = try header.string("cleaning")
    guard let cleaning = Cleaning(rawValue: name) else {
      throw try header.node("cleaning").unexpected(
        expected: Cleaning.allCases.map(\.rawValue).joined(separator: ", "), found: TokenizationError.shortened(name))
    }
    self.cleaning = cleaning
    specials = Dictionary(settings.added.tokens.map { (Int($0.id), $0) }) { _, last in last }
    count = max(table.count, (specials.keys.max() ?? 0) + 1)
    let model = try document.node("model")
    let named = try settings.hasScores ? nil : model.optionalString("unk_token")
    division = PieceDivision(
      table, settings, unknown: settings.unknown ?? named.flatMap { table.id(of: Array($0.utf8)) }.map { Int32($0) })
    padding = Self.padding(header["tokenizer_config"], table)
  }

  private static func padding(_ node: JSONNode?, _ table: PieceTable) -> Int32? {
    let token = node?["pad_token"]
    let text = (try? token?.string()) ?? (try? token?.optionalString("content"))
    return text.flatMap { table.id(of: Array($0.utf8)) }.map { Int32($0) }
  }

  /// The id that begins a prompt, if one does.
  package var start: Int32? { settings.start }
  /// The id that ends a prompt.
  package var end: Int32 { settings.end }
  /// The mark of pieces that begin a word.
  package var wordMark: WordMark { settings.marksContinuations ? .continuation : .beginning }

  /// Returns an id's piece, such as `▁photo`.
  package func piece(_ id: Int) -> String {
    if 0..<table.count ~= id { return table.piece(id) }
    return specials[id].map { String(decoding: $0.text, as: UTF8.self) } ?? "[\(id)]"
  }

  /// Returns whether an id is a special token: start, end, padding, unknown, mask.
  package func isSpecial(_ id: Int) -> Bool {
    specials[id]?.isSpecial ?? (Int32(clamping: id) == end || Int32(clamping: id) == start)
  }

  // MARK: - Text to ids

  /// Returns the ids of a text, without start and end.
  package func encode(_ text: String, cleaning: Cleaning) -> [Int32] {
    var ids: [Int32] = []
    forEachPart(of: text, cleaning) { part in
      switch part {
      case .text(let text): ids += division.tokens(of: text).map(\.id)
      case .token(let id, _): ids.append(id)
      }
    }
    return ids
  }

  /// Returns the tokens of a text with their pieces and their ranges in the normalized text, in which `▁` marks words.
  package func encoding(of text: String, cleaning: Cleaning) -> TextEncoding {
    var written: [UInt8] = []
    var tokens: [TextEncoding.Token] = []
    func add(_ id: Int32, _ count: Int) {
      tokens.append(.init(id: id, piece: piece(Int(id)), range: written.count..<written.count + count))
    }
    forEachPart(of: text, cleaning) { part in
      switch part {
      case .text(let text):
        var position = written.count
        for token in division.tokens(of: text) {
          tokens.append(
            .init(id: token.id, piece: piece(Int(token.id)), range: position..<position + token.count))
          position += token.count
        }
        written += text
      case .token(let id, let text):
        add(id, text.count)
        written += text
      }
    }
    return TextEncoding(text: String(decoding: written, as: UTF8.self), tokens: tokens)
  }

  /// Returns the cleaned text.
  package func clean(_ text: String, cleaning: Cleaning) -> String {
    String(decoding: cleaning.apply(text).bytes, as: UTF8.self)
  }

  private enum Part {
    case text([UInt8])
    case token(Int32, [UInt8])
  }

  /// Calls `body` with each added token, and with each part between them after normalization and splitting.
  private func forEachPart(of text: String, _ cleaning: Cleaning, _ body: (Part) -> Void) {
    let raw = cleaning.apply(text).bytes
    for part in settings.added.parts(of: raw, isNormalized: false) {
      switch part {
      case .token(let id, let range): body(.token(id, Array(raw[range])))
      case .text(let range):
        let between = Array(raw[range])
        let normalized = settings.normalizer?.apply(between) ?? between
        for part in settings.added.parts(of: normalized, isNormalized: true) {
          switch part {
          case .token(let id, let range): body(.token(id, Array(normalized[range])))
          case .text(let inner):
            let whole = TextPart(
              bytes: Array(normalized[inner]), isFirst: range.lowerBound == 0 && inner.lowerBound == 0)
            for part in settings.preTokenizer?.apply([whole]) ?? [whole] where !part.bytes.isEmpty {
              body(.text(part.bytes))
            }
          }
        }
      }
    }
  }

  // MARK: - Ids to text

  /// Returns the text of ids, with spaces for `▁` and none at the beginning.
  package func decode(_ ids: some Sequence<Int32>) -> String {
    var bytes: [UInt8] = []
    for id in ids {
      if let text = text(Int(id)) { bytes += text } else { bytes += [0xEF, 0xBF, 0xBD] }
    }
    return String(decoding: bytes.first == 0x20 ? bytes.dropFirst() : bytes[...], as: UTF8.self)
  }

  /// Returns the bytes that an id stands for, without the mark of a word's beginning.
  package func bytes(of id: Int) -> [UInt8] {
    guard let text = text(id) else { return [] }
    return Array(text.first == 0x20 ? text.dropFirst() : text[...])
  }

  private func text(_ id: Int) -> [UInt8]? {
    if let byte = division.byte(id) { return [byte] }
    guard 0..<table.count ~= id else { return specials[id]?.text }
    let bytes = Array(table.bytes(id))
    let mark = Array(wordMark.text.utf8)
    guard !settings.marksContinuations else {
      return bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : [0x20] + bytes
    }
    return ReplacedPattern.text(mark).replaced(in: bytes, by: [0x20])
  }

  // MARK: - Files

  /// Returns the file of a model folder.
  package var contents: [UInt8] { table.contents }

  /// Returns `tokenizer.json` and `tokenizer_config.json`.
  package func huggingFaceFiles(contextLength: Int) -> [(name: String, text: String)] {
    guard let header = try? table.header.object(), case .object(var document)? = header["tokenizer"],
      case .object(var model)? = document["model"]
    else { return [] }
    if settings.hasScores {
      model["vocab"] = .array((0..<table.count).map { [.string(table.piece($0)), .number(table.score($0))] })
    } else {
      var ids = JSON.Object()
      ids.reserveCapacity(table.count)
      for id in 0..<table.count { ids[table.piece(id)] = JSON(id) }
      model["vocab"] = .object(ids)
      if !settings.marksContinuations {
        model["merges"] = .array(
          table.mergesByRank.map { [.string(table.piece($0.left)), .string(table.piece($0.right))] })
      }
    }
    model["sentencepiece"] = nil
    model["unreachable"] = nil
    model["prefix"] = nil
    document["model"] = .object(model)
    document = SentencePieceSettings.portable(document)
    var companion: JSON = header["tokenizer_config"] ?? .null
    if companion == .null {
      var written: JSON.Object = JSON.Object()
      written["tokenizer_class"] = "PreTrainedTokenizerFast"
      written["eos_token"] = .string(piece(Int(end)))
      if let start { written["bos_token"] = .string(piece(Int(start))) }
      if let unknown = division.unknown { written["unk_token"] = .string(piece(Int(unknown))) }
      written["pad_token"] = .string(piece(Int(padding ?? end)))
      written["model_max_length"] = JSON(contextLength)
      companion = .object(written)
    }
    return [
      ("tokenizer.json", JSON.object(document).serialized() + "\n"),
      ("tokenizer_config.json", companion.serialized(pretty: true) + "\n"),
    ]
  }
}

import PromptLensJSONDocuments

/// The settings of a tokenizer of pieces, from its `tokenizer.json`.
struct PieceSettings: Sendable {
  /// How words are divided into pieces.
  enum Division: Sendable, Equatable {
    /// The pieces with the highest sum of scores.
    case scores
    /// The same in the arithmetic of SentencePiece itself, f32; special pieces are never part of a text. Sums begin behind a
    /// prefix, whose score rounds them: transformers' SigLIP puts `<unk>` before every text.
    case sentencePieceScores(unreachable: Set<Int>, prefix: String)
    /// Merges of neighboring pieces in the order in which they were learned; `takesWholeWords` before any merge.
    case merges(takesWholeWords: Bool)
    /// The longest piece from the left, `##` before all but a word's first; longer words are unknown as a whole.
    case wordPieces(longestWord: Int)
  }

  let division: Division
  /// Whether pieces have scores.
  var hasScores: Bool {
    switch division {
    case .scores, .sentencePieceScores: true
    case .merges, .wordPieces: false
    }
  }
  /// Whether pieces inside a word are marked instead of its first.
  var marksContinuations: Bool { if case .wordPieces = division { true } else { false } }
  /// The id of the unknown token.
  let unknown: Int32?
  /// Whether neighboring unknown parts become one.
  let joinsUnknown: Bool
  /// Whether unknown characters are encoded as pieces of bytes, `<0x0A>`.
  let fallsBackToBytes: Bool
  let normalizer: TextNormalizer?
  let preTokenizer: PreTokenizer?
  let added: AddedTokens
  /// The ids before and after a text.
  let start: Int32?, end: Int32

  /// How many times as long a normalizer may make a text: many more than any published one does, and few enough for memory.
  private static let largestGrowth = 4096.0

  /// The mark of pieces inside a word.
  static let continuation = "##"

  /// Reads the settings of a vocabulary of `count` pieces.
  ///
  /// - Throws: `JSONError` for a setting that isn't known, by name.
  init(_ root: JSONNode, count: Int) throws {
    let model = try root.node("model", expected: "a model of pieces")
    let type = try model.optionalString("type") ?? "Unigram"
    normalizer = try TextNormalizer(root["normalizer"])
    if let growth = normalizer?.growth, growth > Self.largestGrowth {
      throw try root.node("normalizer").unexpected(
        expected: "one that makes texts at most \(Self.largestGrowth) times as long", found: "one of \(growth)")
    }
    preTokenizer = try PreTokenizer(root["pre_tokenizer"])
    added = try AddedTokens(root["added_tokens"]?.array() ?? [], normalizer: normalizer)
    fallsBackToBytes = try model.optionalBool("byte_fallback") ?? false
    let known = max(count, (added.tokens.map { Int($0.id) + 1 }.max() ?? 0))
    func checked(_ id: Int, _ node: JSONNode) throws -> Int32 {
      guard 0..<known ~= id else { throw node.unexpected(expected: "an id below \(known)", found: "\(id)") }
      return Int32(id)
    }
    switch type {
    case "Unigram":
      division =
        try model.optionalBool("sentencepiece") == true
        ? .sentencePieceScores(
          unreachable: Set(try model.array("unreachable").map { try $0.integer() }),
          prefix: try model.optionalString("prefix") ?? "") : .scores
      unknown = try model["unk_id"].map { try checked($0.integer(), $0) }
      // Without either, a character that no piece has would be passed over, or be an error in the writing software.
      guard unknown != nil || fallsBackToBytes else {
        throw model.unexpected(expected: "unk_id or byte_fallback, for characters that no piece has", found: "neither")
      }
      joinsUnknown = true
    case "BPE":
      if let dropout = model["dropout"], try dropout.number() != 0 {
        throw dropout.unexpected(expected: "no dropout, since the same text has the same ids", found: "one")
      }
      for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
        if let mark = try model.optionalString(key), !mark.isEmpty {
          throw try model.node(key).unexpected(expected: "no mark", found: "\"\(TokenizationError.shortened(mark))\"")
        }
      }
      division = .merges(takesWholeWords: try model.optionalBool("ignore_merges") ?? false)
      let name = try model.optionalString("unk_token")
      // The id is looked up in the pieces, which this document does not hold; an added token states it.
      unknown = added.tokens.first { name.map { Array($0.utf8) } == $0.text }?.id
      joinsUnknown = try model.optionalBool("fuse_unk") ?? false
    case "WordPiece":
      if let mark = model["continuing_subword_prefix"], try mark.string() != Self.continuation {
        throw mark.unexpected(expected: Self.continuation, found: TokenizationError.shortened(try mark.string()))
      }
      division = .wordPieces(longestWord: try model.optionalInteger("max_input_chars_per_word") ?? 100)
      let name = try model.string("unk_token")
      unknown = added.tokens.first { Array(name.utf8) == $0.text }?.id
      guard unknown != nil else {
        throw try model.node("unk_token").unexpected(
          expected: "one of the added tokens", found: "\"\(TokenizationError.shortened(name))\"")
      }
      joinsUnknown = false
    default:
      throw try model.node("type").unexpected(
        expected: "Unigram, BPE or WordPiece", found: "\"\(TokenizationError.shortened(type))\"")
    }
    let frame = try Self.frame(root)
    guard frame.before.count <= 1, frame.after.count == 1 else {
      throw try root.node("post_processor").unexpected(
        expected: "at most one token before a text and one after it",
        found: "\(frame.before.count) before and \(frame.after.count) after it")
    }
    let node = try root.node("post_processor")
    start = try frame.before.first.map { try checked($0, node) }
    // CLIPA's texts end in the padding, 0, in the place of [SEP]; no other text tower that is read has such pieces.
    end = type == "WordPiece" ? 0 : try checked(frame.after[0], node)
  }

  /// Returns the ids that the post-processor puts around a text.
  private static func frame(_ root: JSONNode) throws -> (before: [Int], after: [Int]) {
    let node = try root.node("post_processor", expected: "the tokens around a text")
    let type = try node.string("type")
    switch type {
    case "RobertaProcessing", "BertProcessing":
      func id(_ key: String) throws -> Int {
        let pair = try node.array(key)
        guard pair.count == 2 else { throw try node.node(key).unexpected(expected: "a token and its id") }
        return try pair[1].integer()
      }
      return ([try id("cls")], [try id("sep")])
    case "TemplateProcessing":
      var (before, after): ([Int], [Int]) = ([], [])
      var isAfter = false
      for part in try node.array("single") {
        if part["Sequence"] != nil {
          guard !isAfter else { throw part.unexpected(expected: "the text once", found: "twice") }
          isAfter = true
          continue
        }
        let name = try part.node("SpecialToken", expected: "a special token or the text").string("id")
        let ids = try node.node("special_tokens", expected: "the ids of special tokens")
          .node(name, expected: "the ids of a special token").array("ids").map { try $0.integer() }
        if isAfter { after += ids } else { before += ids }
      }
      guard isAfter else {
        throw try node.node("single").unexpected(expected: "the text in the template", found: "none")
      }
      return (before, after)
    default:
      throw try node.node("type").unexpected(
        expected: "TemplateProcessing, RobertaProcessing or BertProcessing", found: TokenizationError.shortened(type))
    }
  }
}

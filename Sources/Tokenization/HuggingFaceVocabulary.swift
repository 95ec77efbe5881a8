import PromptLensFiles
import PromptLensJSONDocuments

// Hugging Face's `tokenizer.json`, which is also the native form: every other reader of CLIP models knows it.

extension Vocabulary {
  /// Reads a `tokenizer.json` that Hugging Face's tokenizers or ``tokenizerJSON()`` wrote.
  ///
  /// Merges may be strings or pairs. A file that says anything else than CLIP's byte-pair encoding, such as another
  /// normalizer, is refused by the name of the difference, because its ids would differ.
  ///
  /// - Throws: ``TokenizationError``, `JSONError`, or `FileError` when the file is missing or too large.
  package init(tokenizerFile path: String) throws {
    try self.init(document: JSONNode(contentsOf: path, limit: Self.largestFile))
  }

  /// Reads the document of a `tokenizer.json`.
  ///
  /// - Throws: ``TokenizationError`` or `JSONError`.
  init(document root: JSONNode) throws {
    let path = root.source
    let model = try root.node("model", expected: "a byte-pair model")
    try Self.require(model, "type", "BPE")
    try Self.require(model, "end_of_word_suffix", ByteAlphabet.endOfWord)
    if let prefix = try model.optionalString("continuing_subword_prefix"), !prefix.isEmpty {
      throw try model.node("continuing_subword_prefix").unexpected(expected: "no prefix", found: "\"\(prefix)\"")
    }
    try Self.checkNormalizer(root)
    try Self.checkSplitting(root)
    let pieces = try Self.pieces(in: model.node("vocab", expected: "a vocabulary"))
    try self.init(pieces: pieces, merges: Self.merges(in: model), file: path)
    let added = try root["added_tokens"]?.array() ?? []
    specialTokens = try SpecialTokenFlags(added: added)
    for token in added {
      let text = try token.string("content")
      let number = try token.integer("id")
      guard id(of: text).map(Int.init) == number else {
        throw token.unexpected(
          expected: "a piece of the vocabulary with its id",
          found: "\(TokenizationError.shortened(text)) with the id \(number)")
      }
    }
  }

  private static func require(_ node: JSONNode, _ key: String, _ expected: String) throws {
    let found = try node.string(key)
    guard found == expected else {
      throw try node.node(key).unexpected(
        expected: "\"\(expected)\"", found: "\"\(TokenizationError.shortened(found))\"")
    }
  }

  static func merges(in model: JSONNode) throws -> [(left: Substring, right: Substring)] {
    let node = try model.node("merges", expected: "a list of merges")
    guard case .array(let merges) = node.value else { throw node.unexpected(expected: "an array") }
    return try merges.enumerated().map { index, merge in
      switch merge {
      case .array(let pair):
        if case .string(let left)? = pair.first, case .string(let right)? = pair.last, pair.count == 2 {
          return (Substring(left), Substring(right))
        }
      case .string(let text):
        let parts = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        if parts.count == 2 { return (Substring(parts[0]), Substring(parts[1])) }
      default: break
      }
      throw JSONNode(source: node.source, path: "\(node.path)[\(index)]", value: merge)
        .unexpected(expected: "two pieces", found: TokenizationError.shortened(merge.serialized()))
    }
  }

  // MARK: Checks against CLIP's settings

  private static let normalizer: JSON = [
    "type": "Sequence",
    "normalizers": [
      ["type": "NFC"], ["type": "Replace", "pattern": ["Regex": "\\s+"], "content": " "], ["type": "Lowercase"],
    ],
  ]

  /// The pattern of words; older files leave out start and end, which their tokenizer takes out before.
  private static let words = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"
  private static let specialsAndWords = "<\\|startoftext\\|>|<\\|endoftext\\|>|" + words

  private static func checkNormalizer(_ root: JSONNode) throws {
    let node = try root.node("normalizer", expected: "CLIP's normalizer")
    guard node.value != normalizer else { return }
    let steps = try node["normalizers"]?.array() ?? [node]
    let names = try steps.map { try TokenizationError.shortened($0.string("type")) }.joined(separator: ", ")
    throw node.unexpected(expected: "NFC, \\s+ replaced by a space, Lowercase", found: names)
  }

  private static func checkSplitting(_ root: JSONNode) throws {
    let node = try root.node("pre_tokenizer", expected: "CLIP's way to split words")
    let steps = try node["pretokenizers"]?.array() ?? [node]
    let names = try steps.map { try $0.string("type") }
    guard names == ["Split", "ByteLevel"] else {
      throw node.unexpected(
        expected: "Split, ByteLevel", found: TokenizationError.shortened(names.joined(separator: ", ")))
    }
    let pattern = try steps[0].node("pattern")
    let expression = try pattern.string("Regex")
    guard expression == words || expression == specialsAndWords else {
      throw pattern.unexpected(expected: "CLIP's", found: "\"\(TokenizationError.shortened(expression))\"")
    }
  }
}

// MARK: - Writing

extension Vocabulary {
  /// Returns the vocabulary as a `tokenizer.json`, with the settings that transformers writes for CLIP.
  ///
  /// - Returns: JSON text that ends in a newline. The same vocabulary always gives the same bytes.
  package func tokenizerJSON() -> String {
    var vocabulary = JSON.Object()
    vocabulary.reserveCapacity(count)
    for (id, piece) in pieces.enumerated() { vocabulary[piece] = JSON(id) }
    // Strings rather than pairs, which tokenizers before 0.20 cannot read.
    let merges = merges.map { JSON.string("\(pieces[Int($0.left)]) \(pieces[Int($0.right)])") }
    func added(_ text: String, _ id: Int32, _ isNormalized: Bool) -> JSON {
      [
        "id": JSON(Int(id)), "content": .string(text), "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": .bool(isNormalized), "special": true,
      ]
    }
    let document: JSON = [
      "version": "1.0", "truncation": nil, "padding": nil,
      "added_tokens": [
        added(Self.startText, start, specialTokens.startIsNormalized),
        added(Self.endText, end, specialTokens.endIsNormalized),
      ],
      "normalizer": Self.normalizer,
      "pre_tokenizer": [
        "type": "Sequence",
        "pretokenizers": [
          [
            "type": "Split", "pattern": ["Regex": .string(Self.specialsAndWords)], "behavior": "Removed",
            "invert": true,
          ],
          ["type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true],
        ],
      ],
      "post_processor": [
        "type": "RobertaProcessing", "sep": [.string(Self.endText), JSON(Int(end))],
        "cls": [.string(Self.startText), JSON(Int(start))], "trim_offsets": false, "add_prefix_space": false,
      ],
      "decoder": ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true],
      "model": [
        "type": "BPE", "dropout": nil, "unk_token": .string(Self.endText), "continuing_subword_prefix": "",
        "end_of_word_suffix": .string(ByteAlphabet.endOfWord), "fuse_unk": false, "byte_fallback": false,
        "ignore_merges": false, "vocab": .object(vocabulary), "merges": .array(merges),
      ],
    ]
    return document.serialized() + "\n"
  }
}

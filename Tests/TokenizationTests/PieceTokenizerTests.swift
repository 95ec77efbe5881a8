import Foundation
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensTokenization
import TestSupport
import Testing

/// A tiny `tokenizer.json`; members of the document and of its model can be replaced.
enum TinyPieces {
  /// Scored pieces with `<s>`, `</s>` around a text.
  static func unigram(
    _ changes: [String: JSON] = [:], model: [String: JSON] = [:],
    pieces: [(String, Double)] = [
      ("<s>", 0), ("</s>", 0), ("<unk>", 0), ("▁", -2), ("▁a", -3), ("a", -4), ("b", -4), ("ab", -5), ("▁ab", -9),
      ("c", -6), ("▁dog", -6), ("s", -5), ("do", -7), ("1", -7), ("/", -7), ("2", -7),
    ]
  ) -> JSON {
    var settings: JSON.Object = JSON.Object()
    settings["type"] = "Unigram"
    settings["unk_id"] = 2
    settings["vocab"] = .array(pieces.map { [.string($0.0), .number($0.1)] })
    settings["byte_fallback"] = false
    for (key, value) in model { settings[key] = value }
    return document(settings, changes)
  }

  /// Merges that fall back to bytes.
  static func merges(
    _ changes: [String: JSON] = [:], model: [String: JSON] = [:],
    pieces: [String] = ["<s>", "</s>", "<unk>", "a", "b", "c", "▁", "ab", "bc", "abc", "▁a"],
    merges: [[String]] = [["b", "c"], ["a", "b"], ["a", "bc"], ["▁", "a"]]
  ) -> JSON {
    var settings: JSON.Object = JSON.Object()
    settings["type"] = "BPE"
    settings["unk_token"] = "<unk>"
    settings["fuse_unk"] = true
    settings["byte_fallback"] = true
    var ids = JSON.Object()
    let bytes = (0...255).map { "<0x" + (($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true)) + ">" }
    for (id, piece) in (pieces + bytes).enumerated() { ids[piece] = JSON(id) }
    settings["vocab"] = .object(ids)
    settings["merges"] = .array(merges.map { .array($0.map { .string($0) }) })
    for (key, value) in model { settings[key] = value }
    return document(
      settings,
      ["normalizer": ["type": "Replace", "pattern": ["String": " "], "content": "▁"], "pre_tokenizer": .null]
        .merging(changes) { $1 })
  }

  private static func document(_ model: JSON.Object, _ changes: [String: JSON]) -> JSON {
    func token(_ id: Int, _ text: String) -> JSON {
      [
        "id": JSON(id), "content": .string(text), "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": false, "special": true,
      ]
    }
    var root = JSON.Object()
    root["version"] = "1.0"
    root["added_tokens"] = [token(0, "<s>"), token(1, "</s>"), token(2, "<unk>")]
    root["normalizer"] = .null
    root["pre_tokenizer"] = [
      "type": "Sequence",
      "pretokenizers": [
        ["type": "WhitespaceSplit"],
        ["type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true],
      ],
    ]
    root["post_processor"] = [
      "type": "TemplateProcessing",
      "single": [
        ["SpecialToken": ["id": "<s>", "type_id": 0]], ["Sequence": ["id": "A", "type_id": 0]],
        ["SpecialToken": ["id": "</s>", "type_id": 0]],
      ],
      "special_tokens": [
        "<s>": ["id": "<s>", "ids": [0], "tokens": ["<s>"]], "</s>": ["id": "</s>", "ids": [1], "tokens": ["</s>"]],
      ],
    ]
    root["model"] = .object(model)
    for (key, value) in changes { root[key] = value }
    return .object(root)
  }

  /// Reads a document as a file.
  static func read(_ document: JSON, cleaning: Cleaning? = nil) throws -> any Tokenizer {
    try withTemporaryFolder { folder in
      try Data(document.serialized().utf8).write(to: URL(fileURLWithPath: "\(folder)/tokenizer.json"))
      return try TokenizerFile.read("\(folder)/tokenizer.json", cleaning: cleaning)
    }
  }

  /// A `precompiled_charsmap` of one key, ½, whose replacement is "1/2": a double array with a node for each byte.
  static var halfMap: String {
    var units = [UInt32](repeating: 0, count: 0x300)
    func node(_ label: UInt8, to offset: Int, isLeaf: Bool = false) -> UInt32 {
      UInt32(offset) << 10 | UInt32(label) | (isLeaf ? 1 << 8 : 0)
    }
    let first = 0x100 ^ 0xC2
    let second = 0x200 ^ 0xBD
    units[0] = 0x100 << 10
    units[first] = node(0xC2, to: first ^ 0x200)
    units[second] = node(0xBD, to: second ^ 3, isLeaf: true)
    units[3] = 1 << 31
    var bytes = withUnsafeBytes(of: UInt32(units.count * 4).littleEndian) { Array($0) }
    for unit in units { bytes += withUnsafeBytes(of: unit.littleEndian) { Array($0) } }
    return Data(bytes + Array("1/2\0".utf8)).base64EncodedString()
  }
}

@Suite("Vocabularies of pieces")
struct PieceTokenizerTests {
  @Test("a text becomes the pieces with the highest sum of scores, and unknown neighbors become one")
  func scores() throws {
    let tokenizer = try TinyPieces.read(TinyPieces.unigram())
    #expect(tokenizer.start == 0 && tokenizer.end == 1 && tokenizer.count == 16)
    // ▁ ab and ▁a b (-7) are better than ▁ab (-9); of equal ones the first that is found stays.
    #expect(tokenizer.encode("ab") == [3, 7])
    #expect(tokenizer.encode("  dogs \n dog") == [10, 11, 10])
    // ▁ and one unknown for all three characters.
    #expect(tokenizer.encode("日本語") == [3, 2])
    #expect(tokenizer.encode("") == [])
    #expect(try tokenizer.tokenize("dog") == [0, 10, 1])
    #expect(try tokenizer.tokenize("a b a b", contextLength: 4, truncate: true) == [0, 4, 3, 1])
    #expect(throws: TokenizationError.self) { try tokenizer.tokenize("a b a b", contextLength: 4) }
  }

  @Test("special tokens in a text are found before it is split")
  func specials() throws {
    let tokenizer = try TinyPieces.read(TinyPieces.unigram())
    #expect(tokenizer.encode("a</s>a") == [4, 1, 4])
    #expect(tokenizer.isSpecial(2) && !tokenizer.isSpecial(4))
    let encoding = tokenizer.encoding(of: "dogs</s>")
    #expect(encoding.text == "▁dogs</s>")
    #expect(encoding.tokens.map(\.piece) == ["▁dog", "s", "</s>"])
    #expect(encoding.tokens.map(\.range) == [0..<6, 6..<7, 7..<11])
  }

  @Test("words are recognized by the mark of a space, and ids give text back")
  func words() throws {
    let tokenizer = try TinyPieces.read(TinyPieces.unigram())
    #expect(tokenizer.piece(10) == "▁dog" && tokenizer.word(10) == "dog" && tokenizer.isWholeWord(10))
    #expect(!tokenizer.isWholeWord(3) && !tokenizer.isWholeWord(6) && !tokenizer.isWholeWord(0))
    #expect(tokenizer.decode([10, 11, 4]) == "dogs a")
    #expect(tokenizer.decode([10, 99]) == "dog\u{FFFD}")
    #expect(String(decoding: tokenizer.bytes(of: 10), as: UTF8.self) == "dog" && tokenizer.bytes(of: 99).isEmpty)
  }

  @Test("the mark of a space is put before every word, the first, or none", arguments: ["always", "first", "never"])
  func metaspace(scheme: String) throws {
    let tokenizer = try TinyPieces.read(
      TinyPieces.unigram([
        "pre_tokenizer": ["type": "Metaspace", "replacement": "▁", "prepend_scheme": .string(scheme), "split": true]
      ]))
    let ids = ["always": [4, 1, 4, 4], "first": [4, 1, 5, 4], "never": [5, 1, 5, 4]]
    #expect(tokenizer.encode("a</s>a a").map { Int($0) } == ids[scheme])
  }

  @Test("normalizers change the text before it is split")
  func normalizers() throws {
    func ids(_ normalizer: JSON, _ text: String) throws -> [Int32] {
      try TinyPieces.read(TinyPieces.unigram(["normalizer": normalizer])).encode(text)
    }
    #expect(try ids(["type": "Lowercase"], "DOG") == [10])
    #expect(try ids(["type": "NFKC"], "ｄｏｇ") == [10])
    #expect(try ids(["type": "Strip", "strip_left": true, "strip_right": true], " dog ") == [10])
    #expect(try ids(["type": "Replace", "pattern": ["String": "x"], "content": "do"], "xg") == [10])
    #expect(
      try ids(["type": "Replace", "pattern": ["Regex": " {2,}"], "content": "a"], "b  b b") == [3, 6, 7, 3, 6])
    let steps: JSON = ["type": "Sequence", "normalizers": [["type": "NFKC"], ["type": "Lowercase"]]]
    #expect(try ids(steps, "ＤＯＧ") == [10])
    // A character of fewer than six bytes is replaced by what its beginning is, with the mark above it.
    let map: JSON = ["type": "Precompiled", "precompiled_charsmap": .string(TinyPieces.halfMap)]
    #expect(try ids(map, "½") == [3, 13, 14, 15])
    #expect(try ids(map, "½\u{301}") == [3, 13, 14, 15])
  }

  @Test("merges apply in the order in which they were learned, and what is no piece falls back to bytes")
  func merges() throws {
    let tokenizer = try TinyPieces.read(TinyPieces.merges())
    #expect(tokenizer.encode("abc") == [9])
    // b c is learned before a b, and ▁ a last.
    #expect(tokenizer.encode("ab abcab") == [7, 6, 9, 7])
    #expect(tokenizer.encode(" a") == [10])
    let bytes = Array("é".utf8).map { Int32($0) + 11 }
    #expect(tokenizer.encode("aé") == [3] + bytes)
    #expect(tokenizer.decode([3] + bytes) == "aé")
    #expect(tokenizer.decode([bytes[0]]) == "\u{FFFD}")
  }

  @Test("without pieces of bytes unknown characters are one unknown piece, or one each")
  func unknown() throws {
    let none: [String: JSON] = ["byte_fallback": false]
    #expect(try TinyPieces.read(TinyPieces.merges(model: none)).encode("a日本b") == [3, 2, 4])
    #expect(
      try TinyPieces.read(TinyPieces.merges(model: none.merging(["fuse_unk": false]) { $1 })).encode("a日本b")
        == [3, 2, 2, 4])
  }

  @Test("a pair that arises goes before equal pairs that were there")
  func order() throws {
    let pieces = ["<s>", "</s>", "<unk>", "a", "b", "ab", "aba"]
    let tokenizer = try TinyPieces.read(
      TinyPieces.merges(pieces: pieces, merges: [["ab", "a"], ["a", "b"]]))
    #expect(tokenizer.encode("abab") == [6, 4])
  }

  @Test("the form of a model folder gives the same tokenizer, and damage to it is found", arguments: [true, false])
  func packed(isUnigram: Bool) throws {
    let document = isUnigram ? TinyPieces.unigram() : TinyPieces.merges()
    let tokenizer = try TinyPieces.read(document, cleaning: .canonical)
    try withTemporaryFolder { folder in
      let path = "\(folder)/\(TokenizerFile.name(ofContents: tokenizer.contents))"
      #expect(path.hasSuffix(TokenizerFile.piecesName))
      try Data(tokenizer.contents).write(to: URL(fileURLWithPath: path))
      #expect(TokenizerFile.path(inModel: folder) == path)
      let again = try TokenizerFile.read(path)
      #expect(again.cleaning == .canonical && again.count == tokenizer.count)
      for text in ["dogs_and, ab!", "abcab ½", "日本語"] { #expect(again.encode(text) == tokenizer.encode(text)) }
      let written = try #require(again.huggingFaceFiles(contextLength: 77).first { $0.name == "tokenizer.json" })
      let parsed = try JSON(parsing: Array(written.text.utf8), source: "test")
      guard case .object(let members) = parsed, case .object(let original) = document else { return }
      for key in ["normalizer", "pre_tokenizer", "post_processor", "added_tokens"] {
        #expect(members[key] == original[key])
      }
      var damaged = tokenizer.contents
      damaged[damaged.count - 9] ^= 1
      try Data(damaged).write(to: URL(fileURLWithPath: path))
      #expect(throws: TokenizationError.self) { try TokenizerFile.read(path) }
      try Data(tokenizer.contents.dropLast(8)).write(to: URL(fileURLWithPath: path))
      #expect(throws: TokenizationError.self) { try TokenizerFile.read(path) }
    }
  }

  @Test("what isn't known is refused by name")
  func refusals() throws {
    func refusal(_ document: JSON) -> String {
      do {
        _ = try TinyPieces.read(document)
        return "read"
      } catch { return "\(error)" }
    }
    let merges: JSON = [["a", "zz"]]
    for (document, words) in [
      (TinyPieces.unigram(["normalizer": ["type": "StripAccents"]]), "StripAccents"),
      (TinyPieces.unigram(["pre_tokenizer": ["type": "Digits"]]), "Digits"),
      (
        TinyPieces.unigram(["normalizer": ["type": "Replace", "pattern": ["Regex": "(a+)+$"], "content": ""]]), "(a+)+$"
      ),
      (TinyPieces.unigram(["normalizer": ["type": "Precompiled", "precompiled_charsmap": "////"]]), "charsmap"),
      (TinyPieces.unigram(["post_processor": .null]), "post_processor"),
      (TinyPieces.unigram(["post_processor": ["type": "ByteLevel"]]), "ByteLevel"),
      (TinyPieces.unigram(model: ["vocab": [["a", "b"]]]), "model.vocab[0]"),
      (TinyPieces.unigram(model: ["vocab": []]), "at least one piece"),
      (TinyPieces.unigram(model: ["unk_id": 99]), "unk_id"),
      (TinyPieces.unigram(model: ["unk_id": .null]), "unk_id or byte_fallback"),
      (
        // Each step doubles a text, and the added tokens are normalized when the file is read.
        TinyPieces.unigram([
          "normalizer": [
            "type": "Sequence",
            "normalizers": .array(
              [JSON](repeating: ["type": "Replace", "pattern": ["String": "a"], "content": "aa"], count: 40)),
          ]
        ]), "4096.0 times as long"
      ),
      (TinyPieces.merges(model: ["dropout": 0.1]), "dropout"),
      (TinyPieces.merges(model: ["merges": merges]), "the merge a zz"),
      (TinyPieces.merges(model: ["continuing_subword_prefix": "##"]), "##"),
    ] {
      let found = refusal(document)
      #expect(found.contains(words) && found.utf8.count < 400 && !found.contains("\n"), "\(words): \(found)")
    }
  }

  @Test("BERT's steps know the characters of the tokenizers library, whose tables are Unicode 8's")
  func categories() throws {
    let pieces = [
      ("<s>", 0.0), ("</s>", 0), ("<unk>", 0), ("a\u{2E43}b", -1), ("a\u{166D}b", -1), ("a", -2), ("b", -2),
    ]
    let tokenizer = try TinyPieces.read(
      TinyPieces.unigram(
        ["normalizer": ["type": "BertNormalizer"], "pre_tokenizer": ["type": "BertPreTokenizer"]], pieces: pieces))
    // By tokenizers 0.23.3: a mark and a format character of Unicode 8 or before, and later ones, which stay.
    for (character, expected) in [
      ("\u{E0065}", "ab"), ("\u{8E2}", "a\u{8E2}b"), ("\u{301}", "ab"), ("\u{1734}", "ab"),
      ("\u{1CF20}", "a\u{1CF20}b"), ("\u{1885}", "a\u{1885}b"), ("\u{2B820}", "a\u{2B820}b"),
    ] {
      #expect(tokenizer.encoding(of: "a\(character)b", cleaning: .none).text == expected)
    }
    // An ideograph is a word, which the pieces lack; U+2E43 came later than the tables, so it is no punctuation.
    #expect(tokenizer.encode("a\u{2B740}b", cleaning: .none) == [5, 2, 6])
    #expect(tokenizer.encode("a\u{2E43}b", cleaning: .none) == [3])
    #expect(tokenizer.encode("a\u{166D}b", cleaning: .none) == [5, 2, 6])
  }

  @Test("texts are cleaned as open_clip cleans them for other vocabularies")
  func cleaning() throws {
    let tokenizer = try TinyPieces.read(TinyPieces.unigram())
    let text = "  The_cat’s &amp;lt;b&amp;gt;\t ΟΔΟΣ!\u{A0}x "
    #expect(tokenizer.clean(text, cleaning: .whitespace) == "The_cat's <b> ΟΔΟΣ! x")
    #expect(tokenizer.clean(text, cleaning: .canonical) == "the cats b οδος x")
    #expect(tokenizer.clean(text, cleaning: .none) == text)
  }
}

@Suite("Published kinds of vocabularies")
struct PublishedPieceTests {
  @Test(
    "the ids are those of the writing software", .enabled(if: Shared.available),
    arguments: [
      ("metaclip2/ViT-H-14-worldwide-quickgelu", Cleaning.whitespace), ("metaclip2/ViT-L-14-worldwide-mt5", .canonical),
      ("metaclip2/metaclip2-hf", .none), ("siglip/ViT-B-16-SigLIP", .canonical),
      ("siglip/ViT-B-16-SigLIP2", .canonical), ("siglip/ViT-SO400M-16-SigLIP-i18n-256", .canonical),
      ("siglip/siglip2-hf", .none), ("clipa/ViT-L-14-CLIPA", .whitespace),
      ("clipa/ViT-H-14-CLIPA-sincos-config", .whitespace),
    ])
  func ids(folder: String, cleaning: Cleaning) throws {
    let path = Shared.path("fixtures/families/\(folder)")
    let tokenizer = try TokenizerFile.read(folder: path, cleaning: cleaning)
    let root = try JSONNode(contentsOf: "\(path)/expected.json", limit: 64 << 20)
    let texts = try root.array("text_strings").map { try $0.string() }
    let rows = try root.array("token_ids").map { try $0.array().map { Int32(try $0.integer()) } }
    #expect(texts.count == rows.count && texts.count == 20)
    for (text, row) in zip(texts, rows) {
      let ids = try tokenizer.tokenize(text, contextLength: row.count, truncate: true)
      #expect(row.starts(with: ids) && Set(row.dropFirst(ids.count)).count <= 1, "\(text.debugDescription)")
    }
  }
}

import PromptLensJSONDocuments
import TestSupport
import Testing
import PromptLensTokenization

/// The small vocabulary that Tools/fixtures/make_tokenizer_fixture.py makes, and what other software does with it.
enum SmallVocabulary {
  static func path(_ name: String) -> String { Fixtures.path("tokenizer/\(name)") }

  static func load() throws -> Vocabulary { try Vocabulary(tokenizerFile: path("tokenizer.json")) }

  struct Line: Sendable {
    let text: String
    let clean: String
    let openAI: [Int32]
    let huggingFace: [Int32]
  }

  static func lines() throws -> [Line] {
    try JSONNode(contentsOf: path("expected.json")).array().map {
      Line(
        text: try $0.string("text"), clean: try $0.string("clean"), openAI: try $0.ids("openai"),
        huggingFace: try $0.ids("huggingFace"))
    }
  }
}

extension JSONNode {
  /// Returns the ids under a key.
  func ids(_ key: String) throws -> [Int32] { try array(key).map { Int32(try $0.integer()) } }

  /// Returns the ids under a key, or nil.
  func optionalIDs(_ key: String) throws -> [Int32]? { self[key] == nil ? nil : try ids(key) }
}

@Suite("The small vocabulary")
struct FixtureTests {
  @Test("all forms of the vocabulary are the same vocabulary")
  func forms() throws {
    let vocabulary = try SmallVocabulary.load()
    #expect(vocabulary.count == 600 && vocabulary.start == 598 && vocabulary.end == 599)
    #expect(
      try Vocabulary(pieces: SmallVocabulary.path("vocab.json"), merges: SmallVocabulary.path("merges.txt"))
        == vocabulary)
    #expect(try Vocabulary(openAIFile: SmallVocabulary.path("bpe.txt.gz")) == vocabulary)
    #expect(try Vocabulary(folder: SmallVocabulary.path("")) == vocabulary)
  }

  @Test("OpenAI's recipe gives the reference's cleaned texts and ids")
  func openAI() throws {
    let tokenizer = CLIPTokenizer(vocabulary: try SmallVocabulary.load())
    for line in try SmallVocabulary.lines() {
      let clean = tokenizer.clean(line.text)
      #expect(clean.utf8.elementsEqual(line.clean.utf8), "\(line.text.debugDescription): \(clean.debugDescription)")
      #expect(tokenizer.encode(line.text) == line.openAI, "\(line.text.debugDescription)")
      #expect(tokenizer.encode(line.clean, cleaning: .none) == line.openAI)
    }
  }

  @Test("Hugging Face's recipe gives tokenizers' ids")
  func huggingFace() throws {
    let tokenizer = CLIPTokenizer(vocabulary: try SmallVocabulary.load())
    for line in try SmallVocabulary.lines() {
      #expect(
        tokenizer.encode(line.text, cleaning: .huggingFace) == line.huggingFace, "\(line.text.debugDescription)")
    }
  }

  @Test("a written tokenizer.json reads back as the same vocabulary, and is written alike")
  func roundTrip() throws {
    let vocabulary = try SmallVocabulary.load()
    let text = vocabulary.tokenizerJSON()
    try withTemporaryFolder { folder in
      try text.write(toFile: "\(folder)/tokenizer.json", atomically: true, encoding: .utf8)
      let again = try Vocabulary(folder: folder)
      #expect(again == vocabulary)
      #expect(again.tokenizerJSON() == text)
    }
  }

  @Test("OpenAI's file can be cut to fewer ids, but not stretched")
  func size() throws {
    let path = SmallVocabulary.path("bpe.txt.gz")
    let cut = try Vocabulary(openAIFile: path, size: 520)
    #expect(cut.count == 520 && cut.merges.count == 6 && cut.end == 519)
    #expect(throws: TokenizationError.self) { try Vocabulary(openAIFile: path, size: 601) }
    #expect(throws: TokenizationError.self) { try Vocabulary(openAIFile: path, size: 10) }
  }
}

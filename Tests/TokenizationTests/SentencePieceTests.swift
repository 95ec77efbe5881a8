import Foundation
import PromptLensJSONDocuments
import PromptLensTokenization
import TestSupport
import Testing

/// SentencePiece's own files, read without their library.
@Suite("SentencePiece models")
struct SentencePieceTests {
  private static let folder = Fixtures.path("siglip")

  /// Returns ids of the fixture's texts by other software, with the texts.
  private func expected(_ key: String) throws -> [(text: String, ids: [Int32])] {
    let root = try JSONNode(contentsOf: "\(Self.folder)/tokens.json")
    let rows = try root.array(key).map { try $0.array().map { Int32(try $0.integer()) } }
    return zip(try root.array("texts").map { try $0.string() }, rows).map { ($0, $1) }
  }

  /// Reads a model alone, without the files beside it.
  private func alone(_ name: String) throws -> any Tokenizer {
    try withTemporaryFolder { temporary in
      let path = "\(temporary)/\(URL(fileURLWithPath: name).lastPathComponent)"
      try FileManager.default.copyItem(atPath: "\(Self.folder)/\(name)", toPath: path)
      return try TokenizerFile.read(path)
    }
  }

  @Test(
    "ids are those of the sentencepiece package",
    arguments: [("spiece.model", "unigram"), ("merges/tokenizer.model", "merges")])
  func ids(file: String, key: String) throws {
    let tokenizer = try alone(file)
    for (text, ids) in try expected(key) { #expect(tokenizer.encode(text) == ids, "\(text.debugDescription)") }
  }

  @Test("beside SigLIP's configuration texts are cleaned as transformers does, and end in </s>")
  func sigLIP() throws {
    let tokenizer = try TokenizerFile.read(folder: Self.folder)
    #expect(tokenizer.end == 1 && tokenizer.padding == 1 && tokenizer.start == nil)
    for (text, ids) in try expected("siglip") {
      #expect(tokenizer.framed(tokenizer.encode(text)) == ids, "\(text.debugDescription)")
    }
  }

  @Test(
    "the published form's ids are transformers'", .enabled(if: Shared.available),
    arguments: ["siglip/siglip-hf", "siglip/siglip2-hf"])
  func published(folder: String) throws {
    let path = Shared.path("fixtures/families/\(folder)")
    let tokenizer = try TokenizerFile.read(folder: path)
    let root = try JSONNode(contentsOf: "\(path)/expected.json", limit: 64 << 20)
    for (text, row) in zip(
      try root.array("text_strings").map({ try $0.string() }),
      try root.array("token_ids").map({ try $0.array().map { Int32(try $0.integer()) } }))
    {
      let ids = try tokenizer.tokenize(text, contextLength: row.count, truncate: true)
      let padding = try #require(tokenizer.padding)
      #expect(ids + [Int32](repeating: padding, count: row.count - ids.count) == row, "\(text.debugDescription)")
    }
  }

  @Test("of divisions whose sums are equal in f32, behind <unk>, the first is taken", .enabled(if: Shared.available))
  func tie() throws {
    let path = Shared.path("fixtures/families/siglip/siglip-hf")
    let ids: [Int32] = [330, 228, 391, 280, 362]
    #expect(try TokenizerFile.read(folder: path).encode("85&b444") == ids)
    // The sentencepiece package, which puts nothing before a text.
    try withTemporaryFolder { temporary in
      try FileManager.default.copyItem(atPath: "\(path)/spiece.model", toPath: "\(temporary)/spiece.model")
      #expect(try TokenizerFile.read("\(temporary)/spiece.model").encode("85b444") == [330, 228, 391, 362, 280])
    }
  }

  @Test("a vocabulary goes into a model folder and out again, with ▁ for a leading blank")
  func stored() throws {
    let tokenizer = try TokenizerFile.read(folder: Self.folder)
    try withTemporaryFolder { temporary in
      let path = "\(temporary)/\(TokenizerFile.piecesName)"
      try Data(tokenizer.contents).write(to: URL(fileURLWithPath: path))
      let again = try TokenizerFile.read(path)
      for (name, text) in again.huggingFaceFiles(contextLength: 24) {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(temporary)/\(name)"))
      }
      let portable = try TokenizerFile.read("\(temporary)/tokenizer.json")
      for text in ["a photo of a cat", "A Small, small DOG!", ""] {
        #expect(again.encode(text) == tokenizer.encode(text))
        #expect(portable.encode(text) == tokenizer.encode(text))
      }
      let id = try #require(tokenizer.encode("photo").first)
      #expect(again.piece(Int(id)).hasPrefix("▁") && again.decode(tokenizer.encode("a photo")) == "a photo")
    }
  }

  @Test("damaged models are refused in a sentence")
  func damaged() throws {
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/spiece.model")))
    func refusal(_ bytes: [UInt8]) throws -> String {
      try withTemporaryFolder { temporary in
        let path = "\(temporary)/spiece.model"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: (any Error).self) { try TokenizerFile.read(path) }
        return error.map { "\($0)" } ?? ""
      }
    }
    let unknownKind: [UInt8] = [0x0A, 0x05, 0x0A, 0x01, 0x61, 0x18, 0x09]
    let infinite: [UInt8] = [0x0A, 0x08, 0x0A, 0x01, 0x61, 0x15, 0, 0, 0x80, 0x7F]
    let noUTF8: [UInt8] = [0x0A, 0x04, 0x0A, 0x02, 0xC3, 0x28]
    let damages: [[UInt8]] = [
      Array(whole.prefix(1000)), Array(whole.dropLast(7)), [0x0A, 0xFF, 0xFF, 0xFF, 0x0F], unknownKind, infinite,
      noUTF8,
      [0x0A, 0x03, 0x0A, 0x01, 0x61], [0x0B, 0x00, 0x0A], Array("{\"a\": 1}".utf8),
      [0x08] + [UInt8](repeating: 0xFF, count: 12),
    ]
    for bytes in damages {
      let text = try refusal(bytes)
      #expect(text.contains("spiece.model") && !text.contains("\n") && text.utf8.count < 400, "\(text)")
    }
  }
}

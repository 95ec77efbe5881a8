import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing
import PromptLensTokenization

/// OpenAI's own tokenizer on the shared texts; see ../shared/fixtures/README.md.
@Suite("Agreement with OpenAI's tokenizer", .enabled(if: Shared.available))
struct GoldenTests {
  private static func tokens(_ name: String) -> String { Shared.path("fixtures/tokens/\(name)") }

  private static func vocabulary(_ size: Int) throws -> Vocabulary {
    let folder = tokens("hf-slow-tokenizer-4.28.1")
    return size == 49_408
      ? try Vocabulary(pieces: "\(folder)/vocab.json", merges: "\(folder)/merges.txt")
      : try Vocabulary(openAIFile: tokens("bpe_simple_vocab_\(size).txt.gz"))
  }

  @Test("3,000 lines have OpenAI's cleaned text and ids, open_clip's ids and Hugging Face's ids")
  func corpus() throws {
    let tokenizer = CLIPTokenizer(vocabulary: try Self.vocabulary(49_408))
    let lines = try withTemporaryFolder { folder in
      try Gunzip.file(Self.tokens("corpus.json.gz"), to: "\(folder)/corpus.json")
      return try JSONNode(contentsOf: "\(folder)/corpus.json").array("lines")
    }
    #expect(lines.count == 3000)
    for line in lines {
      let text = try line.string("t")
      let ids = try line.ids("ids")
      let clean = try line.optionalString("clean") ?? text
      #expect(tokenizer.clean(text).utf8.elementsEqual(clean.utf8), "\(text.debugDescription)")
      #expect(tokenizer.encode(text) == ids, "\(text.debugDescription)")
      #expect(tokenizer.encode(clean, cleaning: .none) == ids, "\(text.debugDescription)")
      #expect(try tokenizer.encode(text, cleaning: .openCLIP) == line.optionalIDs("open_clip") ?? ids)
      #expect(try tokenizer.encode(text, cleaning: .huggingFace) == line.optionalIDs("hf") ?? ids)
    }
  }

  /// The other tokenizers that the fixtures compare, and the cleaning that gives their ids.
  private static let implementations: [(Cleaning, String)] = [
    (.openCLIP, "open_clip"), (.huggingFace, "hf_v5"), (.huggingFace, "hf_449_fast"),
    (.huggingFace, "keras_hub_tokenizer"), (.huggingFace428, "hf_428_fast"), (.huggingFaceSlow, "hf_449_slow"),
    (.huggingFaceSlowFtfy, "hf_428_slow"),
  ]

  @Test(
    "awkward texts have every tokenizer's ids and 77 positions in every vocabulary", arguments: [49_408, 1024, 514])
  func texts(size: Int) throws {
    let tokenizer = CLIPTokenizer(vocabulary: try Self.vocabulary(size))
    let document = try JSONNode(contentsOf: Self.tokens("texts-\(size).json"))
    #expect(try Int(tokenizer.start ?? -1) == document.integer("sot"))
    #expect(try Int(tokenizer.end) == document.integer("eot"))
    for row in try document.array("rows") {
      let text = try row.string("text")
      let ids = try row.ids("openai_encode")
      // The file for 514 ids has OpenAI's alone.
      if let clean = try row.optionalString("clean") {
        #expect(tokenizer.clean(text).utf8.elementsEqual(clean.utf8))
        let differs = row["differs"]
        for (cleaning, implementation) in Self.implementations {
          #expect(
            try tokenizer.encode(text, cleaning: cleaning) == differs?.optionalIDs(implementation) ?? ids,
            "\(implementation): \(text.debugDescription)")
        }
      }
      #expect(tokenizer.encode(text) == ids)
      let prompt = try tokenizer.tokenize(text, truncate: true)
      #expect(try prompt + Array(repeating: 0, count: 77 - prompt.count) == row.ids("context77"))
      let isTooLong = (try? tokenizer.tokenize(text)) == nil
      #expect(try row.bool("too_long_without_truncate") == isTooLong)
    }
  }

  @Test(
    "each writer's folder holds the vocabulary of its size",
    arguments: [
      ("hf/vit-m-transformers4.28-bin", 1024), ("hf/vit-m-transformers4.49-safetensors-fp32", 1024),
      ("hf/vit-m-transformers5-sharded-fp16", 1024), ("hf/vit-s-transformers5-fp16", 49_408),
      ("keras-hub/vit-m-preset", 1024), ("keras-hub/vit-m-preset-keras3.6", 1024), ("bad/_valid/hf-vit-xs", 514),
    ])
  func folders(folder: String, size: Int) throws {
    #expect(try Vocabulary(folder: Shared.path("fixtures/\(folder)")) == Self.vocabulary(size))
  }
}

/// zlib by way of the tool that every machine has: the tests' own copy of a compressed fixture.
private enum Gunzip {
  static func file(_ source: String, to target: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "gzip -dc '\(source)' > '\(target)'"]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}

import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing
import PromptLensTokenization

@Suite("Damaged vocabularies")
struct DamagedFilesTests {
  @Test(
    "every damaged file of the fixtures is rejected in one sentence, every valid one read",
    .enabled(if: Shared.available))
  func conformance() throws {
    let folder = Shared.path("fixtures/bad/tokenizer")
    let files = try JSONNode(contentsOf: Shared.path("fixtures/bad/manifest.json")).node("files")
    var counts = ["refuse": 0, "accept": 0, "either": 0]
    for (key, entry) in try files.object() where key.hasPrefix("tokenizer/") {
      let name = String(key.dropFirst("tokenizer/".count))
      let path = "\(folder)/\(name)"
      let expect = try JSONNode(source: key, value: entry).string("expect")
      counts[expect, default: 0] += 1
      var refusal: String?
      do {
        if name.hasSuffix(".gz") {
          _ = try Vocabulary(openAIFile: path)
        } else if name.contains("merges") && name.hasSuffix(".txt") {
          _ = try Vocabulary(pieces: "\(folder)/ok-vocab.json", merges: path)
        } else if name.contains("tokenizer") {
          _ = try Vocabulary(tokenizerFile: path)
        } else {
          _ = try Vocabulary(pieces: path, merges: "\(folder)/ok-merges.txt")
        }
      } catch { refusal = "\(error)" }
      if expect == "refuse" { #expect(refusal != nil, "\(name) was read") }
      if expect == "accept" { #expect(refusal == nil, "\(name): \(refusal ?? "")") }
      if let refusal {
        #expect(refusal.hasPrefix(folder), "\(name): \(refusal)")
        #expect(refusal.utf8.count < 400 && !refusal.contains("\n"), "\(name): \(refusal)")
      }
    }
    #expect(counts["refuse", default: 0] >= 20 && counts["accept", default: 0] >= 7)
  }

  private func refusal(_ write: (String) throws -> Vocabulary) throws -> String {
    try withTemporaryFolder { folder in
      do {
        _ = try write(folder)
        return "none"
      } catch { return "\(error)".replacing(folder, with: "") }
    }
  }

  @Test("an error names the file, what was found and what was expected")
  func messages() throws {
    let merges = try refusal { folder in
      let path = "\(folder)/merges.txt"
      try "#version: 0.2\na b c\n".write(toFile: path, atomically: true, encoding: .utf8)
      return try Vocabulary(pieces: SmallVocabulary.path("vocab.json"), merges: path)
    }
    #expect(merges == "/merges.txt: line 2 is \"a b c\", expected two pieces with a space between them")
    let other = try refusal { folder in
      let path = "\(folder)/merges.txt"
      try "#version: 0.2\na b\n".write(toFile: path, atomically: true, encoding: .utf8)
      return try Vocabulary(pieces: SmallVocabulary.path("vocab.json"), merges: path)
    }
    #expect(other.hasPrefix("/merges.txt: found 1 merges for "), "\(other)")
    let normalizer = try refusal { folder in
      let path = "\(folder)/tokenizer.json"
      try SmallVocabulary.load().tokenizerJSON().replacing("\"Lowercase\"", with: "\"Nmt\"")
        .write(toFile: path, atomically: true, encoding: .utf8)
      return try Vocabulary(tokenizerFile: path)
    }
    #expect(
      normalizer
        == "/tokenizer.json: normalizer is NFC, Replace, Nmt, expected NFC, \\s+ replaced by a space, Lowercase")
    let missing = try refusal { try Vocabulary(folder: $0) }
    #expect(missing.hasPrefix("/tokenizer.json: not found; expected a vocabulary"))
  }

  @Test("a damaged byte anywhere in a compressed vocabulary is rejected")
  func damagedGzip() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: SmallVocabulary.path("bpe.txt.gz")))
    try withTemporaryFolder { folder in
      let path = "\(folder)/bpe.txt.gz"
      let vocabulary = try SmallVocabulary.load()
      for index in whole.indices {
        var damaged = whole
        damaged[index] ^= 0x55
        try damaged.write(to: URL(fileURLWithPath: path))
        // A few bytes of the header mean nothing; no other damage may pass for a different vocabulary.
        if let read = try? Vocabulary(openAIFile: path) { #expect(read == vocabulary) }
      }
      for count in 0..<whole.count {
        try whole.prefix(count).write(to: URL(fileURLWithPath: path))
        #expect(throws: (any Error).self) { try Vocabulary(openAIFile: path) }
      }
    }
  }

  @Test("a tokenizer.json with damage is rejected, or read without a trap", arguments: 0..<8)
  func damagedJSON(offset: Int) throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: SmallVocabulary.path("tokenizer.json")))
    try withTemporaryFolder { folder in
      let path = "\(folder)/tokenizer.json"
      for index in stride(from: offset, to: whole.count - 2, by: 64) {
        try whole.prefix(index).write(to: URL(fileURLWithPath: path))
        #expect(throws: (any Error).self) { try Vocabulary(tokenizerFile: path) }
        for byte in [0x00, 0x20, 0x22, 0x39, 0x5D, 0x61, 0xFF] as [UInt8] {
          var damaged = whole
          damaged[index] = byte
          try damaged.write(to: URL(fileURLWithPath: path))
          if let vocabulary = try? Vocabulary(tokenizerFile: path) { #expect(vocabulary.count == 600) }
        }
      }
    }
  }
}

import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

@Suite("The executable on models with other text towers", .enabled(if: Shared.available))
struct OtherVocabularyTests {
  private func json(_ arguments: [String]) throws -> JSONNode {
    let outcome = try Executable.run(arguments + ["--format", "json"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return JSONNode(source: "output", value: try JSON(parsing: Array(outcome.output.utf8), source: "output"))
  }

  @Test(
    "a context is learned, decoded to words in the vocabulary's way, and classifies",
    arguments: [
      ("metaclip2/ViT-H-14-worldwide-quickgelu", "▁"), ("metaclip2/ViT-L-14-worldwide-mt5", "▁"),
      ("metaclip2/metaclip2-hf", "▁"),
    ])
  func learning(source: String, mark: String) throws {
    let path = Shared.path("fixtures/families/\(source)")
    try withTemporaryFolder { folder in
      let model = "\(folder)/model"
      let converted = try json(["convert", path, "--output", model])
      #expect(try converted.string("vocabulary_origin").hasSuffix("tokenizer.json"))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: model).sorted()
          == ["golden.json", "manifest.json", "model.h5", "vocabulary.pieces"])
      let again = try json(["convert", model, "--output", "\(folder)/again"])
      #expect(try again.string("vocabulary_origin").hasSuffix("vocabulary.pieces"))
      #expect(try Executable.run(["verify", model]).status == 0)

      let expected = try JSONNode(contentsOf: "\(path)/expected.json", limit: 64 << 20)
      let texts = try expected.array("text_strings").map { try $0.string() }.filter { !$0.isEmpty }.prefix(5)
      let rows = try expected.array("token_ids").map { try $0.array().map { try $0.integer() } }.prefix(5)
      for (ids, row) in zip(try json(["tokenize", "--model", model] + texts).array(), rows) {
        #expect(row.starts(with: try ids.array().map { try $0.integer() }))
      }

      let drawn = try Executable.run([
        "draw", "--output", "\(folder)/pictures", "--styles", "photo", "--train", "4", "--test", "2", "--classes",
        "cat",
        "boat", "leaf",
      ])
      try #require(drawn.status == 0, "\(drawn.errors)")
      let run = "\(folder)/run"
      let trained = try Executable.run([
        "train", "--model", model, "--data", "folder:\(folder)/pictures/photo", "--shots", "2", "--epochs", "2",
        "--output", run,
      ])
      try #require(trained.status == 0, "\(trained.errors)")
      let words = try json(["decode", run, "--model", model, "--whole-words", "--controls"])
      let pieces = try words.array("vectors").flatMap { try $0.array("words").map { try $0.string("piece") } }
      #expect(!pieces.isEmpty && pieces.allSatisfy { $0.hasPrefix(mark) }, "\(pieces)")
    }
  }
}

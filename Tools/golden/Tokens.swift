import ArgumentParser
import Foundation
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensTokenization

extension Golden {
  /// Token ids of `expected.json`.
  struct Tokens: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Count the texts whose token ids differ from expected.json's (text_strings, token_ids).")

    @OptionGroup var fixture: FixtureOptions

    @Option(help: ArgumentHelp("The document in the folder.", valueName: "name"))
    var expected = "expected.json"

    func run() throws {
      let root = try fixture.document(expected)
      let texts = try root.array("text_strings").map { try $0.string() }
      let rows = try root.array("token_ids").map { try $0.array().map { try Int32(clamping: $0.integer()) } }
      let folder = fixture.model ?? fixture.folder
      let tokenizer = try TokenizerFile.read(folder: folder, cleaning: Self.cleaning(folder))
      var differing = abs(texts.count - rows.count)
      for (text, row) in zip(texts, rows) {
        let ids = try tokenizer.tokenize(text, contextLength: row.count, truncate: true)
        let padding = Set(row.dropFirst(ids.count))
        if !row.starts(with: ids) || padding.count > 1 { differing += 1 }
      }
      report([("texts", Double(texts.count)), ("differing", Double(differing))])
    }

    private static func cleaning(_ folder: String) throws -> Cleaning? {
      let path = "\(folder)/open_clip_config.json"
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      return try CheckpointDetector.textCleaning(openCLIPConfiguration: path)
    }
  }
}

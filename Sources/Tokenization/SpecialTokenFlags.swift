import Foundation
import PromptLensJSONDocuments

/// The flags by which Hugging Face's tokenizers look for start and end in a text: before the text is normalized, where
/// `<|ENDOFTEXT|>` is a word, or after it, where it is the end.
///
/// OpenAI's tokenizer looks for them in the lowercased text. The writers of `tokenizer.json` differ: transformers 4 looks
/// after normalization, version 5 before.
package struct SpecialTokenFlags: Sendable, Equatable {
  /// A Boolean value that indicates whether the start is looked for in the normalized text.
  package var startIsNormalized: Bool
  /// A Boolean value that indicates whether the end is looked for in the normalized text.
  package var endIsNormalized: Bool

  /// The flags that give the ids of OpenAI's tokenizer, for vocabularies whose files state none.
  package static let openAI = SpecialTokenFlags(startIsNormalized: true, endIsNormalized: true)

  /// Reads the flags from a list of added tokens in `tokenizer.json`.
  init(added tokens: [JSONNode]) throws {
    self = .openAI
    for token in tokens {
      guard let isNormalized = try token["normalized"]?.bool() else { continue }
      try set(isNormalized, for: token.string("content"))
    }
  }

  /// Reads the flags beside a pair of vocabulary and merges: those of `tokenizer.json`, else of
  /// `tokenizer_config.json`.
  ///
  /// - Parameter folder: the folder of the files; OpenAI's flags if it has neither.
  /// - Throws: `JSONError`, or `FileError` when a file is too large.
  init(beside folder: String) throws {
    let limit = Vocabulary.largestFile
    func root(_ name: String) throws -> JSONNode? {
      let path = "\(folder)/\(name)"
      return FileManager.default.fileExists(atPath: path) ? try JSONNode(contentsOf: path, limit: limit) : nil
    }
    if let tokens = try root("tokenizer.json")?["added_tokens"]?.array() {
      try self.init(added: tokens)
      return
    }
    self = .openAI
    guard let settings = try root("tokenizer_config.json") else { return }
    for name in ["bos_token", "eos_token"] {
      guard let token = settings[name], case .object = token.value, let flag = try token["normalized"]?.bool() else {
        continue
      }
      try set(flag, for: token.string("content"))
    }
    for (id, token) in try settings["added_tokens_decoder"]?.object() ?? JSON.Object() {
      let token = JSONNode(source: settings.source, path: "added_tokens_decoder.\(id)", value: token)
      guard let flag = try token["normalized"]?.bool() else { continue }
      try set(flag, for: token.string("content"))
    }
  }

  private init(startIsNormalized: Bool, endIsNormalized: Bool) {
    self.startIsNormalized = startIsNormalized
    self.endIsNormalized = endIsNormalized
  }

  private mutating func set(_ isNormalized: Bool, for text: String) {
    if text == Vocabulary.startText { startIsNormalized = isNormalized }
    if text == Vocabulary.endText { endIsNormalized = isNormalized }
  }
}

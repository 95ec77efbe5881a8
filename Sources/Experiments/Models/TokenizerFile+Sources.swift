import Foundation
import PromptLensCheckpoints
import PromptLensTokenization

extension TokenizerFile {
  /// Reads a tokenizer next to weights.
  ///
  /// - Parameters:
  ///   - source: its files.
  ///   - cleaning: the cleaning that the model was trained with, where the files don't state it.
  /// - Returns: the tokenizer.
  /// - Throws: `TokenizationError`, `JSONError`, or `FileError` when a file is missing or too large.
  package static func read(_ source: VocabularySource, cleaning: Cleaning?) throws -> any Tokenizer {
    switch source {
    case .vocabularyAndMerges(let vocabulary, let merges):
      CLIPTokenizer(vocabulary: try Vocabulary(pieces: vocabulary, merges: merges))
    case .bytePairFile(let path): CLIPTokenizer(vocabulary: try Vocabulary(openAIFile: path))
    case .tokenizerJSON(let path), .sentencePiece(let path): try read(path, cleaning: cleaning)
    }
  }

  /// Reads a given vocabulary: a folder or a file.
  ///
  /// - Parameters:
  ///   - path: the folder or file.
  ///   - cleaning: the cleaning that the model was trained with, where the files don't state it.
  /// - Returns: the tokenizer.
  /// - Throws: `TokenizationError`, `JSONError`, or `FileError` when a file is missing or too large.
  package static func read(path: String, cleaning: Cleaning?) throws -> any Tokenizer {
    let url = URL(fileURLWithPath: path)
    if (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true {
      return try read(folder: path, cleaning: cleaning)
    }
    if ["vocab.json", "vocabulary.json"].contains(url.lastPathComponent) {
      let merges = url.deletingLastPathComponent().appendingPathComponent("merges.txt").path
      return CLIPTokenizer(vocabulary: try Vocabulary(pieces: path, merges: merges))
    }
    if ["json", "model"].contains(url.pathExtension) || url.lastPathComponent == piecesName {
      return try read(path, cleaning: cleaning)
    }
    return CLIPTokenizer(vocabulary: try Vocabulary(openAIFile: path))
  }
}

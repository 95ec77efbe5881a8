import Foundation
import PromptLensCheckpoints
import PromptLensTokenization

extension Vocabulary {
  /// Reads a vocabulary next to weights.
  package init(_ source: VocabularySource) throws {
    switch source {
    case .vocabularyAndMerges(let vocabulary, let merges): try self.init(pieces: vocabulary, merges: merges)
    case .bytePairFile(let path): try self.init(openAIFile: path)
    case .tokenizerJSON(let path): try self.init(tokenizerFile: path)
    }
  }

  /// Reads a given vocabulary: a folder or a file.
  package init(path: String) throws {
    let url = URL(fileURLWithPath: path)
    if (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true {
      try self.init(folder: path)
    } else if ["vocab.json", "vocabulary.json"].contains(url.lastPathComponent) {
      try self.init(pieces: path, merges: url.deletingLastPathComponent().appendingPathComponent("merges.txt").path)
    } else if url.pathExtension == "json" {
      try self.init(tokenizerFile: path)
    } else {
      try self.init(openAIFile: path)
    }
  }
}

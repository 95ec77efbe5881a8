import Foundation
import PromptLensJSONDocuments
import PromptLensCLIP
import PromptLensTokenization

/// The optional files next to a checkpoint's weights.
struct CheckpointCompanions {
  let folder: String

  /// The vocabulary and merges, if present.
  var vocabulary: VocabularySource? {
    for (vocabulary, merges) in [
      ("vocab.json", "merges.txt"), ("assets/tokenizer/vocabulary.json", "assets/tokenizer/merges.txt"),
      ("vocabulary.json", "merges.txt"),
    ] where exists(vocabulary) && exists(merges) {
      return .vocabularyAndMerges(vocabulary: "\(folder)/\(vocabulary)", merges: "\(folder)/\(merges)")
    }
    // Keras Hub's tokenizer.json contains settings, not a vocabulary; it is always next to assets.
    if exists("tokenizer.json"), !exists("assets"), !exists("image_converter.json") {
      return .tokenizerJSON("\(folder)/tokenizer.json")
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
    return names.first { $0.hasPrefix("bpe_simple_vocab") && ($0.hasSuffix(".txt") || $0.hasSuffix(".txt.gz")) }
      .map { .bytePairFile("\(folder)/\($0)") }
  }

  /// open_clip's configuration, if it is there: under its own name, or under that of Hugging Face's.
  var openCLIPConfiguration: String? {
    if exists("open_clip_config.json") { return "\(folder)/open_clip_config.json" }
    let path = "\(folder)/config.json"
    guard exists("config.json"), let root = try? JSONNode(contentsOf: path, limit: 4 << 20),
      OpenCLIPConfiguration.isStated(in: root)
    else { return nil }
    return path
  }

  private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
}

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
    for name in ["spiece.model", "tokenizer.model"] where exists(name) { return .sentencePiece("\(folder)/\(name)") }
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

  /// Adds to a text tower without a causal mask the end and the padding of the tokenizer beside the weights, which take part
  /// in its attention and stand in no other file. Towers that are read at the highest id have CLIP's own tokenizer, which is
  /// padded with 0.
  ///
  /// - Parameters:
  ///   - text: the text tower.
  ///   - cleaning: the cleaning of texts that the configuration states; nil where it doesn't.
  ///   - stripsEnd: whether the token that ends a text is replaced by the padding, as in CLIPA.
  /// - Throws: ``CheckpointError`` when there is no tokenizer, or one that `stripsEnd` doesn't go with; the errors of
  ///   reading it.
  func complete(_ text: inout TextTowerConfiguration, cleaning: Cleaning?, stripsEnd: Bool = false) throws {
    guard !text.isCausal, text.pooling != .largestID else { return }
    guard let vocabulary else {
      throw CheckpointError.missing(
        path: folder, object: "the tokenizer",
        expected:
          "tokenizer.json or spiece.model beside the weights, since a text tower without a causal mask attends to "
          + "the padding, whose id only the tokenizer states")
    }
    let tokenizer = try TokenizerFile.read(vocabulary.paths[0], cleaning: cleaning)
    guard stripsEnd == (tokenizer.wordMark == .continuation) else {
      throw CheckpointError.unexpected(
        path: folder, object: "strip_sep_token",
        expected: "true with BERT's word pieces, as in CLIPA, and with no other tokenizer", found: "\(stripsEnd)")
    }
    text.padding = Int(tokenizer.padding ?? tokenizer.end)
    switch text.pooling {
    case .last: text.pooling = .last(end: Int(tokenizer.end))
    case .first, .largestID, .classEmbedding: break
    }
  }

  private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
}

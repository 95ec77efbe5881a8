import PromptLensCheckpoints
import Foundation
import PromptLensTensors
import PromptLensTokenization

extension LearnedContext {
  /// Returns the reason why this context doesn't belong to a model: another width, another fingerprint of the token
  /// embedding, or, in CoOp's checkpoints, an embedding of the start that is not the model's. Only one row is
  /// read.
  ///
  /// - Returns: a reason to follow "this context does not belong to MODEL:"; nil when no difference is found.
  package func mismatch(with model: ModelFolder) throws -> String? {
    let found = model.configuration.text.transformer.width
    guard width == found else { return "\(PromptSurroundings.Mismatch.width(expected: width, found: found))" }
    let fingerprint = model.manifest.tokenEmbeddingFingerprint
    if let embeddingFingerprint, embeddingFingerprint != fingerprint {
      return "it was learned on the token embedding \(embeddingFingerprint.prefix(12))…, the model's is "
        + "\(fingerprint.prefix(12))…; its words would be nonsense"
    }
    guard let surroundings = provenance?.surroundings else { return nil }
    let embedding = try model.source.tensor("token_embedding.weight")
    return try surroundings.startMismatch(
      in: embedding, endToken: model.configuration.text.endToken
    ).map { "\($0)" }
  }

  /// A Boolean value that indicates whether this context records the token embedding on which it was learned.
  package var knowsItsModel: Bool { embeddingFingerprint != nil || provenance?.surroundings != nil }

  /// Returns the model folders next to a path on which this context was learned.
  ///
  /// Folders that cannot be read are skipped; no more than 256 are read.
  package func fittingModels(beside path: String) -> [String] {
    guard knowsItsModel else { return [] }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
    return names.prefix(256).map { "\(folder)/\($0)" }.filter { candidate in
      guard ModelFolder.isModelFolder(candidate), let model = try? ModelFolder.open(candidate) else { return false }
      return (try? mismatch(with: model)) == .some(.none)
    }
  }

  /// Returns the classes for which the context was learned: those in its file, or those spelled by the embeddings
  /// around it.
  ///
  /// - Returns: the class names; nil when the context has neither names nor embeddings, its embeddings aren't the
  ///   model's, or the model folder has no vocabulary.
  package func classNames(accordingTo model: ModelFolder) throws -> [String]? {
    if let classNames { return classNames }
    guard let surroundings = provenance?.surroundings, let path = model.tokenizerPath else { return nil }
    let embedding = try model.source.tensor("token_embedding.weight")
    guard
      case .success(let tokens) = try surroundings.tokens(
        in: embedding, endToken: model.configuration.text.endToken)
    else { return nil }
    let tokenizer = try TokenizerFile.read(path)
    let count = PromptSurroundings.wordsBehind(tokens, tokenizer).count
    return PromptSurroundings.classNames(tokens.map { Array($0.dropFirst(count)) }, tokenizer)
  }

  /// Returns the tokens of written words between the context and every class name, as the embeddings around it show them.
  ///
  /// - Returns: the tokens; empty without embeddings or vocabulary, or where they are another model's.
  package func wordsBehind(accordingTo model: ModelFolder) throws -> [Int32] {
    guard let surroundings = provenance?.surroundings, let path = model.tokenizerPath else { return [] }
    let embedding = try model.source.tensor("token_embedding.weight")
    guard
      case .success(let tokens) = try surroundings.tokens(
        in: embedding, endToken: model.configuration.text.endToken)
    else { return [] }
    return PromptSurroundings.wordsBehind(tokens, try TokenizerFile.read(path))
  }
}

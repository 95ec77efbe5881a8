import PromptLensCheckpoints
import PromptLensPrompts

extension LearnedContext {
  /// Returns the context with the embeddings of class names around it, as in CoOp's checkpoints.
  ///
  /// - Parameters:
  ///   - names: the classes.
  ///   - model: the model that the context was learned on.
  ///   - source: the context's file, for errors.
  /// - Returns: the context of these classes.
  /// - Throws: `PromptError` when a prompt is longer than the model's positions.
  package func surrounded(byClasses names: [String], of model: OpenedModel, source: String) throws -> LearnedContext {
    let tokenizer = try model.tokenizer()
    let assembly = try PromptAssembly(
      classNames: names, tokenizer: tokenizer, contextLength: length,
      wordsBehind: wordsBehind(accordingTo: model.folder),
      contextLimit: model.configuration.text.contextLength)
    let tokens = assembly.prompts.map { prompt in
      prompt.dropFirst((tokenizer.start == nil ? 0 : 1) + length).compactMap { element -> Int32? in
        if case .token(let id) = element { id } else { nil }
      }
    }
    var provenance = provenance ?? PromptProvenance()
    provenance.surroundings = try PromptSurroundings(
      tokens: tokens, around: vectors, embedding: model.clip.tokenEmbedding(),
      contextLength: model.configuration.text.contextLength, source: source)
    return try LearnedContext(
      vectors: vectors, classNames: names, classPosition: classPosition, embeddingFingerprint: embeddingFingerprint,
      metaNetwork: metaNetwork, provenance: provenance, source: source)
  }
}

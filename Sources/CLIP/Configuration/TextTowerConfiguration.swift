/// The text tower: a transformer over token embeddings, read at one position.
package struct TextTowerConfiguration: Sendable, Equatable {
  /// The number of rows of the token embedding; in CLIP's own vocabulary the last two are the start and the end token.
  package var vocabularySize: Int
  /// The maximum number of positions in a prompt, including start and end; 77 for OpenAI's CLIP. A class embedding takes
  /// a position more.
  package var contextLength: Int
  /// The blocks.
  package var transformer: TransformerConfiguration
  /// ε of the norm after the last block. Keras Hub's differs from that of its blocks.
  package var finalNormEpsilon: Float
  /// The position that is read.
  package var pooling: TextPooling
  /// The step from the state that is read to the shared space.
  package var projection: TextProjection
  /// The id that fills texts up to the context length where every position attends to every other, padding too; nil for
  /// a causal tower, whose features no padding can change.
  package var padding: Int?

  /// Creates a text tower; by default CLIP's, causal and read at the end token, whose id is the highest.
  package init(
    vocabularySize: Int, contextLength: Int, transformer: TransformerConfiguration, finalNormEpsilon: Float = 1e-5,
    pooling: TextPooling = .largestID, projection: TextProjection = .matrix, padding: Int? = nil
  ) {
    self.vocabularySize = vocabularySize
    self.contextLength = contextLength
    self.transformer = transformer
    self.finalNormEpsilon = finalNormEpsilon
    self.pooling = pooling
    self.projection = projection
    self.padding = padding
  }

  /// Whether a position attends only to those before it, so that prompts with a common beginning share its states.
  package var isCausal: Bool { padding == nil }

  /// The number of rows of the positional embedding.
  package var positions: Int {
    if case .classEmbedding = pooling { contextLength + 1 } else { contextLength }
  }
}

/// The position of a text whose state is its feature.
package enum TextPooling: Sendable, Equatable {
  /// The first position of the highest token id, which is the end token's in CLIP's own vocabulary.
  case largestID
  /// The first position of a token id: MetaCLIP 2's end token.
  case first(Int)
  /// A learned vector `cls_emb` behind the text, which sees no padding, as in CoCa.
  case classEmbedding(padding: Int)
  /// The last position of the tower, which padding mostly takes, as in SigLIP; with the id that ends a text.
  case last(end: Int)
}

/// The step from the text tower's state to the space that images and texts share.
package enum TextProjection: String, Sendable, CaseIterable {
  /// A matrix `[width, embed]`.
  case matrix
  /// `text_projection.weight`, `[embed, width]`, with a bias beside it.
  case linear
  /// None: the state is the feature.
  case none
}

extension TextTowerConfiguration {
  /// The id of the token that ends a text, at which the tower is read or which its class embedding follows.
  package var endToken: Int {
    switch pooling {
    case .first(let id), .last(let id): id
    case .largestID, .classEmbedding: vocabularySize - 1
    }
  }

  /// Whether the tower is read at a class embedding of its own.
  package var hasOwnClass: Bool {
    if case .classEmbedding = pooling { true } else { false }
  }

  /// The id that fills a text up to the context length; any other than the end token's does where padding isn't seen.
  package var paddingToken: Int {
    if case .classEmbedding(let padding) = pooling { padding } else { padding ?? 0 }
  }

  /// The id behind which a position is hidden from all others; nil where none is.
  ///
  /// CoCa's towers were trained with a padding mask that is shifted by one: the position after a padding token is hidden
  /// instead of the token's own. So the class embedding sees the first padding, and a word's piece of the padding's id
  /// hides the piece after it.
  var hidingToken: Int32? {
    if case .classEmbedding(let padding) = pooling { Int32(padding) } else { nil }
  }

  /// Returns a prompt with what the tower sees behind its end token: for a class embedding the first padding and the
  /// embedding itself, since other padding is hidden from it; without a causal mask all padding, which takes part in the
  /// attention as it did in training, so that no shorter sequence has the same feature.
  func completed(_ prompt: [PromptElement]) -> [PromptElement] {
    if let padding, !prompt.isEmpty {
      let missing = max(contextLength - prompt.count, 0)
      return prompt + [PromptElement](repeating: .token(Int32(padding)), count: missing)
    }
    guard case .classEmbedding(let padding) = pooling, !prompt.isEmpty else { return prompt }
    return prompt + (prompt.count < contextLength ? [.token(Int32(padding))] : []) + [.classEmbedding]
  }

  /// Returns the position at which a prompt is read, of which ``completed(_:)`` made the second.
  func readPosition(of prompt: [PromptElement], completed: [PromptElement]) -> Int {
    if case .last = pooling { return completed.count - 1 }
    return isCausal ? completed.count - 1 : prompt.count - 1
  }
}

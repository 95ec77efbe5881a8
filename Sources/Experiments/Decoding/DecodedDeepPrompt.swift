import PromptLensInterpretation

/// Prompts in several layers with the vocabulary words and the patches nearest to their vectors.
package struct DecodedDeepPrompt {
  /// The text tower's vectors before one block.
  package struct Layer {
    /// The block's index.
    package let block: Int
    /// The vectors with their nearest words; those before a deeper block as its lens reads them.
    package let words: DecodedContext
    /// The lens; nil for the vectors among token embeddings.
    package let lens: WordLens?
  }

  /// The file.
  package let path: String
  /// The method, for people.
  package let method: String
  /// The text tower's layers with vectors of their own, in order; none where its prompts are words.
  package let layers: [Layer]
  /// The blocks of the image tower that have tokens.
  package let imageBlocks: [Int]
  /// The comparison of each layer with controls; nil without.
  package var controls: LayerControls?
  /// The patches nearest to the image tower's tokens; nil if no images were given.
  package var patches: PatchAnalysis?
}

import PromptLensInterpretation
import PromptLensTensors

/// A vocabulary word near a context vector.
///
/// The nearest word isn't necessarily the meaning of a vector: `promptlens decode --controls` compares its distance with
/// those of random vectors.
public struct WordNeighbor: Sendable {
  /// The word's row in the token embedding.
  public let token: Int
  /// The piece as written in the vocabulary, such as "dog</w>".
  public let piece: String
  /// The piece as text, such as "dog".
  public let text: String
  /// The Euclidean distance between the vector and the word's embedding.
  public let distance: Double
}

extension Prompt {
  /// Finds the vocabulary words nearest to each vector by Euclidean distance.
  ///
  /// - Parameter count: the number of words for each vector.
  /// - Returns: the words of each vector, nearest first; for each class in turn if the context is class-specific.
  /// - Throws: ``PromptLensError`` when the model folder has no vocabulary.
  ///
  /// Source: Zhou et al., "Learning to Prompt for Vision-Language Models" (2022), table 4.
  public func nearestWords(count: Int = 5) throws(PromptLensError) -> [[WordNeighbor]] {
    let rows = try vectors.tensor
    return try wrappingErrors {
      let tokenizer = try model.opened.tokenizer()
      let index = try NearestWords(embedding: model.opened.clip.tokenEmbedding(), metric: .l2)
      return try index.words(near: rows, count: count).map { words in
        words.map { word in
          WordNeighbor(
            token: word.id, piece: tokenizer.piece(word.id),
            text: tokenizer.decode([Int32(word.id)]).trimmingSpaces, distance: word.distance)
        }
      }
    }
  }
}

extension String {
  /// The text without spaces at its ends.
  fileprivate var trimmingSpaces: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}

import PromptLensPrompts
import PromptLensTensors
import PromptLensTokenization

/// The initialization of a context before learning.
package enum ContextInitialization: Sendable, Equatable, CustomStringConvertible {
  /// Normally distributed numbers of mean 0 and standard deviation 0.02.
  case random(length: Int)
  /// The token embeddings of a text, one vector for each token.
  case words(String)
  /// Zeros, and behind them the token embeddings of a text, in all so many vectors: ProGrad's.
  case padded(String, length: Int)

  /// `random`, the text, or the text behind a number of vectors.
  package var description: String {
    switch self {
    case .random: "random"
    case .words(let text): text
    case .padded(let text, let length): "\(length) vectors, \(Self.zeros)\(text)"
    }
  }

  private static let zeros = "zeros and "

  /// Reads a description.
  ///
  /// - Parameters:
  ///   - description: what ``description`` returned.
  ///   - length: the number of vectors of random numbers.
  package init(description: String, length: Int) {
    if description == "random" {
      self = .random(length: length)
    } else if let zeros = description.range(of: " vectors, \(Self.zeros)"),
      let count = Int(description[..<zeros.lowerBound])
    {
      self = .padded(String(description[zeros.upperBound...]), length: count)
    } else {
      self = .words(description)
    }
  }

  /// Returns M, the number of vectors in a context.
  ///
  /// - Throws: `PromptError/emptyInitialization` when a text has no tokens.
  package func length(_ tokenizer: any Tokenizer) throws(PromptError) -> Int {
    switch self {
    case .random(let length): return length
    case .words(let text):
      let count = Self.tokens(text, tokenizer).count
      guard count > 0 else { throw .emptyInitialization(text: text) }
      return count
    case .padded(_, let length): return length
    }
  }

  /// Creates the context matrix.
  ///
  /// - Parameters:
  ///   - contexts: 1, or the number of classes if each has its own context; words initialize all of them equally.
  ///   - width: the width of a vector.
  ///   - seed: the seed of random numbers.
  ///   - tokenizer: CLIP's.
  ///   - embedding: the token embedding, `[vocabulary, width]`.
  /// - Returns: `[contexts, M, width]`.
  /// - Throws: `PromptError/emptyInitialization`.
  package func vectors(
    contexts: Int, width: Int, seed: Int, tokenizer: any Tokenizer, embedding: Tensor
  ) throws(PromptError) -> [Float] {
    switch self {
    case .random(let length):
      var numbers = RandomStream.learning(.context, seed: seed)
      return numbers.normal(count: contexts * length * width, deviation: 0.02)
    case .words(let text):
      let tokens = Self.tokens(text, tokenizer)
      guard !tokens.isEmpty else { throw .emptyInitialization(text: text) }
      let rows = FloatBuffer(copying: embedding, rows: tokens.map { Int($0) }).floats
      return (0..<contexts).flatMap { _ in rows }
    case .padded(let text, let length):
      // The words next to the class name are those that stay where a text is longer than the context.
      let tokens = Self.tokens(text, tokenizer).suffix(length)
      let rows = FloatBuffer(copying: embedding, rows: tokens.map { Int($0) }).floats
      let context = [Float](repeating: 0, count: (length - tokens.count) * width) + rows
      return (0..<contexts).flatMap { _ in context }
    }
  }

  /// Creates the context matrix of a second prompt: other random numbers, or the words' vectors with random numbers
  /// added.
  ///
  /// - Parameters:
  ///   - first: the first prompt's context.
  ///   - seed: the seed of random numbers.
  /// - Returns: a matrix of the same size.
  package func peerVectors(of first: [Float], seed: Int) -> [Float] {
    var numbers = RandomStream.learning(.context, seed: seed, epoch: 1)
    let noise = numbers.normal(count: first.count, deviation: 0.02)
    return switch self {
    case .random: noise
    case .words, .padded: zip(first, noise).map(+)
    }
  }

  private static func tokens(_ text: String, _ tokenizer: any Tokenizer) -> [Int32] {
    tokenizer.encode(text.replacing("_", with: " "))
  }
}

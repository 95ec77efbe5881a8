import PromptLensTensors
import PromptLensTokenization

extension PromptSurroundings {
  /// A reason why a context doesn't belong to a token embedding.
  package enum Mismatch: Sendable, Equatable, CustomStringConvertible {
    /// The embedding has another width.
    case width(expected: Int, found: Int)
    /// The embedding of the start token differs from the table's.
    case start
    /// An embedding after the context isn't in the table.
    case row(classNumber: Int, position: Int)

    /// A clause that follows "this context does not belong to MODEL:".
    package var description: String {
      switch self {
      case .width(let expected, let found):
        "its vectors have \(expected) numbers, the token embedding's \(found)"
      case .start:
        "the start's embedding in token_prefix is not the row of the start in the model's token embedding, so it was learned "
          + "on another text tower"
      case .row(let number, let position):
        "token_suffix of class \(number) holds at position \(position) a vector that is in no row of the model's token "
          + "embedding, so it was learned on another text tower"
      }
    }
  }

  /// Checks the embedding of the start token against a token embedding, which reads only one row.
  ///
  /// - Parameters:
  ///   - embedding: `[vocabulary, width]`; the start is the row before the end's where that is the last row, and any row
  ///     of other vocabularies.
  ///   - endToken: the end token's row.
  /// - Returns: the mismatch, nil when there isn't one.
  /// - Throws: `TensorError` when the embedding isn't a matrix.
  package func startMismatch(in embedding: Tensor, endToken: Int) throws(TensorError) -> Mismatch? {
    let dimensions = embedding.shape.dimensions
    let width = prefix.shape.dimensions[2]
    guard dimensions.count == 2, dimensions[0] >= 2, dimensions[1] == width else {
      return .width(expected: width, found: dimensions.last ?? 0)
    }
    let isCLIPs = endToken == dimensions[0] - 1
    let row = isCLIPs ? try embedding.rows(dimensions[0] - 2..<dimensions[0] - 1) : embedding
    let rows = EmbeddingRows(row, for: prefix.dtype)
    return rows.find(prefix).allSatisfy { $0 != nil } ? nil : .start
  }

  /// Returns the ids of the tokens after the context, found by looking up their embeddings.
  ///
  /// - Parameters:
  ///   - embedding: `[vocabulary, width]` of the candidate.
  ///   - endToken: the end token's row.
  /// - Returns: the ids before the end token for each class, or the mismatch.
  /// - Throws: `TensorError` when the embedding isn't a matrix.
  package func tokens(in embedding: Tensor, endToken: Int) throws(TensorError) -> Result<[[Int32]], MismatchError> {
    if let mismatch = try startMismatch(in: embedding, endToken: endToken) {
      return .failure(MismatchError(mismatch: mismatch))
    }
    let end = Int32(endToken)
    let found = EmbeddingRows(embedding, for: suffix.dtype).find(suffix)
    let positions = suffix.shape.dimensions[1]
    var classes: [[Int32]] = []
    for number in 0..<classCount {
      var ids: [Int32] = []
      for position in 0..<positions {
        guard let id = found[number * positions + position] else {
          return .failure(MismatchError(mismatch: .row(classNumber: number + 1, position: position + 1)))
        }
        if id == end { break }
        ids.append(id)
      }
      classes.append(ids)
    }
    return .success(classes)
  }

  /// A mismatch as an error, for `Result`.
  package struct MismatchError: Error, Equatable {
    /// The mismatch.
    package let mismatch: Mismatch
  }

  /// The words that may stand between a context and class names: ProGrad's context replaces as many tokens as a template has
  /// words, and a comma is a token; ATPrompt's takes one token of each attribute's word, and a longer one leaves placeholders.
  private static let writtenEnds = [
    "a photo of a", "photo of a", "a photo of", "of a", "photo of", "a", "of", "X X X", "X X", "X",
  ]

  /// Returns the tokens of written words that stand before every class's name.
  ///
  /// - Parameters:
  ///   - tokens: the ids after the context for each class.
  ///   - tokenizer: the model's.
  /// - Returns: the tokens; empty where the classes begin differently, or there is one class alone.
  package static func wordsBehind(_ tokens: [[Int32]], _ tokenizer: any Tokenizer) -> [Int32] {
    guard tokens.count > 1 else { return [] }
    let ends = writtenEnds.map { tokenizer.encode($0) }.sorted { $0.count > $1.count }
    return ends.first { end in tokens.allSatisfy { $0.count > end.count + 1 && $0.starts(with: end) } } ?? []
  }

  /// Returns the class names that ids spell, as the tokenizer reads them: lower case, without the full stop that CoOp
  /// appends.
  package static func classNames(_ tokens: [[Int32]], _ tokenizer: any Tokenizer) -> [String] {
    tokens.map { ids in
      var name = tokenizer.decode(ids)
      if name.hasSuffix(".") { name.removeLast() }
      while name.hasSuffix(" ") { name.removeLast() }
      return ClosedSpaces(tokenizer).closing(name)
    }
  }
}

/// A removal of the spaces that the byte-pair encoding put between digits and around punctuation, so that
/// "boeing 7 3 7 - 8 0 0" becomes "boeing 737-800".
private struct ClosedSpaces {
  let tokenizer: any Tokenizer

  init(_ tokenizer: any Tokenizer) { self.tokenizer = tokenizer }

  /// Returns the text with as few spaces as the same ids allow.
  func closing(_ text: String) -> String {
    var characters = Array(text)
    for index in characters.indices.reversed() where characters[index] == " " && index > 0 {
      guard index + 1 < characters.count else { continue }
      let (before, after) = (characters[index - 1], characters[index + 1])
      let isInside = before.isNumber && after.isNumber
      let joins = "-/'".contains(before) || "-/'".contains(after)
      if isInside || joins || before == "(" || ").,;:!?".contains(after) { characters.remove(at: index) }
    }
    let closed = String(characters)
    return tokenizer.encode(closed) == tokenizer.encode(text) ? closed : text
  }
}

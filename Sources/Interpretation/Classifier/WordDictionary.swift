import PromptLensTensors

/// The features of words by the prompt of the classes, as directions from the mean of all words.
///
/// The words stand in the class names' place in the very prompt whose class features are decomposed: under another
/// prompt's words, a learned context would look like whatever sets the two prompts apart.
///
/// All texts share a direction, which would make every word fit every class; so the mean of the words' unit features is
/// subtracted and the rest is scaled to length one. Source: Bhalla et al., "Interpreting CLIP with Sparse Linear
/// Concept Embeddings (SpLiCE)" (2024), section 4.
package struct WordDictionary: Sendable {
  /// The words.
  package let words: [String]
  /// The mean of the words' unit features.
  private let mean: [Double]
  /// The direction of each word, unit rows.
  let atoms: [[Double]]

  /// Creates a dictionary.
  ///
  /// - Parameters:
  ///   - words: the words.
  ///   - features: their features, `[words, width]`, of any lengths.
  /// - Throws: `TensorError` if the numbers of features and words differ, or are zero.
  package init(words: [String], features: Tensor) throws {
    let rows = try ClassRows(features)
    guard rows.count == words.count, rows.count > 0 else {
      throw TensorError.shapeMismatch(
        operation: "dictionary", name: "word features", expected: [words.count, -1], found: features.shape.dimensions)
    }
    let unit = (0..<rows.count).map { rows[$0].unit }
    mean = (0..<rows.width).map { column in unit.reduce(0) { $0 + $1[column] } / Double(unit.count) }
    self.words = words
    let mean = mean
    atoms = unit.map { $0.subtracting(mean).unit }
  }

  /// Returns the direction of a feature from the mean word, of length one.
  func direction(_ feature: [Double]) -> [Double] { feature.unit.subtracting(mean).unit }
}

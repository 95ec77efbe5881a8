import PromptLensInterpretation

/// The movement of the classes' features from the zero-shot classifier to the learned prompt.
package struct DriftAnalysis {
  /// The movement of each class.
  package let drift: ClassDrift
  /// The cosines between the classes' zero-shot features.
  package let before: ClassCosines
  /// The cosines between the classes' learned features.
  package let after: ClassCosines

  /// Creates an analysis.
  package init(drift: ClassDrift, before: ClassCosines, after: ClassCosines) {
    self.drift = drift
    self.before = before
    self.after = after
  }

  /// Compares the two classifiers.
  init(of prompt: InterpretedPrompt) throws {
    drift = try ClassDrift(before: prompt.zeroShot, after: prompt.weights)
    before = try ClassCosines(prompt.zeroShot)
    after = try ClassCosines(prompt.weights)
  }
}

/// The classes' features as sums of few words.
package struct DecompositionAnalysis {
  /// The dictionary's words.
  package let words: [String]
  /// The decomposition of each class's zero-shot feature.
  package let before: [SparseDecomposition]
  /// The decomposition of each class's learned feature.
  package let after: [SparseDecomposition]

  /// The most words that features are decomposed into.
  private static let wordLimit = 3000

  /// Creates an analysis.
  package init(words: [String], before: [SparseDecomposition], after: [SparseDecomposition]) {
    self.words = words
    self.before = before
    self.after = after
  }

  /// Decomposes the features of both classifiers; `nil` if the vocabulary has fewer than two common words.
  init?(of prompt: InterpretedPrompt) throws {
    let words = prompt.commonWords(limit: Self.wordLimit)
    guard words.count > 1 else { return nil }
    let template = prompt.subject.template
    let dictionary = try WordDictionary(
      words: words, features: prompt.learned.model.features(ofTexts: words.map { template.prompt(for: $0) }))
    before = try SparseDecomposition.all(prompt.zeroShot, dictionary: dictionary)
    after = try SparseDecomposition.all(prompt.weights, dictionary: dictionary)
    self.words = words
  }
}

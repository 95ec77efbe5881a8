/// What a context keeps of its worth when its vectors become the words that they are said to be.
///
/// With v the context and v' its nearest words: acc(v) − acc(v') is the discretisation gap, and acc((1 − α)v + αv') the curve
/// between them. Words that lose the accuracy do not say what the context does.
///
/// Source of snapping as a test: Wen et al., "Hard Prompts Made Easy" (2023), which projects onto words at every step.
package struct NearestWordProjection: Sendable, Equatable {
  /// A point between the context and its words.
  package struct Point: Sendable, Equatable {
    /// α: 0 for the context, 1 for the words.
    package let share: Double
    /// What it is worth.
    package let accuracy: Double
  }

  /// The context's accuracy.
  package let accuracy: Double
  /// For each position the accuracy when its vectors alone become words.
  package let oneByOne: [Double]
  /// The accuracy of the words.
  package let allTogether: Double
  /// From the context to its words.
  package let curve: [Point]

  /// Measures a context and its words.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - words: the embeddings of its vectors' nearest words, in the same shape.
  ///   - steps: the parts of the curve.
  ///   - measure: what gives the accuracy.
  /// - Throws: what `measure` throws.
  package init(of context: ContextMatrix, words: ContextMatrix, steps: Int = 10, measure: some ContextMeasure) throws {
    let length = context.length
    let accuracies = try measure.worth(length + steps + 1) { index in
      index < length
        ? context.replacing(with: words) { $0 == index }
        : context.mixed(with: words, share: Double(index - length) / Double(steps))
    }
    oneByOne = Array(accuracies.prefix(length))
    curve = accuracies.dropFirst(length).enumerated().map {
      Point(share: Double($0.offset) / Double(steps), accuracy: $0.element)
    }
    accuracy = accuracies[length]
    allTogether = accuracies[length + steps]
  }
}

/// The accuracy that remains when a context's vectors are replaced by their nearest words.
///
/// With v the context and v' its nearest words: acc(v) − acc(v') is the discretization gap, and acc((1 − α)v + αv') the
/// curve between them. Words that lose the accuracy don't describe the context's effect.
///
/// Source of the projection as a test: Wen et al., "Hard Prompts Made Easy" (2023), which projects onto words at every
/// step.
package struct NearestWordProjection: Sendable, Equatable {
  /// A point between the context and its words.
  package struct Point: Sendable, Equatable {
    /// α: 0 for the context, 1 for the words.
    package let share: Double
    /// The accuracy there.
    package let accuracy: Double
  }

  /// The context's accuracy.
  package let accuracy: Double
  /// The accuracy when the vectors of one position become words, for each position.
  package let oneByOne: [Double]
  /// The accuracy of the words.
  package let allTogether: Double
  /// The points from the context to its words.
  package let curve: [Point]

  /// Measures a context and its words.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - words: the embeddings of its vectors' nearest words, in the same shape.
  ///   - steps: the number of steps of the curve.
  ///   - measure: the measure of accuracy.
  /// - Throws: The errors of `measure`.
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

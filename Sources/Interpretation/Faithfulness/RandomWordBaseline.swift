/// The accuracies and margins of contexts of random words, the baseline for words that describe a context.
package struct RandomWordBaseline: Sendable, Equatable {
  /// The accuracies of the lists of words.
  package let accuracies: Sample
  /// Their mean margins.
  package let margins: Sample

  /// Measures lists of words.
  ///
  /// - Parameters:
  ///   - lists: a word for each vector, in each list.
  ///   - shape: a context of the shape.
  ///   - index: the words.
  ///   - measure: the measure of contexts.
  /// - Throws: The errors of `measure`, and `TensorError` if a list has another number of words.
  package init(_ lists: [[Int]], shape: ContextMatrix, index: NearestWords, measure: some ContextMeasure) throws {
    let contexts = try lists.map { try shape.words($0, of: index.embedding) }
    var scores: [(accuracy: Double, margin: Double)] = []
    try measure.scores(contexts.count, of: { contexts[$0] }) { scores.append(($1.accuracy, $1.margin)) }
    accuracies = Sample(scores.map(\.accuracy))
    margins = Sample(scores.map(\.margin))
  }

  /// The number of lists.
  package var count: Int { accuracies.values.count }

  /// Returns the share of random lists whose accuracy is lower, equal ones counted half.
  package func percentile(_ accuracy: Double) -> Double {
    let (below, equal) = (accuracies.values.count { $0 < accuracy }, accuracies.values.count { $0 == accuracy })
    return (Double(below) + Double(equal) / 2) / Double(max(count, 1))
  }
}

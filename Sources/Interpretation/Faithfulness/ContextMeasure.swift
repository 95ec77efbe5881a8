/// The result of classifying images with a context, image by image.
package struct ContextScores: Sendable, Equatable {
  /// 1 for each image that is classified correctly, else 0.
  package let correct: [Float]
  /// The margin of each image, the log odds of its label; see ``Margin``.
  package let margins: [Float]

  /// Creates scores, as many of each kind.
  package init(correct: [Float], margins: [Float]) {
    self.correct = correct
    self.margins = margins
  }

  /// The share of images that are classified correctly.
  package var accuracy: Double { mean(.accuracy) }
  /// The mean margin.
  package var margin: Double { mean(.margin) }

  /// Returns the mean over the images in one unit.
  package func mean(_ unit: EffectUnit) -> Double {
    self[unit].reduce(0) { $0 + Double($1) } / Double(max(self[unit].count, 1))
  }

  /// Returns the differences of the images' scores.
  func subtracting(_ other: ContextScores) -> ContextScores {
    ContextScores(
      correct: zip(correct, other.correct).map { $0 - $1 }, margins: zip(margins, other.margins).map { $0 - $1 })
  }

  /// Returns the mean of several scores, image by image.
  static func mean(of scores: [ContextScores]) -> ContextScores {
    func mean(_ unit: EffectUnit) -> [Float] {
      guard let first = scores.first else { return [] }
      var sums = first[unit].map(Double.init)
      for other in scores.dropFirst() {
        for (index, value) in other[unit].enumerated() { sums[index] += Double(value) }
      }
      return sums.map { Float($0 / Double(scores.count)) }
    }
    return ContextScores(correct: mean(.accuracy), margins: mean(.margin))
  }

  /// Returns the scores of one kind.
  package subscript(unit: EffectUnit) -> [Float] { unit == .accuracy ? correct : margins }
}

/// A quantity in which a vector's effect is measured.
///
/// Accuracy counts images, so that a vector that changes the odds of many images but the class of few has no effect;
/// the margin shows it.
package enum EffectUnit: String, Sendable, CaseIterable {
  /// The share of images that are classified correctly.
  case accuracy
  /// The mean log odds of the images' labels.
  case margin
}

/// A measure of contexts on images.
package protocol ContextMeasure {
  /// Classifies the images with contexts, one context after the other.
  ///
  /// - Parameters:
  ///   - count: the number of contexts.
  ///   - context: makes each of them when it is needed.
  ///   - receive: receives the index and the scores of each context, in order.
  /// - Throws: The errors of measuring, and those of `receive`.
  func scores(
    _ count: Int, of context: (Int) -> ContextMatrix, _ receive: (Int, ContextScores) throws -> Void) throws
}

extension ContextMeasure {
  /// Returns the accuracy of each of some contexts.
  package func worth(_ count: Int, of context: (Int) -> ContextMatrix) throws -> [Double] {
    var result: [Double] = []
    try scores(count, of: context) { result.append($1.accuracy) }
    return result
  }

  /// Returns the accuracy of each of some contexts.
  func worth(_ contexts: [ContextMatrix]) throws -> [Double] { try worth(contexts.count) { contexts[$0] } }

  /// Returns the scores of each of some contexts.
  package func scores(of contexts: [ContextMatrix]) throws -> [ContextScores] {
    var result: [ContextScores] = []
    try scores(contexts.count, of: { contexts[$0] }) { result.append($1) }
    return result
  }
}

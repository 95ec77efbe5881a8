import PromptLensTensors

/// The linear probe of CLIP's and CoOp's authors: logistic regression on unscaled features, with C chosen on validation
/// images.
///
/// Source: Radford et al. (2021), section 3.2 and appendix A.3; CoOp's `lpclip/linear_probe.py` for the search: the
/// best of seven powers of ten, the first of equal ones, then eight halvings of the interval from a tenth to ten times
/// it.
///
/// The search ends at a gradient of 1e-6, where scikit-learn's default is 1e-4, so that the result is the optimum and
/// doesn't depend on the solver. On features of length 1 to 10, such as OpenAI's, the two give the same predictions; on
/// features of length 100 and more scikit-learn's default stops well before the optimum. The length of features matters:
/// C penalizes weights, which must be larger for shorter features, so that the same C means a stronger penalty on unit rows
/// than on raw ones, and the search, whose values of C don't depend on the length, ends elsewhere.
package struct LinearProbe: ClassifierMethod {
  /// The name, `linear`.
  package let name = "linear"
  /// C without validation images, that of CLIP's published example.
  package static let defaultInverseRegularization = 0.316
  /// The powers of ten at the beginning of the search.
  package static let grid = [1e6, 1e4, 1e2, 1, 1e-2, 1e-4, 1e-6]
  /// The number of halvings after them.
  package static let halvings = 8

  /// C; nil to choose it on validation images.
  package let inverseRegularization: Double?

  /// Creates a probe.
  ///
  /// - Parameter inverseRegularization: C; nil to choose it on validation images, or ``defaultInverseRegularization``
  ///   without them.
  package init(inverseRegularization: Double? = nil) { self.inverseRegularization = inverseRegularization }

  /// Fits the probe; see ``ClassifierMethod/fit(_:)``.
  package func fit(_ task: FewShotTask) throws -> FittedClassifier {
    let regression = try LogisticRegression(task.train, classCount: task.classCount)
    guard inverseRegularization == nil, let validation = task.validation else {
      let chosen = inverseRegularization ?? Self.defaultInverseRegularization
      return FittedClassifier(try regression.fit(inverseRegularization: chosen).classifier, [("C", chosen)])
    }
    var fits: [Double: (classifier: LinearClassifier, correct: Int)] = [:]
    let chosen = try Self.search { c in
      if let known = fits[c] { return known.correct }
      let classifier = try regression.fit(inverseRegularization: c).classifier
      let correct = try classifier.correct(validation)
      fits[c] = (classifier, correct)
      return correct
    }
    guard let best = fits[chosen] else { throw EvaluationError.notFitted(method: name, reason: "C was never tried") }
    return FittedClassifier(best.classifier, [("C", chosen)], selectedOn: validation.count)
  }

  /// Searches for C as in the reference.
  ///
  /// - Parameter score: the score of a C; called again for repeated values.
  /// - Returns: the better end of the last interval.
  /// - Throws: the errors of `score`.
  package static func search(_ score: (Double) throws -> Int) rethrows -> Double {
    var (peak, best) = (grid[0], try score(grid[0]))
    for c in grid.dropFirst() {
      let found = try score(c)
      if found > best { (peak, best) = (c, found) }
    }
    var (left, right) = (0.1 * peak, 10 * peak)
    var chosen = peak
    for _ in 0..<halvings {
      // The left end wins ties; the other end moves to the middle of the interval's logarithm.
      let middle = (left * right).squareRoot()
      if try score(left) >= score(right) { (chosen, right) = (left, middle) } else { (chosen, left) = (right, middle) }
    }
    return chosen
  }
}

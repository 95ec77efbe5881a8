import PromptLensTensors

/// A feature as a sum of few words: a non-negative lasso by coordinate descent.
///
/// `min P(w) = ½ |z − C w|² + λ Σ w` over w ≥ 0, with the words' directions as unit columns C. One coordinate's best value is
/// `w_j ← max(w_j + c_j · r − λ, 0)` with r the residual. The dual is `D(θ) = ½ |z|² − ½ |z − θ|²` where all `c_j · θ ≤ λ`; r scaled down
/// to that is such a θ, and `P − D ≥ 0` bounds how far w is from the best: the descent ends when it is a millionth of ½ |z|².
///
/// Sources: Friedman, Hastie and Tibshirani, "Regularization Paths for Generalized Linear Models via Coordinate
/// Descent" (2010); the gap by Kim et al., "An Interior-Point Method for Large-Scale l1-Regularized Least Squares"
/// (2007); words by Bhalla et al., "Interpreting CLIP with Sparse Linear Concept Embeddings (SpLiCE)" (2024).
package struct SparseDecomposition: Sendable, Equatable {
  /// A word with its weight.
  package struct Term: Sendable, Equatable {
    /// The index of the word in the dictionary.
    package let word: Int
    /// w, above 0.
    package let weight: Double
  }

  /// The words, heaviest first.
  package let terms: [Term]
  /// The penalty, λ.
  package let penalty: Double
  /// The cosine of z and C w, the part of the feature that the words express; 0 without words.
  package let cosine: Double
  /// P − D at the end, as a share of ½ |z|².
  package let dualityGap: Double

  /// Decomposes a feature.
  ///
  /// - Parameters:
  ///   - feature: `[width]`, of any length.
  ///   - dictionary: the words.
  ///   - share: λ as a share of the smallest λ that allows no word, `max c_j · z`; between 0 and 1.
  ///   - limit: the most sweeps of the descent.
  package init(_ feature: [Float], dictionary: WordDictionary, share: Double = 0.4, limit: Int = 2000) {
    let target = dictionary.direction(feature.map(Double.init))
    var descent = NonNegativeLasso(target: target, atoms: dictionary.atoms)
    let penalty = share * descent.largestProduct
    dualityGap = descent.solve(penalty: penalty, limit: limit)
    self.penalty = penalty
    terms = descent.weights.enumerated().filter { $0.element > 0 }
      .map { Term(word: $0.offset, weight: $0.element) }
      .sorted { ($1.weight, $0.word) < ($0.weight, $1.word) }
    let sum = zip(target, descent.residual).map { $0 - $1 }
    let length = sum.dot(sum).squareRoot()
    cosine = length > 0 ? sum.dot(target) / length : 0
  }
}

extension SparseDecomposition {
  /// Decomposes every row of a matrix of features.
  ///
  /// - Parameters:
  ///   - features: `[count, width]`.
  ///   - dictionary: the words.
  ///   - share: λ as a share of the smallest λ that allows no word.
  /// - Returns: A decomposition for each row.
  /// - Throws: `TensorError` if they aren't a matrix.
  package static func all(
    _ features: Tensor, dictionary: WordDictionary, share: Double = 0.4
  ) throws -> [SparseDecomposition] {
    guard features.shape.rank == 2 else {
      throw TensorError.shapeMismatch(
        operation: "decomposition", name: "features", expected: [-1, -1], found: features.shape.dimensions)
    }
    return try Parallel.map(features.shape.dimensions[0]) { row in
      SparseDecomposition(try features.rows(row..<row + 1).floats(), dictionary: dictionary, share: share)
    }
  }

  /// Returns the share of the weight that two decompositions put on the same words, `Σ min(w, w') / max(Σ w, Σ w')`.
  package func shared(with other: SparseDecomposition) -> Double {
    let weights = Dictionary(uniqueKeysWithValues: terms.map { ($0.word, $0.weight) })
    let common = other.terms.reduce(0) { $0 + min($1.weight, weights[$1.word] ?? 0) }
    let largest = max(terms.reduce(0) { $0 + $1.weight }, other.terms.reduce(0) { $0 + $1.weight })
    return largest > 0 ? common / largest : 1
  }
}

/// The state of the descent.
private struct NonNegativeLasso {
  let target: [Double]
  let atoms: [[Double]]
  var weights: [Double]
  /// z − C w.
  var residual: [Double]

  init(target: [Double], atoms: [[Double]]) {
    self.target = target
    self.atoms = atoms
    weights = [Double](repeating: 0, count: atoms.count)
    residual = target
  }

  /// The largest c_j · r, at least 0.
  var largestProduct: Double { atoms.reduce(0) { max($0, $1.dot(residual)) } }

  /// Descends until the duality gap is small, and returns the gap as a share of ½ |z|².
  mutating func solve(penalty: Double, limit: Int) -> Double {
    let size = target.dot(target) / 2
    guard size > 0 else { return 0 }
    var gap = 1.0
    var sweeps = 0
    repeat {
      // All words once, then those in use until they hardly move: most words are never used.
      sweep(atoms.indices, penalty)
      sweeps += 1
      let used = atoms.indices.filter { weights[$0] > 0 }
      while sweeps < limit, sweep(used, penalty) > 1e-9 { sweeps += 1 }
      gap = self.gap(penalty) / size
    } while gap > 1e-6 && sweeps < limit
    return gap
  }

  /// Sets each of some weights to its best value, and returns the largest change.
  @discardableResult
  private mutating func sweep(_ words: some Sequence<Int>, _ penalty: Double) -> Double {
    var largest = 0.0
    for word in words {
      let atom = atoms[word]
      let best = max(weights[word] + atom.dot(residual) - penalty, 0)
      let change = best - weights[word]
      guard change != 0 else { continue }
      weights[word] = best
      for index in residual.indices { residual[index] -= change * atom[index] }
      largest = max(largest, abs(change))
    }
    return largest
  }

  private func gap(_ penalty: Double) -> Double {
    let primal = residual.dot(residual) / 2 + penalty * weights.reduce(0, +)
    let largest = largestProduct
    let scale = largest > penalty ? penalty / largest : 1
    let rest = zip(target, residual).map { $0 - scale * $1 }
    return primal - (target.dot(target) - rest.dot(rest)) / 2
  }
}

import PromptLensTensors

/// The movement of each class's text feature from its zero-shot one, and the classes that it moved toward.
///
/// With unit features z before and t after, class k's drift is `d_k = t_k − z_k`, its size the angle's cosine `t_k ·
/// z_k`. The movement that all classes have in common is `d̄ = mean d_k`; `|d̄|² / mean |d_k|²` is its share. Class k
/// moved toward the classes j with the largest `(d_k − d̄) · z_j`.
///
/// Source of comparing with the hand-written prompt: Yao, Zhang and Xu, "Visual-Language Prompt Tuning with
/// Knowledge-guided Context Optimization" (2023), figure 1, who find that accuracy on new classes falls with this
/// distance.
package struct ClassDrift: Sendable, Equatable {
  /// A class that another moved toward.
  package struct Attractor: Sendable, Equatable {
    /// The class.
    package let label: Int
    /// (d_k − d̄) · z_j.
    package let gain: Double
  }

  /// The cosine of each class's feature with its zero-shot one.
  package let cosines: [Double]
  /// The classes that each class moved toward, most first: those with a gain above zero.
  package let towards: [[Attractor]]
  /// |d̄|² / mean |d|²: 1 if all classes moved alike, 0 if nothing moved.
  package let commonShare: Double

  /// Compares two classifiers.
  ///
  /// - Parameters:
  ///   - before: the zero-shot features, `[classes, width]`, unit rows.
  ///   - after: the learned ones, of the same shape.
  ///   - count: the most attractors of a class.
  /// - Throws: `TensorError` if the shapes differ.
  package init(before: Tensor, after: Tensor, count: Int = 3) throws {
    let (z, t) = try (ClassRows(before), ClassRows(after).matching(before))
    let drifts = (0..<z.count).map { row in zip(t[row], z[row]).map { $0 - $1 } }
    let mean = (0..<z.width).map { column in drifts.reduce(0) { $0 + $1[column] } / Double(max(z.count, 1)) }
    let size = drifts.reduce(0) { $0 + $1.dot($1) } / Double(max(z.count, 1))
    commonShare = size > 0 ? mean.dot(mean) / size : 0
    cosines = (0..<z.count).map { t[$0].dot(z[$0]) }
    towards = drifts.enumerated().map { label, drift in
      let own = zip(drift, mean).map { $0 - $1 }
      let gains = (0..<z.count).filter { $0 != label }.map { Attractor(label: $0, gain: own.dot(z[$0])) }
      return Array(gains.filter { $0.gain > 1e-6 }.sorted { ($1.gain, $0.label) < ($0.gain, $1.label) }.prefix(count))
    }
  }

  /// The mean of ``cosines``.
  package var meanCosine: Double { cosines.reduce(0, +) / Double(max(cosines.count, 1)) }
}

/// The cosines of every class's feature with every other's.
package struct ClassCosines: Sendable, Equatable {
  /// `[classes][classes]`, 1 on the diagonal.
  package let matrix: [[Double]]

  /// Compares a classifier's classes.
  ///
  /// - Parameter features: `[classes, width]`, unit rows.
  /// - Throws: `TensorError` if they aren't a matrix.
  package init(_ features: Tensor) throws {
    let rows = try ClassRows(features)
    matrix = try Parallel.map(rows.count) { row in (0..<rows.count).map { rows[row].dot(rows[$0]) } }
  }

  /// The mean over pairs of different classes; 0 without pairs.
  package var meanOfOthers: Double {
    let count = matrix.count
    guard count > 1 else { return 0 }
    let sum = matrix.enumerated().reduce(0) { sum, row in
      sum + row.element.enumerated().reduce(0) { $0 + ($1.offset == row.offset ? 0 : $1.element) }
    }
    return sum / Double(count * (count - 1))
  }
}

/// The rows of a matrix in f64.
struct ClassRows: Sendable {
  private let rows: [[Double]]
  let width: Int

  init(_ matrix: Tensor) throws {
    let dimensions = matrix.shape.dimensions
    guard dimensions.count == 2 else {
      throw TensorError.shapeMismatch(operation: "classes", name: "features", expected: [-1, -1], found: dimensions)
    }
    let width = dimensions[1]
    rows = matrix.withFloats { floats in
      (0..<dimensions[0]).map { row in floats[row * width..<(row + 1) * width].map(Double.init) }
    }
    self.width = width
  }

  var count: Int { rows.count }
  subscript(row: Int) -> [Double] { rows[row] }

  /// Returns itself if it has another matrix's shape.
  func matching(_ other: Tensor) throws -> ClassRows {
    guard other.shape.dimensions == [count, width] else {
      throw TensorError.shapeMismatch(
        operation: "classes", name: "features", expected: other.shape.dimensions, found: [count, width])
    }
    return self
  }
}

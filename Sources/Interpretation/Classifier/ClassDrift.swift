import PromptLensTensors

/// The movement of each class's text feature from its zero-shot one, and the classes that it moved toward.
///
/// With unit features z before and t after, class k's drift is `d_k = t_k − z_k`, its size the angle's cosine `t_k ·
/// z_k`. The movement that all classes have in common is `d̄ = mean d_k`; `|d̄|² / mean |d_k|²` is its share. Class k
/// moved toward the classes j with the largest `(d_k − d̄) · (z_j − z̄)`: without z̄, which all texts share, a class that
/// moved away from texts in general would have no class to move toward. Movements below ``rounding`` are none.
///
/// Source of comparing with the hand-written prompt: Yao, Zhang and Xu, "Visual-Language Prompt Tuning with
/// Knowledge-guided Context Optimization" (2023), figure 1, who find that accuracy on new classes falls with this
/// distance.
package struct ClassDrift: Sendable, Equatable {
  /// A class that another moved toward.
  package struct Attractor: Sendable, Equatable {
    /// The class.
    package let label: Int
    /// (d_k − d̄) · (z_j − z̄).
    package let gain: Double
  }

  /// The cosine of each class's feature with its zero-shot one.
  package let cosines: [Double]
  /// Boolean values that indicate whether each class moved, beyond rounding.
  package let hasMoved: [Bool]
  /// The classes that each class moved toward, most first: those with a gain above zero.
  package let towards: [[Attractor]]
  /// |d̄|² / mean |d|²: 1 if all classes moved alike, 0 if nothing moved.
  package let commonShare: Double

  /// The length of a movement of unit features up to which it is rounding.
  package static let rounding = 1e-4

  /// Compares two classifiers.
  ///
  /// - Parameters:
  ///   - before: the zero-shot features, `[classes, width]`, unit rows.
  ///   - after: the learned ones, of the same shape.
  ///   - count: the most attractors of a class.
  /// - Throws: `TensorError` if the shapes differ.
  package init(before: Tensor, after: Tensor, count: Int = 3) throws {
    let (z, t) = try (ClassRows(before), ClassRows(after).matching(before))
    let zeros = [Double](repeating: 0, count: z.width)
    let drifts = (0..<z.count).map { row in
      let drift = zip(t[row], z[row]).map { $0 - $1 }
      return drift.dot(drift) > Self.rounding * Self.rounding ? drift : zeros
    }
    func mean(_ row: (Int) -> [Double]) -> [Double] {
      (0..<z.count).reduce(zeros) { sums, index in zip(sums, row(index)).map(+) }.map { $0 / Double(max(z.count, 1)) }
    }
    let (common, center) = (mean { drifts[$0] }, mean { z[$0] })
    let size = drifts.reduce(0) { $0 + $1.dot($1) } / Double(max(z.count, 1))
    commonShare = size > 0 ? common.dot(common) / size : 0
    cosines = (0..<z.count).map { t[$0].dot(z[$0]) }
    hasMoved = drifts.map { $0.contains { $0 != 0 } }
    let centered = (0..<z.count).map { z[$0].subtracting(center) }
    towards = drifts.map { $0.subtracting(common) }.enumerated().map { label, own in
      guard own.dot(own) > Self.rounding * Self.rounding else { return [] }
      let gains = (0..<centered.count).filter { $0 != label }.map {
        Attractor(label: $0, gain: own.dot(centered[$0]))
      }
      return Array(gains.filter { $0.gain > 1e-6 }.sorted { ($1.gain, $0.label) < ($0.gain, $1.label) }.prefix(count))
    }
  }

  /// The class that moved farthest; `nil` if none moved beyond rounding.
  package var farthest: Int? {
    cosines.indices.filter { hasMoved[$0] }.min { cosines[$0] < cosines[$1] }
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

import Foundation
import PromptLensTensors

/// Factors of the logits of classes that a prompt was not learned on: a class whose learned text feature has moved away
/// from those of the training classes gets less confident predictions.
///
/// For each class, `exp(−mean distance to the k nearest training classes)` among learned text features, over the same
/// among zero-shot ones; all logits of an image are multiplied by the factor of its predicted class. A class that lies
/// within 0.05 of a training class is one, and its factor is 1. Source: Wang et al., "Open-Vocabulary Calibration for
/// Fine-tuned CLIP" (2024), section 4, and its published code.
package struct DistanceAwareCalibration: Sendable, Equatable {
  /// The factor of each class.
  package let factors: [Double]
  /// k.
  package let neighbors: Int

  /// The number of nearest training classes.
  package static let defaultNeighbors = 10
  /// The distance below which a class is a training class.
  static let sameClass = 0.05

  /// Computes the factors.
  ///
  /// - Parameters:
  ///   - base: the learned text features of the training classes, `[classes, width]`.
  ///   - classes: the learned text features of the classes to choose from.
  ///   - zeroShotBase: the zero-shot text features of the training classes.
  ///   - zeroShotClasses: the zero-shot text features of the classes to choose from.
  ///   - neighbors: k; at most the number of training classes counts.
  /// - Throws: ``EvaluationError/noClasses``; `TensorError` when shapes differ.
  package init(
    base: Tensor, classes: Tensor, zeroShotBase: Tensor, zeroShotClasses: Tensor, neighbors: Int = defaultNeighbors
  ) throws {
    guard base.shape.count > 0, classes.shape.count > 0 else { throw EvaluationError.noClasses }
    let learned = try Self.distances(classes, base)
    let zeroShot = try Self.distances(zeroShotClasses, zeroShotBase)
    guard learned.count == zeroShot.count, learned.first?.count == zeroShot.first?.count else {
      throw TensorError.shapeMismatch(
        operation: "calibration", name: "zero-shot text features", expected: classes.shape.dimensions,
        found: zeroShotClasses.shape.dimensions)
    }
    let count = max(min(neighbors, learned.first?.count ?? 1), 1)
    self.neighbors = count
    factors = zip(learned, zeroShot).map { learned, zeroShot in
      guard learned[0] >= Self.sameClass else { return 1 }
      func mean(_ distances: [Double]) -> Double { distances.prefix(count).reduce(0, +) / Double(count) }
      return exp(mean(zeroShot) - mean(learned))
    }
  }

  /// Returns the distances of each class to the training classes, the nearest first, between unit rows.
  private static func distances(_ classes: Tensor, _ base: Tensor) throws -> [[Double]] {
    let width = base.shape.dimensions.last ?? 0
    guard classes.shape.dimensions.last == width else {
      throw TensorError.shapeMismatch(
        operation: "calibration", name: "text features", expected: [-1, width], found: classes.shape.dimensions)
    }
    let (rows, columns) = (try classes.unitRows().floats(), try base.unitRows().floats())
    return (0..<rows.count / width).map { row in
      (0..<columns.count / width).map { column -> Double in
        var sum = 0.0
        for index in 0..<width {
          let difference = Double(rows[row * width + index]) - Double(columns[column * width + index])
          sum += difference * difference
        }
        return sum.squareRoot()
      }.sorted()
    }
  }

  /// Returns the factor of each image: that of its predicted class.
  ///
  /// - Parameter logits: `[images, classes]`.
  /// - Returns: a factor for each image.
  package func imageFactors(_ logits: Tensor) -> [Double] {
    CosineClassifier.predictions(ofLogits: logits).map { factors[$0] }
  }
}

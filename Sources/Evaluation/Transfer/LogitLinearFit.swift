import Foundation

/// The line through baselines on logit axes, `logit(target) = slope · logit(source) + intercept`, and a
/// classifier's height above it.
///
/// Least squares over the baselines: with centered logits x and y, `slope = Σxy / Σx²`. Source: Taori et al.,
/// "Measuring Robustness to Natural Distribution Shifts in Image Classification" (2020), section 3 and appendix D. The
/// result depends on the baselines, so these are always reported; Shi et al., "Effective Robustness against Natural
/// Distribution Shifts for Models with Different Training Data" (2023), measure this dependence.
package struct LogitLinearFit: Sendable, Equatable {
  /// A baseline: its accuracies on the source and on the target.
  package struct Point: Sendable, Equatable {
    /// The accuracy on the source.
    package let source: Double
    /// The accuracy on the target.
    package let target: Double

    /// Creates a baseline's accuracies.
    ///
    /// - Parameters:
    ///   - source: on the source.
    ///   - target: on the target.
    package init(source: Double, target: Double) {
      self.source = source
      self.target = target
    }
  }

  /// The line's slope.
  package let slope: Double
  /// The line's height at a source accuracy of one half.
  package let intercept: Double
  /// R², the share of the targets' variance, in logits, that the line explains; nil if they don't vary.
  package let determination: Double?
  /// The number of baselines.
  package let count: Int

  /// Fits the line; returns nil if fewer than two baselines differ on the source.
  ///
  /// - Parameters:
  ///   - points: the baselines.
  ///   - sourceImages: the number of images of source accuracies; see ``logit(_:of:)``.
  ///   - targetImages: the number of images of target accuracies.
  package init?(_ points: [Point], sourceImages: Int, targetImages: Int) {
    let x = points.map { Self.logit($0.source, of: sourceImages) }
    let y = points.map { Self.logit($0.target, of: targetImages) }
    guard points.count > 1, x.contains(where: { $0 != x[0] }) else { return nil }
    let (xMean, yMean) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let xx = x.reduce(0) { $0 + ($1 - xMean) * ($1 - xMean) }
    let yy = y.reduce(0) { $0 + ($1 - yMean) * ($1 - yMean) }
    let xy = zip(x, y).reduce(0) { $0 + ($1.0 - xMean) * ($1.1 - yMean) }
    slope = xy / xx
    intercept = yMean - slope * xMean
    determination = yy > 0 ? xy * xy / (xx * yy) : nil
    count = points.count
  }

  /// Returns `ln(p / (1 − p))`; an accuracy of 0 or 1 counts as half an image more or less, so that it is finite.
  ///
  /// - Parameters:
  ///   - accuracy: p, from 0 to 1.
  ///   - images: the number of images of that accuracy.
  /// - Returns: the logit, finite for at least one image.
  package static func logit(_ accuracy: Double, of images: Int) -> Double {
    let margin = 0.5 / Double(max(images, 1))
    let p = min(max(accuracy, margin), 1 - margin)
    return log(p / (1 - p))
  }

  /// Returns `1 / (1 + exp(−x))`.
  static func accuracy(ofLogit x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// Returns the target accuracy that the line predicts.
  ///
  /// - Parameters:
  ///   - source: the accuracy on the source.
  ///   - images: the number of images of that accuracy.
  /// - Returns: an accuracy between 0 and 1.
  package func expectedTarget(atSource source: Double, of images: Int) -> Double {
    Self.accuracy(ofLogit: slope * Self.logit(source, of: images) + intercept)
  }

  /// Returns ρ, the target accuracy beyond the line's prediction.
  ///
  /// - Parameters:
  ///   - source: the accuracy on the source.
  ///   - target: the accuracy on the target.
  ///   - images: the number of images of the source.
  /// - Returns: ρ, positive above the line.
  package func effectiveRobustness(source: Double, target: Double, sourceImages images: Int) -> Double {
    target - expectedTarget(atSource: source, of: images)
  }
}

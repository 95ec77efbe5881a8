/// A function of a batch of logits and labels that learning minimizes, with its gradient.
///
/// The trainer and all methods use losses through this protocol.
package protocol Loss: Sendable {
  /// The name for `--loss`, which run folders record.
  var name: String { get }

  /// Computes the loss of a batch.
  ///
  /// - Parameters:
  ///   - logits: `[batch, classes]`.
  ///   - classCount: the number of classes.
  ///   - labels: the class of each row.
  ///   - weights: the weight of each row, empty for 1 each; the mean divides by the number of rows, not by the sum of
  ///     weights.
  ///   - total: the number of rows of the whole batch, which the mean divides by where these rows are a part of it.
  /// - Returns: the loss of each row, their mean and its gradient.
  func evaluate(logits: [Float], classCount: Int, labels: [Int], weights: [Float], total: Int) -> LossValue
}

extension Loss {
  /// Computes the loss of a whole batch.
  package func evaluate(logits: [Float], classCount: Int, labels: [Int], weights: [Float]) -> LossValue {
    evaluate(logits: logits, classCount: classCount, labels: labels, weights: weights, total: labels.count)
  }
}

/// A loss and its gradient.
package struct LossValue: Sendable, Equatable {
  /// The loss of each row, before any weight.
  package var rows: [Double]
  /// The weighted mean over the batch.
  package var mean: Double
  /// ∂mean/∂logits, `[batch, classes]`.
  package var gradient: [Float]

  /// Creates a loss and its gradient.
  package init(rows: [Double], mean: Double, gradient: [Float]) {
    self.rows = rows
    self.mean = mean
    self.gradient = gradient
  }
}

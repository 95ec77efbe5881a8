import Foundation

extension LearningRateSchedule {
  /// Returns the learning rate after the first epoch that suits a model's temperature: CoOp's 0.002 where cosines are
  /// multiplied by 100.
  ///
  /// Logits are s times cosines, so a loss's gradient with respect to the context grows with s, and a step of
  /// gradient descent at the rate η changes logits in proportion to η · s². The rate that changes them as much as 0.002
  /// does at s = 100 is 0.002 · (100 / s)², here in two digits, so that published models, whose s is 100 but for
  /// rounding, have CoOp's rate exactly.
  ///
  /// - Parameters:
  ///   - logitScale: s, the exponential of the model's logit scale.
  ///   - rate: the rate at a logit scale of 100, by default CoOp's.
  /// - Returns: the learning rate.
  package static func peak(logitScale: Float, rate: Double = 0.002) -> Double {
    let scale = Double(logitScale)
    guard scale.isFinite, scale > 0 else { return rate }
    let suited = rate * (100 / scale) * (100 / scale)
    return Double(String(format: "%.1e", suited)) ?? rate
  }
}

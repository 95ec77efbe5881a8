/// The part of a classifier's accuracy that holds on another domain, and the part of its gain over zero-shot.
package struct TransferMeasures: Sendable, Equatable {
  /// The accuracy on the source.
  package let source: Double
  /// The accuracy on the target, among the same classes.
  package let target: Double
  /// Zero-shot's accuracy on the source, among the same classes.
  package let zeroShotSource: Double
  /// Zero-shot's accuracy on the target, among the same classes.
  package let zeroShotTarget: Double

  /// Creates the measures of four accuracies.
  ///
  /// - Parameters:
  ///   - source: the accuracy on the source.
  ///   - target: the accuracy on the target.
  ///   - zeroShotSource: zero-shot's on the source.
  ///   - zeroShotTarget: zero-shot's on the target.
  package init(source: Double, target: Double, zeroShotSource: Double, zeroShotTarget: Double) {
    self.source = source
    self.target = target
    self.zeroShotSource = zeroShotSource
    self.zeroShotTarget = zeroShotTarget
  }

  /// `source − target`.
  package var absoluteDrop: Double { source - target }

  /// `(source − target) / source`; nil when nothing is right on the source.
  package var relativeDrop: Double? { source > 0 ? absoluteDrop / source : nil }

  /// `source − zeroShotSource`.
  package var sourceGain: Double { source - zeroShotSource }

  /// `target − zeroShotTarget`: the effect of learning on the target.
  package var targetGain: Double { target - zeroShotTarget }

  /// `targetGain / sourceGain`: 1 when all that was gained on the source is gained on the target, negative when a gain
  /// there is a loss here; nil when nothing was gained or lost on the source.
  package var transferRatio: Double? { sourceGain == 0 ? nil : targetGain / sourceGain }
}

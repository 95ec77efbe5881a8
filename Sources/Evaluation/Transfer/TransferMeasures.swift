/// The transfer of a classifier's accuracy, and of its gain over zero-shot, to another domain.
package struct TransferMeasures: Sendable, Equatable {
  /// The accuracy on the source.
  package let source: Double
  /// The accuracy on the target, with the same classes.
  package let target: Double
  /// The zero-shot accuracy on the source, with the same classes.
  package let zeroShotSource: Double
  /// The zero-shot accuracy on the target, with the same classes.
  package let zeroShotTarget: Double

  /// Creates the measures of four accuracies.
  ///
  /// - Parameters:
  ///   - source: the accuracy on the source.
  ///   - target: the accuracy on the target.
  ///   - zeroShotSource: the zero-shot accuracy on the source.
  ///   - zeroShotTarget: the zero-shot accuracy on the target.
  package init(source: Double, target: Double, zeroShotSource: Double, zeroShotTarget: Double) {
    self.source = source
    self.target = target
    self.zeroShotSource = zeroShotSource
    self.zeroShotTarget = zeroShotTarget
  }

  /// `source − target`.
  package var absoluteDrop: Double { source - target }

  /// `(source − target) / source`; nil if the source accuracy is 0.
  package var relativeDrop: Double? { source > 0 ? absoluteDrop / source : nil }

  /// `source − zeroShotSource`.
  package var sourceGain: Double { source - zeroShotSource }

  /// `target − zeroShotTarget`: the effect of learning on the target.
  package var targetGain: Double { target - zeroShotTarget }

  /// `targetGain / sourceGain`: 1 if the gain on the target equals that on the source, negative if a gain turns into
  /// a loss; nil if the gain on the source is 0.
  package var transferRatio: Double? { sourceGain == 0 ? nil : targetGain / sourceGain }
}

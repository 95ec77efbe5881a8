/// How much of a classifier's accuracy holds on another domain, and how much of what it gained over zero-shot.
public struct TransferMeasures: Sendable, Equatable {
  /// The accuracy on the source.
  public let source: Double
  /// The accuracy on the target, among the same classes.
  public let target: Double
  /// Zero-shot's accuracy on the source, among the same classes.
  public let zeroShotSource: Double
  /// Zero-shot's accuracy on the target, among the same classes.
  public let zeroShotTarget: Double

  /// Measures of four accuracies.
  ///
  /// - Parameters:
  ///   - source: the accuracy on the source.
  ///   - target: the accuracy on the target.
  ///   - zeroShotSource: zero-shot's on the source.
  ///   - zeroShotTarget: zero-shot's on the target.
  public init(source: Double, target: Double, zeroShotSource: Double, zeroShotTarget: Double) {
    self.source = source
    self.target = target
    self.zeroShotSource = zeroShotSource
    self.zeroShotTarget = zeroShotTarget
  }

  /// `source − target`.
  public var absoluteDrop: Double { source - target }

  /// `(source − target) / source`; nil when nothing is right on the source.
  public var relativeDrop: Double? { source > 0 ? absoluteDrop / source : nil }

  /// `source − zeroShotSource`.
  public var sourceGain: Double { source - zeroShotSource }

  /// `target − zeroShotTarget`: whether learning helped on the target at all.
  public var targetGain: Double { target - zeroShotTarget }

  /// `targetGain / sourceGain`: 1 when all that was gained on the source is gained on the target, negative when a gain there
  /// is a loss here; nil when nothing was gained or lost on the source.
  public var transferRatio: Double? { sourceGain == 0 ? nil : targetGain / sourceGain }
}

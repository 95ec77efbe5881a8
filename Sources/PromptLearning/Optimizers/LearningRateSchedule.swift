import Foundation

/// The reference's learning rate: a constant warm-up, then a cosine that starts from the beginning; it changes between
/// epochs.
///
/// With E epochs, a warm-up of w of them and the peak η, epoch e from 1 has the warm-up rate when `e ≤ w`, and `η/2 ·
/// (1 + cos(π (e − w − 1) / E))` afterward. The cosine thus begins at the peak after the warm-up and never reaches
/// zero. Source: Dassl's `ConstantWarmupScheduler` with `WARMUP_RECOUNT`.
package struct LearningRateSchedule: Sendable, Equatable {
  /// η.
  package var peak: Double
  /// E.
  package var epochs: Int
  /// The rate of the warm-up.
  package var warmupRate = 1e-5
  /// w.
  package var warmupEpochs = 1

  /// Creates a schedule, by default the reference's.
  package init(peak: Double = 0.002, epochs: Int, warmupRate: Double = 1e-5, warmupEpochs: Int = 1) {
    self.peak = peak
    self.epochs = epochs
    self.warmupRate = warmupRate
    self.warmupEpochs = warmupEpochs
  }

  /// Returns the rate of an epoch, from 1.
  package func rate(ofEpoch epoch: Int) -> Double {
    guard epoch > warmupEpochs else { return warmupRate }
    return peak / 2 * (1 + cos(.pi * Double(epoch - warmupEpochs - 1) / Double(max(epochs, 1))))
  }

  /// Returns the reference's number of epochs: 50 for one shot and for ImageNet, 100 for up to four, else 200.
  package static func epochs(shots: Int?, isImageNet: Bool = false) -> Int {
    guard let shots, !isImageNet else { return 50 }
    return shots <= 1 ? 50 : shots <= 4 ? 100 : 200
  }
}

import Foundation

/// The learning rate of each step.
///
/// The reference's is a constant warm-up, then a cosine that starts from the beginning; it changes between epochs. With E
/// epochs, a warm-up of w of them and the peak η, epoch e from 1 has the warm-up rate when `e ≤ w`, and `η/2 ·
/// (1 + cos(π (e − w − 1) / E))` afterward. The cosine thus begins at the peak after the warm-up and never reaches
/// zero. Source: Dassl's `ConstantWarmupScheduler` with `WARMUP_RECOUNT`.
///
/// ``Course/steps`` changes at every step, for trainings of few steps: with T of them, `η s/w` in the first `w = T/10`,
/// and `η/2 · (1 + cos(π (s − w) / (T − w + 1)))` afterward.
package struct LearningRateSchedule: Sendable, Equatable {
  /// When and how the rate changes.
  package enum Course: Sendable, Equatable {
    /// Between epochs, as the reference's does.
    case epochs
    /// At every step: a linear warm-up over a tenth of the steps, and a cosine to zero.
    case steps
  }

  /// The course of the rate.
  package var course = Course.epochs
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

  /// Returns the rate of a step.
  ///
  /// - Parameters:
  ///   - step: the step in its epoch, from 1.
  ///   - epoch: the epoch, from 1.
  ///   - stepsPerEpoch: the number of steps in each epoch.
  /// - Returns: the rate.
  package func rate(ofStep step: Int, inEpoch epoch: Int, stepsPerEpoch: Int) -> Double {
    guard course == .steps else { return rate(ofEpoch: epoch) }
    let total = max(epochs, 1) * max(stepsPerEpoch, 1)
    let made = (epoch - 1) * stepsPerEpoch + step
    let warmup = max(total / 10, 1)
    guard made > warmup else { return peak * Double(made) / Double(warmup) }
    return peak / 2 * (1 + cos(.pi * Double(made - warmup) / Double(total - warmup + 1)))
  }

  /// Returns the reference's number of epochs: 50 for one shot and for ImageNet, 100 for up to four, else 200.
  package static func epochs(shots: Int?, isImageNet: Bool = false) -> Int {
    guard let shots, !isImageNet else { return 50 }
    return shots <= 1 ? 50 : shots <= 4 ? 100 : 200
  }
}

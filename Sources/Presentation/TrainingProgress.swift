import Foundation
import PromptLensFiles
import PromptLensPromptLearning
import PromptLensReporting

/// The progress of training in words: a line that is updated on a terminal, a line for every tenth of the epochs elsewhere.
package struct TrainingProgress: Sendable {
  private let epochs: Int
  private let steps: Int
  private let isTerminal: Bool
  private let write: @Sendable (String) -> Void
  private let start = ContinuousClock.now
  private let first: Int
  private var done: Int
  private var step = 0
  private var last: EpochRecord?
  private var lastDrawn = ContinuousClock.now

  /// Begins the progress of a run on standard error.
  ///
  /// - Parameters:
  ///   - epochs: the number of epochs.
  ///   - steps: the steps of each epoch.
  ///   - done: the epochs that an earlier process completed.
  package init(epochs: Int, steps: Int, done: Int) {
    self.init(epochs: epochs, steps: steps, done: done, isTerminal: isatty(STDERR_FILENO) == 1) {
      StandardStream.error.note($0)
    }
  }

  package init(
    epochs: Int, steps: Int, done: Int, isTerminal: Bool, write: @escaping @Sendable (String) -> Void
  ) {
    self.epochs = epochs
    self.steps = steps
    self.done = done
    self.isTerminal = isTerminal
    self.write = write
    first = done
  }

  /// Counts a step.
  package mutating func step(loss: Double) {
    step += 1
    guard isTerminal, lastDrawn.duration(to: .now) > .milliseconds(100) else { return }
    lastDrawn = .now
    let accuracy = last.map { ", accuracy \($0.accuracy.percentage), learning rate \(Self.rate($0))" } ?? ""
    write(
      "\r\u{1B}[Kepoch \(done + 1)/\(epochs), step \(step)/\(steps), loss \(loss.formatted(decimals: 4))\(accuracy)\(left)"
    )
  }

  /// Ends an epoch.
  package mutating func epoch(_ record: EpochRecord) {
    (done, step, last) = (record.epoch, 0, record)
    guard !isTerminal, done % max(epochs / 10, 1) == 0 || done == epochs else { return }
    write(line(record) + left + "\n")
  }

  /// Ends the run.
  package func finish() {
    guard isTerminal, let last else { return }
    write("\r\u{1B}[K\(line(last))\n")
  }

  private func line(_ record: EpochRecord) -> String {
    "epoch \(record.epoch)/\(epochs): loss \(record.loss.formatted(decimals: 4)), accuracy "
      + "\(record.accuracy.percentage), learning rate \(Self.rate(record)), "
      + "\((record.secondsPerStep * 1000).formatted(decimals: 1)) ms/step"
  }

  private static func rate(_ record: EpochRecord) -> String { String(format: "%.3g", record.learningRate) }

  private var left: String {
    let made = Double((done - first) * steps + step)
    guard made > 0, done < epochs else { return "" }
    let duration = start.duration(to: .now).components
    let seconds = Double(duration.seconds) + Double(duration.attoseconds) / 1e18
    return ", \((seconds / made * Double((epochs - done) * steps - step)).formatted(decimals: 0)) s left"
  }
}

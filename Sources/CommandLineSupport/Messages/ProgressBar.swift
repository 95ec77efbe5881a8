import Foundation
import PromptLensFiles
import PromptLensReporting
import Synchronization

/// A progress bar on standard error: with rate and time left on a terminal, one plain line elsewhere.
package final class ProgressBar: Sendable {
  private struct State {
    var done = 0
    var lastDrawn: ContinuousClock.Instant
    var isFinished = false
  }

  private let label: String
  private let unit: String
  private let total: Int
  private let isTerminal: Bool
  private let start: ContinuousClock.Instant
  private let write: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// Begins a stage.
  ///
  /// - Parameters:
  ///   - label: The name of the stage, "image features".
  ///   - total: The number of units.
  ///   - unit: The name of the units, "images"; "%" for hundredths of the whole, which have no rate.
  package convenience init(_ label: String, total: Int, unit: String) {
    self.init(label, total: total, unit: unit, isTerminal: isatty(STDERR_FILENO) == 1) {
      StandardStream.error.note($0)
    }
  }

  package init(
    _ label: String, total: Int, unit: String, isTerminal: Bool, write: @escaping @Sendable (String) -> Void
  ) {
    self.label = label
    self.unit = unit
    self.total = total
    self.isTerminal = isTerminal
    self.write = write
    start = .now
    state = Mutex(State(lastDrawn: start))
  }

  /// Counts finished units; callable from any thread.
  package func advance(by count: Int = 1) {
    state.withLock { state in
      state.done += count
      guard isTerminal, state.lastDrawn.duration(to: .now) > .milliseconds(100) else { return }
      state.lastDrawn = .now
      write("\r\u{1B}[K\(bar(done: state.done))")
    }
  }

  /// Ends the stage and prints its duration.
  package func finish() {
    state.withLock { state in
      guard !state.isFinished else { return }
      state.isFinished = true
      let seconds = elapsed
      let rate = seconds > 0 ? Double(state.done) / seconds : 0
      let duration = "\(seconds.formatted(decimals: 1)) s"
      write(
        "\(isTerminal ? "\r\u{1B}[K" : "")\(label): "
          + (isShare
            ? "done in \(duration)\n"
            : "\(count(state.done)) in \(duration) (\(rate.formatted(decimals: 1)) \(unit)/s)\n"))
    }
  }

  private var isShare: Bool { unit == "%" }

  /// Returns a number of units: "1 image", "3 images".
  private func count(_ number: Int) -> String {
    let noun = unit == "analyses" ? "analysis" : unit.hasSuffix("s") ? String(unit.dropLast()) : unit
    return number.counting(noun, plural: unit)
  }

  private var elapsed: Double {
    let duration = start.duration(to: .now).components
    return Double(duration.seconds) + Double(duration.attoseconds) / 1e18
  }

  private func bar(done: Int) -> String {
    let fraction = total > 0 ? min(Double(done) / Double(total), 1) : 1
    let filled = Int(fraction * 30)
    let rate = Double(done) / max(elapsed, 1e-9)
    let left = rate > 0 ? Double(total - done) / rate : 0
    return "\(label) [\(String(repeating: "#", count: filled))\(String(repeating: ".", count: 30 - filled))] "
      + (isShare ? "\(done) %" : "\(done.grouped)/\(total.grouped) \(unit), \(rate.formatted(decimals: 1))/s")
      + ", \(left.formatted(decimals: 0)) s left"
  }
}

import Synchronization

/// The steps of a long computation with their expected seconds.
package struct FitPlan: Sendable {
  /// A part of the work.
  package struct Step: Sendable, Equatable {
    /// The work, "image features".
    package let name: String
    /// The expected seconds.
    package let seconds: Double

    /// Creates a step.
    package init(_ name: String, seconds: Double) {
      self.name = name
      self.seconds = seconds
    }
  }

  /// The steps, in order.
  package let steps: [Step]

  /// Creates a plan.
  package init(_ steps: [Step]) { self.steps = steps }

  /// The expected seconds of all steps.
  package var seconds: Double { steps.reduce(0) { $0 + $1.seconds } }

  /// The plan in one line: each step with its seconds.
  package var line: String {
    "plan: about \(FitPlan.text(seconds)): "
      + steps.map { "\($0.name) \(FitPlan.text($0.seconds))" }.joined(separator: ", ")
  }

  /// Returns a length of time in words: `8 s`, `2 min 05 s`.
  package static func text(_ seconds: Double) -> String {
    let whole = Int(max(seconds, 0).rounded())
    if whole < 1 { return "under 1 s" }
    if whole < 120 { return "\(whole) s" }
    let rest = whole % 60
    return whole < 3600
      ? "\(whole / 60) min \(rest < 10 ? "0" : "")\(rest) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}

/// The progress of a plan: one stage for the whole, whose time left is that of all steps that are still to come.
final class PlanProgress: Sendable {
  private struct State {
    var step = -1
    var finished = 0.0
    var done = 0
    var total = 0
    var reported = 0
  }

  private let plan: FitPlan
  private let observer: ExperimentObserver
  private let stage: RunningStage
  private let state = Mutex(State())
  private let start = ContinuousClock.now
  private static let parts = 100

  init(_ plan: FitPlan, name: String, observer: ExperimentObserver) {
    self.plan = plan
    self.observer = observer
    stage = observer.begin(name, total: Self.parts, unit: "%")
  }

  /// The seconds since the beginning.
  var elapsed: Double { Self.seconds(start.duration(to: .now)) }

  /// Begins the next step; the note says how long the whole will still take.
  ///
  /// - Parameter total: the units of the step.
  func next(total: Int = 1) {
    let (name, left) = state.withLock { state in
      if state.step >= 0 { state.finished += plan.steps[state.step].seconds }
      state.step = min(state.step + 1, plan.steps.count - 1)
      (state.done, state.total) = (0, total)
      let left = plan.steps[state.step...].reduce(0) { $0 + $1.seconds }
      return (plan.steps[state.step].name, left)
    }
    report()
    observer.note("\(name) (about \(FitPlan.text(left)) left)")
  }

  /// Counts the step's units anew, once their number is known.
  func restart(total: Int) { state.withLock { ($0.done, $0.total) = (0, total) } }

  /// Counts finished units of the step; callable from any thread.
  func advance(by count: Int = 1) {
    state.withLock { $0.done += count }
    report()
  }

  /// Ends the whole.
  func finish() {
    let rest = state.withLock { state in
      defer { state.reported = Self.parts }
      return Self.parts - state.reported
    }
    if rest > 0 { stage.advance(by: rest) }
    stage.finish()
  }

  /// An observer that counts the units of another computation's stage as the step's, and passes its notes on.
  var counting: ExperimentObserver {
    let observer = observer
    return ExperimentObserver { event in
      switch event {
      case .began(let stage): self.state.withLock { ($0.done, $0.total) = (0, stage.total) }
      case .advanced(_, let count): self.advance(by: count)
      case .noted(let text): observer.note(text)
      default: break
      }
    }
  }

  private func report() {
    let more = state.withLock { state -> Int in
      guard state.step >= 0, plan.seconds > 0 else { return 0 }
      let part = state.total > 0 ? min(Double(state.done) / Double(state.total), 1) : 0
      let share = (state.finished + part * plan.steps[state.step].seconds) / plan.seconds
      let now = min(Int(share * Double(Self.parts)), Self.parts)
      guard now > state.reported else { return 0 }
      defer { state.reported = now }
      return now - state.reported
    }
    if more > 0 { stage.advance(by: more) }
  }

  static func seconds(_ duration: Duration) -> Double {
    let parts = duration.components
    return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
  }
}

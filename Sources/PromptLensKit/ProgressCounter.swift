import Synchronization

/// A thread-safe counter of finished units.
final class ProgressCounter: Sendable {
  private let total: Int
  private let report: (@Sendable (_ done: Int, _ total: Int) -> Void)?
  private let done = Mutex(0)

  init(total: Int, report: (@Sendable (_ done: Int, _ total: Int) -> Void)?) {
    self.total = total
    self.report = report
  }

  func advance(by count: Int) {
    guard let report else { return }
    done.withLock { done in
      done += count
      report(done, total)
    }
  }
}

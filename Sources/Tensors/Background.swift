import Dispatch
import Synchronization

/// A task that runs concurrently with the caller, for work that can't be divided into equal pieces.
package final class Background<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let finished = DispatchGroup()

  /// Starts the task, which runs to its end even if its value is never requested.
  package init(_ body: @escaping @Sendable () throws -> Value) {
    DispatchQueue.global().async(group: finished) { [self] in
      let outcome = Result(catching: body)
      result.withLock { $0 = outcome }
    }
  }

  /// Waits for the task, and returns its value.
  ///
  /// - Returns: the value.
  /// - Throws: the error of the work.
  package func value() throws -> Value {
    finished.wait()
    guard let result = result.withLock({ $0 }) else { throw CancellationError() }
    return try result.get()
  }
}

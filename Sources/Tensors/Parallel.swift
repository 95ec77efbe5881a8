import PromptLensCDNNL
import Dispatch
import Foundation
import Synchronization

/// Functions that perform independent pieces of work on several cores.
///
/// The division into pieces never depends on the number of threads, so neither do results.
package enum Parallel {
  /// The number of threads: `PROMPTLENS_THREADS`, or the number of processors.
  package static var threadCount: Int {
    get { configured.load(ordering: .relaxed) }
    set { configured.store(max(newValue, 1), ordering: .relaxed) }
  }

  private static let configured = Atomic<Int>(
    min(
      max(
        ProcessInfo.processInfo.environment["PROMPTLENS_THREADS"].flatMap { Int($0) }
          ?? ProcessInfo.processInfo.activeProcessorCount, 1), 4096))

  /// A marker on threads that are performing a piece.
  private static let busy: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// Calls `body` once for each index below `count`; products inside use one core each.
  /// Inside a piece of other work, the calls run one after another on the piece's own thread.
  ///
  /// - Parameters:
  ///   - count: the number of pieces.
  ///   - threads: the maximum number of threads, ``threadCount`` if nil; with one, pieces run in order.
  ///   - body: performs a piece of the work.
  /// - Throws: the error of the lowest index that failed. Pieces that have not begun by then are skipped.
  package static func forEach(
    _ count: Int, threads: Int? = nil, _ body: @escaping @Sendable (Int) throws -> Void
  ) throws {
    let workers = pthread_getspecific(busy) == nil ? min(threads ?? threadCount, count) : 1
    guard workers > 1 else {
      pl_use_one_thread()
      for index in 0..<count { try body(index) }
      return
    }
    let next = Atomic<Int>(0)
    let failure = Mutex<(index: Int, error: any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      pl_use_one_thread()
      pthread_setspecific(busy, UnsafeRawPointer(bitPattern: 1))
      defer { pthread_setspecific(busy, nil) }
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count, failure.withLock({ $0 == nil }) else { return }
        do {
          try body(index)
        } catch {
          failure.withLock { if $0.map({ index < $0.index }) ?? true { $0 = (index, error) } }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
  }

  /// Returns the results of `body` for each index below `count`, in order.
  ///
  /// - Throws: the error of the lowest index that failed.
  package static func map<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    let results = Mutex<[Result?]>([Result?](repeating: nil, count: count))
    try forEach(count) { index in
      let result = try body(index)
      results.withLock { $0[index] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
  }
}

import Dispatch
import PromptLensCLIP
import PromptLensTensors
import Synchronization

/// The arrangement of many runs on the threads: groups at the same time, each with several runs whose passes over prompts
/// are computed side by side.
struct GroupedRuns {
  /// The maximum number of groups at a time.
  let groups: Int
  /// The number of runs in a group.
  let members: Int

  /// The rows of prompts below which a step on one thread is faster than its share of a step on several: they are too few
  /// for several pieces of full size. A group's passes have no more, so that it takes no more memory than such a run.
  static let rowsOfSmallPrompts = 512

  /// Arranges runs one by one.
  init(alone groups: Int) { (self.groups, members) = (groups, 1) }

  /// Arranges runs in groups of similar sizes.
  ///
  /// - Parameters:
  ///   - count: the number of runs.
  ///   - groups: the maximum number of groups at a time.
  ///   - rows: about the number of rows of a run's prompts.
  init(of count: Int, groups: Int, rows: Int) {
    let groups = max(min(groups, count), 1)
    let most = max(Self.rowsOfSmallPrompts / max(rows, 1), 1)
    let runs = (count + groups - 1) / groups
    let rounds = max((runs + most - 1) / most, 1)
    self.groups = groups
    members = (runs + rounds - 1) / rounds
  }

  /// Calls `body` once for each index below `count`.
  ///
  /// - Parameters:
  ///   - count: the number of runs.
  ///   - body: performs a run, as a member of a group or by itself.
  /// - Throws: the error of the lowest index that failed. Runs that have not begun by then are skipped.
  func forEach(_ count: Int, _ body: @escaping @Sendable (Int, PassGroup.Member?) throws -> Void) throws {
    guard count > 0 else { return }
    let groups = max(min(groups, count), 1)
    let threads = Parallel.threadCount
    defer { Parallel.threadCount = threads }
    Parallel.threadCount = max(threads / groups, 1)
    let next = Atomic<Int>(0)
    let failure = Mutex<(index: Int, error: any Error)?>(nil)
    @Sendable func work(_ member: PassGroup.Member?) {
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count, failure.withLock({ $0 == nil }) else { return }
        do {
          try body(index, member)
        } catch {
          failure.withLock { if $0.map({ index < $0.index }) ?? true { $0 = (index, error) } }
        }
      }
    }
    let members = members
    DispatchQueue.concurrentPerform(iterations: groups) { _ in
      if members > 1 { PassGroup.run(threads: members) { work($0) } } else { work(nil) }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
  }
}

extension LearningSettings {
  /// Returns about the number of rows of a run's prompts: those of the contexts, and five for each class name; all
  /// positions where the tower isn't causal.
  func promptRows(classes: Int, _ text: TextTowerConfiguration) -> Int {
    guard text.isCausal else { return classes * text.contextLength }
    let contexts = isClassSpecific || classPosition != .end ? classes : 1
    return contexts * (contextLength ?? 16) + 5 * classes
  }
}

import Foundation

/// A group of threads that take turns, and whose passes over the same prompts are computed side by side.
///
/// One thread runs at a time, until it asks for a pass or ends. When all of them have asked, the passes over the same
/// prompts are computed as one, whose products have more rows, and every member's results have the bits that a pass of
/// its own gives.
package final class PassGroup: @unchecked Sendable {
  // Unchecked: only the thread whose turn it is uses the group.

  /// One of a group's threads.
  package final class Member: @unchecked Sendable {
    // Unchecked: the group never changes, and semaphores are for any thread.
    private let group: PassGroup
    private let turn = DispatchSemaphore(value: 0)

    fileprivate init(of group: PassGroup) { self.group = group }

    /// Returns passes over prompts, which other members' passes with the same key join.
    ///
    /// - Parameters:
    ///   - key: the identity of the tower and the prompts.
    ///   - encoder: the text tower.
    ///   - tree: the prompts.
    /// - Returns: the passes, until ``MemberPass/leave()``.
    /// - Throws: the errors of preparing passes.
    package func pass(
      over key: some Hashable & Sendable, _ encoder: TextEncoder, _ tree: @autoclosure () throws -> PromptTree
    ) throws -> MemberPass {
      try group.pass(over: AnyHashable(key), of: self, encoder, tree)
    }

    /// Ends the turn until the group has computed what this member asked for.
    func waitForResult() {
      group.endTurn()
      waitForTurn()
    }

    fileprivate func waitForTurn() { turn.wait() }
    fileprivate func beginTurn() { turn.signal() }
  }

  /// The members that can run, in the order of their turns.
  private var ready: [Member] = []
  private var passes: [(key: AnyHashable, pass: JointPass)] = []

  private let contextLimit: Int

  private init(contextLimit: Int) { self.contextLimit = contextLimit }

  /// Runs a closure on each thread of a new group, and waits until all have ended.
  ///
  /// - Parameters:
  ///   - count: the number of threads.
  ///   - contextLimit: the number of contexts above which passes are computed one by one.
  ///   - body: the work of a thread.
  package static func run(
    threads count: Int, contextLimit: Int = .max, _ body: @escaping @Sendable (Member) -> Void
  ) {
    let group = PassGroup(contextLimit: contextLimit)
    let ended = DispatchGroup()
    let members = (0..<count).map { _ in Member(of: group) }
    group.ready = members
    for member in members {
      ended.enter()
      Thread {
        member.waitForTurn()
        body(member)
        group.endTurn()
        ended.leave()
      }.start()
    }
    group.endTurn()
    ended.wait()
  }

  /// Begins the turn of the next member that can run; if all have asked for passes, first computes those of some.
  private func endTurn() {
    if ready.isEmpty {
      for (_, pass) in passes {
        ready = pass.compute()
        if !ready.isEmpty { break }
      }
    }
    guard !ready.isEmpty else { return }
    ready.removeFirst().beginTurn()
  }

  private func pass(
    over key: AnyHashable, of member: Member, _ encoder: TextEncoder, _ tree: () throws -> PromptTree
  ) throws -> MemberPass {
    passes.removeAll { $0.key != key && $0.pass.isUnused }
    if let known = passes.first(where: { $0.key == key }) { return known.pass.join(member) }
    let made = try JointPass(encoder, tree(), contextLimit: contextLimit)
    passes.append((key, made))
    return made.join(member)
  }
}

import PromptLensCLIP
import PromptLensTensors
import Synchronization
import TestSupport
import Testing

@Suite("Passes side by side")
struct PassGroupTests {
  private let encoder: TextEncoder
  private static let length = 3

  init() throws {
    encoder = try TextEncoder(configuration: RandomTowers.configuration, source: RandomTowers.source())
  }

  /// Few classes are a single chunk; many have a trunk and several chunks.
  private static func tree(classes: Int, isClassSpecific: Bool) throws -> PromptTree {
    try PromptTree(
      (0..<classes).map { index in
        let first = isClassSpecific ? index * length : 0
        let words = [Int32(7 + index % 30), Int32(7 + index / 30)].map { PromptElement.token($0) }
        return [.token(38)] + (first..<first + length).map { .context($0) } + words + [.token(5), .token(39)]
      })
  }

  /// Returns what a member's steps give: features, and one gradient or two for each.
  private static func steps(_ member: Int, _ pass: any ContextPass, classes: Int, rows: Int) throws -> [[Float]] {
    var found: [[Float]] = []
    for step in 0..<2 + member {
      let context = randomFloats(rows * 20, seed: UInt64(100 * member + step))
      found.append(try context.withUnsafeBufferPointer { try pass.forward(context: $0) }.floats)
      for gradient in 0..<1 + (member + step) % 2 {
        found.append(try pass.backward(randomFloats(classes * 6, seed: UInt64(1000 * step + gradient + member))).floats)
      }
    }
    return found
  }

  @Test(
    "members with different numbers of steps and passes have the bits of passes alone",
    arguments: [7, 70], [false, true])
  func sameBits(classes: Int, isClassSpecific: Bool) throws {
    let tree = try Self.tree(classes: classes, isClassSpecific: isClassSpecific)
    let rows = (isClassSpecific ? classes : 1) * Self.length
    let alone = try (0..<5).map {
      try Self.steps($0, PromptPass(encoder: encoder, tree: tree), classes: classes, rows: rows)
    }
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    for (threads, contextLimit) in [(1, Int.max), (3, Int.max), (1, 3), (2, 1)] {
      Parallel.threadCount = threads
      let found = try grouped(5, contextLimit: contextLimit) { member, number in
        let pass = try member.pass(over: "classes", encoder, tree)
        defer { pass.leave() }
        #expect(pass.cost == (try PromptPass(encoder: encoder, tree: tree)).cost)
        return try Self.steps(number, pass, classes: classes, rows: rows)
      }
      for (found, alone) in zip(found, alone) { #expect(try found.get() == alone) }
    }
  }

  @Test("members over other prompts, and members that come later, have the bits of passes alone")
  func mixed() throws {
    let trees = [try Self.tree(classes: 7, isClassSpecific: false), try Self.tree(classes: 9, isClassSpecific: false)]
    @Sendable func steps(_ run: Int, _ pass: (PromptTree, Int) throws -> any ContextPass) throws -> [[Float]] {
      let index = run % 2
      return try Self.steps(run % 3, pass(trees[index], index), classes: index == 0 ? 7 : 9, rows: Self.length)
    }
    let alone = try (0..<7).map { try steps($0) { tree, _ in try PromptPass(encoder: encoder, tree: tree) } }
    let found = try grouped(3) { member, number in
      try stride(from: number, to: 7, by: 3).map { run in
        var used: MemberPass?
        defer { used?.leave() }
        return try steps(run) { tree, index in
          let pass = try member.pass(over: index, encoder, tree)
          used = pass
          return pass
        }
      }
    }
    for (number, found) in found.enumerated() {
      #expect(try found.get() == stride(from: number, to: 7, by: 3).map { alone[$0] })
    }
  }

  @Test("a member that fails fails alone")
  func failure() throws {
    let tree = try Self.tree(classes: 7, isClassSpecific: false)
    let found = try grouped(3) { member, number in
      let pass = try member.pass(over: "classes", encoder, tree)
      defer { pass.leave() }
      if number == 1 {
        _ = try Self.steps(0, pass, classes: 7, rows: Self.length)
        _ = try [Float](repeating: 0, count: 20).withUnsafeBufferPointer { try pass.forward(context: $0) }
      }
      return try Self.steps(number, pass, classes: 7, rows: Self.length)
    }
    for number in [0, 2] {
      let alone = try Self.steps(number, PromptPass(encoder: encoder, tree: tree), classes: 7, rows: Self.length)
      #expect(try found[number].get() == alone)
    }
    #expect(throws: TensorError.self) { try found[1].get() }
  }

  /// Returns what the members of a group find.
  private func grouped<Found: Sendable>(
    _ count: Int, contextLimit: Int = .max,
    _ body: @escaping @Sendable (PassGroup.Member, Int) throws -> Found
  ) throws -> [Result<Found, any Error>] {
    let next = Atomic<Int>(0)
    let found = Mutex<[Int: Result<Found, any Error>]>([:])
    PassGroup.run(threads: count, contextLimit: contextLimit) { member in
      let number = next.add(1, ordering: .relaxed).oldValue
      let result = Result { try body(member, number) }
      found.withLock { $0[number] = result }
    }
    return try (0..<count).map { number in try #require(found.withLock { $0[number] }) }
  }
}

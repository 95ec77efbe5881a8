import Foundation
import PromptLensCLIP
import PromptLensTensors
import Synchronization
import TestSupport
import Testing

@Suite("Passes that ranks divide")
struct PassRanksTests {
  private let encoder: TextEncoder
  /// So many classes that the tree has a trunk and several chunks.
  private static let classCount = 70
  private static let length = 3

  init() throws {
    encoder = try TextEncoder(configuration: RandomTowers.configuration, source: RandomTowers.source())
  }

  private static func prompts(isClassSpecific: Bool) -> [[PromptElement]] {
    (0..<classCount).map { index in
      let first = isClassSpecific ? index * length : 0
      let words = [Int32(7 + index % 30), Int32(7 + index / 30), Int32(3 + index % 5)].map { PromptElement.token($0) }
      return [.token(38)] + (first..<first + length).map { .context($0) } + words + [.token(5), .token(39)]
    }
  }

  /// What two steps of a pass give.
  private struct Found: Equatable {
    var features: [[Float]] = []
    var gradients: [[Float]] = []
    var deeper: [[Float]] = []
  }

  private func steps(isClassSpecific: Bool, limit: Int?, ranks: PassRanks?) throws -> Found {
    let pass = try PromptPass(
      encoder: encoder, tree: PromptTree(Self.prompts(isClassSpecific: isClassSpecific)), tapeLimit: limit, ranks: ranks
    )
    #expect(pass.cost.chunks > 3)
    let count = (isClassSpecific ? Self.classCount : 1) * Self.length * 20
    var found = Found()
    for step in 0..<2 {
      let context = randomFloats(count, seed: UInt64(step))
      let layers = step == 0 ? [:] : [1: randomFloats(count, seed: 7), 2: randomFloats(count, seed: 8)]
      found.features.append(
        try context.withUnsafeBufferPointer { try pass.forward(context: $0, layers: layers) }.floats)
      let gradients = try pass.gradients(randomFloats(Self.classCount * 6, seed: UInt64(20 + step)))
      found.gradients.append(gradients.context.floats)
      found.deeper += gradients.layers.sorted { $0.key < $1.key }.map(\.value.floats)
    }
    return found
  }

  @Test(
    "features and gradients have the same bits on any number of ranks", arguments: [2, 3, 40], [false, true])
  func sameBits(count: Int, isClassSpecific: Bool) throws {
    for limit in [nil, 0] {
      let alone = try steps(isClassSpecific: isClassSpecific, limit: limit, ranks: nil)
      let exchange = LocalExchange(count: count)
      let failure = Mutex<(any Error)?>(nil)
      let others = DispatchGroup()
      for rank in 1..<count {
        let ranks = PassRanks(LocalRank(rank: rank, exchange: exchange))
        let thread = Thread { [encoder] in
          do { try ranks.serve(encoder) } catch { failure.withLock { $0 = error } }
          others.leave()
        }
        others.enter()
        thread.start()
      }
      let leader = PassRanks(LocalRank(rank: 0, exchange: exchange))
      let divided = try steps(isClassSpecific: isClassSpecific, limit: limit, ranks: leader)
      #expect(try leader.latency(repetitions: 2) > 0)
      try leader.end()
      others.wait()
      if let error = failure.withLock({ $0 }) { throw error }
      #expect(divided == alone)
      #expect(leader.steps == 2 && leader.sentBytes > 0 && leader.receivedBytes > 0)
    }
  }

  @Test("shares are consecutive and have every piece once")
  func shares() {
    for (count, total) in [(1, 5), (2, 5), (3, 2), (7, 36)] {
      let ranks = LocalRank(rank: 0, exchange: LocalExchange(count: count))
      #expect((0..<count).flatMap { Array(ranks.share(of: $0, in: total)) } == Array(0..<total))
    }
  }

  @Test("ranks say whether they agree", arguments: [2, 5], [true, false])
  func agreement(count: Int, isSame: Bool) throws {
    let exchange = LocalExchange(count: count)
    let found = Mutex<[Bool]>([])
    let all = DispatchGroup()
    for rank in 0..<count {
      all.enter()
      Thread {
        let own = isSame || rank + 1 < count ? "train --seed 1" : "train --seed 2"
        let agrees = try? LocalRank(rank: rank, exchange: exchange).agree(on: own.utf8)
        found.withLock { $0.append(agrees ?? !isSame) }
        all.leave()
      }.start()
    }
    all.wait()
    #expect(found.withLock { $0 } == [Bool](repeating: isSame, count: count))
  }

  @Test("Open MPI is asked for only where mpirun started several processes")
  func isStarted() {
    #expect(!OpenMPI.isStarted([:]) && !OpenMPI.isStarted(["OMPI_COMM_WORLD_SIZE": "1"]))
    #expect(OpenMPI.isStarted(["OMPI_COMM_WORLD_SIZE": "2"]))
  }
}

/// A rank that is a thread of this process.
private struct LocalRank: RankGroup {
  let rank: Int
  let exchange: LocalExchange
  var count: Int { exchange.count }

  func broadcast(_ bytes: UnsafeMutableRawBufferPointer) throws {
    if rank == 0 { exchange.put(Array(bytes), of: 0) }
    exchange.meet()
    if rank != 0 { bytes.copyBytes(from: exchange.bytes(of: 0)) }
    exchange.meet()
  }

  func gather(_ bytes: UnsafeMutableRawBufferPointer, sizes: [Int]) throws {
    if rank != 0 { exchange.put(Array(bytes), of: rank) }
    exchange.meet()
    if rank == 0 {
      var start = sizes[0]
      for (rank, size) in sizes.enumerated().dropFirst() {
        UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + size]).copyBytes(from: exchange.bytes(of: rank))
        start += size
      }
    }
    exchange.meet()
  }
}

/// Memory in which threads exchange bytes, and a place where they wait for each other.
private final class LocalExchange: @unchecked Sendable {
  // Unchecked: the condition guards everything.
  let count: Int
  private let condition = NSCondition()
  private var slots: [[UInt8]]
  private var waiting = 0
  private var meeting = 0

  init(count: Int) {
    self.count = count
    slots = [[UInt8]](repeating: [], count: count)
  }

  func put(_ bytes: [UInt8], of rank: Int) { condition.withLock { slots[rank] = bytes } }

  func bytes(of rank: Int) -> [UInt8] { condition.withLock { slots[rank] } }

  /// Waits until all ranks are here.
  func meet() {
    condition.lock()
    defer { condition.unlock() }
    let own = meeting
    waiting += 1
    if waiting == count {
      waiting = 0
      meeting += 1
      condition.broadcast()
    }
    while meeting == own { condition.wait() }
  }
}

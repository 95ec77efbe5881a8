import PromptLensFiles
import PromptLensCDNNL
import Foundation

/// Consecutive rows of a piece, which a worker computes together.
struct RowBatch {
  let piece: Int
  /// The indices of the rows among the piece's rows.
  let indices: Range<Int>
  /// The index of the first row among all pieces' rows.
  let firstRow: Int

  /// Returns the batches of some pieces of items; batches don't cross the ends of pieces.
  static func batches(of pieces: [Range<Int>], rowsPerItem: Int, size: Int) -> [RowBatch] {
    var batches: [RowBatch] = []
    var first = 0
    for (piece, items) in pieces.enumerated() {
      let rows = items.count * rowsPerItem
      for start in stride(from: 0, to: rows, by: size) {
        batches.append(RowBatch(piece: piece, indices: start..<min(start + size, rows), firstRow: first + start))
      }
      first += rows
    }
    return batches
  }
}

/// The shared queue of readers and workers of a ``ReadAhead``, which assigns items and memory.
///
/// Batches get memory in order, so the first unfinished batch always has memory and no thread waits forever. After an
/// item fails, the items before it are still computed, so that the error is always that of the first bad item.
final class RowQueue: @unchecked Sendable {
  // Unchecked: the condition guards everything that changes; a row's memory belongs to the reader that was given it,
  // then to the worker that took its batch.

  /// The error for readers whose rows are no longer needed.
  struct Stopped: Error {}

  /// An item that a reader prepares.
  struct Claim {
    let item: Int
    /// The item's index in the order of work.
    let turn: Int
    /// The index of its first row among all rows.
    let firstRow: Int
  }

  private let condition = NSCondition()
  private let items: [Int]
  private let batches: [RowBatch]
  private let rowsPerItem: Int
  private let batchFloats: Int

  private var nextTurn = 0
  /// The number of batches that have or had memory.
  private var opened = 0
  private var buffers: [FloatBuffer?]
  private var spare: [FloatBuffer] = []
  /// The number of batches that may still get memory.
  private var room: Int
  private var missingRows: [Int]
  private var ready: [Int] = []
  private var freeSlots: Int
  private var waitingReaders = 0
  private var missingBatches: [Int]
  private var finishedPieces: [Int] = []
  private var readers = 0
  private var threads = 0
  /// A Boolean value that indicates whether a change may concern a waiting thread.
  private var hasNews = false
  /// The known error of the first failed item.
  private var failure: (turn: Int, error: any Error)?
  /// An error that ends all work at once.
  private var stopped: (any Error)?

  init(
    pieces: [Range<Int>], batches: [RowBatch], rowsPerItem: Int, batchFloats: Int, capacity: Int, slots: Int
  ) {
    items = pieces.flatMap { Array($0) }
    self.batches = batches
    self.rowsPerItem = rowsPerItem
    self.batchFloats = batchFloats
    room = capacity
    freeSlots = slots
    buffers = [FloatBuffer?](repeating: nil, count: batches.count)
    missingRows = batches.map(\.indices.count)
    missingBatches = [Int](repeating: 0, count: pieces.count)
    for batch in batches { missingBatches[batch.piece] += 1 }
    finishedPieces = pieces.indices.filter { missingBatches[$0] == 0 }
  }

  // MARK: - Threads

  /// Starts a thread that prepares items until none are left.
  func startReader(_ read: @escaping @Sendable (Claim) throws -> Void) {
    locked { readers += 1 }
    start { [self] in
      while let claim = claim() {
        do {
          try read(claim)
        } catch is Stopped {
          break
        } catch {
          fail(claim, error)
        }
      }
      locked {
        readers -= 1
        hasNews = true
      }
    }
  }

  /// Starts a thread that computes batches until none are left.
  func startWorker(_ compute: @escaping @Sendable (RowBatch, FloatBuffer) throws -> Void) {
    start { [self] in
      while let (index, rows) = take() {
        do {
          try compute(batches[index], rows)
        } catch {
          stop(error)
        }
        finish(index, rows)
      }
    }
  }

  private func start(_ body: @escaping @Sendable () -> Void) {
    locked { threads += 1 }
    Thread.detachNewThread { [self] in
      pl_use_one_thread()
      body()
      locked {
        threads -= 1
        hasNews = true
      }
    }
  }

  /// Stops all work as soon as possible.
  func stop(_ error: any Error) {
    locked {
      stopped = stopped ?? error
      hasNews = true
    }
  }

  /// Returns the next finished piece; nil if there won't be another.
  func nextPiece() -> Int? {
    wait {
      if stopped != nil { return .some(nil) }
      if !finishedPieces.isEmpty { return finishedPieces.removeFirst() }
      return threads == 0 ? .some(nil) : nil
    }
  }

  /// Waits for all threads.
  ///
  /// - Throws: the first error.
  func join() throws {
    wait { threads == 0 ? true : nil }
    if let error = stopped ?? failure?.error { throw error }
  }

  // MARK: - Readers

  /// Returns the next item to prepare.
  private func claim() -> Claim? {
    locked {
      guard nextTurn < items.count, failure == nil, stopped == nil else { return nil }
      defer { nextTurn += 1 }
      return Claim(item: items[nextTurn], turn: nextTurn, firstRow: nextTurn * rowsPerItem)
    }
  }

  /// Returns the destination of a row of a claimed item, as soon as there is room for it.
  ///
  /// - Throws: ``Stopped`` when it is no longer needed.
  func row(_ row: Int, of claim: Claim) throws -> (batch: Int, index: Int, buffer: FloatBuffer) {
    let batch = self.batch(of: row)
    let buffer = try wait {
      try check(claim)
      if batch == opened, room > 0 {
        room -= 1
        opened += 1
        hasNews = true
        buffers[batch] = spare.popLast() ?? FloatBuffer(uninitialized: batchFloats)
      }
      return buffers[batch]
    }
    return (batch, row - batches[batch].firstRow, buffer)
  }

  /// Marks a row of a batch as ready.
  func fill(_ batch: Int) {
    locked {
      missingRows[batch] -= 1
      guard missingRows[batch] == 0 else { return }
      ready.append(batch)
      hasNews = true
    }
  }

  /// Performs a reader's work in one of the slots, which readers get before workers, since their work is short and
  /// enables others.
  ///
  /// - Throws: the errors of `body`, or ``Stopped``.
  func working<Result>(on claim: Claim, _ body: () throws -> Result) throws -> Result {
    locked { waitingReaders += 1 }
    defer { locked { giveSlotBack() } }
    wait { () -> Bool? in
      guard freeSlots > 0 else { return nil }
      waitingReaders -= 1
      freeSlots -= 1
      hasNews = waitingReaders == 0 && freeSlots > 0 && !ready.isEmpty
      return true
    }
    try locked { try check(claim) }
    return try body()
  }

  private func fail(_ claim: Claim, _ error: any Error) {
    locked {
      if failure.map({ claim.turn < $0.turn }) ?? true { failure = (claim.turn, error) }
      hasNews = true
    }
  }

  private func giveSlotBack() {
    freeSlots += 1
    hasNews = hasNews || waitingReaders > 0 || !ready.isEmpty
  }

  private func check(_ claim: Claim) throws(Stopped) {
    guard stopped == nil, failure.map({ claim.turn < $0.turn }) ?? true else { throw Stopped() }
  }

  private func batch(of row: Int) -> Int {
    var range = 0..<batches.count
    while range.count > 1 {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = batches[middle].firstRow <= row ? middle..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  // MARK: - Workers

  /// Takes a ready batch and a slot; returns nil if there won't be another batch.
  private func take() -> (batch: Int, rows: FloatBuffer)? {
    wait {
      if stopped != nil { return .some(nil) }
      if let first = ready.indices.min(by: { ready[$0] < ready[$1] }), freeSlots > 0, waitingReaders == 0 {
        freeSlots -= 1
        let batch = ready.remove(at: first)
        return buffers[batch].map { (batch, $0) }
      }
      return ready.isEmpty && readers == 0 ? .some(nil) : nil
    }
  }

  private func finish(_ batch: Int, _ rows: FloatBuffer) {
    locked {
      giveSlotBack()
      hasNews = true
      room += 1
      buffers[batch] = nil
      spare.append(rows)
      missingBatches[batches[batch].piece] -= 1
      if missingBatches[batches[batch].piece] == 0 { finishedPieces.append(batches[batch].piece) }
    }
  }

  // MARK: - The condition

  /// Calls `body` under the lock, and wakes all waiting threads if a change may concern them.
  private func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
    condition.lock()
    defer { unlock() }
    return try body()
  }

  private func unlock() {
    if hasNews { condition.broadcast() }
    hasNews = false
    condition.unlock()
  }

  /// Waits until `body`, called after every change, has a result.
  @discardableResult
  private func wait<Result>(until body: () throws -> Result?) rethrows -> Result {
    condition.lock()
    defer { unlock() }
    while true {
      if let result = try body() { return result }
      condition.wait()
    }
  }
}

import PromptLensFiles
import PromptLensCDNNL
import Foundation

/// Some consecutive rows of a piece, which a worker computes with at a time.
struct RowBatch {
  let piece: Int
  /// Among the piece's rows.
  let places: Range<Int>
  /// The place of the first row among all pieces' rows.
  let firstRow: Int

  /// The batches of some pieces of items: none reaches over a piece's end.
  static func batches(of pieces: [Range<Int>], rowsPerItem: Int, size: Int) -> [RowBatch] {
    var batches: [RowBatch] = []
    var first = 0
    for (piece, items) in pieces.enumerated() {
      let rows = items.count * rowsPerItem
      for start in stride(from: 0, to: rows, by: size) {
        batches.append(RowBatch(piece: piece, places: start..<min(start + size, rows), firstRow: first + start))
      }
      first += rows
    }
    return batches
  }
}

/// What readers and workers of a ``ReadAhead`` agree on: whose turn it is, and where there is room.
///
/// Batches get memory in order, so the first unfinished batch always has some: nobody waits for ever. After an item fails,
/// the items before it are still made ready and computed with, so that it is always the first bad one that is named.
final class RowQueue: @unchecked Sendable {
  // Unchecked: the condition guards everything that changes; a row's memory belongs to the reader that was given it, then
  // to the worker that took its batch.

  /// Thrown into readers whose rows nobody wants any more.
  struct Stopped: Error {}

  /// An item that a reader makes ready.
  struct Claim {
    let item: Int
    /// The item's place in the order of work.
    let turn: Int
    /// The place of its first row among all rows.
    let firstRow: Int
  }

  private let condition = NSCondition()
  private let items: [Int]
  private let batches: [RowBatch]
  private let rowsPerItem: Int
  private let batchFloats: Int

  private var nextTurn = 0
  /// Batches that have, or had, memory.
  private var opened = 0
  private var buffers: [FloatBuffer?]
  private var spare: [FloatBuffer] = []
  /// Batches that may have memory beside those that have.
  private var room: Int
  private var missingRows: [Int]
  private var ready: [Int] = []
  private var freePlaces: Int
  private var waitingReaders = 0
  private var missingBatches: [Int]
  private var finishedPieces: [Int] = []
  private var readers = 0
  private var threads = 0
  /// Whether something was changed that somebody may be waiting for.
  private var hasNews = false
  /// The first item's error that is known.
  private var failure: (turn: Int, error: any Error)?
  /// An error that ends everything at once.
  private var stopped: (any Error)?

  init(
    pieces: [Range<Int>], batches: [RowBatch], rowsPerItem: Int, batchFloats: Int, capacity: Int, places: Int
  ) {
    items = pieces.flatMap { Array($0) }
    self.batches = batches
    self.rowsPerItem = rowsPerItem
    self.batchFloats = batchFloats
    room = capacity
    freePlaces = places
    buffers = [FloatBuffer?](repeating: nil, count: batches.count)
    missingRows = batches.map(\.places.count)
    missingBatches = [Int](repeating: 0, count: pieces.count)
    for batch in batches { missingBatches[batch.piece] += 1 }
    finishedPieces = pieces.indices.filter { missingBatches[$0] == 0 }
  }

  // MARK: - Threads

  /// Begins a thread that makes items ready until there are no more.
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

  /// Begins a thread that computes with batches until there are no more.
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

  /// Ends everything as soon as may be.
  func stop(_ error: any Error) {
    locked {
      stopped = stopped ?? error
      hasNews = true
    }
  }

  /// The next piece that is finished; nil when there will be none any more.
  func nextPiece() -> Int? {
    wait {
      if stopped != nil { return .some(nil) }
      if !finishedPieces.isEmpty { return finishedPieces.removeFirst() }
      return threads == 0 ? .some(nil) : nil
    }
  }

  /// Waits for all threads.
  ///
  /// - Throws: what went wrong first.
  func join() throws {
    wait { threads == 0 ? true : nil }
    if let error = stopped ?? failure?.error { throw error }
  }

  // MARK: - Readers

  /// The next item to make ready.
  private func claim() -> Claim? {
    locked {
      guard nextTurn < items.count, failure == nil, stopped == nil else { return nil }
      defer { nextTurn += 1 }
      return Claim(item: items[nextTurn], turn: nextTurn, firstRow: nextTurn * rowsPerItem)
    }
  }

  /// Where a row of a claimed item goes, as soon as there is room for it.
  ///
  /// - Throws: ``Stopped`` when nobody wants it any more.
  func row(_ row: Int, of claim: Claim) throws -> (batch: Int, place: Int, buffer: FloatBuffer) {
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

  /// Says that a row of a batch is ready.
  func fill(_ batch: Int) {
    locked {
      missingRows[batch] -= 1
      guard missingRows[batch] == 0 else { return }
      ready.append(batch)
      hasNews = true
    }
  }

  /// Does a reader's work in one of the places, which readers get before workers do: their work is short and lets others
  /// begin.
  ///
  /// - Throws: what `body` throws, or ``Stopped``.
  func working<Result>(on claim: Claim, _ body: () throws -> Result) throws -> Result {
    locked { waitingReaders += 1 }
    defer { locked { givePlaceBack() } }
    wait { () -> Bool? in
      guard freePlaces > 0 else { return nil }
      waitingReaders -= 1
      freePlaces -= 1
      hasNews = waitingReaders == 0 && freePlaces > 0 && !ready.isEmpty
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

  private func givePlaceBack() {
    freePlaces += 1
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

  /// A batch that is ready, with one of the places to compute with it; nil when there will be none any more.
  private func take() -> (batch: Int, rows: FloatBuffer)? {
    wait {
      if stopped != nil { return .some(nil) }
      if let first = ready.indices.min(by: { ready[$0] < ready[$1] }), freePlaces > 0, waitingReaders == 0 {
        freePlaces -= 1
        let batch = ready.remove(at: first)
        return buffers[batch].map { (batch, $0) }
      }
      return ready.isEmpty && readers == 0 ? .some(nil) : nil
    }
  }

  private func finish(_ batch: Int, _ rows: FloatBuffer) {
    locked {
      givePlaceBack()
      hasNews = true
      room += 1
      buffers[batch] = nil
      spare.append(rows)
      missingBatches[batches[batch].piece] -= 1
      if missingBatches[batches[batch].piece] == 0 { finishedPieces.append(batches[batch].piece) }
    }
  }

  // MARK: - The condition

  /// Looks at something or changes it, and wakes whoever waits for such news.
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

  /// Waits until `body`, asked after all news, has a result.
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

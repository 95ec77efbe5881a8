import Foundation
import Synchronization
import PromptLensTensors
import Testing

/// A count of the tasks inside a section, and of the most that were inside at once.
private final class Crowd: Sendable {
  private let counts = Mutex((now: 0, most: 0))
  var most: Int { counts.withLock { $0.most } }

  func enter() {
    counts.withLock {
      $0.now += 1
      $0.most = max($0.most, $0.now)
    }
  }

  func leave() { counts.withLock { $0.now -= 1 } }

  func during<Result>(_ body: () throws -> Result) rethrows -> Result {
    enter()
    defer { leave() }
    return try body()
  }
}

/// Rows that hold their item's and their own index; reading and decoding also run a test's closures.
private struct NumberedRows: RowSource {
  static let width = 4
  var rowsPerItem = 1
  let reading = Crowd()
  /// Decoding, writing and computing.
  let working = Crowd()
  /// Rows that are ready or computed with.
  let standing = Crowd()
  var onRead: @Sendable (Int) throws -> Void = { _ in }
  var onDecode: @Sendable (Int) throws -> Void = { _ in }

  func read(_ item: Int) throws -> Int {
    try reading.during { try onRead(item) }
    return item
  }

  func decode(_ contents: Int, of item: Int) throws -> Int {
    try working.during { try onDecode(item) }
    return contents
  }

  func write(_ decoded: Int, of item: Int, row: Int, to floats: UnsafeMutableBufferPointer<Float>) {
    standing.enter()
    working.during { floats.update(repeating: Float(100 * decoded + row)) }
  }
}

@Suite("Reading ahead")
struct ReadAheadTests {
  struct Failure: Error, Equatable { let item: Int }

  /// Runs everything; the result is each row's number in order, piece by piece, and the pieces in the order they ended
  /// in.
  private func run(
    _ source: NumberedRows, pieces: [Range<Int>], ahead: ReadAhead, batchSize: Int,
    compute: @escaping @Sendable (Int) throws -> Void = { _ in }, finished: (Int) throws -> Void = { _ in }
  ) throws -> [[Float]] {
    let results = Mutex(pieces.map { [Float](repeating: -1, count: $0.count * source.rowsPerItem) })
    try ahead.forEachBatch(
      of: pieces, from: source, rowFloats: NumberedRows.width, batchSize: batchSize,
      compute: { piece, indices, rows in
        try source.working.during { try compute(piece) }
        results.withLock { results in
          for (row, index) in indices.enumerated() { results[piece][index] = rows[row * NumberedRows.width + 3] }
        }
        for _ in indices { source.standing.leave() }
      }, finished: finished)
    return results.withLock { $0 }
  }

  private let rowBytes = NumberedRows.width * MemoryLayout<Float>.stride

  @Test(
    "every row reaches its index for any readers, memory and batches",
    arguments: [(1, 0, 1), (2, 1, 3), (8, 1000, 4), (3, 7, 100)], [1, 3])
  func rowsReachTheirIndices(settings: (readers: Int, rows: Int, batch: Int), rowsPerItem: Int) throws {
    let source = NumberedRows(rowsPerItem: rowsPerItem)
    let pieces = [3..<20, 25..<26, 30..<30, 40..<51]
    var ended: [Int] = []
    let ahead = ReadAhead(readers: settings.readers, memory: settings.rows * rowBytes)
    let results = try run(
      source, pieces: pieces, ahead: ahead, batchSize: settings.batch, finished: { ended.append($0) })
    let expected = pieces.map { $0.flatMap { item in (0..<rowsPerItem).map { Float(100 * item + $0) } } }
    #expect(results == expected)
    #expect(ended.sorted() == [0, 1, 2, 3])
  }

  @Test("a file that is slow to read delays no other while there is room")
  func slowFile() throws {
    let computed = Mutex(0)
    var source = NumberedRows()
    source.onRead = { item in
      guard item == 3 else { return }
      // It is read only when all others are computed with: forever, if a worker waited for it.
      let end = ContinuousClock.now.advanced(by: .seconds(20))
      while computed.withLock({ $0 }) < 39, ContinuousClock.now < end { usleep(1000) }
      if ContinuousClock.now >= end { throw Failure(item: item) }
    }
    let ahead = ReadAhead(readers: 4, memory: 40 * rowBytes)
    let results = try run(
      source, pieces: [0..<40], ahead: ahead, batchSize: 1, compute: { _ in computed.withLock { $0 += 1 } })
    let expected = (0..<40).map { item -> Float in Float(100 * item) }
    #expect(results == [expected])
  }

  @Test(
    "a slow disk keeps all readers busy, and no more is computed than there are threads"
  )
  func slowDisk() throws {
    let threads = Parallel.threadCount
    var source = NumberedRows()
    source.onRead = { _ in usleep(20_000) }
    source.onDecode = { _ in usleep(500) }
    let results = try run(
      source, pieces: [0..<64], ahead: ReadAhead(readers: 16, memory: 1000 * rowBytes), batchSize: 2,
      compute: { _ in usleep(1000) })
    #expect(results[0].count == 64)
    #expect(source.reading.most > threads && source.reading.most <= 16)
    #expect(source.working.most <= threads)
  }

  @Test("rows that are ready never take more than their memory", arguments: [1, 3])
  func memory(rowsPerItem: Int) throws {
    var source = NumberedRows(rowsPerItem: rowsPerItem)
    source.onDecode = { _ in usleep(100) }
    let limit = 2 * (Parallel.threadCount + 1)
    let ahead = ReadAhead(readers: 12, memory: limit * rowBytes)
    let batch = ahead.batchSize(preferred: 8, rowBytes: rowBytes)
    #expect(batch == 2, "smaller batches, so that every worker has one")
    _ = try run(source, pieces: [0..<50], ahead: ahead, batchSize: batch, compute: { _ in usleep(2000) })
    #expect(source.standing.most <= limit)
  }

  @Test("the first of several failing items is reported, after all items before it are computed")
  func failure() throws {
    var source = NumberedRows()
    source.onRead = { item in
      if item == 11 { usleep(30_000) }
      if item == 11 || item == 13 { throw Failure(item: item) }
    }
    var ended: [Int] = []
    #expect(throws: Failure(item: 11)) {
      try run(
        source, pieces: [0..<10, 10..<20], ahead: ReadAhead(readers: 8), batchSize: 3, finished: { ended.append($0) })
    }
    #expect(ended == [0])
  }

  @Test("an error of the work or of the consumer ends everything")
  func stopping() {
    #expect(throws: Failure(item: 1)) {
      try run(
        NumberedRows(), pieces: [0..<5, 5..<500], ahead: ReadAhead(), batchSize: 1,
        compute: { if $0 == 1 { throw Failure(item: 1) } })
    }
    #expect(throws: Failure(item: 0)) {
      try run(
        NumberedRows(), pieces: [0..<5, 5..<500], ahead: ReadAhead(), batchSize: 1,
        finished: { throw Failure(item: $0) })
    }
  }
}

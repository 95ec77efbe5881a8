import PromptLensFiles

/// A pipeline of batches of rows, in which several readers prepare rows ahead of the workers that compute with them.
///
/// Readers wait for the disk concurrently. Decoding, writing a row and computing with a batch each take one of a fixed
/// number of slots, one per thread, so that a fast disk doesn't oversubscribe the cores and a slow one doesn't leave
/// them idle. Rows that are ready stay within the memory limit: a reader waits until there is room for its row before
/// it reads. The assignment of rows to batches never depends on any of this.
package struct ReadAhead: Sendable {
  /// The number of files that are read at a time.
  package var readers: Int
  /// The maximum memory in bytes of rows, including those in computation.
  package var memory: Int

  /// Creates the settings of reading ahead.
  ///
  /// - Parameters:
  ///   - readers: the number of files that are read at a time; by default the number of threads, and at least 8.
  ///   - memory: the maximum memory in bytes of rows; by default ``standardMemory``.
  package init(readers: Int? = nil, memory: Int? = nil) {
    self.readers = max(readers ?? max(Parallel.threadCount, 8), 1)
    self.memory = memory ?? Self.standardMemory
  }

  /// The default memory: an eighth of the available memory, but at most 32 MiB for each thread, and 64 MiB for a single
  /// one, which is a second or two of work for the image towers.
  package static var standardMemory: Int {
    min(AvailableMemory.bytes / 8, max(Parallel.threadCount, 2) << 25)
  }

  /// Returns the minimum memory: a row for every thread, and one that is being prepared.
  package static func leastMemory(rowBytes: Int) -> Int { rowBytes * (Parallel.threadCount + 1) }

  /// Returns the number of rows in a batch: the preferred one, or a smaller one so that every worker has a batch and
  /// another one is being prepared.
  ///
  /// - Parameters:
  ///   - preferred: the preferred number.
  ///   - rowBytes: the bytes of a row.
  /// - Returns: the number of rows in a batch, at least 1.
  package func batchSize(preferred: Int, rowBytes: Int) -> Int {
    min(preferred, max(memory / max(Self.leastMemory(rowBytes: rowBytes), 1), 1))
  }

  /// Computes with all rows of some items, batch by batch.
  ///
  /// - Parameters:
  ///   - pieces: the items, in pieces whose end the caller wants to know.
  ///   - source: the source of the rows.
  ///   - rowFloats: the floats of a row.
  ///   - batchSize: the rows of a batch; the last of a piece may have fewer.
  ///   - compute: called once for each batch with the piece, the batch's indices among the piece's rows, and the rows
  ///     themselves, `[indices.count, rowFloats]`; on up to ``Parallel/threadCount`` threads.
  ///   - finished: called on the caller's thread when all rows of a piece are computed, in the order in which they are.
  /// - Throws: the error of the first item that fails, after everything before it was computed; or the errors of
  ///   `compute` or `finished`.
  package func forEachBatch(
    of pieces: [Range<Int>], from source: some RowSource, rowFloats: Int, batchSize: Int,
    compute: @escaping @Sendable (_ piece: Int, _ indices: Range<Int>, _ rows: UnsafePointer<Float>) throws -> Void,
    finished: (_ piece: Int) throws -> Void
  ) throws {
    let batches = RowBatch.batches(of: pieces, rowsPerItem: source.rowsPerItem, size: max(batchSize, 1))
    let threads = Parallel.threadCount
    let capacity = max(memory / max(rowFloats * batchSize * MemoryLayout<Float>.stride, 1), threads + 1)
    let queue = RowQueue(
      pieces: pieces, batches: batches, rowsPerItem: source.rowsPerItem, batchFloats: rowFloats * batchSize,
      capacity: capacity, slots: threads)
    let items = pieces.reduce(0) { $0 + $1.count }
    for _ in 0..<min(readers, items) {
      queue.startReader { claim in try Self.read(claim, from: source, into: queue, rowFloats: rowFloats) }
    }
    for _ in 0..<min(threads, batches.count) {
      queue.startWorker { batch, rows in try compute(batch.piece, batch.indices, rows.pointer) }
    }
    do {
      while let piece = queue.nextPiece() { try finished(piece) }
    } catch {
      queue.stop(error)
    }
    try queue.join()
  }

  /// Prepares one item's rows.
  private static func read(
    _ claim: RowQueue.Claim, from source: some RowSource, into queue: RowQueue, rowFloats: Int
  ) throws {
    // Memory comes first, so that an item that was read only waits for its turn to be decoded.
    _ = try queue.row(claim.firstRow, of: claim)
    let contents = try source.read(claim.item)
    let decoded = try queue.working(on: claim) { try source.decode(contents, of: claim.item) }
    for row in 0..<source.rowsPerItem {
      let target = try queue.row(claim.firstRow + row, of: claim)
      try queue.working(on: claim) {
        try source.write(
          decoded, of: claim.item, row: row,
          to: UnsafeMutableBufferPointer(start: target.buffer.pointer + target.index * rowFloats, count: rowFloats))
      }
      queue.fill(target.batch)
    }
  }
}

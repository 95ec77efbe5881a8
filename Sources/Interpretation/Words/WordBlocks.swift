import PromptLensTensors

/// The words that a search may answer, in blocks of 1,024 whose products with vectors are computed at once.
///
/// The token embedding is read as it is stored, mapped from the model folder. Packed blocks of a table of ordinary size are
/// kept; those of a larger one, as a multilingual vocabulary's, are made for each search and released, so that the table
/// is never copied as a whole.
struct WordBlocks: Sendable {
  /// Some words, packed for products with vectors.
  struct Block: Sendable {
    /// The layer that turns vectors into nearnesses to the words.
    let layer: LinearLayer
    /// ½|w|² of each word, which the layer subtracts; empty for other metrics than ``WordMetric/l2``.
    let halves: [Float]
  }

  /// The words of a block.
  static let size = 1024
  /// The words that are read before their pages are released, where blocks aren't kept.
  static let rowsAtOnce = 512
  /// The largest number of parts into which the blocks are divided among workers.
  private static let partCount = 8

  /// The words' vectors as they are stored, `[vocabulary, width]`.
  let embedding: Tensor
  /// The words that may be answers, ascending.
  let candidates: [Int]
  private let metric: WordMetric
  /// The row that is subtracted from every word; `nil` for none.
  private let mean: [Float]?
  /// ½|w|² of each candidate in l2.
  private let halves: [Float]
  /// All blocks if they are kept, else empty.
  private let kept: [Block]

  /// Divides words into blocks.
  ///
  /// - Throws: `TensorError` if oneDNN fails.
  init(embedding: Tensor, candidates: [Int], metric: WordMetric, mean: [Float]?, largestKept: Int) throws {
    self.embedding = embedding
    self.candidates = candidates
    self.metric = metric
    self.mean = mean
    let width = embedding.shape.dimensions[1]
    let count = (candidates.count + Self.size - 1) / Self.size
    let isKept = candidates.count * width * MemoryLayout<Float>.stride <= largestKept
    let made = try Parallel.map(count) { block -> (halves: [Float], block: Block?) in
      guard isKept || metric == .l2 else { return ([], nil) }
      let words = candidates[block * Self.size..<min((block + 1) * Self.size, candidates.count)]
      let rows = embedding.block(of: words, subtracting: mean)
      let halves = metric == .l2 ? rows.halfSquares(width: width) : []
      return (halves, isKept ? try Self.block(of: rows, count: words.count, halves: halves, metric: metric) : nil)
    }
    halves = isKept ? [] : made.flatMap(\.halves)
    kept = made.compactMap(\.block)
  }

  /// The number of blocks.
  var count: Int { (candidates.count + Self.size - 1) / Self.size }

  /// A Boolean value that indicates whether all blocks stay in memory, so that using one again costs nothing.
  var areKept: Bool { !kept.isEmpty }

  /// The blocks in parts for workers, the same on any number of threads.
  var parts: [Range<Int>] {
    let parts = min(count, Self.partCount)
    return (0..<parts).map { $0 * count / parts..<($0 + 1) * count / parts }
  }

  /// Returns a block, which is made now if blocks aren't kept.
  func block(_ index: Int) throws -> Block {
    if areKept { return kept[index] }
    let range = index * Self.size..<min((index + 1) * Self.size, candidates.count)
    return try Self.block(
      of: embedding.block(of: candidates[range], subtracting: mean), count: range.count,
      halves: metric == .l2 ? Array(halves[range]) : [], metric: metric)
  }

  /// Returns the vectors of words in f32, `[ids, width]`, less the mean if it is subtracted.
  func vectors(of ids: [Int]) -> FloatBuffer {
    guard !areKept, ids.count > Self.rowsAtOnce else { return embedding.rows(of: ids, subtracting: mean) }
    // Words from everywhere would bring the whole table into memory.
    let width = embedding.shape.dimensions[1]
    let result = FloatBuffer(uninitialized: ids.count * width)
    for first in stride(from: 0, to: ids.count, by: Self.rowsAtOnce) {
      let part = embedding.rows(of: Array(ids[first..<min(first + Self.rowsAtOnce, ids.count)]), subtracting: mean)
      (result.pointer + first * width).update(from: part.pointer, count: part.count)
      embedding.releasePages()
    }
    return result
  }

  private static func block(of rows: FloatBuffer, count: Int, halves: [Float], metric: WordMetric) throws -> Block {
    let width = rows.count / count
    if metric == .cosine { rows.normalizeRows(width: width) }
    return Block(
      layer: try LinearLayer(
        weight: Tensor(rows, shape: [count, width], name: "token embedding"),
        bias: metric == .l2 ? try Tensor(halves.map { -$0 }, shape: [count], name: "word lengths") : nil,
        name: "token embedding"),
      halves: halves)
  }
}

extension Tensor {
  /// Returns a copy of some rows of a matrix in f32, less another row.
  fileprivate func rows(of ids: [Int], subtracting mean: [Float]?) -> FloatBuffer {
    let result = FloatBuffer(copying: self, rows: ids)
    guard let mean else { return result }
    for start in stride(from: 0, to: result.count, by: mean.count) {
      for column in mean.indices { result.pointer[start + column] -= mean[column] }
    }
    return result
  }

  /// Returns a copy of ascending rows, and releases the memory between the first and the last if it is mapped.
  fileprivate func block(of ids: ArraySlice<Int>, subtracting mean: [Float]?) -> FloatBuffer {
    defer {
      if let first = ids.first, let last = ids.last { (try? rows(first..<last + 1))?.releasePages() }
    }
    return rows(of: Array(ids), subtracting: mean)
  }
}

extension FloatBuffer {
  /// Returns ½|w|² of each row of `width` numbers.
  fileprivate func halfSquares(width: Int) -> [Float] {
    stride(from: 0, to: count, by: width).map { start in
      elements[start..<start + width].reduce(0) { $0 + $1 * $1 } / 2
    }
  }
}

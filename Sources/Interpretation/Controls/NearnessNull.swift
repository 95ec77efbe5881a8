import PromptLensTensors

/// The distances of random directions to their nearest words, at the exact lengths of the vectors that they are compared
/// with.
///
/// The word nearest to r·d, with d a unit direction, is the one with the largest `r ⟨d, w⟩ − ½|w|²`: of all words the
/// ``UpperEnvelope`` of lines in r, for which the products are computed once for each direction, whatever the number of
/// lengths.
///
/// Through a lens, r·d is read as r·A d + c, whose nearest word has the largest `r ⟨A d, w⟩ − (½|w|² − ⟨c, w⟩)`: lines in r, too.
struct NearnessNull {
  /// A vector that directions are compared with.
  struct Query {
    /// |v|.
    let length: Double
    /// The distance to its nearest word.
    let distance: Double
  }

  /// The comparison of a vector with directions of its length.
  struct Comparison: Sendable {
    /// The number of directions.
    var count = 0
    /// The number of directions that are as near to a word, or nearer.
    var nearer = 0
    private var sum = 0.0
    private var squares = 0.0
    private var smallest = Double.infinity
    private var largest = -Double.infinity

    mutating func add(_ distance: Double, to query: Query) {
      count += 1
      // Single precision in the products must not make equal distances different.
      if distance <= query.distance * (1 + 1e-6) { nearer += 1 }
      sum += distance
      squares += distance * distance
      smallest = min(smallest, distance)
      largest = max(largest, distance)
    }

    mutating func add(_ other: Comparison) {
      count += other.count
      nearer += other.nearer
      sum += other.sum
      squares += other.squares
      smallest = min(smallest, other.smallest)
      largest = max(largest, other.largest)
    }

    /// The share of directions that are farther from every word.
    var certainty: Double { count > 0 ? Double(count - nearer) / Double(count) : 0 }
    /// The probability of a distance as small by chance, the vector counted among the draws.
    var p: Double { Double(nearer + 1) / Double(count + 1) }

    /// Returns (r − μ) / σ; `nil` if the directions' distances don't differ.
    func zScore(of distance: Double) -> Double? {
      guard count > 1, largest - smallest > 1e-6 * largest else { return nil }
      let mean = sum / Double(count)
      let variance = max(squares / Double(count) - mean * mean, 0) * Double(count) / Double(count - 1)
      return variance > 0 ? (distance - mean) / variance.squareRoot() : nil
    }
  }

  private let words: NearestWords
  /// c; empty without a lens.
  private let offset: [Float]

  /// The directions whose products are computed at once, and whose sums are added up first.
  private static let chunk = 64

  /// Creates the null of some words, by ``WordMetric/l2``.
  ///
  /// - Parameters:
  ///   - words: the words.
  ///   - offset: c, what a lens adds to every direction; empty without one.
  init(_ words: NearestWords, offset: [Float] = []) {
    self.words = words
    self.offset = offset
  }

  /// The squared length of r·A d + c as a polynomial in r: `|A d|² r² + 2 ⟨A d, c⟩ r + |c|²`.
  private struct SquaredLength {
    var square = 1.0
    var linear = 0.0
    var constant = 0.0

    /// Creates that of a direction; without an offset, that of r·d, which is r².
    init(_ direction: ArraySlice<Float>, offset: [Float]) {
      guard !offset.isEmpty else { return }
      square = 0
      for (value, shift) in zip(direction, offset) {
        square += Double(value) * Double(value)
        linear += 2 * Double(value) * Double(shift)
        constant += Double(shift) * Double(shift)
      }
    }

    func value(at r: Double) -> Double { r * r * square + r * linear + constant }
  }

  /// Compares vectors with directions.
  ///
  /// - Parameters:
  ///   - queries: the vectors.
  ///   - directions: unit rows or, through a lens, their products with its map, `[count, width]`.
  /// - Returns: A comparison for each vector.
  /// - Throws: `TensorError` if oneDNN fails.
  func compare(_ queries: [Query], with directions: [Float]) throws -> [Comparison] {
    let order = queries.indices.sorted { queries[$0].length < queries[$1].length }
    let lengths = order.map { queries[$0].length }
    guard let shortest = lengths.first, let longest = lengths.last else { return [] }
    let width = words.width
    let count = directions.count / max(width, 1)
    // Blocks that are made for a search serve many directions.
    let group = Self.chunk * (words.blocks.areKept ? 4 : 16)
    let (words, offset) = (words, offset)
    let parts = try Parallel.map((count + group - 1) / group) { part -> [[Comparison]] in
      let rows = part * group..<min((part + 1) * group, count)
      let envelopes = try words.envelopes(
        of: directions[rows.lowerBound * width..<rows.upperBound * width], rows: rows.count,
        over: shortest...longest, offset: offset, chunk: Self.chunk)
      return stride(from: 0, to: rows.count, by: Self.chunk).map { first in
        var found = [Comparison](repeating: Comparison(), count: queries.count)
        for row in first..<min(first + Self.chunk, rows.count) {
          let start = (rows.lowerBound + row) * width
          let squared = SquaredLength(directions[start..<start + width], offset: offset)
          for (index, nearness) in zip(order, envelopes[row].values(at: lengths)) {
            let square = squared.value(at: queries[index].length)
            found[index].add(max(square - 2 * nearness, 0).squareRoot(), to: queries[index])
          }
        }
        return found
      }
    }
    var result = [Comparison](repeating: Comparison(), count: queries.count)
    for part in parts.joined() { for index in part.indices { result[index].add(part[index]) } }
    return result
  }
}

extension NearestWords {
  /// Returns, for directions d, the nearness of the word nearest to r·d as a function of r: the largest of
  /// `r ⟨d, w⟩ − (½|w|² − ⟨c, w⟩)`, with c the offset or 0.
  fileprivate func envelopes(
    of directions: ArraySlice<Float>, rows: Int, over range: ClosedRange<Double>, offset: [Float],
    chunk: Int
  ) throws -> [UpperEnvelope] {
    let asked = FloatBuffer(uninitialized: directions.count)
    _ = asked.elements.update(fromContentsOf: directions)
    var envelopes = [UpperEnvelope](repeating: UpperEnvelope(over: range), count: rows)
    let products = FloatBuffer(uninitialized: chunk * WordBlocks.size)
    for index in 0..<blocks.count {
      let block = try blocks.block(index)
      let count = block.layer.outputs
      let intercepts = try offset.isEmpty ? block.halves : block.intercepts(with: offset)
      try intercepts.withUnsafeBufferPointer { intercepts in
        guard let intercepts = intercepts.baseAddress else { return }
        for first in stride(from: 0, to: rows, by: chunk) {
          let part = min(chunk, rows - first)
          try block.layer.apply(asked.pointer + first * width, rows: part, to: products.pointer)
          for row in 0..<part {
            let slopes = products.pointer + row * count
            // The blocks' products have ½|w|² subtracted.
            for word in 0..<count { slopes[word] += block.halves[word] }
            envelopes[first + row].add(slopes: products, from: row * count, halves: intercepts, count: count)
          }
        }
      }
    }
    return envelopes
  }
}

extension WordBlocks.Block {
  /// Returns ½|w|² − ⟨c, w⟩ of each word, with c the offset.
  fileprivate func intercepts(with offset: [Float]) throws -> [Float] {
    let row = FloatBuffer(uninitialized: offset.count)
    _ = row.elements.update(fromContentsOf: offset)
    // The layer gives ⟨c, w⟩ − ½|w|².
    let result = FloatBuffer(uninitialized: layer.outputs)
    try layer.apply(row.pointer, rows: 1, to: result.pointer)
    return result.floats.map { -$0 }
  }
}

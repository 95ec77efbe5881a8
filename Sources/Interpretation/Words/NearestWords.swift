import PromptLensTensors

/// The measure of a vector's distance from a word's embedding; smaller is nearer for each.
package enum WordMetric: String, Sendable, CaseIterable {
  /// The Euclidean distance, as in the paper.
  case l2
  /// One minus the cosine.
  case cosine
  /// Minus the dot product.
  case dot
}

/// A word near a vector.
package struct WordNeighbor: Sendable, Equatable {
  /// The row of the token embedding.
  package let id: Int
  /// The distance in the metric of the search.
  package let distance: Double

  /// Creates a word at a distance.
  package init(id: Int, distance: Double) {
    self.id = id
    self.distance = distance
  }
}

/// The vocabulary words nearest to vectors in the token embedding's space.
///
/// Products of a vector v and a word w give a nearness that orders words as the metric does: v·w − ½|w|² for ``WordMetric/l2``,
/// v·w/|w| for ``WordMetric/cosine``, v·w for ``WordMetric/dot``. The terms that depend on w alone go into the matrix and its
/// bias.
///
/// Source: Zhou et al., "Learning to Prompt for Vision-Language Models" (2022), section 4.4, table 4.
package struct NearestWords: Sendable {
  /// The metric of distances.
  package let metric: WordMetric
  /// The words' vectors as they are stored, `[vocabulary, width]`, in any element type.
  package var embedding: Tensor { blocks.embedding }
  /// The mean of all words' vectors if it is subtracted from them, else `nil`.
  private let mean: [Float]?
  let blocks: WordBlocks

  /// The vectors that are compared with a block at a time.
  private static let chunkRows = 256

  /// Creates an index of a token embedding.
  ///
  /// - Parameters:
  ///   - embedding: `[vocabulary, width]`, in any element type.
  ///   - metric: the metric of distances.
  ///   - isCentered: whether the mean of all words' vectors is subtracted from words and vectors before anything is
  ///     measured. Token embeddings share a direction, which raises every cosine and dot product; l2 distances do not
  ///     change.
  ///   - largestKept: the bytes of the words in f32 up to which they are kept in the form that products need. A larger
  ///     table is read again in each search, and never copied.
  ///   - isCandidate: whether a word may be an answer.
  /// - Throws: `TensorError` if the embedding isn't a matrix.
  package init(
    embedding: Tensor, metric: WordMetric = .l2, isCentered: Bool = false, largestKept: Int = 256 << 20,
    where isCandidate: (Int) -> Bool = { _ in true }
  ) throws {
    guard embedding.shape.rank == 2, embedding.shape.count > 0 else {
      throw TensorError.shapeMismatch(
        operation: "nearest words", name: "token embedding", expected: [-1, -1], found: embedding.shape.dimensions)
    }
    let mean = isCentered ? embedding.meanRow : nil
    blocks = try WordBlocks(
      embedding: embedding, candidates: (0..<embedding.shape.dimensions[0]).filter(isCandidate), metric: metric,
      mean: mean, largestKept: largestKept)
    self.metric = metric
    self.mean = mean
  }

  /// The words that may be answers, ascending.
  var candidates: [Int] { blocks.candidates }
  /// The number of columns of words and vectors.
  var width: Int { embedding.shape.dimensions[1] }

  /// Returns the nearest words of each vector, nearest first; equally near ones in the vocabulary's order.
  ///
  /// Candidates come from f32 products; the returned distances, and the order, are computed in f64.
  ///
  /// - Parameters:
  ///   - vectors: `[vectors, width]`.
  ///   - count: the number of words of each vector.
  /// - Returns: `count` words for each vector, fewer if there are fewer candidates.
  /// - Throws: `TensorError` if the widths differ.
  package func words(near vectors: Tensor, count: Int) throws -> [[WordNeighbor]] {
    let dimensions = vectors.shape.dimensions
    guard dimensions.count == 2, dimensions[1] == width else {
      throw TensorError.shapeMismatch(
        operation: "nearest words", name: "the context", expected: [-1, width], found: dimensions)
    }
    let floats = try vectors.converted(to: .float32).subtracting(mean)
    // Blocks that are made for a search serve many vectors.
    let groupRows = blocks.areKept ? Self.chunkRows : 8 * Self.chunkRows
    let groups = stride(from: 0, to: dimensions[0], by: groupRows).map { $0..<min($0 + groupRows, dimensions[0]) }
    let parts = blocks.parts
    // A few more than asked for, so that rounding in the products cannot push a word out.
    let capacity = count + 8
    let lists = try Parallel.map(groups.count * parts.count) { index in
      try shortlists(
        near: floats.rows(groups[index / parts.count]), among: parts[index % parts.count], capacity: capacity)
    }
    let found = try Parallel.map(groups.count) { group in
      let rows = try floats.rows(groups[group])
      return (0..<groups[group].count).map { row in
        if !blocks.areKept, row * capacity % WordBlocks.rowsAtOnce < capacity { embedding.releasePages() }
        var list = Shortlist(capacity: capacity)
        for part in parts.indices { list.insert(lists[group * parts.count + part][row]) }
        return nearest(of: list, to: rows, row: row, count: count)
      }
    }
    return found.flatMap { $0 }
  }

  /// Returns the words of some blocks with the largest nearness to each vector.
  private func shortlists(near rows: Tensor, among range: Range<Int>, capacity: Int) throws -> [Shortlist] {
    let rowCount = rows.shape.dimensions[0]
    let width = width
    var shortlists = [Shortlist](repeating: Shortlist(capacity: capacity), count: rowCount)
    let nearnesses = FloatBuffer(uninitialized: min(rowCount, Self.chunkRows) * WordBlocks.size)
    for block in range {
      let layer = try blocks.block(block).layer
      for first in stride(from: 0, to: rowCount, by: Self.chunkRows) {
        let chunk = min(Self.chunkRows, rowCount - first)
        try rows.withFloats { floats in
          guard let base = floats.baseAddress else { return }
          try layer.apply(base + first * width, rows: chunk, to: nearnesses.pointer)
        }
        for row in 0..<chunk {
          let (start, end) = (row * layer.outputs, (row + 1) * layer.outputs)
          var index = start
          while true {
            index = nearnesses.firstIndex(above: shortlists[first + row].threshold, from: index, to: end)
            guard index < end else { break }
            shortlists[first + row].insert(block * WordBlocks.size + index - start, nearnesses.pointer[index])
            index += 1
          }
        }
      }
    }
    return shortlists
  }

  /// Returns the nearest words of a shortlist by distances in f64.
  private func nearest(of list: Shortlist, to rows: Tensor, row: Int, count: Int) -> [WordNeighbor] {
    let ids = list.indices.map { candidates[$0] }
    let vectors = blocks.vectors(of: ids)
    let width = width
    return rows.withFloats { floats in
      let vector = floats[row * width..<(row + 1) * width]
      let words = ids.enumerated().map { index, id in
        let word = UnsafeBufferPointer(vectors.elements)[index * width..<(index + 1) * width]
        return WordNeighbor(id: id, distance: metric.distance(vector, word))
      }
      return Array(words.sorted { ($0.distance, $0.id) < ($1.distance, $1.id) }.prefix(count))
    }
  }
}

extension WordMetric {
  /// Returns the distance in f64.
  func distance(_ vector: Slice<UnsafeBufferPointer<Float>>, _ word: Slice<UnsafeBufferPointer<Float>>) -> Double {
    let pairs = zip(vector, word).lazy.map { (Double($0), Double($1)) }
    switch self {
    case .l2: return pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    case .dot: return -pairs.reduce(0) { $0 + $1.0 * $1.1 }
    case .cosine:
      let lengths = pairs.reduce((0, 0)) { ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1) }
      let product = pairs.reduce(0) { $0 + $1.0 * $1.1 }
      return lengths.0 > 0 && lengths.1 > 0 ? 1 - product / (lengths.0 * lengths.1).squareRoot() : 1
    }
  }
}

/// The candidates with the largest nearness so far, largest first.
private struct Shortlist {
  /// The indices of the candidates.
  private(set) var indices: [Int] = []
  private var nearnesses: [Float] = []
  private let capacity: Int
  /// The nearness that another candidate must exceed.
  private(set) var threshold = -Float.infinity

  init(capacity: Int) { self.capacity = capacity }

  mutating func insert(_ candidate: Int, _ nearness: Float) {
    let rank = nearnesses.firstIndex { nearness > $0 } ?? nearnesses.count
    indices.insert(candidate, at: rank)
    nearnesses.insert(nearness, at: rank)
    if indices.count > capacity {
      indices.removeLast()
      nearnesses.removeLast()
    }
    if indices.count == capacity { threshold = nearnesses[capacity - 1] }
  }

  /// Inserts the candidates of another list, which come behind this list's.
  mutating func insert(_ other: Shortlist) {
    for (candidate, nearness) in zip(other.indices, other.nearnesses) where nearness > threshold {
      insert(candidate, nearness)
    }
  }
}

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
  /// The words' vectors, f32, `[vocabulary, width]`; mean-centered on request.
  package let embedding: Tensor
  /// The mean of all words' vectors if it was subtracted from them, else `nil`.
  private let mean: [Float]?
  /// The words that may be answers, ascending.
  let candidates: [Int]
  let blocks: [LinearLayer]

  /// The words in a block, and the vectors that one worker compares with a block at a time.
  private static let blockSize = 1024
  private static let chunkRows = 256

  /// Creates an index of a token embedding.
  ///
  /// - Parameters:
  ///   - embedding: `[vocabulary, width]`.
  ///   - metric: the metric of distances.
  ///   - isCentered: whether the mean of all words' vectors is subtracted from words and vectors before anything is
  ///     measured. Token embeddings share a direction, which raises every cosine and dot product; l2 distances do not
  ///     change.
  ///   - isCandidate: whether a word may be an answer.
  /// - Throws: `TensorError` if the embedding isn't a matrix.
  package init(
    embedding: Tensor, metric: WordMetric = .l2, isCentered: Bool = false,
    where isCandidate: (Int) -> Bool = { _ in true }
  ) throws {
    guard embedding.shape.rank == 2, embedding.shape.count > 0 else {
      throw TensorError.shapeMismatch(
        operation: "nearest words", name: "token embedding", expected: [-1, -1], found: embedding.shape.dimensions)
    }
    let mean = isCentered ? embedding.meanRow : nil
    let floats = try embedding.converted(to: .float32).subtracting(mean)
    let candidates = (0..<embedding.shape.dimensions[0]).filter(isCandidate)
    blocks = try stride(from: 0, to: candidates.count, by: Self.blockSize).map { start in
      let words = candidates[start..<min(start + Self.blockSize, candidates.count)]
      return try Self.block(of: floats, words: words, metric: metric)
    }
    self.metric = metric
    self.embedding = floats
    self.mean = mean
    self.candidates = candidates
  }

  /// Returns the layer that turns vectors into nearnesses to some words.
  private static func block(of embedding: Tensor, words: ArraySlice<Int>, metric: WordMetric) throws -> LinearLayer {
    let width = embedding.shape.dimensions[1]
    let rows = FloatBuffer(copying: embedding, rows: Array(words))
    var bias: [Float]?
    switch metric {
    case .l2:
      bias = words.indices.map { index in
        let start = (index - words.startIndex) * width
        return rows.elements[start..<start + width].reduce(0) { $0 + $1 * $1 } / -2
      }
    case .cosine: rows.normalizeRows(width: width)
    case .dot: break
    }
    return try LinearLayer(
      weight: Tensor(rows, shape: [words.count, width], name: "token embedding"),
      bias: bias.map { try Tensor($0, shape: [words.count], name: "word lengths") }, name: "token embedding")
  }

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
    let width = embedding.shape.dimensions[1]
    guard dimensions.count == 2, dimensions[1] == width else {
      throw TensorError.shapeMismatch(
        operation: "nearest words", name: "the context", expected: [-1, width], found: dimensions)
    }
    let floats = try vectors.converted(to: .float32).subtracting(mean)
    let chunks = (dimensions[0] + Self.chunkRows - 1) / Self.chunkRows
    let found = try Parallel.map(chunks) { chunk in
      let range = chunk * Self.chunkRows..<min((chunk + 1) * Self.chunkRows, dimensions[0])
      return try words(near: floats.rows(range), width: width, count: count)
    }
    return found.flatMap { $0 }
  }

  private func words(near rows: Tensor, width: Int, count: Int) throws -> [[WordNeighbor]] {
    let rowCount = rows.shape.dimensions[0]
    // A few more than asked for, so that rounding in the products cannot push a word out.
    var shortlists = [Shortlist](repeating: Shortlist(capacity: count + 8), count: rowCount)
    let nearnesses = FloatBuffer(uninitialized: rowCount * Self.blockSize)
    for (block, layer) in blocks.enumerated() {
      try rows.withFloats { floats in
        guard let base = floats.baseAddress else { return }
        try layer.apply(base, rows: rowCount, to: nearnesses.pointer)
      }
      for row in 0..<rowCount {
        let (start, end) = (row * layer.outputs, (row + 1) * layer.outputs)
        var index = start
        while true {
          index = nearnesses.firstIndex(above: shortlists[row].threshold, from: index, to: end)
          guard index < end else { break }
          shortlists[row].insert(block * Self.blockSize + index - start, nearnesses.pointer[index])
          index += 1
        }
      }
    }
    return rows.withFloats { floats in
      embedding.withFloats { embedding in
        shortlists.enumerated().map { row, shortlist in
          let vector = floats[row * width..<(row + 1) * width]
          let words = shortlist.indices.map { index -> WordNeighbor in
            let word = candidates[index]
            return WordNeighbor(
              id: word, distance: metric.distance(vector, embedding[word * width..<(word + 1) * width]))
          }
          return Array(words.sorted { ($0.distance, $0.id) < ($1.distance, $1.id) }.prefix(count))
        }
      }
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
}

import Kernels
import Synchronization
import Tensors

/// How far a vector is from a word's embedding; smaller is nearer for each.
public enum WordMetric: String, Sendable, CaseIterable {
  /// Euclidean distance, the paper's.
  case l2
  /// One minus the cosine.
  case cosine
  /// Minus the dot product.
  case dot
}

/// A word near a vector.
public struct NearWord: Sendable, Equatable {
  /// The row of the token embedding.
  public let id: Int
  /// The distance in the metric that was asked for.
  public let distance: Double
}

/// The vocabulary words nearest to vectors in the token embedding's space.
///
/// Source: Zhou et al., "Learning to Prompt for Vision-Language Models" (2022), section 4.4, table 4.
public struct NearestWords: Sendable {
  private let embedding: Tensor
  private let candidates: [Int]
  private let blocks: [LinearLayer]
  private let blockSize = 2048
  private let squaredLengths: [Float]

  /// Vectors that one worker compares with the vocabulary at a time.
  private static let chunkRows = 128

  /// An index over a token embedding.
  ///
  /// - Parameters:
  ///   - embedding: `[vocabulary, width]`.
  ///   - isCandidate: which words may be answers.
  /// - Throws: ``TensorError`` when the embedding is no matrix.
  public init(embedding: Tensor, where isCandidate: (Int) -> Bool = { _ in true }) throws {
    guard embedding.shape.rank == 2, embedding.shape.count > 0 else {
      throw TensorError.shapeMismatch(
        operation: "nearest words", name: "token embedding", expected: [-1, -1], found: embedding.shape.dimensions)
    }
    let width = embedding.shape.dimensions[1]
    let floats = embedding.converted(to: .float32)
    self.embedding = floats
    let candidates = (0..<embedding.shape.dimensions[0]).filter(isCandidate)
    self.candidates = candidates
    let rows = FloatBuffer(count: candidates.count * width)
    var lengths: [Float] = []
    floats.withFloats { all in
      for (place, word) in candidates.enumerated() {
        let row = all[word * width..<(word + 1) * width]
        _ = UnsafeMutableBufferPointer(start: rows.pointer + place * width, count: width).update(fromContentsOf: row)
        lengths.append(row.reduce(0) { $0 + $1 * $1 })
      }
    }
    squaredLengths = lengths
    let matrix = try Tensor(rows, shape: [candidates.count, width], name: "token embedding")
    let size = blockSize
    blocks = try stride(from: 0, to: candidates.count, by: size).map { start in
      try LinearLayer(weight: matrix.rows(start..<min(start + size, candidates.count)), name: "token embedding")
    }
  }

  /// The nearest words of each vector, nearest first; equally near ones in the vocabulary's order.
  ///
  /// Candidates come from f32 products; the distances that are returned, and the order, are computed anew in f64.
  ///
  /// - Parameters:
  ///   - vectors: `[vectors, width]`.
  ///   - count: words for each vector.
  ///   - metric: what near means.
  /// - Returns: for each vector `count` words, fewer when there are fewer candidates.
  /// - Throws: ``TensorError`` when the widths differ.
  public func words(near vectors: Tensor, count: Int, metric: WordMetric) throws -> [[NearWord]] {
    let dimensions = vectors.shape.dimensions
    let width = embedding.shape.dimensions[1]
    guard dimensions.count == 2, dimensions[1] == width else {
      throw TensorError.shapeMismatch(
        operation: "nearest words", name: "the context", expected: [-1, width], found: dimensions)
    }
    let floats = vectors.converted(to: .float32)
    let chunks = (dimensions[0] + Self.chunkRows - 1) / Self.chunkRows
    let parts = try Parallel.map(chunks) { chunk in
      let range = chunk * Self.chunkRows..<min((chunk + 1) * Self.chunkRows, dimensions[0])
      return try words(near: floats.rows(range), width: width, count: count, metric: metric)
    }
    return parts.flatMap { $0 }
  }

  private func words(near rows: Tensor, width: Int, count: Int, metric: WordMetric) throws -> [[NearWord]] {
    let rowCount = rows.shape.dimensions[0]
    // A few more than asked for, so that rounding in the products cannot push a word out.
    var shortlists = [Shortlist](repeating: Shortlist(capacity: count + 8), count: rowCount)
    let products = FloatBuffer(count: rowCount * blockSize)
    for (block, layer) in blocks.enumerated() {
      try rows.withFloats { floats in
        guard let base = floats.baseAddress else { return }
        try layer.apply(base, rows: rowCount, to: products.pointer)
      }
      let first = block * blockSize
      for row in 0..<rowCount {
        let scores = products.pointer + row * layer.outputs
        for column in 0..<layer.outputs {
          let squaredLength = squaredLengths[first + column]
          let nearness: Float =
            switch metric {
            case .l2: 2 * scores[column] - squaredLength
            case .cosine: squaredLength > 0 ? scores[column] / squaredLength.squareRoot() : 0
            case .dot: scores[column]
            }
          if nearness > shortlists[row].threshold { shortlists[row].insert(first + column, nearness) }
        }
      }
    }
    return rows.withFloats { floats in
      embedding.withFloats { embedding in
        shortlists.enumerated().map { row, shortlist in
          let vector = floats[row * width..<(row + 1) * width]
          let words = shortlist.places.map { place -> NearWord in
            let word = candidates[place]
            return NearWord(
              id: word, distance: metric.distance(vector, embedding[word * width..<(word + 1) * width]))
          }
          return Array(words.sorted { ($0.distance, $0.id) < ($1.distance, $1.id) }.prefix(count))
        }
      }
    }
  }
}

extension WordMetric {
  /// The distance in f64.
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

/// The places with the largest nearness so far, largest first.
private struct Shortlist {
  private(set) var places: [Int] = []
  private var nearnesses: [Float] = []
  private let capacity: Int
  /// What a newcomer must exceed.
  private(set) var threshold = -Float.infinity

  init(capacity: Int) { self.capacity = capacity }

  mutating func insert(_ place: Int, _ nearness: Float) {
    let index = nearnesses.firstIndex { nearness > $0 } ?? nearnesses.count
    places.insert(place, at: index)
    nearnesses.insert(nearness, at: index)
    if places.count > capacity {
      places.removeLast()
      nearnesses.removeLast()
    }
    if places.count == capacity { threshold = nearnesses[capacity - 1] }
  }
}

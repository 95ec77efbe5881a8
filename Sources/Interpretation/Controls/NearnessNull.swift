import PromptLensTensors

/// The distances of random directions to their nearest words, at the exact lengths of the vectors that they are compared
/// with.
///
/// The word nearest to r·d, with d a unit direction, is the one with the largest `r ⟨d, w⟩ − ½|w|²`: of all words the
/// upper envelope of lines in r. The products are computed once for each direction; from one length to the next the
/// envelope is followed from crossing to crossing.
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
  /// ½|w|² of each candidate.
  private let halves: [Float]
  /// ½|w|² − ⟨c, w⟩ of each candidate.
  private let intercepts: [Float]
  /// c; empty without a lens.
  private let offset: [Float]

  /// The directions of one piece of work.
  private static let chunk = 64

  /// Creates the null of some words, by ``WordMetric/l2``.
  ///
  /// - Parameters:
  ///   - words: the words.
  ///   - offset: c, what a lens adds to every direction; empty without one.
  init(_ words: NearestWords, offset: [Float] = []) {
    self.words = words
    self.offset = offset
    let width = words.embedding.shape.dimensions[1]
    halves = words.embedding.withFloats { floats in
      words.candidates.map { word in
        floats[word * width..<(word + 1) * width].reduce(0) { $0 + $1 * $1 } / 2
      }
    }
    guard !offset.isEmpty else {
      intercepts = halves
      return
    }
    let halves = halves
    intercepts = words.embedding.withFloats { floats in
      words.candidates.enumerated().map { index, word in
        zip(floats[word * width..<(word + 1) * width], offset).reduce(halves[index]) { $0 - $1.0 * $1.1 }
      }
    }
  }

  /// The squared length of r·A d + c as a polynomial in r: `|A d|² r² + 2 ⟨A d, c⟩ r + |c|²`.
  struct SquaredLength {
    var square = 1.0
    var linear = 0.0
    var constant = 0.0

    func value(at r: Double) -> Double { r * r * square + r * linear + constant }
  }

  private static func squaredLength(_ direction: ArraySlice<Float>, _ offset: [Float]) -> SquaredLength {
    guard !offset.isEmpty else { return SquaredLength() }
    var result = SquaredLength(square: 0)
    for (value, shift) in zip(direction, offset) {
      result.square += Double(value) * Double(value)
      result.linear += 2 * Double(value) * Double(shift)
      result.constant += Double(shift) * Double(shift)
    }
    return result
  }

  /// Compares vectors with directions.
  ///
  /// - Parameters:
  ///   - queries: the vectors.
  ///   - directions: unit rows or, through a lens, their products with its map, `[count, width]`.
  /// - Returns: A comparison for each vector.
  /// - Throws: `TensorError` if oneDNN fails.
  func compare(_ queries: [Query], with directions: [Float]) throws -> [Comparison] {
    guard !queries.isEmpty else { return [] }
    let width = words.embedding.shape.dimensions[1]
    let count = directions.count / max(width, 1)
    let order = queries.indices.sorted { queries[$0].length < queries[$1].length }
    let (words, halves, intercepts, offset) = (words, halves, intercepts, offset)
    let parts = try Parallel.map((count + Self.chunk - 1) / Self.chunk) { part -> [Comparison] in
      let rows = part * Self.chunk..<min((part + 1) * Self.chunk, count)
      let products = try Self.products(
        of: directions[rows.lowerBound * width..<rows.upperBound * width], rows: rows.count, words, halves)
      var found = [Comparison](repeating: Comparison(), count: queries.count)
      for row in 0..<rows.count {
        let direction = (rows.lowerBound + row) * width
        var envelope = Envelope(
          slopes: products.pointer + row * halves.count, intercepts: intercepts,
          squaredLength: Self.squaredLength(directions[direction..<direction + width], offset),
          start: queries[order[0]].length)
        for index in order {
          let length = queries[index].length
          found[index].add(envelope.distance(at: length), to: queries[index])
        }
      }
      return found
    }
    var result = [Comparison](repeating: Comparison(), count: queries.count)
    for part in parts { for index in part.indices { result[index].add(part[index]) } }
    return result
  }

  /// Returns the products of directions with every candidate, `[rows, candidates]`.
  private static func products(
    of directions: ArraySlice<Float>, rows: Int, _ words: NearestWords, _ halves: [Float]
  ) throws -> FloatBuffer {
    let asked = FloatBuffer(uninitialized: directions.count)
    _ = asked.elements.update(fromContentsOf: directions)
    let result = FloatBuffer(uninitialized: rows * halves.count)
    var first = 0
    for layer in words.blocks {
      let part = FloatBuffer(uninitialized: rows * layer.outputs)
      try layer.apply(asked.pointer, rows: rows, to: part.pointer)
      for row in 0..<rows {
        let target = result.pointer + row * halves.count + first
        // The blocks' products have ½|w|² subtracted.
        for index in 0..<layer.outputs {
          target[index] = part.pointer[row * layer.outputs + index] + halves[first + index]
        }
      }
      first += layer.outputs
    }
    return result
  }
}

/// The largest of the lines r ↦ r x − h, followed from small r to large.
private struct Envelope {
  private let slopes: UnsafePointer<Float>
  private let intercepts: [Float]
  private let squaredLength: NearnessNull.SquaredLength
  private var best = 0
  /// The r beyond which another line is larger.
  private var crossing = Double.infinity
  private var next: Int?

  init(
    slopes: UnsafePointer<Float>, intercepts: [Float], squaredLength: NearnessNull.SquaredLength, start: Double
  ) {
    self.slopes = slopes
    self.intercepts = intercepts
    self.squaredLength = squaredLength
    let r = Float(start)
    var largest = -Float.infinity
    intercepts.withUnsafeBufferPointer { intercepts in
      for index in intercepts.indices {
        let value = r * slopes[index] - intercepts[index]
        if value > largest {
          largest = value
          best = index
        }
      }
    }
    findCrossing()
  }

  /// Returns the distance of the direction to its nearest word at a length, no shorter than the one before.
  mutating func distance(at length: Double) -> Double {
    while crossing <= length, let following = next {
      best = following
      findCrossing()
    }
    let nearness = length * Double(slopes[best]) - Double(intercepts[best])
    return max(squaredLength.value(at: length) - 2 * nearness, 0).squareRoot()
  }

  private mutating func findCrossing() {
    let (slope, intercept) = (slopes[best], intercepts[best])
    var nearest = Float.infinity
    var index = -1
    intercepts.withUnsafeBufferPointer { intercepts in
      for other in intercepts.indices where slopes[other] > slope {
        let at = (intercepts[other] - intercept) / (slopes[other] - slope)
        if at < nearest {
          nearest = at
          index = other
        }
      }
    }
    crossing = Double(nearest)
    next = index < 0 ? nil : index
  }
}

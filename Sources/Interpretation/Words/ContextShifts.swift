import PromptLensTensors

/// The words of a context whose vectors a network moves image by image, as CoCoOp's does.
///
/// The prompts of image n hold v_i + π_n. `commonShare` is |mean π|² / mean |π|²: 1 if every image moves the vectors alike,
/// so that the moved context is another context for all of them, and 0 if movements cancel. Source of the movement:
/// Zhou et al., "Conditional Prompt Learning for Vision-Language Models" (2022), section 3.2.
package struct ContextShifts: Sendable {
  /// The number of images.
  package let images: Int
  /// The mean of |π|.
  package let length: Double
  /// The ratio of ``length`` to the mean length of the context's vectors; `nil` if these are zero.
  package let relativeLength: Double?
  /// The share of the movement that is the same for all images; `nil` if nothing moves.
  package let commonShare: Double?
  /// The share of images with which a vector's nearest word stays the same, for each vector.
  package let kept: [Double]
  /// The nearest word of each vector before it is moved, and after the mean movement.
  package let words: [(before: WordNeighbor, after: WordNeighbor)]

  /// Measures movements.
  ///
  /// - Parameters:
  ///   - context: v, `[M, width]`.
  ///   - shifts: π, `[images, width]`.
  ///   - index: the vocabulary.
  /// - Throws: `TensorError` if the widths differ or there aren't any images.
  package init(of context: Tensor, by shifts: Tensor, words index: NearestWords) throws {
    let (rows, width) = (context.shape.dimensions[0], context.shape.dimensions[1])
    guard shifts.shape.rank == 2, shifts.shape.count > 0, shifts.shape.dimensions[1] == width else {
      throw TensorError.shapeMismatch(
        operation: "movement of a context", name: "shifts", expected: [-1, width], found: shifts.shape.dimensions)
    }
    let count = shifts.shape.dimensions[0]
    let (vectors, movements) = (context.floats(), shifts.floats())
    func squaredLength(_ values: some Sequence<Float>) -> Double { values.reduce(0) { $0 + Double($1) * Double($1) } }
    let mean = (0..<width).map { column in
      Float((0..<count).reduce(0.0) { $0 + Double(movements[$1 * width + column]) } / Double(count))
    }
    let squares = (0..<count).map { squaredLength(movements[$0 * width..<($0 + 1) * width]) }
    let lengths = (0..<rows).map { squaredLength(vectors[$0 * width..<($0 + 1) * width]).squareRoot() }
    let meanLength = lengths.reduce(0, +) / Double(rows)
    let meanSquare = squares.reduce(0, +) / Double(count)

    func nearest(_ movement: ArraySlice<Float>) throws -> [WordNeighbor] {
      let moved = vectors.enumerated().map { $1 + movement[movement.startIndex + $0 % width] }
      return try index.words(near: Tensor(moved, shape: [rows, width], name: "context"), count: 1).compactMap(\.first)
    }
    let before = try index.words(near: context, count: 1).compactMap(\.first)
    var keeping = [Int](repeating: 0, count: rows)
    for image in 0..<count {
      for (row, word) in try nearest(movements[image * width..<(image + 1) * width]).enumerated()
      where word.id == before[row].id { keeping[row] += 1 }
    }
    images = count
    length = squares.reduce(0) { $0 + $1.squareRoot() } / Double(count)
    relativeLength = meanLength > 0 ? length / meanLength : nil
    commonShare = meanSquare > 0 ? squaredLength(mean) / meanSquare : nil
    kept = keeping.map { Double($0) / Double(count) }
    words = Array(zip(before, try nearest(mean[...])))
  }
}

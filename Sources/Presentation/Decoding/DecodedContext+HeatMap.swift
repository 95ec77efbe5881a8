import PromptLensExperiments
import PromptLensInterpretation
import PromptLensReporting
import PromptLensTensors

extension DecodedContext {
  /// The most rows and columns of the heat map.
  private static let heatMapLimit = 40

  /// Returns a heat map of the cosines between the vectors of a unified context and the words that are near any of them;
  /// nil for class-specific contexts, which have too many vectors.
  ///
  /// - Parameters:
  ///   - vectors: The vectors, `[vectors, width]`.
  ///   - embedding: The words' vectors, `[vocabulary, width]`.
  /// - Returns: The figure.
  func wordsFigure(vectors: Tensor, embedding: Tensor) -> Report.Figure? {
    guard context.classCount == nil, words.count <= Self.heatMapLimit else { return nil }
    // The nearest word of every vector first, then the second of every vector.
    var columns: [Int] = []
    for rank in 0..<top {
      for list in words where list.indices.contains(rank) && !columns.contains(list[rank].id) {
        columns.append(list[rank].id)
      }
    }
    columns = Array(columns.prefix(Self.heatMapLimit))
    let width = context.width
    // Of a large vocabulary only these rows are read.
    let near = FloatBuffer(copying: embedding, rows: columns).floats
    let cosines = vectors.withFloats { vectors in
      words.indices.map { row in
        columns.indices.map { column in
          var (product, first, second) = (0.0, 0.0, 0.0)
          for index in 0..<width {
            let (left, right) = (Double(vectors[row * width + index]), Double(near[column * width + index]))
            product += left * right
            first += left * left
            second += right * right
          }
          return product / (first * second).squareRoot()
        }
      }
    }
    return Report.Figure(
      HeatMap(
        title: "Vectors and words",
        summary:
          "The cosine between each vector of the context and the words that are nearest to any of them. A cosine near "
          + "1 is a vector that is the word; its square is the share of the vector that the word explains.",
        rows: ("vector", words.indices.map { "\(number(ofVector: $0))" }),
        columns: ("word", columns.map { plain([$0]) }),
        values: cosines, measure: Axis("cosine"), colors: .diverging(center: 0)), name: "words-map")
  }
}

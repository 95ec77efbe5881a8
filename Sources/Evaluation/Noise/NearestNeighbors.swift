import PromptLensFeatures
import PromptLensTensors

/// The nearest neighbors of each image among the others, by the cosine of features.
package struct NearestNeighbors: Sendable {
  /// The neighbors of each image, the nearest first.
  package let images: [[Int]]
  /// The cosine of each image with each of its neighbors.
  package let cosines: [[Float]]

  /// The images whose cosines with all others are in memory at a time.
  private static let chunk = 256

  /// Finds neighbors.
  ///
  /// - Parameters:
  ///   - features: the images.
  ///   - groups: the group of each image; copies of a picture share one, and are no neighbors of each other.
  ///   - count: the number of neighbors of an image; fewer where there are no more.
  /// - Throws: `TensorError` when memory is exhausted.
  package init(_ features: LabeledFeatures, groups: [Int], count: Int) throws {
    let unit = try Matrix(features.view().unitRows())
    var found: [[Int]] = []
    var values: [[Float]] = []
    for start in stride(from: 0, to: unit.rows, by: Self.chunk) {
      let rows = Array(start..<min(start + Self.chunk, unit.rows))
      let products = try unit.selecting(rows).timesTransposed(unit).buffer
      let total = unit.rows
      let nearest = try Parallel.map(rows.count) { row -> [(Int, Float)] in
        let line = products.pointer + row * total
        var kept: [(image: Int, cosine: Float)] = []
        for other in 0..<total where groups[other] != groups[start + row] {
          let cosine = line[other]
          guard kept.count < count || cosine > kept[kept.count - 1].cosine else { continue }
          // Few are kept, so that each is put into its place by steps.
          var place = kept.count
          while place > 0, kept[place - 1].cosine < cosine { place -= 1 }
          kept.insert((other, cosine), at: place)
          if kept.count > count { kept.removeLast() }
        }
        return kept.map { ($0.image, $0.cosine) }
      }
      for list in nearest {
        found.append(list.map(\.0))
        values.append(list.map(\.1))
      }
    }
    images = found
    cosines = values
  }

  /// The mean distance of each image to its neighbors, one minus the cosine.
  package var distances: [Double] {
    cosines.map { list in list.reduce(0) { $0 + 1 - Double($1) } / Double(max(list.count, 1)) }
  }

  /// Returns the share of each image's neighbors that have another label, weighted by their closeness.
  package func disagreements(_ labels: [Int]) -> [Double] {
    images.enumerated().map { image, neighbors in
      var (other, all) = (0.0, 0.0)
      for (neighbor, cosine) in zip(neighbors, cosines[image]) {
        let weight = max(Double(cosine), 1e-6)
        all += weight
        if labels[neighbor] != labels[image] { other += weight }
      }
      return all > 0 ? other / all : 0
    }
  }

  /// Returns how far each image's distance lies above the median, in robust standard deviations.
  package static func outlyingness(_ distances: [Double]) -> [Double] {
    func median(_ values: [Double]) -> Double {
      let sorted = values.sorted()
      return sorted.isEmpty ? 0 : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    let middle = median(distances)
    // 1.4826 makes the median deviation of normal numbers their standard deviation.
    let spread = 1.4826 * median(distances.map { abs($0 - middle) })
    return distances.map { spread > 0 ? ($0 - middle) / spread : 0 }
  }
}

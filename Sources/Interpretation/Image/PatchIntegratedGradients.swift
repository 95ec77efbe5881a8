import PromptLensCLIP
import PromptLensTensors

/// The relevance of patches by integrated gradients over the image's pixels.
///
/// With x the image, b an image of the mean color of the model's training (normalized pixels of 0) and F the class's logit,
/// pixel i has `(xᵢ − bᵢ) ∫₀¹ ∂F/∂xᵢ(b + t (x − b)) dt`. Patches are embedded linearly, so a patch's sum over its pixels is that over
/// its embedding, which is computed. All patches together make `F(x) − F(b)`, which is checked.
///
/// The integral is taken by Gauss–Legendre quadrature with 32 points. Where the sum is wrong by more than one part in a thousand,
/// the segment of the path with the largest error is halved until it isn't, up to 1024 points.
///
/// Source: Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep Networks" (2017), equation 1 and proposition 1.
package struct PatchIntegratedGradients: Sendable, Equatable {
  /// The attribution of each patch, row by row.
  package let patches: [Double]
  /// F(x).
  package let value: Double
  /// F(b).
  package let baselineValue: Double
  /// The number of points at which the gradient was taken.
  package let points: Int

  /// The error of completeness that is promised, unless the points run out.
  package static let tolerance = 1e-3
  /// The change that errors are relative to where F changes less.
  private static let smallestChange = 1e-2
  private static let rule = GaussLegendre(count: 32)
  private static let pointLimit = 1024

  /// The error of completeness, |Σ IG − (F(x) − F(b))| / |F(x) − F(b)|; relative to 0.01 where less changes.
  package var completenessError: Double {
    abs(patches.reduce(0, +) - (value - baselineValue)) / max(abs(value - baselineValue), Self.smallestChange)
  }

  /// Attributes a logit to an image's patches.
  ///
  /// - Parameters:
  ///   - tower: the image tower.
  ///   - image: the image's rows, as `ImageGradients.embed` returns them.
  ///   - baseline: those of the baseline.
  ///   - logit: F.
  /// - Throws: the tower's errors.
  package init(tower: ImageGradients, image: [Float], baseline: [Float], logit: ClassLogit) throws {
    let difference = zip(image, baseline).map { $0 - $1 }
    let (width, count) = (tower.width, tower.grid.count)
    @Sendable func rows(at share: Double) -> [Float] { zip(baseline, difference).map { $0 + Float(share) * $1 } }
    func value(at share: Double) throws -> Double { logit.value(try tower.pass(rows(at: share)).feature) }

    func segment(from start: PathPoint, to end: PathPoint) throws -> PathSegment {
      let length = end.share - start.share
      let parts = try Parallel.map(Self.rule.nodes.count) { node -> [Double] in
        let pass = try tower.pass(rows(at: start.share + Self.rule.nodes[node] * length))
        let gradient = try pass.backward(logit.gradient(pass.feature), withAttention: false).rows
        // The class token's row doesn't change along the path.
        return (1...count).map { row -> Double in
          var sum = 0.0
          for index in row * width..<(row + 1) * width { sum += Double(difference[index]) * Double(gradient[index]) }
          return sum
        }
      }
      var values = [Double](repeating: 0, count: count)
      for (part, weight) in zip(parts, Self.rule.weights) {
        for index in values.indices { values[index] += length * weight * part[index] }
      }
      return PathSegment(
        start: start, end: end, values: values, error: values.reduce(0, +) - (end.value - start.value))
    }
    let start = PathPoint(share: 0, value: try value(at: 0))
    let end = PathPoint(share: 1, value: logit.value(try tower.pass(image).feature))
    let allowed = Self.tolerance * max(abs(end.value - start.value), Self.smallestChange)
    var segments = [try segment(from: start, to: end)]
    var points = Self.rule.nodes.count
    while abs(segments.reduce(0) { $0 + $1.error }) > allowed, points < Self.pointLimit {
      guard let worst = segments.indices.max(by: { abs(segments[$0].error) < abs(segments[$1].error) }) else { break }
      let divided = segments[worst]
      let share = (divided.start.share + divided.end.share) / 2
      let middle = PathPoint(share: share, value: try value(at: share))
      segments[worst] = try segment(from: divided.start, to: middle)
      segments.append(try segment(from: middle, to: divided.end))
      points += 2 * Self.rule.nodes.count
    }
    patches = segments.dropFirst().reduce(segments[0].values) { sums, segment in zip(sums, segment.values).map(+) }
    self.value = end.value
    baselineValue = start.value
    self.points = points
  }

  /// A point between baseline, 0, and image, 1.
  private struct PathPoint {
    let share: Double
    let value: Double
  }

  /// A segment of the path with the attributions of its points, and their sum less F's change.
  private struct PathSegment {
    let start: PathPoint
    let end: PathPoint
    let values: [Double]
    let error: Double
  }
}

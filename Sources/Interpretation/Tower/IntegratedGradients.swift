import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors

/// The margin of images that each vector adds, by integrated gradients and by gradient × input.
///
/// With F(v) the mean ``Margin`` of the images, v the vectors and b a baseline without information,
/// - gradient × input is `⟨vₘ, ∂F/∂vₘ⟩`: the effect of a small change in the vector's length, exact only if F is
///   linear;
/// - integrated gradients are `IGₘ = ⟨vₘ − bₘ, ∫₀¹ ∂F/∂vₘ(b + t (v − b)) dt⟩`, and sum to `F(v) − F(b)`, which is
///   checked.
///
/// The rest of the prompts stays fixed along the path: class names that changed with the context would take most of the
/// change.
///
/// The integral is taken by Gauss–Legendre quadrature with 32 points. Over any segment of the path the attributions must
/// sum to F's change; where the sum is wrong by more than one part in a thousand, the segment with the largest error is
/// halved until it isn't: the margin bends where a class's features turn, near the baseline above all. Where three points
/// are already as exact as that, and 8 give each vector the same, these take the place of 32.
///
/// Groups of the images have attributions, too, by three points, or by seven where a sum is wrong by more than one part in
/// a hundred; the error is stated. Parts of the images, whose attributions are only compared with each other, always have
/// three points.
///
/// Sources: Shrikumar et al., "Not Just a Black Box" (2016); Sundararajan, Taly and Yan, "Axiomatic Attribution
/// for Deep Networks" (2017), equation 1 and proposition 1.
package struct IntegratedGradients: Sendable, Equatable {
  /// The attribution of a mean margin.
  package struct Attribution: Sendable, Equatable {
    /// F(v).
    package let margin: Double
    /// F(b).
    package let baselineMargin: Double
    /// IG of each vector.
    package let integrated: [Double]

    /// F(v) − F(b).
    package var change: Double { margin - baselineMargin }

    /// The error of completeness, |Σ IG − (F(v) − F(b))| / |F(v) − F(b)|; relative to 0.01 where less changes.
    package var completenessError: Double {
      abs(integrated.reduce(0, +) - change) / max(abs(change), IntegratedGradients.smallestChange)
    }
  }

  /// The attribution of the mean margin of all images.
  package let whole: Attribution
  /// ⟨v, ∂F/∂v⟩ of each vector.
  package let gradientTimesInput: [Double]
  /// The attributions of the mean margins of groups of images.
  package let groups: [Attribution]
  /// The integrated gradients of the mean margins of parts of the images.
  package let parts: [[Double]]
  /// The number of points at which the gradient of all images was taken.
  package let points: Int

  /// The error of completeness that is promised for all images.
  package static let tolerance = 1e-3
  /// The change that errors are relative to where F changes less.
  private static let smallestChange = 1e-2
  private static let rule = GaussLegendre(count: 32)
  private static let smoothRule = GaussLegendre(count: 8)
  private static let groupRule = GaussKronrod()
  /// The error of completeness beyond which groups take the finer rule.
  private static let groupTolerance = 1e-2
  /// The number of points at which refinement ends in any case.
  private static let pointLimit = 1024

  /// Attributes the margin of images.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompts: the elements of each class's prompt; context rows name vectors.
  ///   - vectors: v, `[rows, width]`.
  ///   - baseline: b, `[rows, width]`.
  ///   - images: the images' features; at least one.
  ///   - labels: the labels of the images.
  ///   - groups: the indices of the images in each group; none of them is empty.
  ///   - parts: the indices of the images in each of the parts that they are divided into; none of them is empty.
  ///   - scale: the factor of cosines in logits.
  ///   - tapeLimit: the bytes that tapes may take; results do not depend on it.
  /// - Throws: The tower's errors, and `TensorError` if shapes don't match.
  package init(
    encoder: TextEncoder, prompts: [[PromptElement]], vectors: [Float], baseline: [Float], images: UnitRows,
    labels: [Int], groups: [[Int]] = [], parts: [[Int]] = [], scale: Float, tapeLimit: Int? = 1 << 30
  ) throws {
    guard vectors.count == baseline.count else {
      throw TensorError.shapeMismatch(
        operation: "attribution", name: "the baseline", expected: [vectors.count], found: [baseline.count])
    }
    let all = PromptMargin.Images(rows: images, labels: labels)
    let function = try PromptMargin(
      encoder: encoder, prompts: prompts, groups: [all], scale: scale, tapeLimit: tapeLimit)
    let path = StraightPath(from: baseline, to: vectors, width: encoder.width)
    let end = try function.evaluate(vectors)[0]
    let start = try function.margins(baseline)[0]
    gradientTimesInput = StraightPath.products(vectors, end.gradient.map(Double.init), width: encoder.width)

    let divided = try Self.attributions(
      of: groups.map(all.selecting), parts: parts.map(all.selecting), by: function, along: path)
    (self.groups, self.parts) = (divided.groups, divided.parts)
    func segment(
      from start: PathPoint, to end: PathPoint, by rule: GaussLegendre = Self.rule
    ) throws -> PathSegment {
      let values = try path.integrals(of: function, by: rule, from: start.share, to: end.share)[0]
      return PathSegment(
        start: start, end: end, values: values, error: values.reduce(0, +) - (end.margin - start.margin))
    }
    let allowed = Self.tolerance * max(abs(end.margin - start), Self.smallestChange)
    let (first, last) = (PathPoint(share: 0, margin: start), PathPoint(share: 1, margin: end.margin))
    var segments: [PathSegment] = []
    var count = Self.smoothRule.nodes.count
    if let coarse = divided.whole, abs(coarse.reduce(0, +) - (end.margin - start)) <= allowed {
      let found = try segment(from: first, to: last, by: Self.smoothRule)
      if zip(coarse, found.values).allSatisfy({ abs($0 - $1) <= allowed }) { segments = [found] }
    }
    if segments.isEmpty {
      segments = [try segment(from: first, to: last)]
      count = Self.rule.nodes.count
    }
    while abs(segments.reduce(0) { $0 + $1.error }) > allowed, count < Self.pointLimit {
      guard let worst = segments.indices.max(by: { abs(segments[$0].error) < abs(segments[$1].error) }) else { break }
      let halved = segments[worst]
      let share = (halved.start.share + halved.end.share) / 2
      let middle = PathPoint(share: share, margin: try function.margins(path.point(at: share))[0])
      segments[worst] = try segment(from: halved.start, to: middle)
      segments.append(try segment(from: middle, to: halved.end))
      count += 2 * Self.rule.nodes.count
    }
    whole = Attribution(
      margin: end.margin, baselineMargin: start,
      integrated: segments.dropFirst().reduce(segments[0].values) { sums, segment in
        zip(sums, segment.values).map(+)
      })
    points = count
  }

  /// The attributions of groups and parts of the images.
  private struct Divided {
    var groups: [Attribution] = []
    var parts: [[Double]] = []
    /// The attributions of all images by three points, from those of the parts; nil without parts.
    var whole: [Double]?
  }

  /// Attributes the margins of groups and parts of the images.
  private static func attributions(
    of groups: [PromptMargin.Images], parts: [PromptMargin.Images], by function: PromptMargin, along path: StraightPath
  ) throws -> Divided {
    guard !groups.isEmpty || !parts.isEmpty else { return Divided() }
    let grouped = function.measuring(groups)
    let (ends, starts) = (try grouped.margins(path.end), try grouped.margins(path.start))
    func attributions(_ integrals: some Sequence<[Double]>) -> [Attribution] {
      zip(integrals, groups.indices).map { Attribution(margin: ends[$1], baselineMargin: starts[$1], integrated: $0) }
    }
    let rule = groupRule
    let together = function.measuring(groups + parts)
    let shared = try rule.shared.map { try path.slopes(of: together, at: $0) }
    let coarse = StraightPath.sums(shared, weights: rule.coarseWeights)
    var result = Divided(groups: attributions(coarse), parts: Array(coarse.dropFirst(groups.count)))
    let images = parts.reduce(0) { $0 + $1.labels.count }
    if images > 0 {
      result.whole = result.parts[0].indices.map { row in
        zip(parts, result.parts).reduce(0) { $0 + Double($1.0.labels.count) / Double(images) * $1.1[row] }
      }
    }
    if result.groups.contains(where: { $0.completenessError > groupTolerance }) {
      let ofGroups = shared.map { Array($0.prefix(groups.count)) }
      let others = try rule.others.map { try path.slopes(of: grouped, at: $0) }
      result.groups = attributions(
        StraightPath.sums(ofGroups + others, weights: rule.sharedWeights + rule.otherWeights))
    }
    return result
  }

  /// A point between baseline, 0, and vectors, 1.
  private struct PathPoint {
    let share: Double
    let margin: Double
  }

  /// A segment of the path with the attributions of its points, and their sum less F's change.
  private struct PathSegment {
    let start: PathPoint
    let end: PathPoint
    let values: [Double]
    let error: Double
  }
}

/// The straight path from a baseline to vectors.
private struct StraightPath {
  let start: [Float]
  let end: [Float]
  private let difference: [Float]
  private let width: Int

  init(from start: [Float], to end: [Float], width: Int) {
    self.start = start
    self.end = end
    difference = zip(end, start).map { $0 - $1 }
    self.width = width
  }

  func point(at share: Double) -> [Float] { zip(start, difference).map { $0 + Float(share) * $1 } }

  /// Returns the integral of each group's gradient over a segment of the path, along each vector's difference.
  func integrals(
    of function: PromptMargin, by rule: GaussLegendre, from first: Double, to last: Double
  ) throws -> [[Double]] {
    Self.sums(
      try rule.nodes.map { try slopes(of: function, at: first + $0 * (last - first)) },
      weights: rule.weights.map { (last - first) * $0 })
  }

  /// Returns the slope of each group's margin at a point of the path, along each vector's difference.
  func slopes(of function: PromptMargin, at share: Double) throws -> [[Double]] {
    try function.evaluate(point(at: share)).map {
      Self.products(difference, $0.gradient.map(Double.init), width: width)
    }
  }

  /// Returns the weighted sums of each group's values over points, which have as many groups each; a weight for each of the
  /// points.
  static func sums(_ points: [[[Double]]], weights: [Double]) -> [[Double]] {
    guard let first = points.first else { return [] }
    return first.indices.map { group in
      first[group].indices.map { row in zip(points, weights).reduce(0) { $0 + $1.1 * $1.0[group][row] } }
    }
  }

  /// Returns the inner products of rows.
  static func products(_ rows: [Float], _ others: [Double], width: Int) -> [Double] {
    stride(from: 0, to: rows.count, by: max(width, 1)).map { start in
      (start..<start + width).reduce(0) { $0 + Double(rows[$1]) * others[$1] }
    }
  }
}

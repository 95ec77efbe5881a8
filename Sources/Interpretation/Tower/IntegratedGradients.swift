import PromptLensPrompts
import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors

/// The margin of images that each vector of the prompts adds, by integrated gradients and by gradient × input.
///
/// With F(v) the mean ``Margin`` of the images, v the vectors and b a baseline without information,
/// - gradient × input is `⟨vₘ, ∂F/∂vₘ⟩`: the effect of a small change in the vector's length, exact only if F is
///   linear;
/// - integrated gradients are `IGₘ = ⟨vₘ − bₘ, ∫₀¹ ∂F/∂vₘ(b + t (v − b)) dt⟩`, and sum to `F(v) − F(b)`, which is
///   checked.
///
/// The integral is taken by Gauss–Legendre quadrature with 8 points. Over any segment of the path the attributions must
/// sum to F's change, so the segment with the largest error is halved until the sum is right to one part in a thousand:
/// if vectors are long, most of the change happens near the baseline.
///
/// Sources: Shrikumar et al., "Not Just a Black Box" (2016); Sundararajan, Taly and Yan, "Axiomatic Attribution
/// for Deep Networks" (2017), equation 1 and proposition 1.
package struct IntegratedGradients: Sendable, Equatable {
  /// F(v).
  package let margin: Double
  /// F(b).
  package let baselineMargin: Double
  /// ⟨v, ∂F/∂v⟩ of each vector.
  package let gradientTimesInput: [Double]
  /// IG of each vector.
  package let integrated: [Double]
  /// The number of points at which the gradient was taken.
  package let points: Int

  /// The error of completeness, |Σ IG − (F(v) − F(b))| / |F(v) − F(b)|; 0 if nothing changes.
  package var completenessError: Double {
    let change = margin - baselineMargin
    let error = abs(integrated.reduce(0, +) - change)
    return error == 0 ? 0 : error / max(abs(change), .leastNormalMagnitude)
  }

  /// The error of completeness at which refinement ends.
  package static let tolerance = 1e-3
  private static let rule = GaussLegendre(count: 8)
  /// The number of points at which refinement ends in any case.
  private static let pointLimit = 512

  /// Attributes the margin of images.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompts: the elements of each class's prompt; context rows name vectors.
  ///   - vectors: v, `[rows, width]`.
  ///   - baseline: b, `[rows, width]`.
  ///   - images: the images' features; at least one.
  ///   - labels: the labels of the images.
  ///   - scale: the factor of cosines in logits.
  ///   - tapeLimit: the bytes that tapes may take; results do not depend on it.
  /// - Throws: The tower's errors, and `TensorError` if shapes don't match.
  package init(
    encoder: TextEncoder, prompts: [[PromptElement]], vectors: [Float], baseline: [Float], images: UnitRows,
    labels: [Int], scale: Float, tapeLimit: Int? = 1 << 30
  ) throws {
    guard vectors.count == baseline.count else {
      throw TensorError.shapeMismatch(
        operation: "attribution", name: "the baseline", expected: [vectors.count], found: [baseline.count])
    }
    let pass = try PromptPass(encoder: encoder, tree: PromptTree(prompts), tapeLimit: tapeLimit)
    func evaluate(_ context: [Float]) throws -> (margin: Double, gradient: [Float]) {
      let step = try TrainingStep(
        images: images, labels: labels, loss: Margin(), classCount: prompts.count, scale: scale, pass: pass,
        context: context)
      let text = try step.text()
      let found = step.loss.evaluate(
        logits: try step.logits(text), classCount: step.classCount, labels: labels, weights: [])
      return (found.mean, try step.contextGradient(step.textGradient(found.gradient), of: text))
    }
    let width = encoder.width
    let whole = try evaluate(vectors)
    margin = whole.margin
    baselineMargin = try evaluate(baseline).margin
    gradientTimesInput = Self.products(vectors, whole.gradient.map(Double.init), width: width)

    let difference = zip(vectors, baseline).map { $0 - $1 }
    func point(at share: Double) -> [Float] { zip(baseline, difference).map { $0 + Float(share) * $1 } }
    func segment(from start: PathPoint, to end: PathPoint) throws -> PathSegment {
      var mean = [Double](repeating: 0, count: vectors.count)
      let length = end.share - start.share
      for (node, weight) in zip(Self.rule.nodes, Self.rule.weights) {
        let gradient = try evaluate(point(at: start.share + node * length)).gradient
        for index in mean.indices { mean[index] += length * weight * Double(gradient[index]) }
      }
      let values = Self.products(difference, mean, width: width)
      let error = abs(values.reduce(0, +) - (end.margin - start.margin))
      return PathSegment(start: start, end: end, values: values, error: error)
    }
    let start = PathPoint(share: 0, margin: baselineMargin)
    let end = PathPoint(share: 1, margin: whole.margin)
    let allowed = Self.tolerance / 2 * abs(end.margin - start.margin)
    var segments = [try segment(from: start, to: end)]
    var count = Self.rule.nodes.count
    while segments.reduce(0, { $0 + $1.error }) > allowed, count < Self.pointLimit {
      guard let worst = segments.indices.max(by: { segments[$0].error < segments[$1].error }) else { break }
      let divided = segments[worst]
      let share = (divided.start.share + divided.end.share) / 2
      let middle = PathPoint(share: share, margin: try evaluate(point(at: share)).margin)
      segments[worst] = try segment(from: divided.start, to: middle)
      segments.append(try segment(from: middle, to: divided.end))
      count += 2 * Self.rule.nodes.count
    }
    integrated = segments.dropFirst().reduce(segments[0].values) { sums, segment in zip(sums, segment.values).map(+) }
    points = count
  }

  /// A point between baseline, 0, and vectors, 1.
  private struct PathPoint {
    let share: Double
    let margin: Double
  }

  /// A segment of the path with the attributions of its points, and the difference of their sum from F's change.
  private struct PathSegment {
    let start: PathPoint
    let end: PathPoint
    let values: [Double]
    let error: Double
  }

  /// Returns the inner products of rows.
  private static func products(_ rows: [Float], _ others: [Double], width: Int) -> [Double] {
    stride(from: 0, to: rows.count, by: max(width, 1)).map { start in
      (start..<start + width).reduce(0) { $0 + Double(rows[$1]) * others[$1] }
    }
  }
}

/// Prompts whose class names are vectors like the context's, so that attributions to them can be computed.
package struct OpenPrompts: Sendable {
  /// The elements of each class's prompt; the opened names' tokens are rows behind the context's.
  package let prompts: [[PromptElement]]
  /// The context's rows, then the opened names', `[rows, width]`.
  package let vectors: [Float]
  /// The class whose name each row behind the context's belongs to.
  package let owners: [Int]
  private let contextLength: Int

  /// Opens the names of some classes.
  ///
  /// - Parameters:
  ///   - assembly: the prompts.
  ///   - context: the context matrix, `[contextRows, width]`.
  ///   - embedding: the token embedding, `[vocabulary, width]`.
  ///   - classes: the classes whose names are opened.
  /// - Throws: `TensorError` if a name isn't in the embedding.
  package init(_ assembly: PromptAssembly, context: [Float], embedding: Tensor, classes: Set<Int>) throws {
    var vectors = context
    var owners: [Int] = []
    prompts = try assembly.prompts.enumerated().map { index, prompt in
      guard classes.contains(index) else { return prompt }
      return try zip(prompt, assembly.roles[index]).map { element, role in
        guard role == .className, case .token(let id) = element else { return element }
        vectors += try embedding.rows(Int(id)..<Int(id) + 1).floats()
        owners.append(index)
        return .context(assembly.contextRows + owners.count - 1)
      }
    }
    self.vectors = vectors
    self.owners = owners
    contextLength = assembly.contextLength
  }

  /// Returns a baseline in which every vector is the same.
  package func baseline(_ vector: [Float]) -> [Float] {
    vector.isEmpty ? [] : (0..<vectors.count / vector.count).flatMap { _ in vector }
  }

  /// Sums the attributions to rows: for each position in the context, over classes if each has its own, and for all
  /// names.
  package func summed(_ values: [Double]) -> (context: [Double], names: Double) {
    var context = [Double](repeating: 0, count: contextLength)
    let rows = values.count - owners.count
    for (row, value) in values.prefix(rows).enumerated() { context[row % contextLength] += value }
    return (context, values.dropFirst(rows).reduce(0, +))
  }
}

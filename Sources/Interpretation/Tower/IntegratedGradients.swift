import PromptLensPrompts
import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors

/// What each vector of the prompts adds to the margin of images: gradient × input, and integrated gradients.
///
/// With F(v) the mean ``Margin`` of the images, v the vectors and b a baseline in which they say nothing,
/// - gradient × input is `⟨vₘ, ∂F/∂vₘ⟩`: what a small change in the vector's length does, exact only where F is linear;
/// - integrated gradients are `IGₘ = ⟨vₘ − bₘ, ∫₀¹ ∂F/∂vₘ(b + t (v − b)) dt⟩`, and sum to `F(v) − F(b)`, which is checked.
///
/// The integral is taken by Gauss and Legendre's rule with 8 points. Over any part of the way the attributions must sum to F's
/// change, so the part that misses it most is halved until the sum is right to one part in a thousand: where vectors are long,
/// all happens near the baseline.
///
/// Sources: Shrikumar et al., "Not Just a Black Box" (2016); Sundararajan, Taly and Yan, "Axiomatic Attribution
/// for Deep Networks" (2017), equation 1 and proposition 1.
package struct IntegratedGradients: Sendable, Equatable {
  /// F(v).
  package let margin: Double
  /// F(b).
  package let baselineMargin: Double
  /// For each vector ⟨v, ∂F/∂v⟩.
  package let gradientTimesInput: [Double]
  /// For each vector IG.
  package let integrated: [Double]
  /// The points at which the gradient was taken.
  package let points: Int

  /// |Σ IG − (F(v) − F(b))| / |F(v) − F(b)|: how incomplete the attribution is; 0 where nothing changes.
  package var completenessError: Double {
    let change = margin - baselineMargin
    let error = abs(integrated.reduce(0, +) - change)
    return error == 0 ? 0 : error / max(abs(change), .leastNormalMagnitude)
  }

  /// What the error must stay below, and the points beyond which it is taken as it is.
  package static let tolerance = 1e-3
  private static let rule = GaussLegendre(count: 8)
  private static let lastPoints = 512

  /// Attributes the margin of images.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - prompts: for each class its elements; context rows name vectors.
  ///   - vectors: v, `[rows, width]`.
  ///   - baseline: b, `[rows, width]`.
  ///   - images: the images' features; at least one.
  ///   - labels: their labels.
  ///   - scale: what cosines are multiplied by.
  ///   - tapeLimit: the bytes that tapes may take; results do not depend on it.
  /// - Throws: what the tower throws, and `TensorError` when shapes do not match.
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
        images: images, labels: labels, loss: Margin(), ways: prompts.count, scale: scale, pass: pass, context: context)
      let text = try step.text()
      let found = step.loss.evaluate(logits: try step.logits(text), ways: step.ways, labels: labels, weights: [])
      return (found.mean, try step.contextGradient(step.textGradient(found.gradient), of: text))
    }
    let width = encoder.width
    let whole = try evaluate(vectors)
    margin = whole.margin
    baselineMargin = try evaluate(baseline).margin
    gradientTimesInput = Self.products(vectors, whole.gradient.map(Double.init), width: width)

    let difference = zip(vectors, baseline).map { $0 - $1 }
    func between(_ place: Double) -> [Float] { zip(baseline, difference).map { $0 + Float(place) * $1 } }
    func part(from start: Mark, to end: Mark) throws -> Part {
      var mean = [Double](repeating: 0, count: vectors.count)
      let length = end.place - start.place
      for (place, weight) in zip(Self.rule.places, Self.rule.weights) {
        let gradient = try evaluate(between(start.place + place * length)).gradient
        for index in mean.indices { mean[index] += length * weight * Double(gradient[index]) }
      }
      let values = Self.products(difference, mean, width: width)
      let error = abs(values.reduce(0, +) - (end.margin - start.margin))
      return Part(start: start, end: end, values: values, error: error)
    }
    let start = Mark(place: 0, margin: baselineMargin)
    let end = Mark(place: 1, margin: whole.margin)
    let allowed = Self.tolerance / 2 * abs(end.margin - start.margin)
    var parts = [try part(from: start, to: end)]
    var count = Self.rule.places.count
    while parts.reduce(0, { $0 + $1.error }) > allowed, count < Self.lastPoints {
      guard let worst = parts.indices.max(by: { parts[$0].error < parts[$1].error }) else { break }
      let divided = parts[worst]
      let place = (divided.start.place + divided.end.place) / 2
      let middle = Mark(place: place, margin: try evaluate(between(place)).margin)
      parts[worst] = try part(from: divided.start, to: middle)
      parts.append(try part(from: middle, to: divided.end))
      count += 2 * Self.rule.places.count
    }
    integrated = parts.dropFirst().reduce(parts[0].values) { sums, part in zip(sums, part.values).map(+) }
    points = count
  }

  /// A place between baseline, 0, and vectors, 1.
  private struct Mark {
    let place: Double
    let margin: Double
  }

  /// A part of the way, what its points attribute, and by how much that misses F's change.
  private struct Part {
    let start: Mark
    let end: Mark
    let values: [Double]
    let error: Double
  }

  /// The inner products of rows.
  private static func products(_ rows: [Float], _ others: [Double], width: Int) -> [Double] {
    stride(from: 0, to: rows.count, by: max(width, 1)).map { start in
      (start..<start + width).reduce(0) { $0 + Double(rows[$1]) * others[$1] }
    }
  }
}

/// Prompts whose class names are vectors like the context's, so that something can be attributed to them.
package struct OpenPrompts: Sendable {
  /// For each class its elements; the opened names' tokens are rows behind the context's.
  package let prompts: [[PromptElement]]
  /// The context's rows, then the opened names', `[rows, width]`.
  package let vectors: [Float]
  /// For each row behind the context's the class whose name it is of.
  package let owners: [Int]
  private let contextLength: Int

  /// Opens the names of some classes.
  ///
  /// - Parameters:
  ///   - assembly: the prompts.
  ///   - context: the context matrix, `[contextRows, width]`.
  ///   - embedding: the token embedding, `[vocabulary, width]`.
  ///   - classes: the classes whose names are opened.
  /// - Throws: `TensorError` when a name is not in the embedding.
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

  /// A baseline in which every vector is the same one.
  package func baseline(_ vector: [Float]) -> [Float] {
    vector.isEmpty ? [] : (0..<vectors.count / vector.count).flatMap { _ in vector }
  }

  /// Sums what was attributed to the rows: by place in the context, over classes where each has its own, and for all names.
  package func summed(_ values: [Double]) -> (context: [Double], names: Double) {
    var context = [Double](repeating: 0, count: contextLength)
    let rows = values.count - owners.count
    for (row, value) in values.prefix(rows).enumerated() { context[row % contextLength] += value }
    return (context, values.dropFirst(rows).reduce(0, +))
  }
}

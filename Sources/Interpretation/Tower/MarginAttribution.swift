import CLIP
import PromptLearning
import Tensors

/// What each vector of the prompts adds to the margin of images: gradient × input, and integrated gradients.
///
/// With F(v) the mean ``Margin`` of the images, v the vectors and b a baseline in which they say nothing,
/// - gradient × input is `⟨vₘ, ∂F/∂vₘ⟩`: what a small change in the vector's length does, exact only where F is linear;
/// - integrated gradients are `IGₘ = ⟨vₘ − bₘ, ∫₀¹ ∂F/∂vₘ(b + t (v − b)) dt⟩`, and sum to `F(v) − F(b)`, which is checked.
///
/// The integral is taken by Gauss and Legendre's rule with 8 points, then twice as many, until the sum is right to one part in
/// a thousand. Sources: Shrikumar et al., "Not Just a Black Box" (2016); Sundararajan, Taly and Yan, "Axiomatic Attribution
/// for Deep Networks" (2017), equation 1 and proposition 1.
public struct MarginAttribution: Sendable, Equatable {
  /// F(v).
  public let margin: Double
  /// F(b).
  public let baselineMargin: Double
  /// For each vector ⟨v, ∂F/∂v⟩.
  public let gradientTimesInput: [Double]
  /// For each vector IG.
  public let integrated: [Double]
  /// The points of the integral.
  public let points: Int

  /// |Σ IG − (F(v) − F(b))| / |F(v) − F(b)|: how incomplete the attribution is; 0 where nothing changes.
  public var completenessError: Double {
    let change = margin - baselineMargin
    let error = abs(integrated.reduce(0, +) - change)
    return error == 0 ? 0 : error / max(abs(change), .leastNormalMagnitude)
  }

  /// What the error must stay below, and the points beyond which it is taken as it is.
  public static let tolerance = 1e-3
  private static let firstPoints = 8
  private static let lastPoints = 256

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
  /// - Throws: what the tower throws, and `TensorError` when shapes do not match.
  public init(
    encoder: TextEncoder, prompts: [[PromptElement]], vectors: [Float], baseline: [Float], images: UnitRows,
    labels: [Int], scale: Float
  ) throws {
    guard vectors.count == baseline.count else {
      throw TensorError.shapeMismatch(
        operation: "attribution", name: "the baseline", expected: [vectors.count], found: [baseline.count])
    }
    let pass = try PromptPass(encoder: encoder, tree: PromptTree(prompts))
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
    var count = Self.firstPoints
    while true {
      let rule = GaussLegendre(count: count)
      var mean = [Double](repeating: 0, count: vectors.count)
      for (place, weight) in zip(rule.places, rule.weights) {
        let between = zip(baseline, difference).map { $0 + Float(place) * $1 }
        let gradient = try evaluate(between).gradient
        for index in mean.indices { mean[index] += weight * Double(gradient[index]) }
      }
      let found = Self.products(difference, mean, width: width)
      let error = abs(found.reduce(0, +) - (margin - baselineMargin))
      if error <= Self.tolerance / 2 * abs(margin - baselineMargin) || count >= Self.lastPoints {
        integrated = found
        points = count
        return
      }
      count *= 2
    }
  }

  /// The inner products of rows.
  private static func products(_ rows: [Float], _ others: [Double], width: Int) -> [Double] {
    stride(from: 0, to: rows.count, by: max(width, 1)).map { start in
      (start..<start + width).reduce(0) { $0 + Double(rows[$1]) * others[$1] }
    }
  }
}

/// Prompts whose class names are vectors like the context's, so that something can be attributed to them.
public struct OpenPrompts: Sendable {
  /// For each class its elements; the opened names' tokens are rows behind the context's.
  public let prompts: [[PromptElement]]
  /// The context's rows, then the opened names', `[rows, width]`.
  public let vectors: [Float]
  /// For each row behind the context's the class whose name it is of.
  public let owners: [Int]

  /// Opens the names of some classes.
  ///
  /// - Parameters:
  ///   - assembly: the prompts.
  ///   - context: the context matrix, `[contextRows, width]`.
  ///   - embedding: the token embedding, `[vocabulary, width]`.
  ///   - classes: the classes whose names are opened.
  /// - Throws: `TensorError` when a name is not in the embedding.
  public init(_ assembly: PromptAssembly, context: [Float], embedding: Tensor, classes: Set<Int>) throws {
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
  }
}

import PromptLensPromptLearning
import PromptLensTensors

/// A bottleneck over image features, mixed with its input:
/// `g = ρ relu(relu(f Aᵀ) Bᵀ) + (1 − ρ) f` and `z_k = s ĝ · t̂_k`, with the unscaled feature f.
///
/// Source: Gao et al., "CLIP-Adapter: Better Vision-Language Models with Feature Adapters" (2021), equations 5 to 7.
package struct ClipAdapterClassifier: StorableClassifier {
  /// The name, `clip-adapter`.
  package static let kind = "clip-adapter"
  /// A, `[hidden, width]`.
  package let down: Tensor
  /// B, `[width, hidden]`.
  package let up: Tensor
  /// t̂, `[classes, width]`, unit rows.
  package let text: Tensor
  /// s.
  package let scale: Float
  /// ρ.
  package let ratio: Float

  /// Creates a classifier.
  ///
  /// - Parameters:
  ///   - down: A, `[hidden, width]`.
  ///   - up: B, `[width, hidden]`.
  ///   - text: a row for each class, of any length.
  ///   - scale: s.
  ///   - ratio: ρ.
  /// - Throws: ``EvaluationError`` or `TensorError` when the parts don't match.
  package init(down: Tensor, up: Tensor, text: Tensor, scale: Float, ratio: Float) throws {
    let unit = try CosineClassifier(weights: text).weights
    let width = unit.shape.dimensions[1]
    guard down.shape.rank == 2, down.shape.count > 0, down.shape.dimensions[1] == width else {
      throw TensorError.shapeMismatch(
        operation: "classifier", name: "down", expected: [-1, width], found: down.shape.dimensions)
    }
    guard up.shape.dimensions == [width, down.shape.dimensions[0]] else {
      throw TensorError.shapeMismatch(
        operation: "classifier", name: "up", expected: [width, down.shape.dimensions[0]], found: up.shape.dimensions)
    }
    self.down = down.converted(to: .float32)
    self.up = up.converted(to: .float32)
    self.text = unit
    self.scale = scale
    self.ratio = ratio
  }

  /// Creates a classifier from a file's arrays and numbers.
  package init(_ stored: StoredParts) throws {
    try self.init(
      down: stored.part("down"), up: stored.part("up"), text: stored.part("text"),
      scale: Float(stored.setting("scale")), ratio: Float(stored.setting("ratio")))
  }

  /// The number of classes.
  package var classCount: Int { text.shape.dimensions[0] }
  /// The width of a feature.
  package var width: Int { text.shape.dimensions[1] }
  /// `down`, `up` and `text`.
  package var parts: [(name: String, tensor: Tensor)] { [("down", down), ("up", up), ("text", text)] }
  /// `scale` and `ratio`.
  package var settings: [(name: String, value: Double)] { [("scale", Double(scale)), ("ratio", Double(ratio))] }

  /// Returns the logits of images; see ``FeatureClassifier/logits(for:)``.
  package func logits(for features: Tensor) throws -> Tensor {
    let pass = try ClipAdapter.Pass(
      images: Matrix(features.matching(width, normalized: false)), down: Matrix(down), up: Matrix(up), ratio: ratio)
    return try LinearClassifier(weights: text, scale: scale, normalizes: true).logits(for: pass.mixed.tensor())
  }
}

/// CLIP-Adapter: a bottleneck of a quarter of the width, ρ = 0.2, learned with the recipe of CoOp's code, in which its
/// authors published it: SGD at 0.002 and batches of 32.
package struct ClipAdapter: ClassifierMethod {
  /// The name, `clip-adapter`.
  package let name = "clip-adapter"
  /// ρ.
  package let ratio: Float
  /// The number of epochs; nil for 50, 100 or 200 depending on the shots.
  package let epochs: Int?
  /// The learning rate after the first epoch.
  package let learningRate: Double

  /// Creates the method with the authors' settings.
  ///
  /// - Parameters:
  ///   - ratio: ρ.
  ///   - epochs: the number of epochs; nil for 50, 100 or 200 depending on the shots.
  ///   - learningRate: the learning rate after the first epoch.
  package init(ratio: Float = 0.2, epochs: Int? = nil, learningRate: Double = 0.002) {
    self.ratio = ratio
    self.epochs = epochs
    self.learningRate = learningRate
  }

  /// Learns the bottleneck; see ``ClassifierMethod/fit(_:)``.
  package func fit(_ task: FewShotTask) throws -> FittedClassifier {
    let images = try Matrix(task.train.view())
    let text = try Matrix(CosineClassifier(weights: task.requiredText(name)).weights)
    let (width, hidden) = (images.columns, max(images.columns / 4, 1))
    var parameters = Self.initial(width: width, hidden: hidden, seed: task.seed)
    var velocity = [Float](repeating: 0, count: parameters.count)
    let optimizer = StochasticGradientDescent()
    let epochs = max(epochs ?? LearningRateSchedule.epochs(shots: task.shots), 1)
    let schedule = LearningRateSchedule(peak: learningRate, epochs: epochs)
    let sampler = BatchSampler(count: images.rows, batchSize: 32, seed: task.seed)
    let loss = AdapterLoss(text: text, hidden: hidden, ratio: ratio, scale: task.scale)
    for epoch in 1...epochs {
      for rows in sampler.batches(ofEpoch: epoch) {
        let found = try loss.evaluate(
          parameters, images: images.selecting(rows), labels: rows.map { task.train.labels[$0] })
        guard found.loss.isFinite else {
          throw EvaluationError.notFitted(method: name, reason: "the loss isn't a number")
        }
        optimizer.step(
          parameters: &parameters, velocity: &velocity, gradient: found.gradient, rate: schedule.rate(ofEpoch: epoch))
      }
    }
    let (down, up) = loss.split(parameters)
    return FittedClassifier(
      try ClipAdapterClassifier(
        down: down.tensor("down"), up: up.tensor("up"), text: text.tensor("text"), scale: task.scale, ratio: ratio),
      [("ratio", Double(ratio))])
  }

  /// Returns initial A and B as in PyTorch's `nn.Linear`: uniform over ±1/√inputs.
  static func initial(width: Int, hidden: Int, seed: Int) -> [Float] {
    var numbers = RandomStream.learning(.parameters, seed: seed)
    func even(_ count: Int, inputs: Int) -> [Float] {
      let bound = 1 / Float(inputs).squareRoot()
      return (0..<count).map { _ in Float.random(in: -bound...bound, using: &numbers) }
    }
    let down = even(hidden * width, inputs: width)
    return down + even(width * hidden, inputs: hidden)
  }

  /// The bottleneck's forward pass over some images.
  struct Pass {
    /// relu(f Aᵀ), `[images, hidden]`.
    let hidden: Matrix
    /// relu(relu(f Aᵀ) Bᵀ), `[images, width]`.
    let adapted: Matrix
    /// g, `[images, width]`.
    let mixed: Matrix

    init(images: Matrix, down: Matrix, up: Matrix, ratio: Float) throws {
      hidden = try images.timesTransposed(down).rectified()
      adapted = try hidden.timesTransposed(up).rectified()
      mixed = Matrix(
        zip(adapted.floats, images.floats).map { ratio * $0 + (1 - ratio) * $1 }, rows: images.rows,
        columns: images.columns)
    }
  }

  /// The cross-entropy of a batch as a function of A, row by row, and then B.
  ///
  /// With h and a the outputs of the two rectifiers and G = ∂L/∂z: `∂L/∂ĝ = s G t̂`; `D = ρ ∂L/∂g` where a is above
  /// zero; `∂L/∂B = Dᵀ h`; `E = D B` where h is above zero; `∂L/∂A = Eᵀ f`.
  package struct AdapterLoss {
    let text: Matrix
    let hidden: Int
    let ratio: Float
    let scale: Float

    package init(text: Matrix, hidden: Int, ratio: Float, scale: Float) {
      self.text = text
      self.hidden = hidden
      self.ratio = ratio
      self.scale = scale
    }

    /// Returns A and B.
    func split(_ parameters: [Float]) -> (down: Matrix, up: Matrix) {
      let size = hidden * text.columns
      return (
        Matrix(parameters[..<size], rows: hidden, columns: text.columns),
        Matrix(parameters[size...], rows: text.columns, columns: hidden)
      )
    }

    /// Returns the loss of a batch and its gradient.
    package func evaluate(
      _ parameters: [Float], images: Matrix, labels: [Int]
    ) throws -> (loss: Double, gradient: [Float]) {
      let (down, up) = split(parameters)
      let pass = try Pass(images: images, down: down, up: up, ratio: ratio)
      let unit = UnitRows(pass.mixed.buffer, width: images.columns)
      let logits = try Matrix(rows: unit.count, columns: unit.width, unit.rows).timesTransposed(text).floats
        .map { scale * $0 }
      let value = CrossEntropy().evaluate(logits: logits, classCount: text.rows, labels: labels, weights: [])
      let slopes = Matrix(value.gradient.map { scale * $0 }, rows: images.rows, columns: text.rows)
      let mixed = unit.backward(try slopes.times(text).buffer)
      let outer = Matrix(
        zip(mixed.floats, pass.adapted.floats).map { $1 > 0 ? ratio * $0 : 0 }, rows: images.rows,
        columns: images.columns)
      let inner = Matrix(
        zip(try outer.times(up).floats, pass.hidden.floats).map { $1 > 0 ? $0 : 0 }, rows: images.rows, columns: hidden)
      let downGradient = try inner.transposed().times(images).floats
      return (value.mean, downGradient + (try outer.transposed().times(pass.hidden).floats))
    }
  }
}

extension Matrix {
  /// Returns the matrix with zeros instead of negative numbers.
  fileprivate func rectified() -> Matrix { Matrix(floats.map { max($0, 0) }, rows: rows, columns: columns) }
}

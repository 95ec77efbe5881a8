import CDNNL

/// `y = x Wᵀ + b` on rows, or `y += x Wᵀ + b`, as in PyTorch's `nn.Linear`.
public final class LinearLayer: Sendable {
  private struct Key: Hashable {
    let rows: Int
    let accumulate: Bool
  }

  /// The width of `x`.
  public let inputs: Int
  /// The width of `y`.
  public let outputs: Int
  private let precision: ComputePrecision
  private let bias: Tensor?
  private let packed: PackedWeights<Key>

  /// How a weight matrix is stored.
  public enum Orientation: Sendable {
    /// `[outputs, inputs]`, PyTorch's `nn.Linear`.
    case outputsByInputs
    /// `[inputs, outputs]`, CLIP's projections.
    case inputsByOutputs
  }

  /// A layer over `weight`; nothing is packed before the first product.
  ///
  /// - Parameters:
  ///   - weight: a matrix in any element type.
  ///   - bias: b, `[outputs]`, or none.
  ///   - orientation: which axis of `weight` is which.
  ///   - precision: the arithmetic.
  ///   - name: the weight's name, for errors.
  /// - Throws: ``TensorError`` when the shapes do not match.
  public init(
    weight: Tensor, bias: Tensor? = nil, orientation: Orientation = .outputsByInputs,
    precision: ComputePrecision = .float32, name: String = "weight"
  ) throws(TensorError) {
    let dimensions = weight.shape.dimensions
    guard dimensions.count == 2, weight.shape.count > 0 else {
      throw .shapeMismatch(operation: "linear", name: name, expected: [-1, -1], found: dimensions)
    }
    let inputs = orientation == .outputsByInputs ? dimensions[1] : dimensions[0]
    let outputs = orientation == .outputsByInputs ? dimensions[0] : dimensions[1]
    if let bias, bias.shape.dimensions != [outputs] {
      throw .shapeMismatch(
        operation: "linear", name: "\(name)'s bias", expected: [outputs], found: bias.shape.dimensions)
    }
    self.inputs = inputs
    self.outputs = outputs
    self.precision = precision
    self.bias = bias?.converted(to: .float32)
    let hasBias: Int32 = bias == nil ? 0 : 1
    packed = PackedWeights(
      create: { (key) throws(TensorError) in
        try Plan("product with \(name)") { plan, engine in
          pl_matmul_create(
            &plan, engine, Int64(key.rows), Int64(outputs), Int64(inputs), precision.dataType, hasBias,
            key.accumulate ? 1 : 0)
        }
      },
      pack: { (plan) throws(TensorError) in
        try weight.withFloats { (floats) throws(TensorError) in
          guard let base = floats.baseAddress else { return Storage(count: 0) { _ in } }
          return try plan.pack(
            base, dimensions: [inputs, outputs],
            strides: orientation == .outputsByInputs ? [1, inputs] : [outputs, 1])
        }
      })
  }

  /// Applies the layer to rows.
  ///
  /// - Parameters:
  ///   - source: x, `[rows, inputs]`.
  ///   - rows: the number of rows.
  ///   - to: y, `[rows, outputs]`.
  ///   - accumulate: whether the product is added to what `to` holds.
  /// - Throws: ``TensorError`` when oneDNN refuses.
  public func apply(
    _ source: UnsafePointer<Float>, rows: Int, to: UnsafeMutablePointer<Float>, accumulate: Bool = false
  ) throws(TensorError) {
    guard rows > 0 else { return }
    let (plan, weights) = try packed.entry(for: Key(rows: rows, accumulate: accumulate))
    try withSource(source, count: rows * inputs, precision: precision) { (source) throws(TensorError) in
      guard let bias else { return try plan.run(source: source, weights: weights, bias: nil, to: to) }
      try bias.withFloats { (bias) throws(TensorError) in
        try plan.run(source: source, weights: weights, bias: bias.baseAddress, to: to)
      }
    }
  }
}

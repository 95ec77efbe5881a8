import PromptLensCDNNL

/// A linear layer over rows, `y = x Wᵀ + b` or `y += x Wᵀ + b`, as in PyTorch's `nn.Linear`, with frozen weights.
///
/// Backward, `∂L/∂x = ∂L/∂y · W`; W and b have no gradient.
///
/// Weights are packed for each direction: twice the memory of one copy where both are computed. A layer that uses rows
/// holds one copy in f32, the stored one where it is that: forward, oneDNN packs it block by block within the product,
/// which takes about a twentieth longer; backward, its plain product is as fast as with packed weights, and differs in
/// the last bits. In bf16 both packed copies take as much as one in f32, and stay.
package final class LinearLayer: Sendable {
  private struct Key: Hashable {
    let rows: Int
    let accumulate: Bool
  }

  /// The width of `x`.
  package let inputs: Int
  /// The width of `y`.
  package let outputs: Int
  private let precision: ComputePrecision
  private let bias: Tensor?
  private let packed: PackedWeights<Key>
  private let packedBackward: PackedWeights<Key>
  /// The weights as they are stored, where both directions use them; nil where they are packed.
  private let rows: Tensor?
  private let orientation: Orientation

  /// The order of a weight matrix's axes.
  package enum Orientation: Sendable {
    /// `[outputs, inputs]`, PyTorch's `nn.Linear`.
    case outputsByInputs
    /// `[inputs, outputs]`, CLIP's projections.
    case inputsByOutputs
  }

  /// Creates a layer over `weight`, which is packed at the first product.
  ///
  /// - Parameters:
  ///   - weight: a matrix in any element type.
  ///   - bias: b, `[outputs]`; nil for none.
  ///   - orientation: the order of `weight`'s axes.
  ///   - precision: the arithmetic.
  ///   - keepsPacked: whether the packed weights are kept for the next product instead of being packed for each.
  ///   - usesRows: whether products in f32 use the weights as they are stored, once for both directions; see above.
  ///   - name: the weight's name, for errors.
  /// - Throws: ``TensorError`` when the shapes do not match.
  package convenience init(
    weight: Tensor, bias: Tensor? = nil, orientation: Orientation = .outputsByInputs,
    precision: ComputePrecision = .float32, keepsPacked: Bool = true, usesRows: Bool = false,
    name: String = "weight"
  ) throws(TensorError) {
    try self.init(
      weights: [weight], bias: bias, orientation: orientation, scale: nil, precision: precision,
      keepsPacked: keepsPacked, usesRows: usesRows, name: name)
  }

  /// Creates a layer whose outputs are those of several matrices one after another, which are joined as they are packed.
  ///
  /// - Parameters:
  ///   - weights: matrices `[outputs, inputs]` of the same inputs.
  ///   - bias: b, `[outputs of all]`; nil for none.
  ///   - scale: the factor of each output's weights when they are packed, `[outputs of all]`; nil for 1 each.
  ///   - precision: the arithmetic.
  ///   - keepsPacked: whether the packed weights are kept for the next product instead of being packed for each.
  ///   - usesRows: whether products in f32 use the weights as they are stored, once for both directions; see above.
  ///   - name: the weights' name, for errors.
  /// - Throws: ``TensorError`` when the shapes do not match.
  package convenience init(
    stacking weights: [Tensor], bias: Tensor?, scale: [Float]? = nil, precision: ComputePrecision = .float32,
    keepsPacked: Bool = true, usesRows: Bool = false,
    name: String = "weight"
  ) throws(TensorError) {
    try self.init(
      weights: weights, bias: bias, orientation: .outputsByInputs, scale: scale,
      precision: precision, keepsPacked: keepsPacked, usesRows: usesRows, name: name)
  }

  private init(
    weights: [Tensor], bias: Tensor?, orientation: Orientation, scale: [Float]?, precision: ComputePrecision,
    keepsPacked: Bool, usesRows: Bool, name: String
  ) throws(TensorError) {
    var dimensions = weights.first?.shape.dimensions ?? []
    for weight in weights {
      guard dimensions.count == 2, weight.shape.rank == 2, weight.shape.count > 0,
        weights.count == 1 || weight.shape.dimensions[1] == dimensions[1]
      else {
        throw .shapeMismatch(
          operation: "linear", name: name,
          expected: [-1, dimensions.count == 2 && weights.count > 1 ? dimensions[1] : -1],
          found: weight.shape.dimensions)
      }
    }
    guard dimensions.count == 2 else {
      throw .shapeMismatch(operation: "linear", name: name, expected: [-1, -1], found: dimensions)
    }
    if weights.count > 1 { dimensions[0] = weights.reduce(0) { $0 + $1.shape.dimensions[0] } }
    let inputs = orientation == .outputsByInputs ? dimensions[1] : dimensions[0]
    let outputs = orientation == .outputsByInputs ? dimensions[0] : dimensions[1]
    if let scale, scale.count != outputs {
      throw .shapeMismatch(operation: "linear", name: "\(name)'s scale", expected: [outputs], found: [scale.count])
    }
    if let bias, bias.shape.dimensions != [outputs] {
      throw .shapeMismatch(
        operation: "linear", name: "\(name)'s bias", expected: [outputs], found: bias.shape.dimensions)
    }
    self.inputs = inputs
    self.outputs = outputs
    self.precision = precision
    self.bias = bias?.converted(to: .float32)
    self.orientation = orientation
    let rows = usesRows && precision == .float32 ? try Self.rows(weights, scale: scale) : nil
    self.rows = rows
    /// Returns the product of rows with `from × to` weights, packed from the stored matrix with these strides.
    func product(from: Int, to: Int, bias: Int32, strides: [Int], scaleAxis: Int) -> PackedWeights<Key> {
      PackedWeights(
        isKept: keepsPacked,
        create: { (key) throws(TensorError) in
          try Plan("product with \(name)") { plan, engine in
            let steps = rows == nil ? nil : strides.map { Int64($0) }
            return steps.withPointer {
              pl_matmul_create(
                &plan, engine, Int64(key.rows), Int64(to), Int64(from), precision.dataType, $0, bias,
                key.accumulate ? 1 : 0)
            }
          }
        },
        pack: { (plan) throws(TensorError) in
          if let rows { return Storage(rows) }
          // The packed copy is used from here on, so a mapped file's pages can be released.
          defer { for weight in weights { weight.releasePages() } }
          return try Self.joined(weights).withFloats { (floats) throws(TensorError) in
            guard let base = floats.baseAddress else { return Storage(count: 0) { _ in } }
            return try plan.pack(base, dimensions: [from, to], strides: strides, scales: scale, scaleAxis: scaleAxis)
          }
        })
    }
    let isTransposed = orientation == .outputsByInputs
    packed = product(
      from: inputs, to: outputs, bias: bias == nil ? 0 : 1, strides: isTransposed ? [1, inputs] : [outputs, 1],
      scaleAxis: 1)
    packedBackward = product(
      from: outputs, to: inputs, bias: 0, strides: isTransposed ? [inputs, 1] : [1, outputs], scaleAxis: 0)
  }

  deinit { rows?.releasePages() }

  /// The bytes of packed weights that the layer keeps.
  package var packedBytes: Int { rows == nil ? packed.bytes + packedBackward.bytes : 0 }

  /// Returns weights as one matrix in f32, the stored one where it is that.
  private static func rows(_ weights: [Tensor], scale: [Float]?) throws(TensorError) -> Tensor {
    let matrix = try joined(weights).converted(to: .float32)
    defer { for weight in weights { weight.releasePages() } }
    return try scale.map { (scale) throws(TensorError) in try matrix.scaled(by: scale.map { Double($0) }) } ?? matrix
  }

  private static func joined(_ weights: [Tensor]) throws(TensorError) -> Tensor {
    weights.count == 1 ? weights[0] : try .concatenated(weights.map { $0.converted(to: .float32) })
  }

  /// Applies the layer to rows.
  ///
  /// - Parameters:
  ///   - source: x, `[rows, inputs]`.
  ///   - rows: the number of rows.
  ///   - to: y, `[rows, outputs]`.
  ///   - accumulate: whether the product is added to the contents of `to`.
  /// - Throws: ``TensorError`` when oneDNN fails.
  package func apply(
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

  /// Computes the gradient with respect to the rows.
  ///
  /// - Parameters:
  ///   - gradient: ∂L/∂y, `[rows, outputs]`.
  ///   - rows: the number of rows.
  ///   - to: ∂L/∂x, `[rows, inputs]`.
  ///   - accumulate: whether the gradient is added to the contents of `to`.
  /// - Throws: ``TensorError`` when oneDNN fails.
  package func backward(
    _ gradient: UnsafePointer<Float>, rows: Int, to: UnsafeMutablePointer<Float>, accumulate: Bool = false
  ) throws(TensorError) {
    guard rows > 0 else { return }
    if let matrix = self.rows {
      let isTransposed: Int32 = orientation == .outputsByInputs ? 0 : 1
      return try matrix.withFloats { (weights) throws(TensorError) in
        try Engine.check(
          pl_product(
            Int64(rows), Int64(inputs), Int64(outputs), gradient, weights.baseAddress, isTransposed,
            accumulate ? 1 : 0, to), "product with rows")
      }
    }
    let (plan, weights) = try packedBackward.entry(for: Key(rows: rows, accumulate: accumulate))
    try withSource(gradient, count: rows * outputs, precision: precision) { (source) throws(TensorError) in
      try plan.run(source: source, weights: weights, bias: nil, to: to)
    }
  }
}

import PromptLensTensors

/// A batch norm with frozen statistics, as the factor and the shift of each channel: `w' = w γ/√(v + ε)`,
/// `b' = β − m γ/√(v + ε)`.
struct FoldedBatchNorm {
  /// γ/√(v + ε).
  let factors: [Double]
  /// β − m γ/√(v + ε).
  let shifts: [Float]

  /// Reads the norm `name` of `channels`.
  ///
  /// - Throws: the source's errors, or `TensorError` when a tensor has another size.
  init(_ name: String, channels: Int, of source: some TensorSource) throws {
    let scale = try source.tensor("\(name).weight").floats()
    let shift = try source.tensor("\(name).bias").floats()
    let mean = try source.tensor("\(name).running_mean").floats()
    let variance = try source.tensor("\(name).running_var").floats()
    for (part, values) in [("weight", scale), ("bias", shift), ("running_mean", mean), ("running_var", variance)]
    where values.count != channels {
      throw TensorError.shapeMismatch(
        operation: "batch norm", name: "\(name).\(part)", expected: [channels], found: [values.count])
    }
    let factors = zip(scale, variance).map { Double($0) / (Double($1) + 1e-5).squareRoot() }
    self.factors = factors
    shifts = (0..<channels).map { Float(Double(shift[$0]) - Double(mean[$0]) * factors[$0]) }
  }
}

extension Convolution {
  /// Creates a convolution with the batch norm that follows it folded in.
  package convenience init(
    _ name: String, foldingNorm norm: String, of source: some TensorSource, stride: Int = 1, padding: Int = 0,
    relu: Bool, precision: ComputePrecision, keepsPacked: Bool = true
  ) throws {
    let weight = try source.tensor("\(name).weight")
    let outputs = weight.shape.dimensions.first ?? 0
    let folded = try FoldedBatchNorm(norm, channels: outputs, of: source)
    try self.init(
      weight: weight, bias: Tensor(folded.shifts, shape: [outputs], name: "\(norm).bias"), stride: stride,
      padding: padding, scale: folded.factors, relu: relu, precision: precision, keepsPacked: keepsPacked,
      name: "\(name).weight")
  }

  /// Creates the convolution whose tensors are `name.weight` and `name.bias`.
  convenience init(
    _ name: String, of source: some TensorSource, stride: Int = 1, padding: Int = 0, precision: ComputePrecision,
    keepsPacked: Bool
  ) throws {
    try self.init(
      weight: source.tensor("\(name).weight"), bias: source.tensor("\(name).bias"), stride: stride, padding: padding,
      relu: false, precision: precision, keepsPacked: keepsPacked, name: "\(name).weight")
  }
}

extension DepthwiseConvolution {
  /// Creates the convolution whose tensors are `name.weight` and `name.bias`.
  init(_ name: String, of source: some TensorSource, stride: Int = 1, padding: Int) throws {
    try self.init(
      weight: source.tensor("\(name).weight"), bias: source.tensor("\(name).bias"), stride: stride, padding: padding,
      name: "\(name).weight")
  }
}

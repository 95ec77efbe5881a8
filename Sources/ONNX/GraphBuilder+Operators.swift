// Operators with their attributes and shapes, by what they do.

extension GraphBuilder {
  package mutating func add(_ left: String, _ right: String) -> String { call("Add", [left, right]) }

  package mutating func multiply(_ left: String, _ right: String) -> String { call("Mul", [left, right]) }

  package mutating func product(_ left: String, _ right: String) -> String { call("MatMul", [left, right]) }

  package mutating func permute(_ value: String, _ axes: [Int]) -> String {
    call("Transpose", [value], ["perm": .integers(axes)])
  }

  /// Changes the sizes of axes: 0 keeps one, −1 takes the rest.
  package mutating func reshape(_ value: String, _ sizes: [Int]) -> String {
    call("Reshape", [value, integers(sizes)])
  }

  package mutating func concatenate(_ values: [String], axis: Int) -> String {
    call("Concat", values, ["axis": .integer(axis)])
  }

  /// Cuts an axis from `start` up to `end`; both are names of lists of one number.
  package mutating func slice(_ value: String, axis: Int, from start: Int, to end: String) -> String {
    call("Slice", [value, integers([start]), end, integers([axis])])
  }

  /// Cuts an axis.
  package mutating func slice(_ value: String, axis: Int, _ range: Range<Int>) -> String {
    slice(value, axis: axis, from: range.lowerBound, to: integers([range.upperBound]))
  }

  /// Cuts the first entries off an axis.
  package mutating func dropFirst(_ value: String, axis: Int, _ count: Int) -> String {
    slice(value, axis: axis, from: count, to: integers([Int(Int32.max)]))
  }

  /// Takes one entry of an axis, which goes away.
  package mutating func entry(_ value: String, axis: Int, _ index: Int) -> String {
    call("Gather", [value, integer(index)], ["axis": .integer(axis)])
  }

  /// The size of an axis, as a list of one number.
  package mutating func size(_ value: String, axis: Int) -> String {
    call("Shape", [value], ["start": .integer(axis), "end": .integer(axis + 1)])
  }

  package mutating func mean(_ value: String, axes: [Int], keepsAxes: Bool = false) -> String {
    call("ReduceMean", [value], ["axes": .integers(axes), "keepdims": .integer(keepsAxes ? 1 : 0)])
  }

  /// Scales the last axis to length one.
  package mutating func unit(_ value: String) -> String {
    call("LpNormalization", [value], ["axis": .integer(-1), "p": .integer(2)])
  }

  package mutating func softmax(_ value: String) -> String { call("Softmax", [value], ["axis": .integer(-1)]) }

  /// Repeats a value of some rows, `[rows, width]` or `[width]` for one, for each of a batch: `[batch, rows, width]`.
  package mutating func repeated(_ value: String, rows: Int = 1, width: Int, forEachOf batch: String) -> String {
    let count = size(batch, axis: 0)
    return call(
      "Expand", [reshape(value, [1, rows, width]), concatenate([count, integers([rows, width])], axis: 0)])
  }

  /// Computes `x · σ(factor · x)`, with the logistic function σ.
  package mutating func logisticGate(_ value: String, factor: Float) -> String {
    let scaled = factor == 1 ? value : multiply(value, number(factor))
    return multiply(value, call("Sigmoid", [scaled]))
  }

  /// Computes `x · Φ(x)`, with the normal distribution Φ.
  package mutating func gelu(_ value: String) -> String {
    let half = multiply(value, number(0.5))
    let error = call("Erf", [multiply(value, number(Float(0.5).squareRoot()))])
    return multiply(half, add(error, number(1)))
  }

  /// Computes `x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`.
  package mutating func tanhGELU(_ value: String) -> String {
    let cube = multiply(multiply(value, value), multiply(value, number(0.044715)))
    let inner = multiply(add(value, cube), number((2 / Float.pi).squareRoot()))
    return multiply(multiply(value, number(0.5)), add(call("Tanh", [inner]), number(1)))
  }

  // MARK: - Layers of stored weights

  /// Normalizes the last axis by the norm whose weights are `name.weight` and `name.bias`.
  package mutating func layerNorm(_ value: String, _ name: String, epsilon: Float) throws -> String {
    try call(
      "LayerNormalization", [value, weight("\(name).weight"), weight("\(name).bias")],
      ["axis": .integer(-1), "epsilon": .float(epsilon)])
  }

  /// Multiplies the last axis by a matrix `[outputs, inputs]`, already a value, and adds a bias.
  package mutating func linear(_ value: String, matrix: String, bias: String?) -> String {
    let result = product(value, permute(matrix, [1, 0]))
    return bias.map { add(result, $0) } ?? result
  }

  /// Applies the layer whose weights are `name.weight` and `name.bias`; `scale` is the name of a factor for each output.
  package mutating func linear(
    _ value: String, _ name: String, hasBias: Bool = true, scale: String? = nil
  ) throws -> String {
    let result = try linear(
      value, matrix: weight("\(name).weight"), bias: hasBias ? weight("\(name).bias") : nil)
    return try scale.map { try multiply(result, weight($0)) } ?? result
  }

  /// Convolves images in planes, `[batch, channels, height, width]`.
  package mutating func convolution(
    _ value: String, _ name: String, side: Int, hasBias: Bool = true, stride: Int = 1, padding: Int = 0, groups: Int = 1
  ) throws -> String {
    try call(
      "Conv", [value, weight("\(name).weight")] + (hasBias ? [weight("\(name).bias")] : []),
      [
        "kernel_shape": .integers([side, side]), "strides": .integers([stride, stride]),
        "pads": .integers([padding, padding, padding, padding]), "group": .integer(groups),
      ])
  }

  /// Normalizes channels by frozen statistics.
  package mutating func batchNorm(_ value: String, _ name: String) throws -> String {
    try call(
      "BatchNormalization",
      [value] + ["weight", "bias", "running_mean", "running_var"].map { try weight("\(name).\($0)") },
      ["epsilon": .float(1e-5)])
  }

  /// Averages windows; pixels outside of the image don't count.
  package mutating func averagePool(_ value: String, side: Int, stride: Int, padding: Int = 0) -> String {
    call(
      "AveragePool", [value],
      [
        "kernel_shape": .integers([side, side]), "strides": .integers([stride, stride]),
        "pads": .integers([padding, padding, padding, padding]), "count_include_pad": .integer(0),
      ])
  }

  /// Turns planes into rows of pixels: `[batch, channels, height, width]` to `[batch, height · width, channels]`.
  package mutating func pixelRows(_ value: String, channels: Int) -> String {
    permute(reshape(value, [0, channels, -1]), [0, 2, 1])
  }

  /// Moves the channels of planes behind the pixels.
  package mutating func channelsLast(_ value: String) -> String { permute(value, [0, 2, 3, 1]) }

  /// Moves the channels before the pixels.
  package mutating func channelsFirst(_ value: String) -> String { permute(value, [0, 3, 1, 2]) }
}

import TestSupport
import PromptLensTensors
import Testing

@Suite("Matrix products")
struct LinearLayerTests {
  /// Returns `x Wᵀ + b` in f64.
  private func reference(_ x: [Float], _ weight: [Float], _ bias: [Float], inputs: Int) -> [Float] {
    let outputs = bias.count
    return (0..<x.count / inputs).flatMap { row in
      (0..<outputs).map { output in
        Float(
          (0..<inputs).reduce(Double(bias[output])) {
            $0 + Double(x[row * inputs + $1]) * Double(weight[output * inputs + $1])
          })
      }
    }
  }

  @Test("a product agrees with its definition, for one row and for many", arguments: [1, 3, 17, 64])
  func product(rows: Int) throws {
    let (inputs, outputs) = (70, 33)
    let x = randomFloats(rows * inputs, seed: 1)
    let weight = randomFloats(outputs * inputs, seed: 2)
    let bias = randomFloats(outputs, seed: 3)
    let layer = try LinearLayer(
      weight: Tensor(weight, shape: [outputs, inputs]), bias: Tensor(bias, shape: [outputs]))
    var found = [Float](repeating: .nan, count: rows * outputs)
    try layer.apply(x, rows: rows, to: &found)
    let expected = reference(x, weight, bias, inputs: inputs)
    #expect(largestDifference(found, expected) < 1e-5)

    try layer.apply(x, rows: rows, to: &found, accumulate: true)
    let doubled = expected.map { $0 * 2 }
    #expect(largestDifference(found, doubled) < 2e-5)
  }

  @Test(
    "a layer that uses rows packs nothing, and agrees with one that packs in both directions", arguments: [1, 17, 64])
  func rows(rows: Int) throws {
    let (inputs, outputs) = (70, 33)
    let x = randomFloats(rows * inputs, seed: 1)
    let gradient = randomFloats(rows * outputs, seed: 4)
    let bias = try Tensor(randomFloats(outputs, seed: 3), shape: [outputs])
    for orientation in [LinearLayer.Orientation.outputsByInputs, .inputsByOutputs] {
      let shape = orientation == .outputsByInputs ? [outputs, inputs] : [inputs, outputs]
      let weight = try Tensor(randomFloats(outputs * inputs, seed: 2), shape: shape)
      var results: [[Float]] = []
      var bytes: [Int] = []
      for usesRows in [false, true] {
        let layer = try LinearLayer(weight: weight, bias: bias, orientation: orientation, usesRows: usesRows)
        var found = [Float](repeating: 1, count: rows * outputs)
        var back = [Float](repeating: 1, count: rows * inputs)
        try layer.apply(x, rows: rows, to: &found)
        try layer.apply(x, rows: rows, to: &found, accumulate: true)
        try layer.backward(gradient, rows: rows, to: &back)
        try layer.backward(gradient, rows: rows, to: &back, accumulate: true)
        results.append(found + back)
        bytes.append(layer.packedBytes)
      }
      #expect(largestDifference(results[0], results[1]) < 5e-5)
      #expect(bytes[0] >= 2 * weight.byteCount)
      #expect(bytes[1] == 0)
    }
  }

  @Test("matrices are stacked and scaled as they are packed, forward and backward", arguments: [1, 17, 64])
  func stacked(rows: Int) throws {
    for usesRows in [false, true] { try stacked(rows: rows, usesRows: usesRows) }
  }

  private func stacked(rows: Int, usesRows: Bool) throws {
    let (inputs, sizes) = (70, [20, 13, 33])
    let outputs = sizes.reduce(0, +)
    let weights = sizes.enumerated().map { randomFloats($1 * inputs, seed: UInt64($0)) }
    let scale = randomFloats(outputs, in: -2...2, seed: 5)
    let (x, bias) = (randomFloats(rows * inputs, seed: 6), randomFloats(outputs, seed: 7))
    let layer = try LinearLayer(
      stacking: zip(weights, sizes).map { try Tensor($0, shape: [$1, inputs]) }, bias: Tensor(bias, shape: [outputs]),
      scale: scale, usesRows: usesRows)
    let scaled = weights.flatMap { $0 }.enumerated().map { $1 * scale[$0 / inputs] }
    var found = [Float](repeating: .nan, count: rows * outputs)
    try layer.apply(x, rows: rows, to: &found)
    #expect(largestDifference(found, reference(x, scaled, bias, inputs: inputs)) < 2e-5)

    let gradient = randomFloats(rows * outputs, seed: 8)
    var back = [Float](repeating: .nan, count: rows * inputs)
    try layer.backward(gradient, rows: rows, to: &back)
    let transposed = (0..<inputs).flatMap { input in (0..<outputs).map { scaled[$0 * inputs + input] } }
    let zeros = [Float](repeating: 0, count: inputs)
    #expect(largestDifference(back, reference(gradient, transposed, zeros, inputs: outputs)) < 2e-5)
  }

  @Test("CLIP's projections are read as inputs by outputs, without bias")
  func projection() throws {
    let weight = randomFloats(20 * 6, seed: 2)
    let layer = try LinearLayer(weight: Tensor(weight, shape: [20, 6]), orientation: .inputsByOutputs)
    let transposed = (0..<6).flatMap { output in (0..<20).map { weight[$0 * 6 + output] } }
    let x = randomFloats(2 * 20)
    var found = [Float](repeating: 0, count: 12)
    try layer.apply(x, rows: 2, to: &found)
    #expect(largestDifference(found, reference(x, transposed, [Float](repeating: 0, count: 6), inputs: 20)) < 1e-5)
  }

  @Test("bf16 products are within bf16's precision")
  func bfloat16() throws {
    let (inputs, outputs) = (256, 32)
    let x = randomFloats(5 * inputs, seed: 1)
    let weight = randomFloats(outputs * inputs, seed: 2)
    let bias = randomFloats(outputs, seed: 3)
    let layer = try LinearLayer(
      weight: Tensor(weight, shape: [outputs, inputs]), bias: Tensor(bias, shape: [outputs]), precision: .bfloat16)
    var found = [Float](repeating: 0, count: 5 * outputs)
    do {
      try layer.apply(x, rows: 5, to: &found)
    } catch TensorError.bfloat16Unsupported {
      return
    }
    // Each factor is off by at most 2⁻⁹ of itself; errors of 256 terms add up like a random walk.
    #expect(largestDifference(found, reference(x, weight, bias, inputs: inputs)) < 0.15)
    #expect(found != reference(x, weight, bias, inputs: inputs))
  }

  @Test("results are the same bits on any number of threads")
  func threads() throws {
    let layer = try LinearLayer(weight: Tensor(randomFloats(64 * 64), shape: [64, 64]))
    let x = randomFloats(40 * 64, seed: 9)
    func run(threads: Int) throws -> [Float] {
      let result = FloatBuffer(count: 40 * 64)
      try Parallel.forEach(4, threads: threads) { chunk in
        try x.withUnsafeBufferPointer { x in
          guard let base = x.baseAddress else { return }
          try layer.apply(base + chunk * 640, rows: 10, to: result.pointer + chunk * 640)
        }
      }
      return result.floats
    }
    let expected = try run(threads: 1)
    for threads in 2...4 { #expect(try run(threads: threads) == expected) }
  }

  @Test("a bias of another length is rejected with its shape")
  func wrongBias() throws {
    let weight = try Tensor(randomFloats(6), shape: [2, 3])
    let bias = try Tensor([1, 2, 3], shape: [3])
    #expect(
      throws: TensorError.shapeMismatch(operation: "linear", name: "weight's bias", expected: [2], found: [3])
    ) {
      try LinearLayer(weight: weight, bias: bias)
    }
  }
}

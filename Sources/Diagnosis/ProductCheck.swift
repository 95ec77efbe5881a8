import PromptLensTensors

/// A check of a matrix product of small whole numbers, which f32 and bf16 compute exactly in any order of sums.
package enum ProductCheck {
  static let rows = 61
  static let inputs = 96
  static let outputs = 80

  static var results: [DiagnosticResult] {
    ComputePrecision.allCases.compactMap { precision in
      if precision == .bfloat16, (try? ComputePrecision.checkBFloat16()) == nil { return nil }
      let (value, state): (String, DiagnosticResult.State)
      do {
        let wrong = try wrongElements(precision)
        (value, state) = wrong == 0 ? ("exact", .good) : ("\(wrong) of \(rows * outputs) elements are wrong", .wrong)
      } catch {
        (value, state) = ("\(error)", .wrong)
      }
      return DiagnosticResult(
        "products", "known product, \(precision.rawValue)", value, state,
        advice: state == .good
          ? ""
          : "oneDNN gives wrong results on this processor; try DNNL_MAX_CPU_ISA=AVX2 in the environment, and another version "
            + "of libdnnl")
    }
  }

  /// Returns the number of elements of `x Wᵀ + b` that differ from the exact sums.
  package static func wrongElements(_ precision: ComputePrecision) throws -> Int {
    // Between -8 and 8: all are exact in bf16, and no sum of 96 products passes 2²⁴.
    func source(_ row: Int, _ column: Int) -> Int { (row * 7 + column * 3) % 17 - 8 }
    func weight(_ output: Int, _ input: Int) -> Int { (output * 5 + input * 11) % 13 - 6 }
    let weights = try Tensor(
      (0..<outputs).flatMap { output in (0..<inputs).map { Float(weight(output, $0)) } }, shape: [outputs, inputs])
    let bias = try Tensor((0..<outputs).map { Float($0 - 40) }, shape: [outputs])
    let layer = try LinearLayer(weight: weights, bias: bias, precision: precision)
    let rows = (0..<Self.rows).flatMap { row in (0..<inputs).map { Float(source(row, $0)) } }
    let result = FloatBuffer(count: Self.rows * outputs)
    try withExtendedLifetime(result) { try layer.apply(rows, rows: Self.rows, to: result.pointer) }
    return result.floats.enumerated().count { index, found in
      let (row, output) = (index / outputs, index % outputs)
      let expected = (0..<inputs).reduce(output - 40) { $0 + source(row, $1) * weight(output, $1) }
      return found != Float(expected)
    }
  }
}

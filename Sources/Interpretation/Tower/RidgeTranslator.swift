import PromptLensTensors

/// An affine map from the states of one layer to those of the last, fitted by ridge regression.
///
/// `min Σ |y − A x − b|² + λ |A|²`. With x and y centered, `A = (XᵀX + λ I)⁻¹ XᵀY` and `b = ȳ − x̄ A`; λ is a share of the mean of
/// XᵀX's eigenvalues, `λ = share · tr(XᵀX) / D`. Sources: Hoerl and Kennard, "Ridge Regression" (1970); Belrose et al.,
/// "Eliciting Latent Predictions from Transformers with the Tuned Lens" (2023), who fit such a map to each layer.
package struct RidgeTranslator: Sendable {
  /// Aᵀ, `[width, width]`: row i holds the weights of input i in every output.
  private let weights: [Double]
  private let inputMean: [Double]
  private let outputMean: [Double]
  private let width: Int

  /// Fits a map.
  ///
  /// - Parameters:
  ///   - inputs: x, `[count, width]`.
  ///   - outputs: y, `[count, width]`.
  ///   - width: the width of a state.
  ///   - share: λ as a share of the mean eigenvalue, above 0.
  package init(from inputs: [Float], to outputs: [Float], width: Int, share: Double = 1e-3) {
    let count = inputs.count / max(width, 1)
    let (x, inputMean) = Self.centered(inputs, width: width)
    let (y, outputMean) = Self.centered(outputs, width: width)
    var gram = [Double](repeating: 0, count: width * width)
    var products = [Double](repeating: 0, count: width * width)
    for row in 0..<count {
      let range = row * width..<(row + 1) * width
      for i in 0..<width {
        let value = x[range.lowerBound + i]
        Self.add(value, times: x[range.lowerBound...(range.lowerBound + i)], to: &gram, at: i * width)
        Self.add(value, times: y[range], to: &products, at: i * width)
      }
    }
    let trace = (0..<width).reduce(0) { $0 + gram[$1 * width + $1] }
    // Inputs that do not differ leave nothing to fit: the mean of the outputs is the answer.
    let penalty = trace > 0 ? share * trace / Double(width) : 1
    for i in 0..<width { gram[i * width + i] += penalty }
    weights = Cholesky(gram, size: width)?.solve(products, columns: width) ?? products.map { _ in 0 }
    self.inputMean = inputMean
    self.outputMean = outputMean
    self.width = width
  }

  /// Aᵀ in single precision, `[inputs, outputs]`.
  var matrix: [Float] { weights.map { Float($0) } }

  /// b in single precision, `ȳ − x̄ A`.
  var offset: [Float] {
    (0..<width).map { output in
      Float((0..<width).reduce(outputMean[output]) { $0 - inputMean[$1] * weights[$1 * width + output] })
    }
  }

  /// Returns the translations of states.
  ///
  /// - Parameter states: `[count, width]`.
  /// - Returns: The translations, `[count, width]`.
  package func translate(_ states: [Float]) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(states.count)
    for start in stride(from: 0, to: states.count, by: max(width, 1)) {
      var sums = outputMean
      for i in 0..<width {
        let value = Double(states[start + i]) - inputMean[i]
        Self.add(value, times: weights[i * width..<(i + 1) * width], to: &sums, at: 0)
      }
      result += sums.map { Float($0) }
    }
    return result
  }

  /// Returns the share of the outputs' variance that the map explains, `1 − Σ|y − ŷ|² / Σ|y − ȳ|²`; below 0 if the mean is
  /// better.
  ///
  /// - Parameters:
  ///   - inputs: x, `[count, width]`, preferably ones that it wasn't fitted to.
  ///   - outputs: y, `[count, width]`.
  /// - Returns: R²; `nil` if the outputs don't differ.
  package func explained(from inputs: [Float], to outputs: [Float]) -> Double? {
    let found = translate(inputs)
    let (centered, _) = Self.centered(outputs, width: width)
    let total = centered.reduce(0) { $0 + $1 * $1 }
    let rest = zip(found, outputs).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
    return total > 0 ? 1 - rest / total : nil
  }

  /// Adds the multiple of a row to another, which begins at an index.
  private static func add(_ factor: Double, times row: ArraySlice<Double>, to target: inout [Double], at start: Int) {
    target.withUnsafeMutableBufferPointer { target in
      row.withUnsafeBufferPointer { row in
        for index in row.indices { target[start + index] += factor * row[index] }
      }
    }
  }

  /// Returns rows with their mean subtracted, and the mean.
  private static func centered(_ rows: [Float], width: Int) -> (rows: [Double], mean: [Double]) {
    let count = rows.count / max(width, 1)
    var mean = [Double](repeating: 0, count: width)
    for (index, value) in rows.enumerated() { mean[index % width] += Double(value) / Double(count) }
    return (rows.enumerated().map { Double($0.element) - mean[$0.offset % width] }, mean)
  }
}

import PromptLensCLBFGS

/// A minimizer of smooth functions by the limited-memory method of Broyden, Fletcher, Goldfarb and Shanno (liblbfgs).
///
/// Source: Nocedal, "Updating Quasi-Newton Matrices with Limited Storage" (1980); Moré and Thuente's line search.
struct LBFGS {
  /// The number of remembered steps; SciPy's default.
  var memory = 10
  /// The largest absolute element of the gradient at which the search ends.
  var tolerance: Double
  /// The maximum number of steps.
  var maxIterations: Int

  /// The point where a search ended.
  struct Outcome: Equatable {
    /// The function's value.
    let value: Double
    /// The number of steps.
    let iterations: Int
    /// A Boolean value that indicates whether the gradient met the tolerance; otherwise the steps ran out, or the
    /// search stalled in rounding errors.
    let isConverged: Bool
  }

  /// The state of a search, which the library's callbacks use.
  private final class Search {
    let evaluate: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) throws -> Double
    let tolerance: Double
    var iterations = 0
    var isConverged = false
    var error: (any Error)?

    init(
      tolerance: Double,
      evaluate: @escaping (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) throws -> Double
    ) {
      self.tolerance = tolerance
      self.evaluate = evaluate
    }
  }

  /// Minimizes a function from a starting point.
  ///
  /// - Parameters:
  ///   - point: the starting point; becomes the point where the search ended.
  ///   - evaluate: the function's value at a point; writes its gradient.
  /// - Returns: the outcome of the search.
  /// - Throws: the errors of `evaluate`; ``EvaluationError/notFitted(method:reason:)`` when the library fails.
  func minimize(
    _ point: inout [Double],
    _ evaluate: @escaping (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) throws -> Double
  ) throws -> Outcome {
    func failed(_ reason: String) -> EvaluationError { .notFitted(method: "L-BFGS", reason: reason) }
    let count = point.count
    // The library's own allocation is aligned for its vector instructions.
    guard count > 0, count < 1 << 30, let x = lbfgs_malloc(Int32(count)) else {
      throw failed("\(count) parameters do not fit")
    }
    defer { lbfgs_free(x) }
    x.update(from: point, count: count)
    var parameters = lbfgs_parameter_t()
    lbfgs_parameter_init(&parameters)
    parameters.m = Int32(memory)
    // The library's own test compares norms; the progress callback has ours.
    parameters.epsilon = 0
    parameters.max_iterations = Int32(maxIterations)
    parameters.max_linesearch = 50
    let search = Search(tolerance: tolerance, evaluate: evaluate)
    var value = 0.0
    let status = withExtendedLifetime(search) {
      lbfgs(
        Int32(count), x, &value,
        { instance, x, gradient, count, _ in
          guard let instance, let x, let gradient else { return 0 }
          let search = Unmanaged<Search>.fromOpaque(instance).takeUnretainedValue()
          let gradients = UnsafeMutableBufferPointer(start: gradient, count: Int(count))
          do {
            guard search.error == nil else { throw CancellationError() }
            return try search.evaluate(UnsafeBufferPointer(start: x, count: Int(count)), gradients)
          } catch {
            // A gradient of zero ends the search at once; the error is thrown below.
            if search.error == nil { search.error = error }
            gradients.update(repeating: 0)
            return 0
          }
        },
        { instance, _, gradient, _, _, _, _, count, iteration, _ in
          guard let instance, let gradient else { return 1 }
          let search = Unmanaged<Search>.fromOpaque(instance).takeUnretainedValue()
          search.iterations = Int(iteration)
          let largest = (0..<Int(count)).reduce(0) { max($0, abs(gradient[$1])) }
          search.isConverged = largest <= search.tolerance
          return search.isConverged || search.error != nil ? 1 : 0
        }, Unmanaged.passUnretained(search).toOpaque(), &parameters)
    }
    if let error = search.error { throw error }
    switch Int(status) {
    case Int(LBFGSERR_OUTOFINTERVAL)...Int(LBFGSERR_INCREASEGRADIENT), 0, 1, 2: break
    default: throw failed("liblbfgs ended with status \(status)")
    }
    point = Array(UnsafeBufferPointer(start: x, count: count))
    guard value.isFinite, point.allSatisfy(\.isFinite) else { throw failed("the loss is no longer a number") }
    return Outcome(value: value, iterations: search.iterations, isConverged: search.isConverged || status == 2)
  }
}

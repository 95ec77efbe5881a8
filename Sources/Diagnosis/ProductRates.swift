import Foundation
import Synchronization
import PromptLensTensors

/// Measurements of the speed of matrix products, the upper bound of everything that promptlens computes.
enum ProductRates {
  /// The sizes of a text tower's wide layer on a chunk of rows, as training multiplies them.
  private static let (rows, inputs, outputs) = (256, 512, 2048)

  static func results(seconds: Double) -> [DiagnosticResult] {
    let threads = Parallel.threadCount
    let several = threads == 1 ? "1 thread" : "\(threads) threads"
    do {
      let alone = try rate(.float32, threads: 1, seconds: seconds)
      let together = threads > 1 ? try rate(.float32, threads: threads, seconds: seconds) : alone
      var results = [
        DiagnosticResult("products", "f32, 1 thread", text(alone)),
        together < alone * 0.65 * Double(threads)
          ? DiagnosticResult(
            "products", "f32, \(several)", "\(text(together)): \(share(together, alone)) times one thread",
            .notice,
            advice: "other processes are busy, or this process may use fewer processors than it has threads; set "
              + "PROMPTLENS_THREADS to the number of free ones")
          : DiagnosticResult("products", "f32, \(several)", text(together)),
      ]
      if (try? ComputePrecision.checkBFloat16()) != nil {
        let rounded = try rate(.bfloat16, threads: threads, seconds: seconds)
        results.append(
          rounded < together
            ? DiagnosticResult(
              "products", "bf16, \(several)", text(rounded), .notice,
              advice: "bf16 is slower than f32 here; use --precision f32, the default")
            : DiagnosticResult("products", "bf16, \(several)", text(rounded)))
      }
      return results
    } catch {
      return [DiagnosticResult("products", "rates", "\(error)", .wrong, advice: "reinstall libdnnl")]
    }
  }

  private static func text(_ rate: Double) -> String { String(format: "%.0f GFLOP/s", rate / 1e9) }

  private static func share(_ together: Double, _ alone: Double) -> String { String(format: "%.1f", together / alone) }

  /// Measures the operations per second of concurrent single-threaded products.
  static func rate(_ precision: ComputePrecision, threads: Int, seconds: Double) throws -> Double {
    let weights = try Tensor(
      (0..<inputs * outputs).map { Float($0 % 97) / 97 - 0.5 }, shape: [outputs, inputs])
    let layer = try LinearLayer(weight: weights, precision: precision)
    let source = (0..<rows * inputs).map { Float($0 % 89) / 89 - 0.5 }
    // The first product packs the weights.
    let first = FloatBuffer(count: rows * outputs)
    try withExtendedLifetime(first) { try layer.apply(source, rows: rows, to: first.pointer) }
    let products = Atomic<Int>(0)
    let began = ContinuousClock.now
    let end = began + .seconds(seconds)
    try Parallel.forEach(threads) { _ in
      let result = FloatBuffer(count: rows * outputs)
      try withExtendedLifetime(result) {
        while ContinuousClock.now < end {
          try layer.apply(source, rows: rows, to: result.pointer)
          products.add(1, ordering: .relaxed)
        }
      }
    }
    let took = began.duration(to: .now) / .seconds(1)
    return Double(products.load(ordering: .relaxed)) * 2 * Double(rows * inputs * outputs) / took
  }
}

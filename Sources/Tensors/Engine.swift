import PromptLensCDNNL

/// The arithmetic of products; sums are f32 in both.
package enum ComputePrecision: String, Sendable, CaseIterable {
  /// f32 throughout.
  case float32 = "f32"
  /// Factors rounded to bf16, sums in f32; for processors with AVX-512.
  case bfloat16 = "bf16"

  var dataType: dnnl_data_type_t { self == .float32 ? dnnl_f32 : dnnl_bf16 }
}

/// oneDNN's engine for the processor, made once.
enum Engine {
  // The engine is a constant handle, and oneDNN's engines may be used from any thread.
  nonisolated(unsafe) static let shared: dnnl_engine_t? = {
    var engine: dnnl_engine_t?
    return pl_engine_create(&engine) == dnnl_success ? engine : nil
  }()

  static func get(_ operation: String) throws(TensorError) -> dnnl_engine_t {
    guard let shared else { throw .plan(operation: operation, status: -1) }
    return shared
  }

  static func check(_ status: dnnl_status_t, _ operation: String) throws(TensorError) {
    guard status != dnnl_success else { return }
    throw .plan(operation: operation, status: Int(status.rawValue))
  }
}

extension Optional {
  /// Calls a body with the elements of an array, or with nil for none.
  func withPointer<Element, Result>(_ body: (UnsafePointer<Element>?) -> Result) -> Result where Wrapped == [Element] {
    guard let self else { return body(nil) }
    return self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

/// A primitive of oneDNN for fixed sizes; immutable, so that any thread may run it.
final class Plan: @unchecked Sendable {
  // Unchecked: written only in init.
  private var handle: pl_plan
  private let operation: String
  let engine: dnnl_engine_t
  let scratchBytes: Int
  let weightBytes: Int

  init(_ operation: String, create: (inout pl_plan, dnnl_engine_t) -> dnnl_status_t) throws(TensorError) {
    let engine = try Engine.get(operation)
    var plan = pl_plan()
    let status = create(&plan, engine)
    guard status == dnnl_success else {
      pl_plan_destroy(&plan)
      throw .plan(operation: operation, status: Int(status.rawValue))
    }
    handle = plan
    self.engine = engine
    self.operation = operation
    scratchBytes = pl_plan_scratch_bytes(&plan)
    weightBytes = pl_plan_weight_bytes(&plan)
  }

  deinit { pl_plan_destroy(&handle) }

  func hasWeightLayout(of other: Plan) -> Bool { pl_plan_same_weights(&handle, &other.handle) != 0 }

  /// Returns plain weights in the plan's layout, with a factor for each index of an axis where `scales` are given.
  func pack(
    _ weights: UnsafePointer<Float>, dimensions: [Int], strides: [Int], scales: [Float]? = nil, scaleAxis: Int = 0
  ) throws(TensorError) -> Storage {
    let axes = dimensions.map { Int64($0) }
    let steps = strides.map { Int64($0) }
    var status = dnnl_success
    let packed = Storage(count: weightBytes) { memory in
      status = scales.withPointer {
        pl_plan_pack(&handle, engine, Int32(axes.count), axes, steps, weights, $0, Int32(scaleAxis), memory.baseAddress)
      }
    }
    try Engine.check(status, operation)
    return packed
  }

  func run(
    source: UnsafeRawPointer, weights: Storage, bias: UnsafePointer<Float>?, to: UnsafeMutablePointer<Float>
  ) throws(TensorError) {
    try withUnsafeTemporaryAllocation(byteCount: max(scratchBytes, 1), alignment: Storage.alignment) {
      (scratch) throws(TensorError) in
      let status = weights.withBytes {
        pl_plan_execute(&handle, engine, source, $0.baseAddress, bias, to, scratch.baseAddress)
      }
      try Engine.check(status, operation)
    }
  }
}

extension ComputePrecision {
  /// Checks that this processor supports bf16 products.
  ///
  /// - Throws: ``TensorError/bfloat16Unsupported``.
  package static func checkBFloat16() throws(TensorError) {
    do {
      _ = try Plan("bf16") { plan, engine in pl_matmul_create(&plan, engine, 16, 16, 16, dnnl_bf16, nil, 0, 0) }
    } catch {
      throw .bfloat16Unsupported
    }
  }
}

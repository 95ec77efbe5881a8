import PromptLensCDNNL
import PromptLensKernels
import Synchronization

/// Weights in the layouts of oneDNN's plans, packed once for each layout and shared by all plans with that layout.
///
/// Plans are made for each input size at its first use and kept, or else made for each use.
final class PackedWeights<Key: Hashable & Sendable>: Sendable {
  private struct Entry {
    let plan: Plan
    let weights: Storage
  }

  private let isKept: Bool
  private let entries = Mutex<[Key: Entry]>([:])
  private let create: @Sendable (Key) throws(TensorError) -> Plan
  private let pack: @Sendable (Plan) throws(TensorError) -> Storage

  init(
    isKept: Bool,
    create: @escaping @Sendable (Key) throws(TensorError) -> Plan,
    pack: @escaping @Sendable (Plan) throws(TensorError) -> Storage
  ) {
    self.isKept = isKept
    self.create = create
    self.pack = pack
  }

  /// The number of bytes of all kept weights.
  var bytes: Int {
    entries.withLock { entries in
      var counts: [ObjectIdentifier: Int] = [:]
      for entry in entries.values { counts[ObjectIdentifier(entry.weights)] = entry.weights.count }
      return counts.values.reduce(0, +)
    }
  }

  func entry(for key: Key) throws(TensorError) -> (plan: Plan, weights: Storage) {
    guard isKept else {
      let plan = try create(key)
      return (plan, try pack(plan))
    }
    let found = try entries.withLock { (entries) throws(TensorError) -> Entry in
      if let entry = entries[key] { return entry }
      let plan = try create(key)
      let weights: Storage
      if let shared = entries.values.first(where: { $0.plan.hasWeightLayout(of: plan) }) {
        weights = shared.weights
      } else {
        weights = try pack(plan)
      }
      let entry = Entry(plan: plan, weights: weights)
      entries[key] = entry
      return entry
    }
    return (found.plan, found.weights)
  }
}

/// Calls `body` with the rows as a product's source: themselves in f32, a rounded copy in bf16.
func withSource<Result>(
  _ rows: UnsafePointer<Float>, count: Int, precision: ComputePrecision,
  _ body: (UnsafeRawPointer) throws(TensorError) -> Result
) throws(TensorError) -> Result {
  guard precision == .bfloat16 else { return try body(UnsafeRawPointer(rows)) }
  let rounded = LargeBlock.allocate(byteCount: max(count * 2, 1), alignment: Storage.alignment)
  defer { rounded.deallocate() }
  kernels().pointee.f32_to_bf16(rows, rounded, count)
  return try body(rounded)
}

/// The policy for keeping a tower's weights in memory.
package enum WeightMemory: Sendable {
  /// Weights are packed at their first use and kept, for each direction by itself.
  case kept
  /// Weights are kept once for both directions, for a tower that is also passed backward: rows of f32, or packed in bf16.
  case keptOnce
  /// Each part of a tower is read before its use and released afterward: a pass takes the memory of the
  /// largest matrix. One worker goes through the parts, since two would need two of them. `release` is called after a
  /// part is read.
  case streamed(release: @Sendable () -> Void)

  /// A Boolean value that indicates whether weights stay in memory.
  var isKept: Bool {
    if case .streamed = self { false } else { true }
  }

  /// Whether both directions use the weights' rows; see `LinearLayer`.
  var usesRows: Bool {
    if case .keptOnce = self { true } else { false }
  }
}

/// The parts of a tower that are applied one after the other.
package struct LayerStack<Layer: Sendable>: Sendable {
  /// The number of parts.
  package let count: Int
  /// All parts if they are kept, else empty.
  let kept: [Layer]
  private let memory: WeightMemory
  private let make: @Sendable (Int) throws -> Layer

  /// Creates a stack of parts that `make` reads by their indices: now, or each time that one is accessed.
  ///
  /// - Throws: the errors of `make`.
  init(count: Int, memory: WeightMemory, make: @escaping @Sendable (Int) throws -> Layer) throws {
    self.count = count
    self.memory = memory
    self.make = make
    kept = memory.isKept ? try (0..<count).map(make) : []
  }

  /// The maximum number of workers that may use the stack at a time; nil for no limit.
  var threads: Int? { memory.isKept ? nil : 1 }

  /// Accesses a part. If parts aren't kept, it lives as long as the caller holds it.
  package subscript(index: Int) -> Layer {
    get throws {
      guard case .streamed(let release) = memory else { return kept[index] }
      defer { release() }
      return try make(index)
    }
  }
}

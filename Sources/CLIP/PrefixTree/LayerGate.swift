import Foundation

/// A gate at which workers wait for other parts, layer by layer.
final class LayerGate: @unchecked Sendable {
  // Unchecked: the condition guards the counts.
  private let condition = NSCondition()
  private var counts: [Int]
  private var hasFailed = false
  private let parts: Int

  /// Creates a gate that opens a layer when `parts` parts have announced it.
  init(layers: Int, parts: Int) {
    counts = [Int](repeating: 0, count: layers)
    self.parts = parts
  }

  /// Announces that one part has finished a layer.
  func announce(_ layer: Int) {
    condition.lock()
    counts[layer] += 1
    condition.broadcast()
    condition.unlock()
  }

  /// Waits until all parts have finished a layer.
  ///
  /// - Throws: `CancellationError` when a part failed, whose worker throws the original error.
  func wait(for layer: Int) throws {
    condition.lock()
    defer { condition.unlock() }
    while counts[layer] < parts, !hasFailed { condition.wait() }
    if hasFailed { throw CancellationError() }
  }

  /// Announces that a part has failed, so that workers stop waiting for it.
  func fail() {
    condition.lock()
    hasFailed = true
    condition.broadcast()
    condition.unlock()
  }
}

import PromptLensTensors

/// The step from a timm tower's pooled states to the shared space; see ``TimmProjection``.
struct TimmHead: Sendable {
  private let layers: [LinearLayer]

  /// Reads the head's tensors.
  ///
  /// - Parameters:
  ///   - projection: the kind of step.
  ///   - classifier: the name of the network's own classifier.
  ///   - source: the state dict.
  ///   - precision: the arithmetic.
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  init(
    _ projection: TimmProjection, classifier: String, of source: some TensorSource, precision: ComputePrecision
  ) throws {
    switch projection {
    case .classifier: layers = [try LinearLayer(classifier, of: source, precision: precision)]
    case .linear: layers = [try LinearLayer("visual.head.proj", of: source, hasBias: false, precision: precision)]
    case .mlp:
      layers = [
        try LinearLayer("visual.head.mlp.fc1", of: source, precision: precision),
        try LinearLayer("visual.head.mlp.fc2", of: source, hasBias: false, precision: precision),
      ]
    case .none: layers = []
    }
  }

  /// Computes features.
  ///
  /// - Parameters:
  ///   - states: `[count, width]`.
  ///   - count: the number of images.
  ///   - width: the width of a state.
  ///   - to: the features.
  /// - Throws: `TensorError` when oneDNN fails.
  func forward(_ states: UnsafePointer<Float>, count: Int, width: Int, to: UnsafeMutablePointer<Float>) throws {
    guard let first = layers.first, let last = layers.last else {
      to.update(from: states, count: count * width)
      return
    }
    guard layers.count > 1 else { return try first.apply(states, rows: count, to: to) }
    let inner = FloatBuffer(uninitialized: count * first.outputs)
    try first.apply(states, rows: count, to: inner.pointer)
    Activation.gelu.forward(inner.pointer, count: inner.count, to: inner.pointer)
    try last.apply(inner.pointer, rows: count, to: to)
  }
}

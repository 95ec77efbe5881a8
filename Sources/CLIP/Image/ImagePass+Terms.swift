import PromptLensTensors

extension ImagePass {
  /// Returns the terms of the image's feature, in the order in which the tower writes them to the class token.
  ///
  /// The class token's last state is `x = e + Σ heads + Σ biases + Σ MLPs`, and with the last norm's σ as it is, the feature
  /// is `Σₜ P (γ ∘ (t − mean t) / σ) + P β`. The term `embedding` is the class token's input, behind the input norm.
  ///
  /// Source: Gandelsman, Efros and Steinhardt, "Interpreting CLIP's Image Representation via Text-Based Decomposition"
  /// (2024), equations 3 to 6.
  ///
  /// - Returns: the terms; their sum is ``feature``.
  /// - Throws: `TensorError` when oneDNN fails.
  package func terms() throws -> FeatureTerms {
    let (tower, width, heads) = (gradients.tower, gradients.width, gradients.heads)
    let (blocks, keys) = (tower.transformer.blocks, gradients.length)
    let last = blocks.count - 1
    func state(_ pointer: UnsafePointer<Float>) -> [Float] { Array(UnsafeBufferPointer(start: pointer, count: width)) }
    var terms = [FeatureTerm.embedding]
    var rows = state(last == 0 ? tape.lastLayer.input : tape.layer(0).input)
    for layer in 0...last {
      let isLast = layer == last
      let (values, stride, probabilities, middle) =
        isLast
        ? (
          tape.lastLayer.keysValues + width, 2 * width, tape.lastLayer.probabilities, tape.lastLayer.feedForward.input
        )
        : (
          tape.layer(layer).projected + 2 * width, 3 * width, tape.layer(layer).probabilities,
          tape.layer(layer).feedForward.input
        )
      rows += try blocks[layer].attention.headOutputs(
        UnsafeBufferPointer(start: probabilities, count: heads * keys), values: values, stride: stride, keys: keys)
      terms += (0..<heads).map { .head(layer: layer, head: $0) } + [.attentionBias(layer: layer)]
      let after =
        isLast ? tape.lastLayer.finalInput : layer + 1 == last ? tape.lastLayer.input : tape.layer(layer + 1).input
      rows += zip(state(after), state(middle)).map { $0 - $1 }
      terms.append(.mlp(layer: layer))
    }
    // The last row is β alone.
    terms.append(.finalShift)
    let norm = tower.outputNorm
    let linear = norm.linearized(rows, at: state(tape.lastLayer.finalInput)) + norm.shiftRow
    let values = FloatBuffer(uninitialized: terms.count * gradients.embedDimension)
    try tower.projection.apply(linear, rows: terms.count, to: values.pointer)
    return withExtendedLifetime(tape) { FeatureTerms(terms: terms, values: values.floats) }
  }
}

import PromptLensTensors

/// A part of a tower that adds to the feature of a prompt or an image.
package enum FeatureTerm: Sendable, Hashable {
  /// The embedding of the token that is read, with its position: a prompt's end token, an image's class token.
  case embedding
  /// An attention head, both from 0.
  case head(layer: Int, head: Int)
  /// The bias of a layer's attention, which belongs to no head.
  case attentionBias(layer: Int)
  /// A layer's MLP.
  case mlp(layer: Int)
  /// The shift of the final norm.
  case finalShift
}

/// A prompt's feature as the sum of what each head and each MLP writes to the end token.
///
/// The end token's last state is `x = e + Σ heads + Σ biases + Σ MLPs`. The final norm subtracts the mean and divides by
/// σ, which depends on x as a whole; with σ as it is, the norm is linear, and the feature is
/// `Σₜ P (γ ∘ (t − mean t) / σ) + P β`.
///
/// Source: Elhage et al., "A Mathematical Framework for Transformer Circuits" (2021), on direct paths to the output.
package struct FeatureTerms: Sendable {
  /// The terms, in the tower's order.
  package let terms: [FeatureTerm]
  /// The projected terms of one prompt or image, `[terms, embedDimension]`.
  package let values: [Float]
}

extension TextEncoder {
  /// Returns the terms of a prompt's feature, in the order in which the tower writes them.
  ///
  /// - Parameters:
  ///   - prompt: its elements from the start token to the end token.
  ///   - context: the context matrix, `[contextRows, width]`.
  /// - Returns: the terms; their sum is the feature before any normalization.
  /// - Throws: the errors of ``trace(_:context:)``.
  package func terms(of prompt: [PromptElement], context: [Float]) throws -> FeatureTerms {
    try terms(of: trace(prompt, context: context))
  }

  /// Returns the terms of the features of several prompts, each as ``terms(of:context:)`` does.
  package func terms(ofAll prompts: [[PromptElement]], context: [Float]) throws -> [FeatureTerms] {
    try traces(prompts, context: context) { try terms(of: $1) }
  }

  private func terms(of trace: PromptTrace) throws -> FeatureTerms {
    let end = trace.read
    var terms = [FeatureTerm.embedding]
    var rows = Array(trace.state(after: 0, at: end))
    for layer in 0..<trace.layers {
      let block = try blocks[layer]
      let heads = try headOutputs(of: block, trace, layer: layer)
      let middle = FloatBuffer(uninitialized: width)
      _ = middle.elements.update(fromContentsOf: trace.state(after: layer, at: end))
      for row in 0...trace.heads {
        terms.append(row < trace.heads ? .head(layer: layer, head: row) : .attentionBias(layer: layer))
        rows += heads[row * width..<(row + 1) * width]
        for index in 0..<width { middle.pointer[index] += heads[row * width + index] }
      }
      let before = middle.floats
      try block.feedForward.forward(middle.pointer, count: 1)
      terms.append(.mlp(layer: layer))
      rows += zip(middle.elements, before).map { $0 - $1 }
    }
    // The last row is β alone.
    terms.append(.finalShift)
    let linear = finalNorm.linearized(rows, at: Array(trace.state(after: trace.layers, at: end))) + finalNorm.shiftRow
    let source = FloatBuffer(uninitialized: linear.count)
    _ = source.elements.update(fromContentsOf: linear)
    let values = FloatBuffer(uninitialized: terms.count * embedDimension)
    try projection.apply(source.pointer, rows: terms.count, to: values.pointer)
    return FeatureTerms(terms: terms, values: withExtendedLifetime(source) { values.floats })
  }

  /// Returns what each head of a layer writes to the end token, and last the bias, `[heads + 1, width]`.
  private func headOutputs(of block: ResidualAttentionBlock, _ trace: PromptTrace, layer: Int) throws -> [Float] {
    let (count, heads) = (trace.positions, trace.heads)
    let normalized = FloatBuffer(uninitialized: count * width)
    _ = normalized.elements.update(fromContentsOf: trace.states[layer])
    block.firstNorm.forward(normalized.pointer, count: count, to: normalized.pointer)
    let projected = FloatBuffer(uninitialized: count * 3 * width)
    try block.attention.projection.apply(normalized.pointer, rows: count, to: projected.pointer)
    let start = trace.read * heads * count
    return try trace.attention[layer][start..<start + heads * count].withUnsafeBufferPointer { probabilities in
      try withExtendedLifetime((normalized, projected)) {
        try block.attention.headOutputs(
          probabilities, values: projected.pointer + 2 * width, stride: 3 * width, keys: count)
      }
    }
  }
}

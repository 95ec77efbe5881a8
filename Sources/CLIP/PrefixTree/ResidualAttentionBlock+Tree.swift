import PromptLensKernels
import PromptLensTensors

/// A part's keys and values in one layer, and their gradients in the backward pass.
struct TreeMemory {
  /// The offset of the first row's keys; the values follow one width later.
  let keys: UnsafeMutablePointer<Float>
  /// Floats from one row to the next.
  let stride: Int
  /// The offset of the first row's key gradients; the values' follow one width later.
  var gradients: UnsafeMutablePointer<Float>?
  var gradientStride = 0
}

// MARK: - Forward

extension ResidualAttentionBlock {
  /// Updates every row of a part.
  ///
  /// - Parameters:
  ///   - rows: the residual stream, `[layout.rowCount, width]`.
  ///   - layout: the rows' segments.
  ///   - tape: receives the record for the backward pass and, for the trunk, its descendants.
  ///   - trunk: the trunk's tape of this layer.
  ///   - projected: called after this part's keys and values are computed and before another part's are read.
  /// - Throws: `TensorError` when oneDNN fails, and the errors of `projected`.
  func forward(
    _ rows: UnsafeMutablePointer<Float>, layout: RowLayout, tape: PartTape.Layer, trunk: PartTape.Layer?,
    projected: () throws -> Void
  ) throws {
    let width = configuration.width
    let count = layout.rowCount
    let normalized = FloatBuffer(uninitialized: count * width)
    tape.input.update(from: rows, count: count * width)
    firstNorm.forward(rows, count: count, to: normalized.pointer, statistics: tape.statistics)
    try attention.projection.apply(normalized.pointer, rows: count, to: tape.projected)
    try projected()
    let mixed = normalized
    for segment in layout.segments {
      withAttention(
        segment, of: layout, queries: tape.projected + segment.rows.lowerBound * 3 * width, queryStride: 3 * width,
        queryCount: segment.rows.count, own: tape.memory(width: width), trunk: trunk?.memory(width: width),
        probabilities: tape.probabilities + segment.probabilities
      ) {
        kernels().pointee.tree_attention($0, mixed.pointer + segment.rows.lowerBound * width, width)
      }
    }
    try attention.outputProjection.apply(mixed.pointer, rows: count, to: rows, accumulate: true)
    try feedForward.forward(rows, count: count, tape: tape.feedForward)
  }

  /// Computes the last block's output for the rows that prompts end in; the other rows only get keys and values.
  ///
  /// - Returns: `[layout.ends, width]`.
  func forwardEnds(
    _ rows: UnsafeMutablePointer<Float>, layout: RowLayout, tape: PartTape.LastLayer, trunk: PartTape.LastLayer?,
    projected: () throws -> Void
  ) throws -> FloatBuffer {
    let width = configuration.width
    let (count, ends) = (layout.rowCount, layout.ends.count)
    let normalized = FloatBuffer(uninitialized: count * width)
    tape.input.update(from: rows, count: count * width)
    firstNorm.forward(rows, count: count, to: normalized.pointer, statistics: tape.statistics)
    try attention.keyValueProjection.apply(normalized.pointer, rows: count, to: tape.keysValues)
    try projected()
    let states = FloatBuffer(uninitialized: ends * width)
    let asking = FloatBuffer(uninitialized: ends * width)
    for (end, row) in layout.ends.enumerated() {
      (states.pointer + end * width).update(from: rows + row * width, count: width)
      (asking.pointer + end * width).update(from: normalized.pointer + row * width, count: width)
    }
    try attention.queryProjection.apply(asking.pointer, rows: ends, to: tape.queries)
    let mixed = asking
    for segment in layout.segments {
      guard let end = segment.end else { continue }
      withAttention(
        segment, of: layout, queries: tape.queries + end * width, queryStride: width, queryCount: 1,
        own: tape.memory(width: width), trunk: trunk?.memory(width: width),
        probabilities: tape.probabilities + segment.endProbabilities
      ) {
        kernels().pointee.tree_attention($0, mixed.pointer + end * width, width)
      }
    }
    try attention.outputProjection.apply(mixed.pointer, rows: ends, to: states.pointer, accumulate: true)
    try feedForward.forward(states.pointer, count: ends, tape: tape.feedForward)
    return states
  }
}

// MARK: - Backward

extension ResidualAttentionBlock {
  /// Turns the gradient of a part's output into that of its input.
  ///
  /// - Parameters:
  ///   - gradient: ∂L/∂output, `[layout.rowCount, width]`; becomes ∂L/∂input.
  ///   - layout: the rows' segments.
  ///   - tape: the forward pass's.
  ///   - trunk: the trunk's keys and values, and where their gradients are added.
  ///   - addingDescendants: adds the gradients of this part's keys and values that come from other parts, to
  ///     `[layout.rowCount, 3 · width]`, queries first.
  ///   - attentionGradient: receives the gradients of the attention probabilities of segments without ancestors, in the
  ///     order of the tape's.
  /// - Throws: `TensorError` when oneDNN fails, and the errors of `addingDescendants`.
  func backward(
    _ gradient: UnsafeMutablePointer<Float>, layout: RowLayout, tape: PartTape.Layer, trunk: TreeMemory?,
    addingDescendants: (UnsafeMutablePointer<Float>) throws -> Void = { _ in },
    attentionGradient: UnsafeMutablePointer<Float>? = nil
  ) throws {
    let width = configuration.width
    let count = layout.rowCount
    try feedForward.backward(gradient, count: count, tape: tape.feedForward)
    let mixed = FloatBuffer(uninitialized: count * width)
    try attention.outputProjection.backward(gradient, rows: count, to: mixed.pointer)
    let projected = FloatBuffer(count: count * 3 * width)
    try addingDescendants(projected.pointer)
    var own = tape.memory(width: width)
    own.gradients = projected.pointer + width
    own.gradientStride = 3 * width
    for segment in layout.segments {
      let row = segment.rows.lowerBound
      if let attentionGradient, segment.ancestors.isEmpty {
        attention.writeProbabilityGradients(
          of: mixed.pointer + row * width, queries: segment.rows.count,
          values: tape.projected + (row * 3 + 2) * width, stride: 3 * width, keys: segment.rows.count,
          to: attentionGradient + segment.probabilities)
      }
      withAttention(
        segment, of: layout, queries: tape.projected + row * 3 * width, queryStride: 3 * width,
        queryCount: segment.rows.count,
        own: own, trunk: trunk, probabilities: tape.probabilities + segment.probabilities
      ) {
        kernels().pointee.tree_attention_backward(
          $0, mixed.pointer + row * width, width, projected.pointer + row * 3 * width, 3 * width)
      }
    }
    let normalized = mixed
    try attention.projection.backward(projected.pointer, rows: count, to: normalized.pointer)
    firstNorm.backward(
      normalized.pointer, rows: tape.input, statistics: tape.statistics, count: count, addingTo: gradient)
  }

  /// Computes the gradient of the last block's input from that of the rows that prompts end in.
  ///
  /// - Parameters:
  ///   - gradient: ∂L/∂output, `[layout.ends, width]`; overwritten.
  ///   - layout: the rows' segments.
  ///   - tape: the forward pass's.
  ///   - trunk: the trunk's keys and values, and where their gradients are added.
  ///   - addingDescendants: adds the gradients of this part's keys and values that come from other parts, to
  ///     `[layout.rowCount, 2 · width]`.
  ///   - attentionGradient: receives the gradients of the attention probabilities of the ends of segments without
  ///     ancestors, in the order of the tape's.
  /// - Returns: ∂L/∂input, `[layout.rowCount, width]`.
  /// - Throws: `TensorError` when oneDNN fails, and the errors of `addingDescendants`.
  func backwardEnds(
    _ gradient: UnsafeMutablePointer<Float>, layout: RowLayout, tape: PartTape.LastLayer, trunk: TreeMemory?,
    addingDescendants: (UnsafeMutablePointer<Float>) throws -> Void = { _ in },
    attentionGradient: UnsafeMutablePointer<Float>? = nil
  ) throws -> FloatBuffer {
    let width = configuration.width
    let (count, ends) = (layout.rowCount, layout.ends.count)
    try feedForward.backward(gradient, count: ends, tape: tape.feedForward)
    let mixed = FloatBuffer(uninitialized: ends * width)
    try attention.outputProjection.backward(gradient, rows: ends, to: mixed.pointer)
    let keysValues = FloatBuffer(count: count * 2 * width)
    try addingDescendants(keysValues.pointer)
    let queries = FloatBuffer(uninitialized: ends * width)
    var own = tape.memory(width: width)
    own.gradients = keysValues.pointer
    own.gradientStride = 2 * width
    for segment in layout.segments {
      guard let end = segment.end else { continue }
      if let attentionGradient, segment.ancestors.isEmpty {
        attention.writeProbabilityGradients(
          of: mixed.pointer + end * width, queries: 1,
          values: tape.keysValues + (segment.rows.lowerBound * 2 + 1) * width, stride: 2 * width,
          keys: segment.rows.count, to: attentionGradient + segment.endProbabilities)
      }
      withAttention(
        segment, of: layout, queries: tape.queries + end * width, queryStride: width, queryCount: 1, own: own,
        trunk: trunk,
        probabilities: tape.probabilities + segment.endProbabilities
      ) {
        kernels().pointee.tree_attention_backward(
          $0, mixed.pointer + end * width, width, queries.pointer + end * width, width)
      }
    }
    let normalized = FloatBuffer(uninitialized: count * width)
    try attention.keyValueProjection.backward(keysValues.pointer, rows: count, to: normalized.pointer)
    let asking = mixed
    try attention.queryProjection.backward(queries.pointer, rows: ends, to: asking.pointer)
    let result = FloatBuffer(count: count * width)
    for (end, row) in layout.ends.enumerated() {
      kernels().pointee.add(asking.pointer + end * width, normalized.pointer + row * width, width)
      kernels().pointee.add(gradient + end * width, result.pointer + row * width, width)
    }
    firstNorm.backward(
      normalized.pointer, rows: tape.input, statistics: tape.statistics, count: count, addingTo: result.pointer)
    return result
  }
}

// MARK: - Spans

extension ResidualAttentionBlock {
  /// Calls `body` with the attention of a segment's last `queryCount` rows over its ancestors and itself; where
  /// attention isn't causal, of any of its rows.
  private func withAttention(
    _ segment: RowLayout.Segment, of layout: RowLayout, queries: UnsafePointer<Float>, queryStride: Int,
    queryCount: Int, own: TreeMemory,
    trunk: TreeMemory?, probabilities: UnsafeMutablePointer<Float>, _ body: (tree_attention) -> Void
  ) {
    let width = configuration.width
    func span(_ memory: TreeMemory, row: Int, count: Int) -> tree_span {
      let gradients = memory.gradients.map { $0 + row * memory.gradientStride }
      return tree_span(
        keys: memory.keys + row * memory.stride, values: memory.keys + row * memory.stride + width,
        stride: memory.stride, key_gradients: gradients, value_gradients: gradients.map { $0 + width },
        gradient_stride: memory.gradientStride, count: count)
    }
    withUnsafeTemporaryAllocation(of: tree_span.self, capacity: segment.ancestors.count + 1) { spans in
      for (index, ancestor) in segment.ancestors.enumerated() {
        spans[index] = span(ancestor.isInTrunk ? trunk ?? own : own, row: ancestor.row, count: ancestor.count)
      }
      spans[segment.ancestors.count] = span(own, row: segment.rows.lowerBound, count: segment.rows.count)
      func attend(_ hidden: UnsafePointer<UInt8>?, scratch: UnsafeMutablePointer<Float>? = nil) {
        body(
          tree_attention(
            queries: queries, query_stride: queryStride, query_count: queryCount,
            first_query: layout.isCausal ? segment.rows.count - queryCount : segment.rows.count,
            spans: UnsafePointer(spans.baseAddress),
            span_count: spans.count, heads: attention.heads, head_width: width / attention.heads,
            scale: attention.scale, hidden: hidden, probabilities: probabilities, keys: segment.keys,
            scratch: scratch))
      }
      if let hidden = segment.hidden {
        hidden.withUnsafeBufferPointer { attend($0.baseAddress) }
      } else if !layout.isCausal, spans.count == 1, queryCount > 1 {
        let size = tree_attention_scratch(segment.keys, width / attention.heads)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { attend(nil, scratch: $0.baseAddress) }
      } else {
        attend(nil)
      }
    }
  }
}

extension PartTape.Layer {
  /// Returns the keys and values, which follow the queries.
  func memory(width: Int) -> TreeMemory { TreeMemory(keys: projected + width, stride: 3 * width) }
}

extension PartTape.LastLayer {
  func memory(width: Int) -> TreeMemory { TreeMemory(keys: keysValues, stride: 2 * width) }
}

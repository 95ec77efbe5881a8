import PromptLensTensors

/// The states and the attention of every layer of the text tower for one prompt.
///
/// The states are the residual stream: the tower's input, and the output of each block.
package struct PromptTrace: Sendable {
  /// The number of positions of the prompt, start and end included, and the padding of a tower that attends to it.
  package let positions: Int
  /// The position whose last state is the feature's.
  package let read: Int
  /// The width of a state.
  package let width: Int
  /// The number of attention heads in a layer.
  package let heads: Int
  /// The states of the input and of each layer, `[positions, width]`.
  package let states: [[Float]]
  /// The probabilities of each layer, `[positions, heads, positions]`: of the querying position, the head, and the
  /// attended position.
  package let attention: [[Float]]

  /// The number of layers.
  package var layers: Int { attention.count }

  /// Returns the state of a position after a number of layers; after 0, the input.
  package func state(after layers: Int, at position: Int) -> ArraySlice<Float> {
    states[layers][position * width..<(position + 1) * width]
  }

  /// Returns the attention of a position to every position, in one head of one layer; its sum is one.
  package func attention(layer: Int, head: Int, from position: Int) -> ArraySlice<Float> {
    let start = (position * heads + head) * positions
    return attention[layer][start..<start + positions]
  }
}

extension TextEncoder {
  /// Runs one prompt through the tower and records its states and attention.
  ///
  /// The blocks are those of ``PromptPass``; tracing is slower, because every layer computes every position and prompts
  /// don't share prefixes.
  ///
  /// - Parameters:
  ///   - prompt: its elements from the start token to the end token.
  ///   - context: the context matrix, `[contextRows, width]`.
  /// - Returns: the states and the attention of every layer.
  /// - Throws: ``CLIPError/badTokens(index:reason:)`` when the prompt does not fit the tower, `TensorError` when the
  ///   context has fewer rows than the prompt names or oneDNN fails.
  package func trace(_ prompt: [PromptElement], context: [Float] = []) throws -> PromptTrace {
    let tree = try tree([prompt])
    let rows = try check(tree)
    guard context.count >= rows * width else {
      throw TensorError.shapeMismatch(
        operation: "trace", name: "context", expected: [rows, width], found: [context.count / max(width, 1), width])
    }
    let configuration = configuration.transformer
    // One prompt is one segment, and one segment is one chunk.
    let partition = TreePartition(tree, heads: configuration.heads)
    var states: [[Float]] = []
    var attention: [[Float]] = []
    for part in partition.chunks {
      let matrix = FloatBuffer(uninitialized: context.count)
      _ = matrix.elements.update(fromContentsOf: context)
      let stream = try embed(part, context: matrix)
      let tape = PartTape(part.layout, configuration, isKept: false)
      states.append(stream.floats)
      for index in 0..<blocks.count {
        let layer = tape.layer(index)
        try blocks[index].forward(stream.pointer, layout: part.layout, tape: layer, trunk: nil) {}
        states.append(stream.floats)
        attention.append(Array(UnsafeBufferPointer(start: layer.probabilities, count: part.layout.probabilityCount)))
      }
    }
    return PromptTrace(
      positions: tree.unsharedRows, read: partition.chunks.first?.layout.ends.first ?? 0, width: width,
      heads: configuration.heads, states: states, attention: attention)
  }

  /// Applies the final norm and the projection to states at the end of a prompt.
  ///
  /// - Parameter states: `[count, width]`.
  /// - Returns: `[count, embedDimension]`, before any normalization.
  /// - Throws: `TensorError` when the states aren't whole rows or oneDNN fails.
  package func features(ofStates states: [Float]) throws -> FloatBuffer {
    guard states.count % width == 0 else {
      throw TensorError.shapeMismatch(
        operation: "projection", name: "states", expected: [-1, width], found: [states.count])
    }
    let count = states.count / width
    let normalized = FloatBuffer(uninitialized: states.count)
    _ = normalized.elements.update(fromContentsOf: states)
    finalNorm.forward(normalized.pointer, count: count, to: normalized.pointer)
    let features = FloatBuffer(uninitialized: count * embedDimension)
    try projection.apply(normalized.pointer, rows: count, to: features.pointer)
    return withExtendedLifetime(normalized) { features }
  }

  /// Returns the positional embedding of a position.
  package func positionalVector(_ position: Int) -> [Float] {
    let row = FloatBuffer(uninitialized: width)
    positionalEmbedding.copyRow(position, to: row.pointer)
    return row.floats
  }
}

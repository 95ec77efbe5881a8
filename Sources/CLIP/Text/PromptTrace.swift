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
  /// The blocks are those of ``PromptPass``, but every layer computes every position.
  ///
  /// - Parameters:
  ///   - prompt: its elements from the start token to the end token.
  ///   - context: the context matrix, `[contextRows, width]`.
  /// - Returns: the states and the attention of every layer.
  /// - Throws: ``CLIPError/badTokens(index:reason:)`` when the prompt does not fit the tower, `TensorError` when the
  ///   context has fewer rows than the prompt names or oneDNN fails.
  package func trace(_ prompt: [PromptElement], context: [Float] = []) throws -> PromptTrace {
    try TracedTree([prompt], through: self, context: context).trace(of: 0)
  }

  /// Runs prompts through the tower, and hands on the states and attention of each.
  ///
  /// - Parameters:
  ///   - prompts: the elements of each prompt from the start token to the end token.
  ///   - context: the context matrix, `[contextRows, width]`.
  ///   - body: receives the index of a prompt and its trace, on any thread.
  /// - Returns: the results of `body`, in the prompts' order.
  /// - Throws: the errors of ``trace(_:context:)``, and those of `body`.
  package func traces<Result: Sendable>(
    _ prompts: [[PromptElement]], context: [Float] = [],
    _ body: @escaping @Sendable (Int, PromptTrace) throws -> Result
  ) throws -> [Result] {
    let groups = groups(of: prompts.count)
    return try Parallel.map(groups.count) { group -> [Result] in
      let range = groups[group]
      let run = try TracedTree(Array(prompts[range]), through: self, context: context)
      return try range.map { try body($0, run.trace(of: $0 - range.lowerBound)) }
    }.flatMap { $0 }
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

/// The states and the attention of prompts that share the rows of their common beginnings.
private struct TracedTree {
  private let tree: PromptTree
  private let run: WholeTree
  private let width: Int
  private let heads: Int
  /// The stream of the input and behind each layer, `[rows, width]`.
  private var states: [FloatBuffer] = []
  /// The attention of each layer, as the layout divides it.
  private var attention: [[Float]] = []

  /// Runs prompts through all layers of a tower.
  init(_ prompts: [[PromptElement]], through encoder: TextEncoder, context: [Float]) throws {
    tree = try encoder.tree(prompts)
    run = try WholeTree(tree, of: encoder, context: context)
    width = encoder.width
    heads = encoder.configuration.transformer.heads
    let (layout, stream) = (run.part.layout, run.stream)
    let tape = PartTape(layout, encoder.configuration.transformer, isKept: false)
    states.append(FloatBuffer(copying: stream.pointer, count: stream.count))
    for index in 0..<encoder.blocks.count {
      let layer = tape.layer(index)
      try encoder.blocks[index].forward(stream.pointer, layout: layout, tape: layer, trunk: nil) {}
      states.append(FloatBuffer(copying: stream.pointer, count: stream.count))
      attention.append(Array(UnsafeBufferPointer(start: layer.probabilities, count: layout.probabilityCount)))
    }
  }

  /// Returns the states and attention of one of the prompts.
  func trace(of prompt: Int) -> PromptTrace {
    let end = tree.ends[prompt]
    var path = [end]
    while let parent = tree.segments[path[0]].parent { path.insert(parent, at: 0) }
    let segments = path.map { run.part.layout.segments[$0] }
    let rows = segments.flatMap(\.rows)
    let read = run.part.layout.ends[run.endRows[end] ?? 0]
    return PromptTrace(
      positions: rows.count, read: rows.firstIndex(of: read) ?? 0, width: width, heads: heads,
      states: states.map { buffer in rows.flatMap { buffer.elements[$0 * width..<($0 + 1) * width] } },
      attention: attention.map { layer in
        var probabilities: [Float] = []
        probabilities.reserveCapacity(rows.count * heads * rows.count)
        for segment in segments {
          for row in 0..<segment.rows.count * heads {
            let start = segment.probabilities + row * segment.keys
            probabilities += layer[start..<start + segment.keys]
            // Later segments are behind this one.
            probabilities += repeatElement(0, count: rows.count - segment.keys)
          }
        }
        return probabilities
      })
  }
}

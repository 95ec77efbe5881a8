import PromptLensTensors

/// A kind of activation in a layer of the text tower.
package enum ActivationSite: String, Sendable, CaseIterable {
  /// The residual stream: the tower's input, and the output of each layer.
  case residual
  /// The output of a layer's attention, before it is added to the residual stream.
  case attention
  /// The output of a layer's MLP, before it is added to the residual stream.
  case mlp
}

/// The activations of prompts in every layer of the text tower, on their prefix tree.
///
/// Prompts share the activations of the beginnings that they share, as in ``PromptPass``; here every layer computes
/// every row, and the rows are one part.
package struct PromptActivations: Sendable {
  /// The row of each position of each prompt.
  package let rows: [[Int]]
  fileprivate let part: TreePart
  fileprivate let featureRows: [Int]
  /// The residual stream of the input and of each layer, `[rows, width]`.
  fileprivate let states: [FloatBuffer]
  /// The stream of each layer between attention and MLP, `[rows, width]`.
  fileprivate let middles: [FloatBuffer]

  /// The number of layers.
  package var layers: Int { middles.count }
  /// The number of prompts.
  package var promptCount: Int { rows.count }

  /// Returns the depths at which a site has activations: those of the stream include the input.
  package func depths(of site: ActivationSite) -> Range<Int> { 0..<(site == .residual ? layers + 1 : layers) }

  /// Returns what a site adds to the stream or, for the stream, the state itself.
  fileprivate func activation(_ site: ActivationSite, depth: Int, row: Int, width: Int) -> [Float] {
    func state(_ buffer: FloatBuffer) -> [Float] { Array(buffer.elements[row * width..<(row + 1) * width]) }
    switch site {
    case .residual: return state(states[depth])
    case .attention: return zip(state(middles[depth]), state(states[depth])).map { $0 - $1 }
    case .mlp: return zip(state(states[depth + 1]), state(middles[depth])).map { $0 - $1 }
    }
  }
}

extension TextEncoder {
  /// Runs prompts through the tower and records their activations.
  ///
  /// - Parameters:
  ///   - prompts: the elements of each prompt from the start token to the end token.
  ///   - context: the context matrix, `[contextRows, width]`.
  /// - Returns: the activations.
  /// - Throws: ``CLIPError/badTokens(index:reason:)`` when a prompt does not fit the tower, `TensorError` when the
  ///   context has fewer rows than the prompts name or oneDNN refuses.
  package func activations(_ prompts: [[PromptElement]], context: [Float]) throws -> PromptActivations {
    let tree = try tree(prompts)
    let contextRows = try check(tree)
    guard context.count >= contextRows * width else {
      throw TensorError.shapeMismatch(
        operation: "activations", name: "context", expected: [contextRows, width],
        found: [context.count / max(width, 1), width])
    }
    let configuration = configuration.transformer
    var runs: [Int: RowLayout.Run] = [:]
    var ends: [Int: Int] = [:]
    let part = TreePart(
      Array(tree.segments.indices), of: tree, isTrunk: false, heads: configuration.heads, runs: &runs, endRows: &ends)
    let matrix = FloatBuffer(uninitialized: context.count)
    _ = matrix.elements.update(fromContentsOf: context)
    let stream = try embed(part, context: matrix)
    let tape = PartTape(part.layout, configuration, isKept: false)
    var states = [FloatBuffer(copying: stream.pointer, count: stream.count)]
    var middles: [FloatBuffer] = []
    for index in 0..<blocks.count {
      let layer = tape.layer(index)
      try blocks[index].forward(stream.pointer, layout: part.layout, tape: layer, trunk: nil) {}
      middles.append(FloatBuffer(copying: layer.feedForward.input, count: stream.count))
      states.append(FloatBuffer(copying: stream.pointer, count: stream.count))
    }
    return PromptActivations(
      rows: tree.ends.map { tree.rows(throughEnd: $0, runs) }, part: part, featureRows: tree.ends.map { ends[$0] ?? 0 },
      states: states, middles: middles)
  }

  /// Computes the features of prompts with some activations of another run in their place.
  ///
  /// - Parameters:
  ///   - base: the run whose activations are replaced.
  ///   - source: the run that they are taken from, of the same prompts with another context.
  ///   - site: the kind of activation.
  ///   - depth: the layer, from 0; for the stream the number of layers before it.
  ///   - rows: the rows whose activations are replaced.
  /// - Returns: `[prompts, embedDimension]`, before any normalization.
  /// - Throws: `TensorError` when oneDNN refuses.
  package func features(
    patching base: PromptActivations, with source: PromptActivations, at site: ActivationSite, depth: Int, rows: [Int]
  ) throws -> FloatBuffer {
    let configuration = configuration.transformer
    let start =
      switch site {
      case .residual: base.states[depth]
      case .attention: base.middles[depth]
      case .mlp: base.states[depth + 1]
      }
    let stream = FloatBuffer(copying: start.pointer, count: start.count)
    for row in rows {
      let target = stream.pointer + row * width
      let patch = source.activation(site, depth: depth, row: row, width: width)
      switch site {
      case .residual: for index in 0..<width { target[index] = patch[index] }
      case .attention:
        let before = base.states[depth].pointer + row * width
        for index in 0..<width { target[index] = before[index] + patch[index] }
      case .mlp:
        let before = base.middles[depth].pointer + row * width
        for index in 0..<width { target[index] = before[index] + patch[index] }
      }
    }
    let count = base.part.rows.count
    if site == .attention { try blocks[depth].feedForward.forward(stream.pointer, count: count) }
    let tape = PartTape(base.part.layout, configuration, isKept: false)
    for index in (site == .residual ? depth : depth + 1)..<blocks.count {
      try blocks[index].forward(stream.pointer, layout: base.part.layout, tape: tape.layer(index), trunk: nil) {}
    }
    let ends = FloatBuffer(uninitialized: base.featureRows.count * width)
    for (prompt, end) in base.featureRows.enumerated() {
      (ends.pointer + prompt * width).update(from: stream.pointer + base.part.layout.ends[end] * width, count: width)
    }
    return try features(ofStates: ends.floats)
  }
}

extension PromptTree {
  /// Returns the rows of a prompt's positions.
  fileprivate func rows(throughEnd end: Int, _ runs: [Int: RowLayout.Run]) -> [Int] {
    var rows: [Int] = []
    var next: Int? = end
    while let index = next {
      if let run = runs[index] { rows.insert(contentsOf: run.row..<run.row + run.count, at: 0) }
      next = segments[index].parent
    }
    return rows
  }
}

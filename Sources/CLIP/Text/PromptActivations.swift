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

  /// Returns whether a site's activations of some rows are those of another run, bit for bit.
  package func equals(
    _ other: PromptActivations, at site: ActivationSite, depth: Int, rows: [Int], width: Int
  ) -> Bool {
    rows.allSatisfy {
      activation(site, depth: depth, row: $0, width: width)
        == other.activation(site, depth: depth, row: $0, width: width)
    }
  }

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
    let run = try WholeTree(tree, of: self, context: context)
    let (part, stream) = (run.part, run.stream)
    let tape = PartTape(part.layout, configuration.transformer, isKept: false)
    var states = [FloatBuffer(copying: stream.pointer, count: stream.count)]
    var middles: [FloatBuffer] = []
    for index in 0..<blocks.count {
      let layer = tape.layer(index)
      try blocks[index].forward(stream.pointer, layout: part.layout, tape: layer, trunk: nil) {}
      middles.append(FloatBuffer(copying: layer.feedForward.input, count: stream.count))
      states.append(FloatBuffer(copying: stream.pointer, count: stream.count))
    }
    return PromptActivations(
      rows: tree.ends.map { tree.rows(throughEnd: $0, run.runs) }, part: part,
      featureRows: tree.ends.map { run.endRows[$0] ?? 0 }, states: states, middles: middles)
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
    // Behind a layer's attention only the patched rows' MLPs have another input.
    let start = site == .residual ? base.states[depth] : base.states[depth + 1]
    let stream = FloatBuffer(copying: start.pointer, count: start.count)
    let patches = FloatBuffer(uninitialized: rows.count * width)
    for (index, row) in rows.enumerated() {
      let patch = source.activation(site, depth: depth, row: row, width: width)
      let target = patches.pointer + index * width
      switch site {
      case .residual: for column in 0..<width { target[column] = patch[column] }
      case .attention:
        let before = base.states[depth].pointer + row * width
        for column in 0..<width { target[column] = before[column] + patch[column] }
      case .mlp:
        let before = base.middles[depth].pointer + row * width
        for column in 0..<width { target[column] = before[column] + patch[column] }
      }
    }
    if site == .attention, !rows.isEmpty { try blocks[depth].feedForward.forward(patches.pointer, count: rows.count) }
    withExtendedLifetime(patches) {
      for (index, row) in rows.enumerated() {
        (stream.pointer + row * width).update(from: patches.pointer + index * width, count: width)
      }
    }
    return try features(of: base, from: stream, after: site == .residual ? depth : depth + 1)
  }

  /// Computes the features of prompts from the stream after some layers, `[rows, width]`, which is overwritten.
  private func features(of run: PromptActivations, from stream: FloatBuffer, after depth: Int) throws -> FloatBuffer {
    let layout = run.part.layout
    let tape = PartTape(layout, configuration.transformer, isKept: false)
    let ends = FloatBuffer(uninitialized: run.featureRows.count * width)
    func take(_ states: FloatBuffer, row: (Int) -> Int) {
      for (prompt, end) in run.featureRows.enumerated() {
        (ends.pointer + prompt * width).update(from: states.pointer + row(end) * width, count: width)
      }
    }
    if depth < blocks.count {
      for index in depth..<blocks.count - 1 {
        try blocks[index].forward(stream.pointer, layout: layout, tape: tape.layer(index), trunk: nil) {}
      }
      take(
        try blocks[blocks.count - 1].forwardEnds(stream.pointer, layout: layout, tape: tape.lastLayer, trunk: nil) {}
      ) { $0 }
    } else {
      take(stream) { layout.ends[$0] }
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

import PromptLensTensors

extension TextEncoder {
  /// Divides prompts into groups, whose shared beginnings are computed once, by one worker.
  ///
  /// - Parameter count: the number of prompts.
  /// - Returns: the groups; they depend on the number of prompts alone.
  func groups(of count: Int) -> [Range<Int>] {
    let size = isCausal ? min(max((count + 7) / 8, 16), 64) : 8
    return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// Runs prompts through the tower and records the states of the position that is read, mostly the end token's.
  ///
  /// - Parameters:
  ///   - prompts: the elements of each prompt from the start token to the end token.
  ///   - context: the context matrix, `[contextRows, width]`.
  /// - Returns: the states of the input and of each layer, `[prompts, width]`.
  /// - Throws: ``CLIPError/badTokens(index:reason:)`` when a prompt does not fit the tower, `TensorError` when the
  ///   context has fewer rows than the prompts name or oneDNN fails.
  package func readStates(_ prompts: [[PromptElement]], context: [Float] = []) throws -> [[Float]] {
    let groups = groups(of: prompts.count)
    let found = try Parallel.map(groups.count) {
      try readStates(of: Array(prompts[groups[$0]]), context: context)
    }
    return (found.first ?? []).indices.map { depth in found.flatMap { $0[depth] } }
  }

  private func readStates(of prompts: [[PromptElement]], context: [Float]) throws -> [[Float]] {
    let tree = try tree(prompts)
    let run = try WholeTree(tree, of: self, context: context)
    let (layout, tape) = (run.part.layout, PartTape(run.part.layout, configuration.transformer, isKept: false))
    let rows = tree.ends.map { run.endRows[$0] ?? 0 }
    func states(_ buffer: FloatBuffer, row: (Int) -> Int) -> [Float] {
      rows.flatMap { buffer.elements[row($0) * width..<(row($0) + 1) * width] }
    }
    var result = [states(run.stream) { layout.ends[$0] }]
    for index in 0..<blocks.count - 1 {
      try blocks[index].forward(run.stream.pointer, layout: layout, tape: tape.layer(index), trunk: nil) {}
      result.append(states(run.stream) { layout.ends[$0] })
    }
    let last = try blocks[blocks.count - 1].forwardEnds(
      run.stream.pointer, layout: layout, tape: tape.lastLayer, trunk: nil
    ) {}
    result.append(states(last) { $0 })
    return result
  }
}

/// A prefix tree as a single part, with the inputs of its rows.
struct WholeTree {
  /// All rows.
  let part: TreePart
  /// The rows of each segment.
  let runs: [Int: RowLayout.Run]
  /// For each segment that prompts end in, its index among the layout's ends.
  let endRows: [Int: Int]
  /// The tower's input, `[rows, width]`.
  let stream: FloatBuffer

  /// Lays out a tree for a tower.
  ///
  /// - Parameters:
  ///   - tree: the prompts.
  ///   - encoder: the tower.
  ///   - context: the context matrix, `[contextRows, width]`.
  /// - Throws: ``CLIPError/badTokens(index:reason:)`` when a prompt does not fit the tower, `TensorError` when the
  ///   context has fewer rows than the prompts name.
  init(_ tree: PromptTree, of encoder: TextEncoder, context: [Float]) throws {
    let contextRows = try encoder.check(tree)
    guard context.count >= contextRows * encoder.width else {
      throw TensorError.shapeMismatch(
        operation: "activations", name: "context", expected: [contextRows, encoder.width],
        found: [context.count / max(encoder.width, 1), encoder.width])
    }
    var runs: [Int: RowLayout.Run] = [:]
    var endRows: [Int: Int] = [:]
    part = TreePart(
      Array(tree.segments.indices), of: tree, isTrunk: false, heads: encoder.configuration.transformer.heads,
      runs: &runs, endRows: &endRows)
    let matrix = FloatBuffer(uninitialized: context.count)
    _ = matrix.elements.update(fromContentsOf: context)
    stream = try encoder.embed(part, context: matrix)
    self.runs = runs
    self.endRows = endRows
  }
}

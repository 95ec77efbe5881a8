import PromptLensKernels
import Synchronization
import PromptLensTensors

/// Forward and backward passes of the text tower over one prefix tree, with a different context in each step.
///
/// The trunk goes first, layer by layer; chunks follow one layer behind it, each on its own worker. The backward pass
/// reverses this order. Sums over chunks are taken in chunk order, so the same inputs give the same bits on any number
/// of threads, and whether tapes are kept or computed again.
package final class PromptPass {
  let encoder: TextEncoder
  let partition: TreePartition
  private let contextRows: Int
  /// The first row of the context that deeper blocks' vectors replace.
  private let replacedFrom: Int
  private let trunkTape: PartTape
  /// The tape of each chunk; `nil` where the forward pass is repeated instead.
  private var tapes: [PartTape?]
  /// Reusable memory for tapes that aren't kept, since the C library doesn't always reuse freed blocks of this size.
  private let spareTapes = Mutex<[FloatBuffer]>([])
  private var context: FloatBuffer
  /// The vectors that replace the context's states before a block, by the block's index.
  var layers: [Int: FloatBuffer] = [:]
  /// The constant part of the inputs of the chunks' rows, then of the trunk's: the sums of positional and token
  /// embeddings.
  private let inputs: [FloatBuffer]
  let features: FloatBuffer
  /// The processes that passes are divided among; nil for this one alone.
  private let ranks: PassRanks?
  /// The number of the pass among those of the ranks.
  private let number: Int
  /// The chunks that this process computes.
  let own: Range<Int>

  /// Prepares passes over a tree.
  ///
  /// - Parameters:
  ///   - encoder: the text tower.
  ///   - tree: the prompts.
  ///   - tapeLimit: the bytes that passes may take beside the weights; chunks whose tapes go beyond it are computed
  ///     again in the backward pass. nil for no limit, 0 to keep no tapes.
  ///   - replacedFrom: the first row of the context that deeper blocks' vectors replace, in one process.
  ///   - ranks: the processes that passes are divided among; nil for this one alone.
  /// - Throws: ``CLIPError/badTokens(index:reason:)`` when a prompt does not fit the tower; the errors of the exchange.
  package init(
    encoder: TextEncoder, tree: PromptTree, tapeLimit: Int? = nil, replacedFrom: Int = 0, ranks: PassRanks? = nil
  ) throws {
    self.encoder = encoder
    self.replacedFrom = replacedFrom
    contextRows = try encoder.check(tree)
    let configuration = encoder.configuration.transformer
    partition = TreePartition(tree, heads: configuration.heads)
    trunkTape = PartTape(partition.trunk.layout, configuration, isKept: true)
    context = FloatBuffer(count: contextRows * configuration.width)
    let (parts, nothing) = (partition.chunks + [partition.trunk], context)
    inputs = try parts.map { try encoder.embed($0, context: nothing) }
    // The table is large, and the inputs already contain the needed rows.
    encoder.releaseTokenEmbedding()
    let own = ranks?.share(of: partition.chunks.count) ?? 0..<partition.chunks.count
    self.own = own
    self.ranks = ranks
    var left = Self.bytesForTapes(of: partition, own, configuration, limit: tapeLimit)
    tapes = partition.chunks.enumerated().map { index, chunk in
      guard own.contains(index) else { return nil }
      let bytes = PartTape.bytes(chunk.layout, configuration)
      guard bytes <= left else { return nil }
      left -= bytes
      return PartTape(chunk.layout, configuration, isKept: true)
    }
    features = FloatBuffer(count: partition.endCount * encoder.embedDimension)
    number = try ranks?.begin(tree, tapeLimit: tapeLimit) ?? 0
  }

  /// Returns the bytes that a limit leaves for tapes that are kept, besides the inputs, the trunk's tape, the gradients
  /// that chunks give the trunk, and for each thread a tape that is computed again, unless all can be kept.
  private static func bytesForTapes(
    of partition: TreePartition, _ own: Range<Int>, _ configuration: TransformerConfiguration, limit: Int?
  ) -> Int {
    guard let limit else { return .max }
    let left = limit - leastBytes(of: partition, configuration)
    let tapes = partition.chunks[own].map { PartTape.bytes($0.layout, configuration) }
    guard tapes.reduce(0, +) > left else { return left }
    return left - repeatedBytes(of: tapes)
  }

  /// Returns the bytes of a pass without the chunks' tapes.
  private static func leastBytes(of partition: TreePartition, _ configuration: TransformerConfiguration) -> Int {
    let parts = partition.chunks + [partition.trunk]
    let rowBytes = configuration.width * MemoryLayout<Float>.stride
    let rows = parts.reduce(0) { $0 + $1.rows.count }
    let trunkGradients = partition.chunks.count * configuration.layers * partition.trunk.rows.count * 2
    return (rows + trunkGradients) * rowBytes + PartTape.bytes(partition.trunk.layout, configuration)
  }

  /// Returns the bytes of the tapes that are computed again, one for each thread.
  private static func repeatedBytes(of tapes: [Int]) -> Int {
    (tapes.max() ?? 0) * min(Parallel.threadCount, tapes.count)
  }

  /// The bytes that a pass takes at least, whatever its limit.
  package var leastBytes: Int {
    let configuration = encoder.configuration.transformer
    let repeated = Self.repeatedBytes(of: partition.chunks.map { PartTape.bytes($0.layout, configuration) })
    return Self.leastBytes(of: partition, configuration) + repeated
  }

  /// Returns the inputs of a part's rows, with the context's vectors added to the rows that are the context's.
  private func embedded(_ part: TreePart, _ fixed: FloatBuffer) -> FloatBuffer {
    let width = encoder.width
    let rows = FloatBuffer(uninitialized: fixed.count)
    rows.pointer.update(from: fixed.pointer, count: fixed.count)
    for (row, slot) in part.contextRows {
      kernels().pointee.add(context.pointer + slot * width, rows.pointer + row * width, width)
    }
    return rows
  }

  /// The number of bytes that the pass holds, most of them tapes.
  package var byteCount: Int {
    let configuration = encoder.configuration.transformer
    let kept = zip(partition.chunks, tapes).reduce(PartTape.bytes(partition.trunk.layout, configuration)) {
      $1.1 == nil ? $0 : $0 + PartTape.bytes($1.0.layout, configuration)
    }
    let spare = spareTapes.withLock { $0.reduce(0) { $0 + $1.count } }
    let floats = inputs.reduce(spare + context.count + features.count) { $0 + $1.count }
    return kept + floats * MemoryLayout<Float>.stride
  }

  /// The cost of one pass.
  package var cost: TreeCost { TreeCost(partition, encoder.configuration.transformer, encoder.embedDimension) }

  // MARK: - Forward

  /// Computes the features of all prompts, before any normalization.
  ///
  /// Vectors for deeper blocks replace the states of the context's rows there. They are the same for all prompts that
  /// share these rows, so a shared context stays a shared trunk in every layer.
  ///
  /// - Parameters:
  ///   - rows: the context matrix, `[contextRows, width]`; more rows than the tree names are ignored.
  ///   - layers: the matrices that replace the context's states before deeper blocks, by the block's index from 1.
  /// - Returns: `[prompts, embedDimension]`.
  /// - Throws: `TensorError` when oneDNN fails, a matrix has fewer rows than the tree names, or there is no such block.
  package func forward(
    context rows: UnsafeBufferPointer<Float> = .init(start: nil, count: 0), layers: [Int: [Float]] = [:]
  ) throws -> FloatBuffer {
    func check(_ count: Int, _ name: String) throws {
      guard count < context.count else { return }
      throw TensorError.shapeMismatch(
        operation: "prompts", name: name, expected: [contextRows, encoder.width],
        found: [count / max(encoder.width, 1), encoder.width])
    }
    try check(rows.count, "context")
    if let base = rows.baseAddress { context.pointer.update(from: base, count: context.count) }
    self.layers = [:]
    for (layer, matrix) in layers {
      guard (1..<encoder.blocks.count).contains(layer) else {
        throw TensorError.shapeMismatch(
          operation: "prompts", name: "block \(layer)", expected: [encoder.blocks.count], found: [layer])
      }
      try check(matrix.count, "the prompts of block \(layer)")
      self.layers[layer] = FloatBuffer(copying: matrix, count: context.count)
    }
    try ranks?.sendForward(of: number, context, self.layers)
    let gate = LayerGate(layers: encoder.blocks.count, parts: 1)
    let (tower, own) = (self.unsafelyShared, own)
    try Parallel.forEach(own.count + 1, threads: encoder.blocks.threads) { index in
      do {
        if index == 0 {
          try tower.pass.forwardTrunk(gate)
        } else {
          let chunk = own.lowerBound + index - 1
          try tower.pass.withTape(of: chunk, isKept: false) { tape, _ in
            try tower.pass.forward(chunk, tape: tape, gate)
          }
        }
      } catch {
        gate.fail()
        throw error
      }
    }
    if let ranks { try gatherFeatures(from: ranks) }
    return gathered()
  }

  private func forwardTrunk(_ gate: LayerGate) throws {
    let part = partition.trunk
    guard !part.rows.isEmpty else {
      for layer in 0..<encoder.blocks.count { gate.announce(layer) }
      return
    }
    let rows = embedded(part, inputs[partition.chunks.count])
    let last = encoder.blocks.count - 1
    for layer in 0..<last {
      replaceContext(of: part, in: rows, before: layer)
      try encoder.blocks[layer].forward(rows.pointer, layout: part.layout, tape: trunkTape.layer(layer), trunk: nil) {
        gate.announce(layer)
      }
    }
    replaceContext(of: part, in: rows, before: last)
    _ = try encoder.blocks[last].forwardEnds(rows.pointer, layout: part.layout, tape: trunkTape.lastLayer, trunk: nil) {
      gate.announce(last)
    }
  }

  private func forward(_ chunk: Int, tape: PartTape, _ gate: LayerGate?) throws {
    let part = partition.chunks[chunk]
    let rows = embedded(part, inputs[chunk])
    let last = encoder.blocks.count - 1
    for layer in 0..<last {
      replaceContext(of: part, in: rows, before: layer)
      try encoder.blocks[layer].forward(
        rows.pointer, layout: part.layout, tape: tape.layer(layer), trunk: trunkTape.layer(layer)
      ) { try gate?.wait(for: layer) }
    }
    let lastTape = tape.lastLayer
    replaceContext(of: part, in: rows, before: last)
    let states = try encoder.blocks[last].forwardEnds(
      rows.pointer, layout: part.layout, tape: lastTape, trunk: trunkTape.lastLayer
    ) { try gate?.wait(for: last) }
    lastTape.finalInput.update(from: states.pointer, count: states.count)
    encoder.finalNorm.forward(
      states.pointer, count: part.layout.ends.count, to: states.pointer, statistics: lastTape.finalStatistics)
    try encoder.projection.apply(
      states.pointer, rows: part.layout.ends.count, to: features.pointer + part.firstEnd * encoder.embedDimension)
  }

  /// Replaces the states of the context's rows by a block's own vectors, if it has any.
  private func replaceContext(of part: TreePart, in rows: FloatBuffer, before layer: Int) {
    guard let vectors = layers[layer] else { return }
    let width = encoder.width
    for (row, slot) in part.contextRows where slot >= replacedFrom {
      (rows.pointer + row * width).update(from: vectors.pointer + slot * width, count: width)
    }
  }

  /// Calls `body` with a chunk's tape and whether the forward pass has filled it: the tape that is kept, or another in
  /// memory that the next chunk uses again.
  ///
  /// - Parameters:
  ///   - chunk: the chunk.
  ///   - isKept: whether a temporary tape has memory for all layers instead of reusing one layer's memory.
  ///   - body: the closure that uses the tape.
  /// - Returns: the result of `body`.
  /// - Throws: the errors of `body`.
  private func withTape<Result>(
    of chunk: Int, isKept: Bool, _ body: (_ tape: PartTape, _ isFilled: Bool) throws -> Result
  ) throws -> Result {
    if let kept = tapes[chunk] { return try body(kept, true) }
    let (part, configuration) = (partition.chunks[chunk], encoder.configuration.transformer)
    // Enough for any chunk, so that there are at most as many as threads.
    let needed = partition.chunks.reduce(0) { max($0, PartTape.floats($1.layout, configuration, isKept: isKept)) }
    let spare = spareTapes.withLock { spare in
      spare.firstIndex { $0.count >= needed }.map { spare.remove(at: $0) }
    }
    let memory = spare ?? FloatBuffer(uninitialized: needed)
    defer { spareTapes.withLock { $0.append(memory) } }
    let tape = PartTape(part.layout, configuration, isKept: isKept, in: memory)
    return try body(tape, false)
  }

  /// Returns the features in the prompts' order; equal prompts share one.
  private func gathered() -> FloatBuffer {
    let width = encoder.embedDimension
    let result = FloatBuffer(uninitialized: partition.featureRows.count * width)
    for (prompt, row) in partition.featureRows.enumerated() {
      (result.pointer + prompt * width).update(from: features.pointer + row * width, count: width)
    }
    return result
  }

  // MARK: - Backward

  /// The gradients of a context and of the vectors that replace it before deeper blocks.
  package struct ContextGradients {
    /// ∂L/∂context, `[contextRows, width]`.
    package let context: FloatBuffer
    /// The same of the deeper blocks' vectors, by the block's index.
    package let layers: [Int: FloatBuffer]
  }

  /// The gradients of a part's inputs, and of its rows that a deeper block replaces, `[context rows of the part, width]`.
  struct PartGradients {
    let inputs: FloatBuffer
    var layers: [Int: FloatBuffer] = [:]
  }

  /// Computes the gradient of the context of the last forward pass.
  ///
  /// - Parameter gradient: ∂L/∂features, `[prompts, embedDimension]`.
  /// - Returns: ∂L/∂context, `[contextRows, width]`.
  /// - Throws: `TensorError` when oneDNN fails.
  package func backward(_ gradient: UnsafePointer<Float>) throws -> FloatBuffer { try gradients(gradient).context }

  /// Computes the gradients of the context and of the deeper blocks' vectors of the last forward pass.
  ///
  /// - Parameter gradient: ∂L/∂features, `[prompts, embedDimension]`.
  /// - Returns: the gradients.
  /// - Throws: `TensorError` when oneDNN fails.
  package func gradients(_ gradient: UnsafePointer<Float>) throws -> ContextGradients {
    let embedDimension = encoder.embedDimension
    try ranks?.sendBackward(of: number, gradient, count: partition.featureRows.count * embedDimension)
    let ends = FloatBuffer(count: partition.endCount * embedDimension)
    for (prompt, row) in partition.featureRows.enumerated() {
      kernels().pointee.add(gradient + prompt * embedDimension, ends.pointer + row * embedDimension, embedDimension)
    }
    let found = try ranks.map { try partGradients(ends, from: $0) } ?? partGradients(ends)
    return ContextGradients(
      context: collect(found) { part, row, _ in part.inputs.pointer + row * encoder.width },
      layers: Dictionary(
        uniqueKeysWithValues: self.layers.keys.map { layer in
          (layer, collect(found) { part, _, index in part.layers[layer].map { $0.pointer + index * encoder.width } })
        }))
  }

  /// Returns the gradients of the parts, chunks and then the trunk.
  private func partGradients(_ ends: FloatBuffer) throws -> [PartGradients?] {
    let layers = encoder.blocks.count
    let gate = LayerGate(layers: layers, parts: partition.chunks.count)
    let trunkGradients = partition.chunks.map { _ in
      FloatBuffer(count: layers * partition.trunk.rows.count * 2 * encoder.width)
    }
    let parts = partition.chunks.count + 1
    let partGradients = Mutex<[PartGradients?]>([PartGradients?](repeating: nil, count: parts))
    let tower = self.unsafelyShared
    try Parallel.forEach(parts, threads: encoder.blocks.threads) { index in
      do {
        let result =
          index < parts - 1
          ? try tower.pass.backward(index, ends: ends, trunkGradient: trunkGradients[index], gate)
          : try tower.pass.backwardTrunk(trunkGradients, gate)
        partGradients.withLock { $0[index] = result }
      } catch {
        gate.fail()
        throw error
      }
    }
    return partGradients.withLock { $0 }
  }

  /// Returns the gradients of a chunk's rows, and adds up what it gives the trunk.
  func backward(
    _ chunk: Int, ends: FloatBuffer, trunkGradient: FloatBuffer, _ gate: LayerGate
  ) throws -> PartGradients {
    try withTape(of: chunk, isKept: true) { tape, isFilled in
      if !isFilled { try forward(chunk, tape: tape, nil) }
      return try backward(chunk, tape: tape, ends: ends, trunkGradient: trunkGradient, gate)
    }
  }

  private func backward(
    _ chunk: Int, tape: PartTape, ends: FloatBuffer, trunkGradient: FloatBuffer, _ gate: LayerGate
  ) throws -> PartGradients {
    let part = partition.chunks[chunk]
    let (width, embedDimension, count) = (encoder.width, encoder.embedDimension, part.layout.ends.count)
    let last = encoder.blocks.count - 1
    let lastTape = tape.lastLayer
    let states = FloatBuffer(uninitialized: count * width)
    try encoder.projection.backward(
      ends.pointer + part.firstEnd * embedDimension, rows: count, to: states.pointer)
    let finalGradient = FloatBuffer(count: count * width)
    encoder.finalNorm.backward(
      states.pointer, rows: lastTape.finalInput, statistics: lastTape.finalStatistics, count: count,
      addingTo: finalGradient.pointer)

    let trunkRows = partition.trunk.rows.count
    func trunkMemory(_ memory: TreeMemory, layer: Int) -> TreeMemory {
      var memory = memory
      memory.gradients = trunkGradient.pointer + layer * trunkRows * 2 * width
      memory.gradientStride = 2 * width
      return memory
    }
    let gradient = try encoder.blocks[last].backwardEnds(
      finalGradient.pointer, layout: part.layout, tape: lastTape,
      trunk: trunkMemory(trunkTape.lastLayer.memory(width: width), layer: last))
    gate.announce(last)
    var result = PartGradients(inputs: gradient)
    takeContext(of: part, from: &result, before: last)
    for layer in (0..<last).reversed() {
      try encoder.blocks[layer].backward(
        gradient.pointer, layout: part.layout, tape: tape.layer(layer),
        trunk: trunkMemory(trunkTape.layer(layer).memory(width: width), layer: layer))
      gate.announce(layer)
      takeContext(of: part, from: &result, before: layer)
    }
    return result
  }

  /// Moves the gradient of the rows that a block's own vectors replaced to these vectors: the states before have none.
  private func takeContext(of part: TreePart, from gradients: inout PartGradients, before layer: Int) {
    guard layers[layer] != nil else { return }
    let width = encoder.width
    let rows = part.contextRows
    let taken = FloatBuffer(count: rows.count * width)
    for (index, (row, slot)) in rows.enumerated() where slot >= replacedFrom {
      let state = gradients.inputs.pointer + row * width
      (taken.pointer + index * width).update(from: state, count: width)
      state.update(repeating: 0, count: width)
    }
    gradients.layers[layer] = taken
  }

  /// Returns the gradients of the trunk's rows.
  func backwardTrunk(_ chunkGradients: [FloatBuffer], _ gate: LayerGate) throws -> PartGradients {
    let part = partition.trunk
    let width = encoder.width
    let count = part.rows.count
    guard count > 0 else { return PartGradients(inputs: FloatBuffer(count: 0)) }
    /// Adds the chunks' gradients of this layer, in chunk order, behind `offset` floats of each row.
    func addChunks(_ layer: Int, to: UnsafeMutablePointer<Float>, stride: Int, offset: Int) throws {
      try gate.wait(for: layer)
      for chunk in chunkGradients {
        let base = chunk.pointer + layer * count * 2 * width
        for row in 0..<count {
          kernels().pointee.add(base + row * 2 * width, to + row * stride + offset, 2 * width)
        }
      }
    }
    let last = encoder.blocks.count - 1
    let nothing = FloatBuffer(count: 0)
    let gradient = try encoder.blocks[last].backwardEnds(
      nothing.pointer, layout: part.layout, tape: trunkTape.lastLayer, trunk: nil
    ) { try addChunks(last, to: $0, stride: 2 * width, offset: 0) }
    var result = PartGradients(inputs: gradient)
    takeContext(of: part, from: &result, before: last)
    for layer in (0..<last).reversed() {
      try encoder.blocks[layer].backward(
        gradient.pointer, layout: part.layout, tape: trunkTape.layer(layer), trunk: nil
      ) { try addChunks(layer, to: $0, stride: 3 * width, offset: width) }
      takeContext(of: part, from: &result, before: layer)
    }
    return result
  }

  /// Sums gradients of the context's rows: chunks in order, then the trunk.
  ///
  /// - Parameters:
  ///   - gradients: of the parts.
  ///   - gradient: returns the gradient of a row of a part, the index-th of its context rows.
  /// - Returns: `[contextRows, width]`.
  private func collect(
    _ gradients: [PartGradients?],
    _ gradient: (_ part: PartGradients, _ row: Int, _ index: Int) -> UnsafeMutablePointer<Float>?
  ) -> FloatBuffer {
    let width = encoder.width
    let result = FloatBuffer(count: contextRows * width)
    for (part, found) in zip(partition.chunks + [partition.trunk], gradients) {
      guard let found else { continue }
      for (index, (row, slot)) in part.contextRows.enumerated() {
        guard let from = gradient(found, row, index) else { continue }
        kernels().pointee.add(from, result.pointer + slot * width, width)
      }
    }
    return result
  }

  /// A reference for sharing the pass among workers, each of which writes only its own chunk's tape and rows.
  var unsafelyShared: Shared { Shared(pass: self) }
  struct Shared: @unchecked Sendable { let pass: PromptPass }
}

import PromptLensKernels
import PromptLensTensors
import Synchronization

/// Forward and backward passes of the vision transformer over images with prompt tokens, through frozen weights.
///
/// The prompts of block 0 stand at the end of a sequence, behind the patches, without positions, and go through the input
/// norm as all rows do; those of a deeper block replace the states of these rows before it. After the last block with
/// prompts of its own, their states go on. Source: Jia et al., "Visual Prompt Tuning" (2022), in the form of Khattak et
/// al., "MaPLe: Multi-modal Prompt Learning" (2023).
///
/// Images are computed in groups of a size that depends on the tower only, each by one worker, and sums are taken in the
/// order of the images, so the same inputs give the same bits on any number of threads. A worker takes a group forward and
/// backward before its next one, so that there are as many tapes as workers, however many images there are.
package final class ImagePromptPass {
  /// The number of prompt tokens in a sequence.
  package let promptCount: Int
  private let tower: VisionTransformer
  private let embedDimension: Int
  /// The memory of tapes that no worker uses at the moment.
  private let tapes = Mutex<[FloatBuffer]>([])
  private var inputs = FloatBuffer(count: 0)
  /// The prompts of each block that has some, `[promptCount, width]`; those of block 0 are normalized.
  private var prompts: [Int: FloatBuffer] = [:]
  /// The prompts of block 0 before their norm, and the norm's statistics.
  private let first: FloatBuffer
  private let firstStatistics: FloatBuffer

  /// Images that one worker takes through the tower together.
  private struct Group {
    let images: Range<Int>
    let layout: RowLayout
  }

  /// Prepares passes.
  ///
  /// - Parameters:
  ///   - encoder: the image tower.
  ///   - promptCount: the number of prompt tokens in a sequence; 0 for the plain tower.
  /// - Throws: ``CLIPError/noImagePrompts(tower:)`` for a tower of another kind,
  ///   ``CLIPError/badImagePrompts(reason:)`` when sequences become too long.
  package init(encoder: ImageEncoder, promptCount: Int) throws {
    guard let tower = encoder.tower as? VisionTransformer else {
      throw CLIPError.noImagePrompts(tower: encoder.summary)
    }
    try tower.configuration.checkPrompts(count: promptCount, tower: encoder.summary)
    self.tower = tower
    self.promptCount = promptCount
    embedDimension = encoder.embedDimension
    first = FloatBuffer(count: promptCount * tower.configuration.transformer.width)
    firstStatistics = FloatBuffer(count: promptCount * 2)
  }

  /// The width of a prompt token.
  package var width: Int { tower.configuration.transformer.width }
  /// The number of tapes in memory, at most one for each worker.
  package var tapeCount: Int { tapes.withLock { $0.count } }
  /// The number of blocks.
  package var layers: Int { tower.transformer.blocks.count }
  private var positions: Int { tower.configuration.positions }
  private var length: Int { positions + promptCount }

  /// Computes the part of the input that doesn't depend on prompts.
  ///
  /// - Parameter pixels: normalized images, `[count, 3, height, width]`.
  /// - Returns: `[count, positions, width]`.
  /// - Throws: ``CLIPError/badImages(expected:found:)`` when the images have another size.
  package func embed(_ pixels: Tensor) throws -> FloatBuffer {
    let size = tower.configuration.inputSize
    let dimensions = pixels.shape.dimensions
    guard dimensions.count == 4, dimensions.dropFirst() == [3, size.height, size.width] else {
      throw CLIPError.badImages(expected: [-1, 3, size.height, size.width], found: dimensions)
    }
    let rows = FloatBuffer(uninitialized: dimensions[0] * positions * width)
    let (tower, floats, stride) = (tower, FloatBuffer(copying: pixels), positions * width)
    try Parallel.forEach(dimensions[0]) { image in
      try tower.embed(floats.pointer + image * 3 * size.count, count: 1, to: rows.pointer + image * stride)
    }
    return rows
  }

  // MARK: - Passes

  /// Computes the features of images, before any normalization.
  ///
  /// - Parameters:
  ///   - images: what ``embed(_:)`` returns, `[count, positions, width]`.
  ///   - prompts: the prompts of each block that has some, `[promptCount, width]`, by the block's index.
  /// - Returns: `[count, embedDimension]`.
  /// - Throws: ``CLIPError/badImagePrompts(reason:)`` when the prompts don't fit the tower, `TensorError` when oneDNN fails.
  package func forward(_ images: FloatBuffer, prompts: [Int: [Float]]) throws -> FloatBuffer {
    try take(prompts)
    inputs = images
    let groups = groups(of: images)
    let features = FloatBuffer(uninitialized: images.count / (positions * width) * embedDimension)
    let shared = unsafelyShared
    try Parallel.forEach(groups.count, threads: tower.transformer.blocks.threads) { index in
      let (pass, group) = (shared.pass, groups[index])
      let tape = PartTape(group.layout, pass.tower.configuration.transformer, isKept: false)
      try pass.forward(group, tape: tape, to: features.pointer + group.images.lowerBound * pass.embedDimension)
    }
    return features
  }

  /// Computes the features of images and, group by group, the gradients of the prompts.
  ///
  /// - Parameters:
  ///   - images: what ``embed(_:)`` returns, `[count, positions, width]`.
  ///   - prompts: the prompts of each block that has some, `[promptCount, width]`, by the block's index.
  ///   - slopes: returns ∂L/∂features of some images, `[images, embedDimension]`, given their range and their features; called
  ///     on any thread.
  /// - Returns: the features, `[count, embedDimension]`, and of each block with prompts their gradient,
  ///   `[promptCount, width]`.
  /// - Throws: as ``forward(_:prompts:)``, and the errors of `slopes`.
  package func gradients(
    _ images: FloatBuffer, prompts: [Int: [Float]],
    slopes: @escaping @Sendable (Range<Int>, FloatBuffer) throws -> FloatBuffer
  ) throws -> (features: FloatBuffer, prompts: [Int: [Float]]) {
    try take(prompts)
    inputs = images
    let groups = groups(of: images)
    let features = FloatBuffer(uninitialized: images.count / (positions * width) * embedDimension)
    let found = Mutex<[[Int: FloatBuffer]]>(Array(repeating: [:], count: groups.count))
    let shared = unsafelyShared
    try Parallel.forEach(groups.count, threads: tower.transformer.blocks.threads) { index in
      let (pass, group) = (shared.pass, groups[index])
      let memory = pass.tapeMemory(for: group)
      defer { pass.tapes.withLock { $0.append(memory) } }
      let tape = PartTape(group.layout, pass.tower.configuration.transformer, isKept: true, in: memory)
      let own = features.pointer + group.images.lowerBound * pass.embedDimension
      try pass.forward(group, tape: tape, to: own)
      let size = group.images.count * pass.embedDimension
      let gradient = try slopes(group.images, FloatBuffer(copying: own, count: size))
      let result = try pass.backward(group, tape: tape, gradient)
      found.withLock { $0[index] = result }
    }
    var result: [Int: [Float]] = [:]
    let parts = found.withLock { $0 }
    for layer in self.prompts.keys {
      let sum = FloatBuffer(count: promptCount * width)
      for part in parts { if let part = part[layer] { sum.add(part) } }
      result[layer] = layer == 0 ? throughInputNorm(sum).floats : sum.floats
    }
    return (features, result)
  }

  private func take(_ prompts: [Int: [Float]]) throws {
    self.prompts = try tower.configuration.buffers(of: prompts, count: promptCount)
    guard let given = self.prompts[0], let norm = tower.inputNorm else { return }
    first.pointer.update(from: given.pointer, count: given.count)
    norm.forward(first.pointer, count: promptCount, to: given.pointer, statistics: firstStatistics.pointer)
  }

  /// Divides embedded images into groups.
  private func groups(of images: FloatBuffer) -> [Group] {
    let count = images.count / (positions * width)
    let (size, heads) = (tower.chunkSize, tower.configuration.transformer.heads)
    return stride(from: 0, to: count, by: size).map { start in
      let images = start..<min(start + size, count)
      return Group(images: images, layout: RowLayout(sequences: images.count, length: length, heads: heads))
    }
  }

  /// Returns memory for a group's tape, that of an earlier one where there is some.
  private func tapeMemory(for group: Group) -> FloatBuffer {
    let count = PartTape.floats(group.layout, tower.configuration.transformer, isKept: true)
    let known = tapes.withLock { $0.popLast() }
    if let known, known.count >= count { return known }
    return FloatBuffer(uninitialized: count)
  }

  private func forward(_ group: Group, tape: PartTape, to features: UnsafeMutablePointer<Float>) throws {
    let (width, blocks) = (width, tower.transformer.blocks)
    let rows = FloatBuffer(uninitialized: group.layout.rowCount * width)
    for (index, image) in group.images.enumerated() {
      (rows.pointer + index * length * width).update(
        from: inputs.pointer + image * positions * width, count: positions * width)
    }
    let last = blocks.count - 1
    for layer in 0..<last {
      place(layer, in: rows, of: group)
      try blocks[layer].forward(rows.pointer, layout: group.layout, tape: tape.layer(layer), trunk: nil) {}
    }
    place(last, in: rows, of: group)
    let lastTape = tape.lastLayer
    let states = try blocks[last].forwardEnds(rows.pointer, layout: group.layout, tape: lastTape, trunk: nil) {}
    let count = group.images.count
    lastTape.finalInput.update(from: states.pointer, count: states.count)
    tower.outputNorm.forward(states.pointer, count: count, to: states.pointer, statistics: lastTape.finalStatistics)
    try tower.projection.apply(states.pointer, rows: count, to: features)
  }

  /// Puts a block's prompts at the ends of a group's sequences.
  private func place(_ layer: Int, in rows: FloatBuffer, of group: Group) {
    guard let tokens = prompts[layer] else { return }
    for index in 0..<group.images.count {
      ends(rows, index).update(from: tokens.pointer, count: tokens.count)
    }
  }

  /// Returns the first prompt token of a group's sequence.
  private func ends(_ rows: FloatBuffer, _ index: Int) -> UnsafeMutablePointer<Float> {
    rows.pointer + (index * length + positions) * width
  }

  /// Turns the gradient of the normalized prompts of block 0 into that of the prompts.
  private func throughInputNorm(_ gradient: FloatBuffer) -> FloatBuffer {
    guard let norm = tower.inputNorm else { return gradient }
    let result = FloatBuffer(count: gradient.count)
    norm.backward(
      gradient.pointer, rows: first.pointer, statistics: firstStatistics.pointer, count: promptCount,
      addingTo: result.pointer)
    return result
  }

  /// Computes the gradients of the prompts of a group's images, summed over them.
  private func backward(_ group: Group, tape: PartTape, _ features: FloatBuffer) throws -> [Int: FloatBuffer] {
    let (width, blocks, count) = (width, tower.transformer.blocks, group.images.count)
    let lastTape = tape.lastLayer
    let states = FloatBuffer(uninitialized: count * width)
    try tower.projection.backward(features.pointer, rows: count, to: states.pointer)
    let finalGradient = FloatBuffer(count: count * width)
    tower.outputNorm.backward(
      states.pointer, rows: lastTape.finalInput, statistics: lastTape.finalStatistics, count: count,
      addingTo: finalGradient.pointer)
    let last = blocks.count - 1
    let gradient = try blocks[last].backwardEnds(
      finalGradient.pointer, layout: group.layout, tape: lastTape, trunk: nil)
    var result: [Int: FloatBuffer] = [:]
    take(last, from: gradient, of: group, to: &result)
    // Below the lowest prompts nothing is asked for.
    for layer in (0..<last).reversed() where layer >= prompts.keys.min() ?? last {
      try blocks[layer].backward(gradient.pointer, layout: group.layout, tape: tape.layer(layer), trunk: nil)
      take(layer, from: gradient, of: group, to: &result)
    }
    return result
  }

  /// Moves the gradient of the rows that a block's prompts replaced to the prompts, summed over a group's images: the
  /// states before have none.
  private func take(_ layer: Int, from gradient: FloatBuffer, of group: Group, to result: inout [Int: FloatBuffer]) {
    guard prompts[layer] != nil else { return }
    let sum = FloatBuffer(count: promptCount * width)
    for index in 0..<group.images.count {
      let rows = ends(gradient, index)
      kernels().pointee.add(rows, sum.pointer, sum.count)
      rows.update(repeating: 0, count: sum.count)
    }
    result[layer] = sum
  }

  /// A reference for sharing the pass among workers, each of which writes only its own group's tape and rows.
  private var unsafelyShared: Shared { Shared(pass: self) }
  private struct Shared: @unchecked Sendable { let pass: ImagePromptPass }
}

import PromptLensKernels
import PromptLensTensors

/// The vision transformer with prompt tokens, for features alone; see ``ImagePromptPass``, which also has gradients.
///
/// Here the first blocks may have none: the tokens then begin with the first block that has some.
struct PromptedVisionTransformer: ImageTower {
  let tower: VisionTransformer
  let promptCount: Int
  /// The tokens of each block that has some, those of block 0 normalized.
  let prompts: [Int: FloatBuffer]

  /// Puts prompts into a tower.
  ///
  /// - Parameters:
  ///   - tower: the plain tower.
  ///   - prompts: the prompts of each block that has some, `[tokens, width]`, by the block's index.
  ///   - summary: the kind of the tower, for errors.
  /// - Throws: ``CLIPError/noImagePrompts(tower:)`` or ``CLIPError/badImagePrompts(reason:)``.
  init(_ tower: VisionTransformer, prompts: [Int: [Float]], summary: String) throws {
    let configuration = tower.configuration
    promptCount = (prompts.values.first?.count ?? 0) / configuration.transformer.width
    try configuration.checkPrompts(count: promptCount, tower: summary)
    self.tower = tower
    self.prompts = try configuration.buffers(of: prompts, count: promptCount, needsFirst: false)
    if let first = self.prompts[0] {
      tower.inputNorm?.forward(first.pointer, count: promptCount, to: first.pointer)
    }
  }

  var chunkSize: Int { tower.chunkSize }

  func encode(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>) throws {
    try encode(pixels, count: count, to: to) { _, _, _ in }
  }

  /// Computes the features of some images, and shows the states before each block.
  ///
  /// - Parameters:
  ///   - pixels: normalized images, `[count, 3, height, width]`.
  ///   - count: the number of images.
  ///   - to: `[count, embedDimension]`.
  ///   - show: receives a block's index, its input, `[count, length, width]`, and the length of a sequence.
  /// - Throws: `TensorError` when oneDNN fails.
  func encode(
    _ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>,
    _ show: (_ block: Int, _ rows: FloatBuffer, _ length: Int) -> Void
  ) throws {
    let (width, positions) = (tower.configuration.transformer.width, tower.configuration.positions)
    let (full, blocks) = (positions + promptCount, tower.transformer.blocks)
    let imageSize = 3 * tower.configuration.inputSize.count
    let first = prompts.keys.min() ?? 0
    var length = first == 0 ? full : positions
    var rows = FloatBuffer(uninitialized: count * length * width)
    for image in 0..<count {
      try tower.embed(pixels + image * imageSize, count: 1, to: rows.pointer + image * length * width)
    }
    var sequences = Sequences(lengths: [Int](repeating: length, count: count))
    func place(_ layer: Int) {
      guard let tokens = prompts[layer] else { return }
      if length < full {
        let wider = FloatBuffer(uninitialized: count * full * width)
        for image in 0..<count {
          (wider.pointer + image * full * width).update(
            from: rows.pointer + image * positions * width, count: positions * width)
        }
        (rows, length) = (wider, full)
        sequences = Sequences(lengths: [Int](repeating: length, count: count))
      }
      for image in 0..<count {
        (rows.pointer + (image * length + positions) * width).update(from: tokens.pointer, count: tokens.count)
      }
    }
    for layer in 0..<blocks.count - 1 {
      place(layer)
      show(layer, rows, length)
      try blocks[layer].forward(rows.pointer, sequences: sequences)
    }
    place(blocks.count - 1)
    show(blocks.count - 1, rows, length)
    let states = try blocks[blocks.count - 1].forward(
      rows.pointer, sequences: sequences, reading: (0..<count).map { sequences.offsets[$0] })
    tower.outputNorm.forward(states.pointer, count: count, to: states.pointer)
    try tower.projection.apply(states.pointer, rows: count, to: to)
  }

  /// Computes the states of an image's patches before the blocks that have prompts.
  ///
  /// - Parameter pixels: a normalized image, `[3, height, width]`.
  /// - Returns: `[patches, width]` by the block's index.
  /// - Throws: `TensorError` when oneDNN fails.
  func patches(_ pixels: UnsafePointer<Float>) throws -> [Int: FloatBuffer] {
    let (width, positions) = (tower.configuration.transformer.width, tower.configuration.positions)
    let features = FloatBuffer(uninitialized: tower.projection.outputs)
    var result: [Int: FloatBuffer] = [:]
    try encode(pixels, count: 1, to: features.pointer) { block, rows, _ in
      guard prompts[block] != nil else { return }
      // The class token stands before the patches.
      result[block] = FloatBuffer(copying: rows.pointer + width, count: (positions - 1) * width)
    }
    return result
  }
}

extension VisionTransformerConfiguration {
  /// Whether prompts can be put into the tower: its blocks are CLIP's own, and its class token is read.
  package var takesPrompts: Bool { pooling == .classToken && pooler == nil && transformer.block.isCLIPs }

  /// Checks that the tower takes a number of prompt tokens in a sequence.
  ///
  /// - Throws: ``CLIPError/noImagePrompts(tower:)`` or ``CLIPError/badImagePrompts(reason:)``.
  func checkPrompts(count: Int, tower: String) throws(CLIPError) {
    guard takesPrompts else { throw .noImagePrompts(tower: tower) }
    let most = max(CLIPConfiguration.longestContext - positions, 0)
    guard (0...most).contains(count) else {
      throw .badImagePrompts(reason: "\(count) tokens beside \(positions) positions, expected at most \(most)")
    }
  }

  /// Returns copies of prompts after checking them.
  ///
  /// - Parameters:
  ///   - prompts: the prompts by the block's index.
  ///   - count: the number of tokens in a block.
  ///   - needsFirst: whether block 0 must have some.
  /// - Returns: the copies by the block's index.
  /// - Throws: ``CLIPError/badImagePrompts(reason:)`` when they don't fit the tower.
  func buffers(
    of prompts: [Int: [Float]], count: Int, needsFirst: Bool = true
  ) throws(CLIPError) -> [Int: FloatBuffer] {
    let (width, layers) = (transformer.width, transformer.layers)
    guard count == 0 || prompts[0] != nil || !needsFirst else {
      throw .badImagePrompts(reason: "block 0 has none, expected \(count) tokens")
    }
    var buffers: [Int: FloatBuffer] = [:]
    for (layer, values) in prompts.sorted(by: { $0.key < $1.key }) {
      guard (0..<layers).contains(layer) else {
        throw .badImagePrompts(reason: "there is no block \(layer), only \(layers)")
      }
      guard values.count == count * width, count > 0 else {
        throw .badImagePrompts(
          reason: "those of block \(layer) are \(values.count) numbers, expected \(count) tokens of \(width)")
      }
      buffers[layer] = FloatBuffer(copying: values, count: values.count)
    }
    return buffers
  }
}

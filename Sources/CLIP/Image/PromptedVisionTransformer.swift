import PromptLensKernels
import PromptLensTensors

/// The vision transformer with prompt tokens, for features alone; see ``ImagePromptPass``, which also has gradients.
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
    promptCount = (prompts[0]?.count ?? 0) / configuration.transformer.width
    try configuration.checkPrompts(count: promptCount, tower: summary)
    self.tower = tower
    self.prompts = try configuration.buffers(of: prompts, count: promptCount)
    if let first = self.prompts[0] {
      tower.inputNorm?.forward(first.pointer, count: promptCount, to: first.pointer)
    }
  }

  var chunkSize: Int { tower.chunkSize }

  func encode(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>) throws {
    let (width, positions) = (tower.configuration.transformer.width, tower.configuration.positions)
    let (length, blocks) = (positions + promptCount, tower.transformer.blocks)
    let imageSize = 3 * tower.configuration.inputSize.count
    let rows = FloatBuffer(uninitialized: count * length * width)
    for image in 0..<count {
      try tower.embed(pixels + image * imageSize, count: 1, to: rows.pointer + image * length * width)
    }
    func place(_ layer: Int) {
      guard let tokens = prompts[layer] else { return }
      for image in 0..<count {
        (rows.pointer + (image * length + positions) * width).update(from: tokens.pointer, count: tokens.count)
      }
    }
    let sequences = Sequences(lengths: [Int](repeating: length, count: count))
    for layer in 0..<blocks.count - 1 {
      place(layer)
      try blocks[layer].forward(rows.pointer, sequences: sequences)
    }
    place(blocks.count - 1)
    let states = try blocks[blocks.count - 1].forward(
      rows.pointer, sequences: sequences, reading: (0..<count).map { sequences.offsets[$0] })
    tower.outputNorm.forward(states.pointer, count: count, to: states.pointer)
    try tower.projection.apply(states.pointer, rows: count, to: to)
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
  /// - Throws: ``CLIPError/badImagePrompts(reason:)`` when they don't fit the tower.
  func buffers(of prompts: [Int: [Float]], count: Int) throws(CLIPError) -> [Int: FloatBuffer] {
    let (width, layers) = (transformer.width, transformer.layers)
    guard count == 0 || prompts[0] != nil else {
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

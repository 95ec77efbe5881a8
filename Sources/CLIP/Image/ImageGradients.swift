import PromptLensImages
import PromptLensTensors

/// Passes of single images through a vision transformer, with the gradients of its patches and of every attention.
///
/// The patch embedding is linear, so that a path between two images is a path between their rows, and the share of a patch
/// in a gradient along it is the same for both. Prompt tokens of a learned prompt stand behind the patches, as in
/// ``ImagePromptPass``, and are taken as they are.
package struct ImageGradients: Sendable {
  /// The patches along both sides.
  package let grid: PixelSize
  /// The size of the input.
  package let inputSize: PixelSize
  /// The width of the space that images and texts share.
  package let embedDimension: Int
  /// The number of prompt tokens behind the patches.
  package let promptCount: Int
  let tower: VisionTransformer
  /// The prompts of each block that has some, those of block 0 normalized.
  let prompts: [Int: FloatBuffer]

  /// Prepares passes.
  ///
  /// - Parameter encoder: the image tower, with prompts or without.
  /// - Throws: ``CLIPError/noImageGradients(tower:)`` for a tower of another kind.
  package init(encoder: ImageEncoder) throws(CLIPError) {
    switch encoder.tower {
    case let tower as VisionTransformer where tower.configuration.takesPrompts:
      self.tower = tower
      prompts = [:]
      promptCount = 0
    case let prompted as PromptedVisionTransformer:
      tower = prompted.tower
      prompts = prompted.prompts
      promptCount = prompted.promptCount
    default: throw .noImageGradients(tower: encoder.summary)
    }
    grid = tower.configuration.grid
    inputSize = encoder.inputSize
    embedDimension = encoder.embedDimension
  }

  /// The side of a patch in pixels.
  package var patchSize: Int { tower.configuration.patchSize }
  /// The width of a row.
  package var width: Int { tower.configuration.transformer.width }
  /// The number of blocks.
  package var layers: Int { tower.transformer.blocks.count }
  /// The number of heads of a block.
  package var heads: Int { tower.configuration.transformer.heads }
  /// The number of rows of an image: the class token and the patches.
  package var positions: Int { tower.configuration.positions }
  /// The number of rows of a sequence: the class token, the patches and the prompt tokens.
  package var length: Int { positions + promptCount }

  /// Computes the rows of an image before the input norm: the class token, then the patches, with their positions.
  ///
  /// - Parameter pixels: a normalized image, `[3, height, width]`.
  /// - Returns: `[positions, width]`.
  /// - Throws: ``CLIPError/badImages(expected:found:)`` when the image has another size.
  package func embed(_ pixels: [Float]) throws -> [Float] {
    guard pixels.count == 3 * inputSize.count else {
      throw CLIPError.badImages(expected: [3, inputSize.height, inputSize.width], found: [pixels.count])
    }
    let rows = FloatBuffer(uninitialized: positions * width)
    try tower.embedWithoutNorm(pixels, count: 1, to: rows.pointer)
    return rows.floats
  }

  /// Runs an image through the tower, and keeps the record that gradients are computed from.
  ///
  /// - Parameter rows: what ``embed(_:)`` returns, or a mixture of several such.
  /// - Returns: the pass.
  /// - Throws: `TensorError` when there are other than `positions · width` numbers or oneDNN fails.
  package func pass(_ rows: [Float]) throws -> ImagePass {
    guard rows.count == positions * width else {
      throw TensorError.shapeMismatch(
        operation: "image pass", name: "rows", expected: [positions, width], found: [rows.count])
    }
    return try ImagePass(rows, through: self)
  }
}

/// A pass of one image through a vision transformer.
package final class ImagePass {
  /// The image's feature before any normalization, `[embedDimension]`.
  package let feature: [Float]
  let gradients: ImageGradients
  let tape: PartTape
  private let layout: RowLayout
  private let input: FloatBuffer
  private let inputStatistics: FloatBuffer

  fileprivate init(_ rows: [Float], through gradients: ImageGradients) throws {
    self.gradients = gradients
    let (tower, width, length) = (gradients.tower, gradients.width, gradients.length)
    let positions = gradients.positions
    let transformer = tower.configuration.transformer
    layout = RowLayout(sequences: 1, length: length, heads: transformer.heads)
    tape = PartTape(layout, transformer, isKept: true)
    input = FloatBuffer(copying: rows, count: rows.count)
    inputStatistics = FloatBuffer(count: positions * 2)
    let stream = FloatBuffer(count: length * width)
    if let norm = tower.inputNorm {
      norm.forward(input.pointer, count: positions, to: stream.pointer, statistics: inputStatistics.pointer)
    } else {
      stream.pointer.update(from: input.pointer, count: input.count)
    }
    func place(_ layer: Int) {
      guard let tokens = gradients.prompts[layer] else { return }
      (stream.pointer + positions * width).update(from: tokens.pointer, count: tokens.count)
    }
    let blocks = tower.transformer.blocks
    let last = blocks.count - 1
    for layer in 0..<last {
      place(layer)
      try blocks[layer].forward(stream.pointer, layout: layout, tape: tape.layer(layer), trunk: nil) {}
    }
    place(last)
    let lastTape = tape.lastLayer
    let state = try blocks[last].forwardEnds(stream.pointer, layout: layout, tape: lastTape, trunk: nil) {}
    lastTape.finalInput.update(from: state.pointer, count: width)
    tower.outputNorm.forward(state.pointer, count: 1, to: state.pointer, statistics: lastTape.finalStatistics)
    let feature = FloatBuffer(uninitialized: gradients.embedDimension)
    try tower.projection.apply(state.pointer, rows: 1, to: feature.pointer)
    self.feature = feature.floats
  }

  /// The number of rows of the sequence: the class token, the patches and the prompt tokens.
  package var length: Int { gradients.length }
  /// The number of patches.
  package var patchCount: Int { gradients.grid.count }
  /// The number of heads of a layer.
  package var headCount: Int { gradients.heads }
  /// The blocks that replace the states of prompt tokens.
  package var promptBlocks: Set<Int> { Set(gradients.prompts.keys) }

  /// Returns the attention of a layer, `[rows, heads, length]`: of every row, in the last layer of the class token alone.
  package func attention(layer: Int) -> [Float] {
    let isLast = layer == gradients.layers - 1
    let (start, count) =
      isLast
      ? (tape.lastLayer.probabilities, layout.endProbabilityCount)
      : (tape.layer(layer).probabilities, layout.probabilityCount)
    return withExtendedLifetime(tape) { Array(UnsafeBufferPointer(start: start, count: count)) }
  }

  /// Computes the gradients of a function of the image's feature.
  ///
  /// - Parameters:
  ///   - gradient: ∂F/∂feature, `[embedDimension]`.
  ///   - withAttention: whether the gradients of the attention are computed, too.
  /// - Returns: the gradients of the image's rows and of the attention.
  /// - Throws: `TensorError` when the gradient has another length or oneDNN fails.
  package func backward(_ gradient: [Float], withAttention: Bool) throws -> ImageGradient {
    let (tower, width, blocks) = (gradients.tower, gradients.width, gradients.tower.transformer.blocks)
    guard gradient.count == gradients.embedDimension else {
      throw TensorError.shapeMismatch(
        operation: "image pass", name: "the feature's gradient", expected: [gradients.embedDimension],
        found: [gradient.count])
    }
    let lastTape = tape.lastLayer
    let state = FloatBuffer(uninitialized: width)
    try tower.projection.backward(gradient, rows: 1, to: state.pointer)
    let final = FloatBuffer(count: width)
    tower.outputNorm.backward(
      state.pointer, rows: lastTape.finalInput, statistics: lastTape.finalStatistics, count: 1,
      addingTo: final.pointer)
    var attention = [[Float]](repeating: [], count: withAttention ? blocks.count : 0)
    let last = blocks.count - 1
    let slopes = withAttention ? FloatBuffer(count: layout.probabilityCount) : nil
    func keep(_ layer: Int, count: Int) {
      guard let slopes else { return }
      attention[layer] = Array(slopes.elements[0..<count])
    }
    let stream = try blocks[last].backwardEnds(
      final.pointer, layout: layout, tape: lastTape, trunk: nil, attentionGradient: slopes?.pointer)
    keep(last, count: layout.endProbabilityCount)
    clear(last, in: stream)
    for layer in (0..<last).reversed() {
      try blocks[layer].backward(
        stream.pointer, layout: layout, tape: tape.layer(layer), trunk: nil, attentionGradient: slopes?.pointer)
      keep(layer, count: layout.probabilityCount)
      clear(layer, in: stream)
    }
    let positions = gradients.positions
    let rows = FloatBuffer(count: positions * width)
    if let norm = tower.inputNorm {
      norm.backward(
        stream.pointer, rows: input.pointer, statistics: inputStatistics.pointer, count: positions,
        addingTo: rows.pointer)
    } else {
      rows.pointer.update(from: stream.pointer, count: rows.count)
    }
    return withExtendedLifetime(tape) { ImageGradient(rows: rows.floats, attention: attention) }
  }

  /// Removes the gradient of the rows that a block's prompts replaced: the states before have none.
  private func clear(_ layer: Int, in stream: FloatBuffer) {
    guard let tokens = gradients.prompts[layer] else { return }
    (stream.pointer + gradients.positions * gradients.width).update(repeating: 0, count: tokens.count)
  }
}

/// The gradients of a function of an image's feature.
package struct ImageGradient: Sendable {
  /// Those of the rows that ``ImageGradients/embed(_:)`` returns, `[positions, width]`.
  package let rows: [Float]
  /// Those of each layer's attention, as ``ImagePass/attention(layer:)``; empty where they weren't asked for.
  package let attention: [[Float]]
}

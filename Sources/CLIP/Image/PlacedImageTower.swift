import PromptLensTensors

/// An image tower that also gives a feature of each place of an image, in the space that images and texts share.
protocol PlacedImageTower: ImageTower {
  /// The number of places of an image; nil where the tower's kind has no feature of a place.
  var places: Int? { get }
  /// Computes the features of some images, and those of their places.
  ///
  /// In the tower's last attention each place attends to itself alone: its value is projected as the result, so that its
  /// feature is about what it shows. Source: Miyai et al., "GL-MCM: Global and Local Maximum Concept Matching for
  /// Zero-Shot Out-of-Distribution Detection" (2023), section 3.2.
  ///
  /// - Parameters:
  ///   - pixels: normalized images, `[count, 3, height, width]`.
  ///   - count: the number of images.
  ///   - to: `[count, embedDimension]`.
  ///   - places: `[count, places, embedDimension]`, in rows from the top, each from the left.
  /// - Throws: `TensorError` when oneDNN fails.
  func encode(
    _ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<Float>
  ) throws
}

extension VisionTransformer: PlacedImageTower {
  /// The number of patches. A tower that is read through a pooler or as a mean has no feature of a place, nor has one whose
  /// blocks differ from CLIP's.
  var places: Int? {
    let block = configuration.transformer.block
    guard configuration.pooler == nil, configuration.pooling == .classToken, block.normPosition == .before,
      !block.hasAttentionNorm
    else { return nil }
    return configuration.positions - 1
  }

  func encode(
    _ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<Float>
  ) throws {
    let (width, positions) = (configuration.transformer.width, configuration.positions)
    let rows = FloatBuffer(uninitialized: count * positions * width)
    try embed(pixels, count: count, to: rows.pointer)
    let sequences = Sequences(lengths: [Int](repeating: positions, count: count))
    let blocks = transformer.blocks
    for index in 0..<blocks.count - 1 { try blocks[index].forward(rows.pointer, sequences: sequences) }
    let last = try blocks[blocks.count - 1]
    let states = try last.forward(
      rows.pointer, sequences: sequences, reading: (0..<count).map { sequences.offsets[$0] })
    outputNorm.forward(states.pointer, count: count, to: states.pointer)
    try projection.apply(states.pointer, rows: count, to: to)
    // The class tokens are left out; rows move down alone.
    let patches = positions - 1
    for image in 0..<count {
      (rows.pointer + image * patches * width).update(
        from: rows.pointer + (image * positions + 1) * width, count: patches * width)
    }
    try last.forwardAlone(rows.pointer, count: count * patches)
    outputNorm.forward(rows.pointer, count: count * patches, to: rows.pointer)
    try projection.apply(rows.pointer, rows: count * patches, to: places)
  }
}

extension ResidualAttentionBlock {
  /// Updates rows in place as if each attended to itself alone. The block's norms stand before attention and MLP.
  ///
  /// - Parameters:
  ///   - rows: `[count, width]`.
  ///   - count: the number of rows.
  /// - Throws: `TensorError` when oneDNN fails.
  func forwardAlone(_ rows: UnsafeMutablePointer<Float>, count: Int) throws {
    let width = configuration.width
    let normalized = FloatBuffer(uninitialized: count * width)
    firstNorm.forward(rows, count: count, to: normalized.pointer)
    let projected = FloatBuffer(uninitialized: count * 2 * width)
    try attention.keyValueProjection.apply(normalized.pointer, rows: count, to: projected.pointer)
    for row in 0..<count {
      (normalized.pointer + row * width).update(from: projected.pointer + (2 * row + 1) * width, count: width)
    }
    try attention.outputProjection.apply(normalized.pointer, rows: count, to: rows, accumulate: true)
    try feedForward.forward(rows, count: count)
  }
}

extension ModifiedResNet: PlacedImageTower {
  /// The number of positions behind the last stage.
  var places: Int? { configuration.positions - 1 }

  func encode(
    _ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<Float>
  ) throws {
    let images = try stages(pixels, count: count)
    try pooling.forwardAlone(images, to: places)
    try pooling.forward(images, to: to)
  }
}

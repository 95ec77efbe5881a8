import PromptLensImages
import Synchronization
import PromptLensTensors

/// One of CLIP's image towers.
protocol ImageTower: Sendable {
  /// The maximum number of images that one worker encodes at a time; features don't depend on it.
  var chunkSize: Int { get }
  /// Computes the features of some images.
  ///
  /// - Parameters:
  ///   - pixels: normalized images, `[count, 3, height, width]`.
  ///   - count: the number of images.
  ///   - to: `[count, embedDimension]`.
  /// - Throws: `TensorError` when oneDNN fails.
  func encode(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>) throws
}

/// CLIP's image tower, of one of the kinds of ``ImageTowerConfiguration``.
package struct ImageEncoder: Sendable {
  /// The size of the input.
  package let inputSize: PixelSize
  /// The width of the space that images and texts share.
  package let embedDimension: Int
  /// The kind and the numbers of the tower, for people.
  package let summary: String
  let tower: any ImageTower
  private let memory: WeightMemory

  /// Reads the tower's tensors; weights are packed when they are first used.
  ///
  /// - Parameters:
  ///   - configuration: the architecture.
  ///   - source: tensors named as in OpenAI's state dict.
  ///   - precision: the arithmetic of the products.
  ///   - memory: whether the weights stay in memory.
  /// - Throws: the source's errors, or `TensorError` when shapes do not match.
  package init(
    configuration: CLIPConfiguration, source: some TensorSource, precision: ComputePrecision = .float32,
    memory: WeightMemory = .kept
  ) throws {
    self.memory = memory
    inputSize = configuration.image.inputSize
    summary = configuration.image.summary
    embedDimension = configuration.embedDimension
    switch configuration.image {
    case .visionTransformer(let vision):
      tower = try VisionTransformer(
        configuration: vision, source: source, precision: precision, memory: memory)
    case .modifiedResNet(let network):
      tower = try ModifiedResNet(
        configuration: network, source: source, precision: precision, memory: memory)
    case .convNeXt(let network):
      tower = try ConvNeXt(configuration: network, source: source, precision: precision, memory: memory)
    case .timmTransformer(let transformer):
      tower = try TimmTransformer(configuration: transformer, source: source, precision: precision, memory: memory)
    }
  }

  /// The number of an image's places that have a feature of their own; nil for towers whose kind has none.
  package var places: Int? { (tower as? any PlacedImageTower)?.places }

  /// A receiver of the features of some images' places: the images' indices, and `[images, places, embedDimension]`, not
  /// normalized. It's called on any thread.
  package typealias PlaceReceiver = @Sendable (_ images: Range<Int>, _ features: Tensor) throws -> Void

  /// Creates an encoder with prompt tokens in the tower of another.
  ///
  /// - Parameters:
  ///   - encoder: the plain encoder, of a vision transformer.
  ///   - prompts: the prompts of each block that has some, `[tokens, width]`, by the block's index; as many tokens in each.
  /// - Throws: ``CLIPError/noImagePrompts(tower:)`` or ``CLIPError/badImagePrompts(reason:)``.
  package init(_ encoder: ImageEncoder, prompts: [Int: [Float]]) throws {
    guard let plain = encoder.tower as? VisionTransformer else {
      throw CLIPError.noImagePrompts(tower: encoder.summary)
    }
    inputSize = encoder.inputSize
    embedDimension = encoder.embedDimension
    summary = encoder.summary
    memory = encoder.memory
    tower = try PromptedVisionTransformer(plain, prompts: prompts, summary: encoder.summary)
  }

  /// The prompt tokens of each block that has some, as they stand before it, `[tokens, width]`; those of block 0 are
  /// normalized as its other rows are.
  package var promptTokens: [Int: [Float]] {
    (tower as? PromptedVisionTransformer)?.prompts.mapValues(\.floats) ?? [:]
  }

  /// Computes the states of an image's patches before each block that has prompts.
  ///
  /// - Parameter pixels: a normalized image, `[3, height, width]`.
  /// - Returns: `[patches, width]` by the block's index, patches row by row; empty for a tower without prompts.
  /// - Throws: `TensorError` when oneDNN fails.
  package func patchStates(_ pixels: UnsafePointer<Float>) throws -> [Int: FloatBuffer] {
    try (tower as? PromptedVisionTransformer)?.patches(pixels) ?? [:]
  }

  /// Computes the features of images, before any normalization, piece by piece.
  ///
  /// Images are prepared ahead of the tower. The number of images that a worker encodes at a time depends on the
  /// architecture and the available memory; features don't depend on it.
  ///
  /// - Parameters:
  ///   - pieces: the items of `source`, in pieces that are delivered as they are finished.
  ///   - source: writes images as normalized pixels, `[3, height, width]`.
  ///   - ahead: the settings of reading ahead.
  ///   - progress: called with the number of images each time that some are encoded; on any thread.
  ///   - places: receives the features of places, where the tower has ``places``; nil to compute none.
  ///   - finished: called on the caller's thread with a piece's index and its features, f32,
  ///     `[items · rowsPerItem, embedDimension]`.
  /// - Throws: the errors of `source` for the first item that fails, the errors of `finished`, or `TensorError`.
  package func encode(
    _ pieces: [Range<Int>], of source: some RowSource, ahead: ReadAhead = ReadAhead(),
    progress: @escaping @Sendable (Int) -> Void = { _ in }, places: PlaceReceiver? = nil,
    finished: (_ piece: Int, _ features: Tensor) throws -> Void
  ) throws {
    let (tower, width) = (tower, embedDimension)
    let features = Mutex<[Int: FloatBuffer]>([:])
    let rows = pieces.map { $0.count * source.rowsPerItem }
    let size = 3 * inputSize.count
    // Parts that aren't kept are read once for all images.
    let preferred =
      memory.isKept ? Self.balanced(rows.reduce(0, +), atMost: tower.chunkSize) : max(rows.reduce(0, +), 1)
    let batch = ahead.batchSize(preferred: preferred, rowBytes: size * MemoryLayout<Float>.stride)
    try ahead.forEachBatch(of: pieces, from: source, rowFloats: size, batchSize: batch) { piece, indices, pixels in
      let target = features.withLock { features in
        if let known = features[piece] { return known }
        let made = FloatBuffer(count: rows[piece] * width)
        features[piece] = made
        return made
      }
      let features = target.pointer + indices.lowerBound * width
      if let places, let placed = tower as? any PlacedImageTower, let count = placed.places {
        let rows = FloatBuffer(uninitialized: indices.count * count * width)
        try placed.encode(pixels, count: indices.count, to: features, places: rows.pointer)
        try places(indices, Tensor(rows, shape: [indices.count, count, width], name: "features of places"))
      } else {
        try tower.encode(pixels, count: indices.count, to: features)
      }
      progress(indices.count)
    } finished: { piece in
      let made = features.withLock { $0.removeValue(forKey: piece) } ?? FloatBuffer(count: 0)
      try finished(piece, Tensor(made, shape: [rows[piece], width], name: "image features"))
    }
  }

  /// Returns a batch size with which all workers finish together when there are few images.
  private static func balanced(_ images: Int, atMost most: Int) -> Int {
    let threads = Parallel.threadCount
    let rounds = (images + most * threads - 1) / max(most * threads, 1)
    return min(max((images + rounds * threads - 1) / max(rounds * threads, 1), 1), most)
  }

  /// Computes the features of some items' images, before any normalization.
  ///
  /// - Parameters:
  ///   - count: the number of items.
  ///   - source: writes images as normalized pixels, `[3, height, width]`.
  ///   - progress: called with the number of images each time that some are encoded; on any thread.
  ///   - places: receives the features of places, where the tower has ``places``; nil to compute none.
  /// - Returns: f32, `[count · rowsPerItem, embedDimension]`.
  /// - Throws: the errors of `source` for the first item that fails, or `TensorError`.
  package func encode(
    count: Int, of source: some RowSource, progress: @escaping @Sendable (Int) -> Void = { _ in },
    places: PlaceReceiver? = nil
  ) throws -> Tensor {
    var features = try Tensor(FloatBuffer(count: 0), shape: [0, embedDimension], name: "image features")
    try encode([0..<count], of: source, progress: progress, places: places) { features = $1 }
    return features
  }

  /// Computes the features of images that are in memory.
  ///
  /// - Parameters:
  ///   - pixels: normalized images, `[count, 3, height, width]`.
  ///   - places: receives the features of places, where the tower has ``places``; nil to compute none.
  /// - Returns: f32, `[count, embedDimension]`.
  /// - Throws: ``CLIPError/badImages(expected:found:)`` when the images have another size.
  package func encode(_ pixels: Tensor, places: PlaceReceiver? = nil) throws -> Tensor {
    let dimensions = pixels.shape.dimensions
    let wanted = [3, inputSize.height, inputSize.width]
    guard dimensions.count == 4, Array(dimensions.dropFirst()) == wanted else {
      throw CLIPError.badImages(expected: [-1] + wanted, found: dimensions)
    }
    let floats = pixels.converted(to: .float32)
    let size = 3 * inputSize.count
    let images = ComputedRows { index, target in
      floats.withFloats { source in
        _ = target.update(fromContentsOf: source[index * size..<(index + 1) * size])
      }
    }
    return try encode(count: dimensions[0], of: images, places: places)
  }
}

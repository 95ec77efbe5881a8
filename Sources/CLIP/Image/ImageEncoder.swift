import Tensors

/// One of CLIP's image towers.
protocol ImageTower: Sendable {
  /// Images that one worker takes through the tower at a time; depends on the architecture alone.
  var chunkSize: Int { get }
  /// The features of some images.
  ///
  /// - Parameters:
  ///   - pixels: normalised images, `[count, 3, resolution, resolution]`.
  ///   - count: the number of images.
  ///   - to: `[count, embedDimension]`.
  /// - Throws: `TensorError` when oneDNN refuses.
  func encode(_ pixels: UnsafePointer<Float>, count: Int, to: UnsafeMutablePointer<Float>) throws
}

/// CLIP's image tower: a vision transformer or a ModifiedResNet.
public struct ImageEncoder: Sendable {
  /// The side of the square input in pixels.
  public let resolution: Int
  private let embedDimension: Int
  private let tower: any ImageTower

  /// Reads the tower's tensors; weights are packed when they are first used.
  ///
  /// - Throws: what the source throws, or `TensorError` when shapes do not match.
  public init(
    configuration: CLIPConfiguration, source: some TensorSource, precision: ComputePrecision = .float32
  ) throws {
    resolution = configuration.image.resolution
    embedDimension = configuration.embedDimension
    switch configuration.image {
    case .visionTransformer(let vision):
      tower = try VisionTransformer(
        configuration: vision, embedDimension: embedDimension, source: source, precision: precision)
    case .modifiedResNet(let network):
      tower = try ModifiedResNet(
        configuration: network, embedDimension: embedDimension, source: source, precision: precision)
    }
  }

  /// The features of images, before any normalisation.
  ///
  /// Each worker loads its own images, so that decoding and the tower share the cores.
  ///
  /// - Parameters:
  ///   - count: the number of images.
  ///   - load: writes image `index` as normalised pixels, `[3, resolution, resolution]`; called once for each image, on
  ///     any thread.
  /// - Returns: f32, `[count, embedDimension]`.
  /// - Throws: what `load` throws for the first image that fails, or `TensorError`.
  public func encode(
    count: Int, load: @escaping @Sendable (_ index: Int, _ pixels: UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Tensor {
    let features = FloatBuffer(count: count * embedDimension)
    let size = 3 * resolution * resolution
    let chunk = tower.chunkSize
    try Parallel.forEach((count + chunk - 1) / chunk) { index in
      let images = index * chunk..<min((index + 1) * chunk, count)
      let pixels = FloatBuffer(count: images.count * size)
      for (place, image) in images.enumerated() {
        try load(image, UnsafeMutableBufferPointer(start: pixels.pointer + place * size, count: size))
      }
      try tower.encode(
        pixels.pointer, count: images.count, to: features.pointer + images.lowerBound * embedDimension)
    }
    return try Tensor(features, shape: [count, embedDimension], name: "image features")
  }

  /// The features of images that are in memory.
  ///
  /// - Parameter pixels: normalised images, `[count, 3, resolution, resolution]`.
  /// - Returns: f32, `[count, embedDimension]`.
  /// - Throws: ``CLIPError/badImages(expected:found:)`` when the images have another size.
  public func encode(_ pixels: Tensor) throws -> Tensor {
    let dimensions = pixels.shape.dimensions
    guard dimensions.count == 4, Array(dimensions.dropFirst()) == [3, resolution, resolution] else {
      throw CLIPError.badImages(expected: [-1, 3, resolution, resolution], found: dimensions)
    }
    let floats = pixels.converted(to: .float32)
    let size = 3 * resolution * resolution
    return try encode(count: dimensions[0]) { index, target in
      floats.withFloats { source in
        _ = target.update(fromContentsOf: source[index * size..<(index + 1) * size])
      }
    }
  }
}

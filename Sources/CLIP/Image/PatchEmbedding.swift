import PromptLensImages
import PromptLensTensors

/// A convolution whose stride is its side, over an image in planes: patches times a matrix.
struct PatchEmbedding: Sendable {
  /// Patches along both sides; pixels beyond the last whole patch are left out.
  let grid: PixelSize
  private let inputSize: PixelSize
  private let side: Int
  private let layer: LinearLayer

  /// Creates an embedding.
  ///
  /// - Parameters:
  ///   - weight: `[width, 3, side, side]`.
  ///   - bias: `[width]`; nil for none.
  ///   - scale: the factor of each output; nil for 1 each.
  ///   - inputSize: the size of an image.
  ///   - precision: the arithmetic.
  ///   - name: the weight's name, for errors.
  /// - Throws: `TensorError` when the shapes do not match.
  init(
    weight: Tensor, bias: Tensor? = nil, scale: [Double]? = nil, inputSize: PixelSize, precision: ComputePrecision,
    name: String
  ) throws {
    let dimensions = weight.shape.dimensions
    guard dimensions.count == 4, dimensions[1] == 3, dimensions[2] == dimensions[3], dimensions[3] > 0 else {
      throw TensorError.shapeMismatch(
        operation: "patches", name: name, expected: [-1, 3, -1, -1], found: dimensions)
    }
    side = dimensions[3]
    self.inputSize = inputSize
    grid = PixelSize(height: inputSize.height / side, width: inputSize.width / side)
    layer = try LinearLayer(
      stacking: [weight.reshaped([dimensions[0], 3 * side * side])], bias: bias,
      scale: scale?.map { Float($0) }, precision: precision,
      name: name)
  }

  /// The length of a patch's row.
  var width: Int { layer.outputs }

  /// Embeds one image.
  ///
  /// - Parameters:
  ///   - pixels: `[3, height, width]`.
  ///   - to: `[grid.count, width]`.
  /// - Throws: `TensorError` when oneDNN fails.
  func apply(_ pixels: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>) throws {
    let patches = FloatBuffer(uninitialized: grid.count * layer.inputs)
    cut(pixels, to: patches.pointer)
    try layer.apply(patches.pointer, rows: grid.count, to: to)
  }

  /// Rearranges `[3, height, width]` into `[patches, 3 · side · side]`, the order of a convolution's kernel.
  private func cut(_ pixels: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>) {
    var target = to
    for row in 0..<grid.height {
      for column in 0..<grid.width {
        for channel in 0..<3 {
          for y in 0..<side {
            target.update(
              from: pixels + (channel * inputSize.height + row * side + y) * inputSize.width + column * side,
              count: side)
            target += side
          }
        }
      }
    }
  }
}

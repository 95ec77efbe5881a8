import PromptLensCLIP
import PromptLensImages
import PromptLensTensors

/// The features of an image with patches removed.
package struct PerturbedImage: Sendable {
  private let encoder: ImageEncoder
  private let pixels: [Float]
  private let grid: PixelSize
  private let patchSize: Int

  /// Prepares an image.
  ///
  /// - Parameters:
  ///   - pixels: the normalized image, `[3, height, width]`.
  ///   - encoder: the image tower.
  ///   - grid: the patches along both sides.
  ///   - patchSize: the side of a patch in pixels.
  package init(_ pixels: [Float], encoder: ImageEncoder, grid: PixelSize, patchSize: Int) {
    self.pixels = pixels
    self.encoder = encoder
    self.grid = grid
    self.patchSize = patchSize
  }

  /// The number of patches.
  package var patchCount: Int { grid.count }

  /// Computes the features at each step of an order.
  ///
  /// - Parameter order: the order in which patches go.
  /// - Returns: `[order.counts.count, embedDimension]`.
  /// - Throws: the tower's errors.
  package func features(_ order: PatchOrder) throws -> Tensor {
    var current = pixels
    var images: [Float] = []
    images.reserveCapacity(pixels.count * order.counts.count)
    var removed = 0
    for count in order.counts {
      while removed < count {
        clear(order.patches[removed], in: &current)
        removed += 1
      }
      images += current
    }
    let size = encoder.inputSize
    return try encoder.encode(
      Tensor(images, shape: [order.counts.count, 3, size.height, size.width], name: "images without patches"))
  }

  private func clear(_ patch: Int, in image: inout [Float]) {
    let size = encoder.inputSize
    let (row, column) = (patch / grid.width * patchSize, patch % grid.width * patchSize)
    for channel in 0..<3 {
      for y in row..<row + patchSize {
        let start = (channel * size.height + y) * size.width + column
        for index in start..<start + patchSize { image[index] = 0 }
      }
    }
  }
}

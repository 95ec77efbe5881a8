import PromptLensTensors

extension Corruption {
  /// Columns and rows of corrupted pictures; the constants are made for this size.
  package static let side = 224

  /// The preparation of pictures, ImageNet-C's: the shorter side to 256, the center cut out.
  private static let preparation = Preprocessing(
    resize: .shortestEdge(256), filter: .bilinear, crop: PixelSize(side: side))

  /// Returns a picture in RGB at ``side`` pixels; one that has this size stays as it is.
  package static func prepared(_ image: DecodedImage) -> DecodedImage {
    image.width == side && image.height == side ? image.convertedToRGB() : preparation.picture(of: image)
  }

  /// Returns the corrupted form of a prepared picture.
  ///
  /// - Parameters:
  ///   - picture: RGB, from ``prepared(_:)``.
  ///   - path: the image's path, which its random numbers depend on, and on no other image.
  ///   - seed: the seed of all images.
  /// - Returns: RGB of the same size.
  /// - Throws: ``ImageError`` when the picture cannot be compressed.
  package func applied(to picture: DecodedImage, path: String, seed: Int) throws(ImageError) -> DecodedImage {
    var numbers = RandomStream.corruption(code: code, path: path, seed: seed)
    return DecodedImage(
      width: picture.width, height: picture.height, mode: .rgb,
      bytes: try applied(to: picture.bytes, width: picture.width, height: picture.height, numbers: &numbers))
  }

  /// A number for the kind and the severity.
  private var code: UInt32 {
    kind.number << 8 | UInt32(severity)
  }
}

import PromptLensDatasets
import PromptLensTensors

/// The pixels of some images of a data set as the image tower takes them, one view of each.
struct CenterPixels: Sendable {
  /// The images' paths in their data.
  let paths: [String]
  private let loader: ViewLoader
  private let size: Int
  private let skipsUnreadable: Bool

  /// Prepares reading.
  ///
  /// - Throws: the errors of making the transform.
  init(of items: [Dataset.Item], in dataset: Dataset, model: OpenedModel, reading: ImageReading) throws {
    paths = items.map(\.path)
    size = 3 * model.configuration.image.inputSize.count
    skipsUnreadable = reading.skipsUnreadable
    loader = ViewLoader(
      files: items.map { dataset.file(of: $0) }, contentHashes: items.map(\.contentHash), views: .center,
      transform: try model.evaluationTransform(reading), appliesOrientation: reading.appliesOrientation,
      corruption: dataset.corruption, names: paths)
  }

  /// Returns an image's pixels, `[3, height, width]`; nil for one that cannot be read and is to be left out.
  ///
  /// - Throws: the errors of reading an image.
  func pixels(_ image: Int) throws -> FloatBuffer? {
    do {
      let pixels = FloatBuffer(uninitialized: size)
      try loader.write(
        loader.decode(loader.read(image), of: image), of: image, row: 0,
        to: UnsafeMutableBufferPointer(start: pixels.pointer, count: size))
      return pixels
    } catch  where skipsUnreadable {
      return nil
    }
  }
}

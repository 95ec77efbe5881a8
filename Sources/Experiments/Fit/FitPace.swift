import PromptLensDatasets
import PromptLensTensors

/// The seconds that looking at and encoding one image take, measured on a few of a data set's.
struct FitPace {
  /// The seconds to decode an image and to compare it with others.
  let decoding: Double
  /// The seconds to encode an image.
  let encoding: Double

  private static let sample = 8

  /// Measures the pace on images that are spread over the list.
  ///
  /// - Throws: the errors of the image tower; images that cannot be read are left out.
  init(_ dataset: Dataset, model: OpenedModel, reading: ImageReading) throws {
    let items = dataset[.train]
    let count = min(Self.sample * Parallel.threadCount, items.count)
    let chosen = (0..<count).map { items[$0 * items.count / count] }
    let few = Dataset(
      name: dataset.name, root: dataset.root, classNames: dataset.classNames, splits: [.train: chosen])
    let clock = ContinuousClock()
    let look = try clock.measure { _ = try ImageCheck(few) }
    decoding = PlanProgress.seconds(look) / Double(count)
    let files = chosen.map { few.file(of: $0) }
    // The first images pay for the packing of weights.
    let readable: Bool
    do {
      _ = try model.readableFeatures(ofImages: Array(files.prefix(Parallel.threadCount)), reading: reading)
      readable = true
    } catch is DatasetError {
      readable = false
    }
    guard readable else {
      encoding = decoding
      return
    }
    let encode = try clock.measure { _ = try model.readableFeatures(ofImages: files, reading: reading) }
    encoding = PlanProgress.seconds(encode) / Double(count)
  }
}

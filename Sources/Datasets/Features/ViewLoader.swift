import Checkpoints
import Files
import Images
import Synchronization

/// Loads the views of images for the image tower: each worker its own, decoding an image once for all of its views.
public final class ViewLoader: Sendable {
  private let files: [String]
  private let indices: [Int]
  private let views: Int
  private let seed: Int
  private let evaluation: EvaluationTransform
  private let training: TrainingTransform
  private let appliesOrientation: Bool
  private let skipsUnreadable: Bool
  private let state: Mutex<State>

  private struct State {
    /// Decoded images that some views are still to be made of, and of how many.
    var decoded: [Int: (image: DecodedImage?, views: Int)] = [:]
    var outcomes: [ExtractedImage?]

    /// An image that is in memory, for one of the views that are still to be made.
    mutating func take(_ row: Int) -> (image: DecodedImage?, views: Int)? {
      guard let known = decoded[row] else { return nil }
      decoded[row] = known.views > 1 ? (known.image, known.views - 1) : nil
      return known
    }
  }

  /// A loader.
  ///
  /// - Parameters:
  ///   - files: the images.
  ///   - indices: their places in their split, which the views' random numbers depend on.
  ///   - views: views of each image; one is the evaluation transform's, more are all training views.
  ///   - seed: the seed of the training views.
  ///   - transform: the evaluation transform.
  ///   - appliesOrientation: whether pictures are turned as their EXIF block asks.
  ///   - skipsUnreadable: whether an image that cannot be read is noted instead of thrown.
  public init(
    files: [String], indices: [Int], views: Int, seed: Int, transform: EvaluationTransform, appliesOrientation: Bool,
    skipsUnreadable: Bool
  ) {
    self.files = files
    self.indices = indices
    self.views = views
    self.seed = seed
    evaluation = transform
    training = TrainingTransform(like: transform)
    self.appliesOrientation = appliesOrientation
    self.skipsUnreadable = skipsUnreadable
    state = Mutex(State(outcomes: [ExtractedImage?](repeating: nil, count: files.count)))
  }

  /// What a loader does to each image, in words and numbers: part of a ``FeatureKey``.
  public static func describe(
    _ transform: EvaluationTransform, views: Int, seed: Int, appliesOrientation: Bool
  ) -> String {
    let text = views == 1 ? "\(transform)" : "\(TrainingTransform(like: transform)), views of seed \(seed)"
    return appliesOrientation ? "\(text), turned by EXIF" : text
  }

  /// Writes a view as normalised pixels; callable from any thread.
  ///
  /// - Parameters:
  ///   - view: an image's place times the number of views, plus the view's place.
  ///   - pixels: `[3, resolution, resolution]`.
  /// - Throws: `FileError` or `ImageError` when the image cannot be read, unless such are skipped: then the pixels are
  ///   zeros.
  public func load(_ view: Int, into pixels: UnsafeMutableBufferPointer<Float>) throws {
    let (row, place) = (view / views, view % views)
    guard let image = try image(row) else {
      pixels.update(repeating: 0)
      return
    }
    if views == 1 {
      try evaluation.apply(to: image, into: pixels)
    } else {
      var numbers = ViewRandomNumbers(seed: seed, image: indices[row], view: place)
      try training.apply(to: image, numbers: &numbers, into: pixels)
    }
  }

  /// What the files of some images are, all of whose views were loaded.
  public func outcomes(of rows: Range<Int>) -> [ExtractedImage] {
    state.withLock { $0.outcomes[rows].map { $0 ?? ExtractedImage(contentHash: "", bytes: 0, problem: "not read") } }
  }

  /// The decoded image, nil when it cannot be read and is skipped.
  private func image(_ row: Int) throws -> DecodedImage? {
    if views > 1, let known = state.withLock({ $0.take(row) }) { return known.image }
    let (image, outcome) = try decode(row)
    return state.withLock { state -> DecodedImage? in
      state.outcomes[row] = outcome
      guard views > 1 else { return image }
      // Two workers may have decoded it at once.
      if state.take(row) == nil { state.decoded[row] = (image, views - 1) }
      return image
    }
  }

  private func decode(_ row: Int) throws -> (DecodedImage?, ExtractedImage) {
    var (hash, bytes) = ("", 0)
    do {
      let file = try MappedFile(path: files[row], expected: "an image")
      return try withExtendedLifetime(file) {
        (hash, bytes) = (Fingerprint.of(file.bytes), file.count)
        let image = try ImageDecoder.decode(bytes: file.bytes, name: files[row], applyOrientation: appliesOrientation)
        let ready = views > 1 && evaluation.order == .convertFirst ? image.convertedToRGB() : image
        return (ready, ExtractedImage(contentHash: hash, bytes: bytes))
      }
    } catch {
      guard skipsUnreadable, error is FileError || error is ImageError else { throw error }
      return (nil, ExtractedImage(contentHash: hash, bytes: bytes, problem: "\(error)"))
    }
  }
}

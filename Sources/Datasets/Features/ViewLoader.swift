import PromptLensFeatures
import PromptLensTensorFiles
import PromptLensFiles
import PromptLensImages
import Synchronization
import PromptLensTensors

/// The views of an image for the tower.
package enum ImageViews: Sendable, Equatable {
  /// The evaluation transform's center crop.
  case center
  /// Training views: random crops, mirrored half of the time, numbered from 0 without end. Each depends only on the
  /// seed, the image's index in its split and its own number. `leastArea` is the smallest share of the area in a crop.
  case crops(Range<Int>, seed: Int, leastArea: Double = TrainingTransform.leastArea)

  /// The number of views.
  package var count: Int {
    switch self {
    case .center: 1
    case .crops(let numbers, _, _): numbers.count
    }
  }
}

/// A loader of views of image files for the image tower, which decodes an image once for all of its views.
package struct ViewLoader: RowSource {
  private let files: [String]
  private let contentHashes: [String?]
  private let indices: [Int]
  private let views: ImageViews
  private let evaluation: EvaluationTransform
  private let training: TrainingTransform
  private let appliesOrientation: Bool
  private let skipsUnreadable: Bool
  private let corruption: Corruption?
  private let names: [String]
  private let outcomes: Outcomes

  /// The seed of corruptions; another one than 1 needs files, of `promptlens data corrupt`.
  private static let corruptionSeed = 1

  /// The largest size in bytes of an image's file.
  static let fileLimit = 1 << 30

  /// A file's bytes, or the reason why they can't be read.
  package struct Contents: Sendable {
    fileprivate let bytes: [UInt8]
    fileprivate let problem: FileError?
  }

  private final class Outcomes: Sendable {
    let images: Mutex<[ExtractedImage?]>
    init(count: Int) { images = Mutex([ExtractedImage?](repeating: nil, count: count)) }
  }

  /// Creates a loader.
  ///
  /// - Parameters:
  ///   - files: the images.
  ///   - contentHashes: the SHA-256 that each file must have, nil if unknown; empty if none are known.
  ///   - indices: their indices in their split, which random views depend on; by default those among `files`.
  ///   - views: the views of each image.
  ///   - transform: the evaluation transform.
  ///   - appliesOrientation: whether pictures are turned as their EXIF block says.
  ///   - skipsUnreadable: whether an image that cannot be read is noted instead of thrown.
  ///   - corruption: the corruption of all images; nil for none.
  ///   - names: the images' paths in their data, which corruptions depend on; by default their files.
  package init(
    files: [String], contentHashes: [String?] = [], indices: [Int]? = nil, views: ImageViews,
    transform: EvaluationTransform, appliesOrientation: Bool, skipsUnreadable: Bool = false,
    corruption: Corruption? = nil, names: [String] = []
  ) {
    self.files = files
    self.contentHashes = contentHashes
    self.indices = indices ?? Array(files.indices)
    self.views = views
    evaluation = transform
    if case .crops(_, _, let leastArea) = views {
      training = TrainingTransform(like: transform, leastArea: leastArea)
    } else {
      training = TrainingTransform(like: transform)
    }
    self.appliesOrientation = appliesOrientation
    self.skipsUnreadable = skipsUnreadable
    self.corruption = corruption
    self.names = names.isEmpty ? files : names
    outcomes = Outcomes(count: files.count)
  }

  /// Returns a description of the loader's transform in words and numbers: part of a `FeatureKey`.
  package static func describe(
    _ transform: EvaluationTransform, views: ImageViews, appliesOrientation: Bool, corruption: Corruption? = nil
  ) -> String {
    let text =
      switch views {
      case .center: "\(transform)"
      case .crops(_, let seed, let leastArea):
        "\(TrainingTransform(like: transform, leastArea: leastArea)), views of seed \(seed)"
      }
    return (appliesOrientation ? "\(text), turned by EXIF" : text)
      + (corruption.map {
        ", corrupted \($0) of seed \(corruptionSeed)" + ($0.drawing > 1 ? ", drawing \($0.drawing)" : "")
      } ?? "")
  }

  /// Returns the records of the files of some images that were loaded.
  package func outcomes(of images: Range<Int>) -> [ExtractedImage] {
    outcomes.images.withLock { known in
      images.map { known[$0] ?? ExtractedImage(contentHash: "", bytes: 0, problem: "not read") }
    }
  }
}

// MARK: - Reading ahead

extension ViewLoader {
  /// The views of each image.
  package var rowsPerItem: Int { views.count }

  /// Reads an image's file.
  ///
  /// - Throws: `FileError` when it cannot be read, unless such are skipped.
  package func read(_ image: Int) throws -> Contents {
    do {
      let bytes = try ImageFile.contents(of: files[image], limit: Self.fileLimit)
      return Contents(bytes: bytes, problem: nil)
    } catch {
      guard skipsUnreadable else { throw error }
      return Contents(bytes: [], problem: error)
    }
  }

  /// Decodes an image.
  ///
  /// - Returns: the picture, nil when it cannot be read and is skipped.
  /// - Throws: `ImageError` when it cannot be decoded, unless such are skipped;
  ///   ``DatasetError/changedImage(path:expected:found:)``.
  package func decode(_ contents: Contents, of image: Int) throws -> DecodedImage? {
    let bytes = contents.bytes
    let hash = contents.problem == nil ? bytes.withUnsafeBytes { Fingerprint.of($0) } : ""
    func note(_ problem: (any Error)?) {
      let outcome = ExtractedImage(contentHash: hash, bytes: bytes.count, problem: problem.map { "\($0)" })
      outcomes.images.withLock { $0[image] = outcome }
    }
    if let problem = contents.problem {
      note(problem)
      return nil
    }
    if !contentHashes.isEmpty, let expected = contentHashes[image], expected != hash {
      throw DatasetError.changedImage(path: files[image], expected: expected, found: hash)
    }
    do {
      var decoded = try bytes.withUnsafeBytes { bytes throws(ImageError) in
        try ImageDecoder.decode(bytes: bytes, name: files[image], applyOrientation: appliesOrientation)
      }
      if let corruption {
        decoded = try corruption.applied(
          to: Corruption.prepared(decoded), path: names[image], seed: Self.corruptionSeed)
      }
      if views == .center { try evaluation.check(decoded, name: files[image]) }
      note(nil)
      return views.count > 1 && evaluation.order == .convertFirst ? decoded.convertedToRGB() : decoded
    } catch {
      guard skipsUnreadable else { throw error }
      note(error)
      return nil
    }
  }

  /// Writes a view as normalized pixels, `[3, height, width]`; zeros for an image that is skipped.
  ///
  /// - Throws: `ImageError` when the buffer doesn't have the size of these pixels.
  package func write(
    _ picture: DecodedImage?, of image: Int, row view: Int, to pixels: UnsafeMutableBufferPointer<Float>
  ) throws {
    guard let picture else { return pixels.update(repeating: 0) }
    switch views {
    case .center: try evaluation.apply(to: picture, into: pixels)
    case .crops(let numbers, let seed, _):
      var random = RandomStream.view(numbers.lowerBound + view, ofImage: indices[image], seed: seed)
      try training.apply(to: picture, numbers: &random, into: pixels)
    }
  }
}

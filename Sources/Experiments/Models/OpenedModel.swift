import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensFiles
import Foundation
import PromptLensImages
import PromptLensTensors
import PromptLensTokenization
import Synchronization

/// An opened model folder: the towers, the tokenizer and the image transform.
package struct OpenedModel {
  package let folder: ModelFolder
  package let clip: CLIPModel
  /// The arithmetic of the towers.
  package let precision: ComputePrecision
  private let kept: KeptTokenizer

  package init(_ path: String, precision: ComputePrecision = .float32) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw FileError.missing(path: path, expected: "a model folder, as promptlens convert writes it")
    }
    guard ModelFolder.isModelFolder(path) else {
      guard let found = FolderContents.kind(path) else { throw ExperimentError.noModelFolder(path: path) }
      throw FileError.otherFolder(path: path, expected: "a model folder, as promptlens convert writes it", found: found)
    }
    if precision == .bfloat16 { try ComputePrecision.checkBFloat16() }
    folder = try ModelFolder.open(path)
    clip = try CLIPModel(configuration: folder.configuration, source: folder.source, precision: precision)
    self.precision = precision
    kept = KeptTokenizer()
  }

  /// Creates a model with prompt tokens in the image tower of another; see `CLIPModel`.
  package init(_ model: OpenedModel, imagePrompts: [Int: [Float]]) {
    folder = model.folder
    clip = CLIPModel(model.clip, imagePrompts: imagePrompts)
    precision = model.precision
    kept = model.kept
  }

  package var configuration: CLIPConfiguration { folder.configuration }

  /// Returns the tokenizer, which is read once, after checking it against the token embedding.
  package func tokenizer() throws -> any Tokenizer { try kept.tokenizer { try readTokenizer() } }

  private func readTokenizer() throws -> any Tokenizer {
    guard let path = folder.tokenizerPath else { throw ExperimentError.noVocabulary(model: folder.path) }
    try folder.checkTokenizer()
    let tokenizer = try TokenizerFile.read(path)
    try tokenizer.check(against: configuration, path: path)
    return tokenizer
  }

  /// Computes the features of texts, not normalized.
  ///
  /// - Parameters:
  ///   - texts: the texts.
  ///   - cleaning: how they are cleaned; nil for the cleaning that the model was trained with.
  ///   - truncate: whether texts that are too long are cut.
  /// - Returns: f32, `[texts.count, embedDimension]`.
  /// - Throws: `TokenizationError` for a text that is too long, and the tower's errors.
  package func features(ofTexts texts: [String], cleaning: Cleaning? = nil, truncate: Bool = false) throws -> Tensor {
    let tokenizer = try tokenizer()
    let tokens = try texts.map {
      try tokenizer.tokenize(
        $0, contextLength: configuration.text.contextLength, truncate: truncate, cleaning: cleaning)
    }
    return try clip.textEncoder().encode(tokens)
  }

  /// Returns the evaluation transform of the model's training.
  package func evaluationTransform(_ reading: ImageReading) throws -> EvaluationTransform {
    try EvaluationTransform(
      configuration.preprocessing, inputSize: configuration.image.inputSize, order: reading.order)
  }

  /// Computes the features of image files, all of which must be readable, not normalized.
  ///
  /// - Parameters:
  ///   - paths: the files.
  ///   - contentHashes: the expected SHA-256 of the files, if known; see `ViewLoader`.
  ///   - reading: the options for reading them.
  ///   - progress: called with the number of images each time that some are encoded; on any thread.
  /// - Returns: f32, `[paths.count, embedDimension]`.
  /// - Throws: the errors of reading the first bad image, or `DatasetError` naming several.
  package func features(
    ofImages paths: [String], contentHashes: [String?] = [], reading: ImageReading,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> Tensor {
    var reading = reading
    reading.skipsUnreadable = false
    return try readableFeatures(
      ofImages: paths, contentHashes: contentHashes, reading: reading, progress: progress
    ).features
  }

  /// Computes the features of image files, without those that cannot be read where `reading` says to leave them out.
  ///
  /// - Parameters:
  ///   - paths: the files.
  ///   - contentHashes: the expected SHA-256 of the files, if known; see `ViewLoader`.
  ///   - reading: the options for reading them.
  ///   - corruption: the corruption of all images; nil for none.
  ///   - names: the images' paths in their data, which corruptions depend on; by default their files.
  ///   - places: receives the features of places, by the files' indices; nil to compute none.
  ///   - progress: called with the number of images each time that some are encoded; on any thread.
  /// - Returns: the features of the images that could be read.
  /// - Throws: the errors of reading the first bad image, or `DatasetError` naming several; always when none is left.
  package func readableFeatures(
    ofImages paths: [String], contentHashes: [String?] = [], reading: ImageReading, corruption: Corruption? = nil,
    names: [String] = [], places: ImageEncoder.PlaceReceiver? = nil,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> ReadableImages {
    let loader = ViewLoader(
      files: paths, contentHashes: contentHashes, views: .center, transform: try evaluationTransform(reading),
      appliesOrientation: reading.appliesOrientation, skipsUnreadable: reading.skipsUnreadable,
      corruption: corruption, names: names)
    let features = try UnreadableImages.gathering(among: paths) {
      try clip.imageEncoder().encode(count: paths.count, of: loader, progress: progress, places: places)
    }
    guard reading.skipsUnreadable else {
      return ReadableImages(features: features, rows: Array(paths.indices), problems: [])
    }
    let problems = loader.outcomes(of: paths.indices).map(\.problem)
    let rows = paths.indices.filter { problems[$0] == nil }
    let found = problems.compactMap { $0 }
    guard !rows.isEmpty || paths.isEmpty else {
      throw DatasetError.unreadableImages(total: paths.count, problems: found, areMissing: false)
    }
    guard !found.isEmpty else { return ReadableImages(features: features, rows: rows, problems: []) }
    let kept = try Tensor(
      FloatBuffer(copying: features, rows: rows), shape: [rows.count, configuration.embedDimension],
      name: "image features")
    return ReadableImages(features: kept, rows: rows, problems: found)
  }
}

/// The features of the images among some files that could be read.
package struct ReadableImages {
  /// f32, `[rows.count, embedDimension]`, not normalized.
  package let features: Tensor
  /// The indices of these images among the files.
  package let rows: [Int]
  /// The problems of the other images: sentences that begin with their paths.
  package let problems: [String]
}

extension OpenedModel {
  /// Computes the features of a data set's images, without those that cannot be read where `reading` says to leave them
  /// out; these are noted.
  package func features(
    of items: [Dataset.Item], in dataset: Dataset?, reading: ImageReading, observer: ExperimentObserver = .silent,
    places: ImageEncoder.PlaceReceiver? = nil
  ) throws -> ReadableImages {
    let progress = observer.begin("image features", total: items.count, unit: "images")
    let images = try readableFeatures(
      ofImages: items.map { dataset?.file(of: $0) ?? $0.path }, contentHashes: items.map(\.contentHash),
      reading: reading, corruption: dataset?.corruption, names: items.map(\.path), places: places
    ) { progress.advance(by: $0) }
    progress.finish()
    observer.noteSkipped(images.problems, of: items.count)
    return images
  }
}

extension Tokenizer {
  /// Checks that there is a row of the token embedding for each entry. CLIP's own vocabulary has an entry for each row;
  /// others may leave rows over, to which the writers' embeddings are rounded up.
  package func check(against configuration: CLIPConfiguration, path: String) throws(ExperimentError) {
    let rows = configuration.text.vocabularySize
    guard count == rows || count < rows && wordMark != .end else {
      throw .vocabularySize(path: path, expected: rows, found: count)
    }
    guard configuration.text.endToken == Int(end) else {
      throw .vocabularyEnd(path: path, expected: configuration.text.endToken, found: Int(end))
    }
  }
}

/// A tokenizer that copies of an opened model share: reading a vocabulary takes longer than a small model's step.
private final class KeptTokenizer: Sendable {
  private let found = Mutex<(any Tokenizer)?>(nil)

  /// Returns the tokenizer, which `read` reads the first time.
  func tokenizer(_ read: () throws -> any Tokenizer) throws -> any Tokenizer {
    if let tokenizer = found.withLock({ $0 }) { return tokenizer }
    let tokenizer = try read()
    found.withLock { $0 = tokenizer }
    return tokenizer
  }
}

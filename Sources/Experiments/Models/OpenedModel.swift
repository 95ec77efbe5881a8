import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensFiles
import Foundation
import PromptLensImages
import PromptLensTensors
import PromptLensTokenization

/// A model folder, opened: the towers, the tokenizer and the image transform that belong together.
package struct OpenedModel {
  package let folder: ModelFolder
  package let clip: CLIPModel

  package init(_ path: String, precision: ComputePrecision = .float32) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw FileError.missing(path: path, expected: "a model folder, as promptlens convert writes it")
    }
    guard ModelFolder.isModelFolder(path) else { throw ExperimentError.noModelFolder(path: path) }
    if precision == .bfloat16 { try ComputePrecision.checkBFloat16() }
    folder = try ModelFolder.open(path)
    clip = try CLIPModel(configuration: folder.configuration, source: folder.source, precision: precision)
  }

  package var configuration: CLIPConfiguration { folder.configuration }

  /// Returns the tokenizer after checking that it fits the token embedding.
  package func tokenizer() throws -> Tokenizer {
    guard let path = folder.tokenizerPath else { throw ExperimentError.noVocabulary(model: folder.path) }
    let vocabulary = try Vocabulary(tokenizerFile: path)
    try vocabulary.check(against: configuration, path: path)
    return Tokenizer(vocabulary: vocabulary)
  }

  /// Computes the features of texts, not normalized.
  package func features(ofTexts texts: [String], cleaning: Cleaning = .openAI, truncate: Bool = false) throws -> Tensor
  {
    let tokenizer = try tokenizer()
    let tokens = try texts.map {
      try tokenizer.tokenize(
        $0, contextLength: configuration.text.contextLength, truncate: truncate, cleaning: cleaning)
    }
    return try clip.textEncoder().encode(tokens)
  }

  /// Returns the evaluation transform that the model was trained for.
  package func evaluationTransform(_ reading: ImageReading) throws -> EvaluationTransform {
    try EvaluationTransform(
      configuration.preprocessing, inputSize: configuration.image.inputSize, order: reading.order)
  }

  /// Computes the features of image files, not normalized.
  ///
  /// - Parameters:
  ///   - paths: the files.
  ///   - contentHashes: the expected SHA-256 of the files, where they are known; see `ViewLoader`.
  ///   - reading: how they are read.
  ///   - progress: called with the number of images each time that some are encoded; on any thread.
  /// - Returns: f32, `[paths.count, embedDimension]`.
  /// - Throws: the errors of reading the first bad image.
  package func features(
    ofImages paths: [String], contentHashes: [String?] = [], reading: ImageReading,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> Tensor {
    let loader = ViewLoader(
      files: paths, contentHashes: contentHashes, views: .centre, transform: try evaluationTransform(reading),
      appliesOrientation: reading.appliesOrientation)
    return try clip.imageEncoder().encode(count: paths.count, of: loader, progress: progress)
  }
}

extension OpenedModel {
  /// Computes the features of a data set's images, not normalized, `[items.count, embedDimension]`.
  package func features(
    of items: [Dataset.Item], in dataset: Dataset?, reading: ImageReading, observer: ExperimentObserver = .silent
  ) throws -> Tensor {
    let progress = observer.begin("image features", total: items.count, unit: "images")
    let features = try features(
      ofImages: items.map { dataset?.file(of: $0) ?? $0.path }, contentHashes: items.map(\.contentHash),
      reading: reading
    ) { progress.advance(by: $0) }
    progress.finish()
    return features
  }
}

extension Vocabulary {
  /// Checks that there is one entry for each row of the token embedding.
  package func check(against configuration: CLIPConfiguration, path: String) throws(ExperimentError) {
    guard count == configuration.text.vocabularySize else {
      throw .vocabularySize(path: path, expected: configuration.text.vocabularySize, found: count)
    }
  }
}

import CLIP
import Checkpoints
import Files
import Foundation
import Images
import Tensors
import Tokenization

/// A model folder, opened: the towers, the tokenizer and the image transform that belong together.
struct OpenedModel {
  let folder: ModelFolder
  let clip: CLIPModel

  init(_ path: String, precision: ComputePrecision = .float32) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw FileError.missing(path: path, expected: "a model folder, as promptlens convert writes it")
    }
    guard ModelFolder.isModelFolder(path) else { throw CommandError.noModelFolder(path: path) }
    if precision == .bfloat16 { try ComputePrecision.checkBFloat16() }
    folder = try ModelFolder.open(path)
    clip = try CLIPModel(configuration: folder.configuration, source: folder.source, precision: precision)
  }

  var configuration: CLIPConfiguration { folder.configuration }

  /// The tokenizer, after checking that it fits the token embedding.
  func tokenizer() throws -> Tokenizer {
    guard let path = folder.tokenizerPath else { throw CommandError.noVocabulary(model: folder.path) }
    let vocabulary = try Vocabulary(tokenizerFile: path)
    try vocabulary.check(against: configuration, path: path)
    return Tokenizer(vocabulary: vocabulary)
  }

  /// The features of texts, unnormalised.
  func features(ofTexts texts: [String], options: CleaningOptions) throws -> Tensor {
    try features(ofTexts: texts, cleaning: options.cleaning, truncate: options.truncate)
  }

  /// The features of texts, unnormalised.
  func features(ofTexts texts: [String], cleaning: Cleaning = .openAI, truncate: Bool = false) throws -> Tensor {
    let tokenizer = try tokenizer()
    let tokens = try texts.map {
      try tokenizer.tokenize(
        $0, contextLength: configuration.text.contextLength, truncate: truncate, cleaning: cleaning)
    }
    return try clip.textEncoder().encode(tokens)
  }

  /// The evaluation transform that the model was trained for.
  func evaluationTransform(_ reading: ImageReading) throws -> EvaluationTransform {
    try EvaluationTransform(
      resolution: configuration.image.resolution, mean: configuration.preprocessing.mean,
      std: configuration.preprocessing.standardDeviation, order: reading.order)
  }

  /// The features of image files, unnormalised.
  func features(ofImages paths: [String], reading: ImageReading, finished: @escaping @Sendable () -> Void = {}) throws
    -> Tensor
  {
    let transform = try evaluationTransform(reading)
    let applyOrientation = reading.appliesOrientation
    return try clip.imageEncoder().encode(count: paths.count) { index, pixels in
      let image = try ImageDecoder.decode(path: paths[index], applyOrientation: applyOrientation)
      try transform.apply(to: image, into: pixels)
      finished()
    }
  }
}

extension Vocabulary {
  /// Checks that there is one entry for each row of the token embedding.
  func check(against configuration: CLIPConfiguration, path: String) throws(CommandError) {
    guard count == configuration.text.vocabularySize else {
      throw .vocabularySize(path: path, expected: configuration.text.vocabularySize, found: count)
    }
  }
}

import ArgumentParser
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensExperiments
import PromptLensImages
import PromptLensTensors
import PromptLensTokenization

/// A model of either form: a model folder, or a published checkpoint as it is.
struct GoldenModel {
  /// The towers.
  let clip: CLIPModel
  /// The tensors, named as in OpenAI's state dict.
  let source: any TensorSource
  private let path: String
  private let vocabulary: VocabularySource?
  private let cleaning: Cleaning?

  /// Opens a model folder or a checkpoint.
  init(_ path: String) throws {
    self.path = path
    if ModelFolder.isModelFolder(path) {
      let model = try OpenedModel(path)
      clip = model.clip
      source = model.folder.source
      vocabulary = model.folder.tokenizerPath.map { .tokenizerJSON($0) }
      cleaning = nil
    } else {
      let checkpoint = try CheckpointDetector.open(path)
      clip = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source)
      source = checkpoint.source
      vocabulary = checkpoint.vocabulary
      cleaning = checkpoint.textCleaning
    }
  }

  /// Reads the tokenizer beside the weights.
  func tokenizer() throws -> any Tokenizer {
    guard let vocabulary else { throw ExperimentError.noVocabulary(model: path) }
    return try TokenizerFile.read(vocabulary, cleaning: cleaning)
  }

  /// Reads the tokenizer beside the weights or, where there is none, the part of CLIP's own vocabulary that the text tower
  /// has.
  func tokenizerOrReduced() throws -> any Tokenizer {
    guard vocabulary == nil else { return try tokenizer() }
    return CLIPTokenizer(vocabulary: try .embeddedCLIP(size: clip.configuration.text.vocabularySize))
  }

  /// Returns the features of texts.
  func features(ofTexts texts: [String]) throws -> Tensor {
    let tokenizer = try tokenizer()
    let length = clip.configuration.text.contextLength
    return try clip.textEncoder().encode(texts.map { try tokenizer.tokenize($0, contextLength: length) })
  }

  /// Returns the features of picture files.
  func features(ofImages paths: [String]) throws -> Tensor {
    let transform = try EvaluationTransform(
      clip.configuration.preprocessing, inputSize: clip.configuration.image.inputSize)
    let loader = ViewLoader(files: paths, views: .center, transform: transform, appliesOrientation: false)
    return try clip.imageEncoder().encode(count: paths.count, of: loader)
  }
}

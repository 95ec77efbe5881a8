import Foundation
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensImages
import PromptLensTensors
import PromptLensTokenization

/// A conversion of a published checkpoint into a model folder.
///
/// Nothing in a PyTorch file is executed. The folder appears when it is complete.
package struct ModelConversion {
  /// The checkpoint's folder or weights file; `mini-clip` for the included model, unless a file of that
  /// name exists.
  package var source: String
  /// The model folder to write.
  package var output: String
  /// The element type of matrices and convolutions; nil for each tensor's own.
  package var dtype: DType?
  /// The activation that overrides the file's; nil for the file's.
  package var activation: Activation?
  /// The configuration, `config.json` or `open_clip_config.json`; nil for the one in the file or beside it.
  package var configuration: String?
  /// The checkpoint that the source, a LoRA adapter, belongs to; nil for other sources.
  package var base: String?
  /// The file of weights in the source's folder, or the state dict in the file; nil for the plainest.
  package var weights: String?
  /// The file that states the preprocessing, a path or a name in the source's folder; nil where the folder's files agree.
  package var preprocessing: String?
  /// A vocabulary's folder or file; nil for the one next to the weights, or CLIP's own.
  package var vocabulary: String?
  /// Whether an existing model folder is replaced.
  package var replacesExisting: Bool
  /// Whether golden features are computed from the source, and again from the written folder.
  package var verifies: Bool

  /// Creates a conversion; each parameter is explained at its property.
  package init(
    source: String, output: String, dtype: DType? = nil, activation: Activation? = nil, configuration: String? = nil,
    base: String? = nil, weights: String? = nil, preprocessing: String? = nil, vocabulary: String? = nil,
    replacesExisting: Bool = false, verifies: Bool = true
  ) {
    self.source = source
    self.output = output
    self.dtype = dtype
    self.activation = activation
    self.configuration = configuration
    self.base = base
    self.weights = weights
    self.preprocessing = preprocessing
    self.vocabulary = vocabulary
    self.replacesExisting = replacesExisting
    self.verifies = verifies
  }

  /// A finished conversion.
  package struct Outcome {
    /// The source as given.
    package let source: String
    /// The model folder.
    package let output: String
    /// The opened source.
    package let checkpoint: Checkpoint
    /// The written manifest.
    package let manifest: ModelManifest
    /// The written vocabulary; nil for none.
    package let vocabulary: (count: Int, origin: String)?
    /// The comparisons of golden features; empty when not requested.
    package let checks: [FeatureCheck]

    /// The reason why the preprocessing makes no input of the image tower; nil where it does.
    package var pictureProblem: String? {
      let configuration = checkpoint.configuration
      do {
        _ = try EvaluationTransform(configuration.preprocessing, inputSize: configuration.image.inputSize)
        return nil
      } catch { return "\(error)" }
    }
  }

  /// Converts the checkpoint into a model folder.
  ///
  /// - Returns: the conversion, whose ``Outcome/checks`` the caller should require to agree.
  /// - Throws: errors of reading the source and of writing the folder.
  package func run() throws -> Outcome {
    guard source != "mini-clip" || FileManager.default.fileExists(atPath: source) else {
      let carried = FileManager.default.temporaryDirectory.appendingPathComponent("mini-clip-\(UUID().uuidString)").path
      defer { try? FileManager.default.removeItem(atPath: carried) }
      try ModelFolder.writeMiniCLIP(to: carried)
      return try convert(carried)
    }
    return try convert(source)
  }

  private func convert(_ path: String) throws -> Outcome {
    let checkpoint = try CheckpointDetector.open(
      path, activation: activation, configurationPath: configuration, base: base, weights: weights,
      preprocessing: preprocessing)
    // Reads the logit scale and checks every name and shape before anything is written.
    _ = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source)
    var words: (count: Int, origin: String)?
    let manifest = try ModelFolder.write(
      checkpoint, dtype: dtype, to: output,
      tokenizer: {
        guard let found = try readVocabulary(of: checkpoint) else { return nil }
        words = (found.tokenizer.count, path == source ? found.origin : "\(source)'s own")
        return found.tokenizer.contents
      },
      force: replacesExisting, toolVersion: ToolVersion.current, golden: verifies)
    return Outcome(
      source: source, output: output, checkpoint: checkpoint, manifest: manifest,
      vocabulary: words,
      checks: verifies ? try FeatureCheck.golden(of: ModelFolder.open(output)) : [])
  }

  /// Reads the given vocabulary, the one next to the weights, or the included one.
  private func readVocabulary(of checkpoint: Checkpoint) throws -> (tokenizer: any Tokenizer, origin: String)? {
    let tokenizer: any Tokenizer
    let path: String
    if let vocabulary {
      path = vocabulary
      tokenizer = try TokenizerFile.read(path: vocabulary, cleaning: checkpoint.textCleaning)
    } else if let beside = checkpoint.vocabulary {
      path = beside.paths[0]
      tokenizer = try TokenizerFile.read(beside, cleaning: checkpoint.textCleaning)
    } else {
      let embedded = CLIPTokenizer(vocabulary: try Vocabulary.embeddedCLIP())
      let text = checkpoint.configuration.text
      guard text.vocabularySize == embedded.count, text.endToken == Int(embedded.end) else { return nil }
      return (embedded, "CLIP's own, which promptlens carries, since the source has none")
    }
    try tokenizer.check(against: checkpoint.configuration, path: path)
    return (tokenizer, path)
  }
}

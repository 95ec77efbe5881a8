import CLIP
import Files
import Foundation

/// Finds out by its contents which layout a checkpoint has, and opens it.
public enum CheckpointDetector {
  /// What is looked for, in this order.
  static let lookedFor = [
    "a PromptLens model folder (manifest.json, model.h5)",
    "a Hugging Face TensorFlow folder (tf_model.h5, config.json)",
    "a Keras Hub preset (model.weights.h5, config.json)",
    "an HDF5 file named as OpenAI's state dict (token_embedding.weight, visual.conv1.weight …)",
  ]

  /// Opens a checkpoint.
  ///
  /// - Parameters:
  ///   - path: a folder, or the weights file in it.
  ///   - activation: the activation where the caller knows better than the file; only for layouts that do not state it.
  ///   - configurationPath: `config.json`, where it does not stand beside the weights.
  /// - Returns: the checkpoint, none of whose weights have been read.
  /// - Throws: `FileError` when nothing stands there, ``CheckpointError/unrecognised(path:lookedFor:)`` when it is of no
  ///   known layout, and what reading that layout throws.
  public static func open(
    _ path: String, activation: Activation? = nil, configurationPath: String? = nil
  ) throws -> Checkpoint {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError.missing(path: path, expected: "a checkpoint")
    }
    let folder = isFolder.boolValue ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path
    if isFolder.boolValue, ModelFolder.isModelFolder(path) { return try ModelFolder.open(path).checkpoint }
    let weights = isFolder.boolValue ? try Self.weights(in: folder) : path
    guard HDF5File.looksLikeHDF5(weights) else {
      throw CheckpointError.unrecognised(path: path, lookedFor: lookedFor)
    }
    let file = try HDF5File(path: weights)
    let beside = CheckpointCompanions(folder: folder)
    let configurationFile = configurationPath ?? "\(folder)/config.json"

    if try file.attribute(ModelFolder.formatAttribute) != nil {
      throw CheckpointError.unrecognised(
        path: path, lookedFor: ["the folder of this model file, which is opened as a whole"])
    }
    if let prefix = HuggingFaceTensorFlow.prefix(in: file) {
      let preprocessing = try beside.huggingFacePreprocessing()
      let configuration = try HuggingFaceConfiguration.read(
        configurationFile, preprocessing: preprocessing?.value ?? .openAI)
      return try Checkpoint(
        layout: .huggingFaceTensorFlow, file: file,
        companions: [configurationFile] + (preprocessing.map { [$0.path] } ?? []), configuration: configuration,
        activationReason: "hidden_act in config.json, or transformers' default",
        recipes: HuggingFaceTensorFlow.recipes(prefix: prefix, configuration: configuration),
        vocabulary: beside.vocabulary)
    }
    if KerasHub.isLayout(of: file) {
      let preprocessing = try beside.kerasPreprocessing()
      let configuration = try KerasHub.configuration(
        configurationFile, preprocessing: preprocessing?.value ?? .openAI)
      return try Checkpoint(
        layout: .kerasHub, file: file,
        companions: [configurationFile] + (preprocessing.map { [$0.path] } ?? []), configuration: configuration,
        activationReason: "intermediate_activation in config.json",
        recipes: try KerasHub.recipes(file: file, configuration: configuration), vocabulary: beside.vocabulary)
    }
    if let names = try OpenAIHDF5.names(in: file) {
      let preprocessing = try beside.huggingFacePreprocessing()
      return try OpenAIHDF5.open(
        file, names: names, activation: activation, preprocessing: preprocessing?.value ?? .openAI,
        companions: preprocessing.map { [$0.path] } ?? [], vocabulary: beside.vocabulary)
    }
    throw CheckpointError.unrecognised(path: path, lookedFor: lookedFor)
  }

  /// The weights file in a folder: one of the known names, or the only HDF5 file.
  private static func weights(in folder: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    for known in ["tf_model.h5", "model.weights.h5", "model.h5"] where names.contains(known) {
      return "\(folder)/\(known)"
    }
    let candidates = names.filter { $0.hasSuffix(".h5") || $0.hasSuffix(".hdf5") }
    guard candidates.count == 1 else {
      throw CheckpointError.unrecognised(path: folder, lookedFor: lookedFor)
    }
    return "\(folder)/\(candidates[0])"
  }
}

extension HDF5File {
  /// Whether a file that can be read begins as HDF5 does.
  static func looksLikeHDF5(_ path: String) -> Bool {
    guard let file = try? MappedFile(path: path) else { return false }
    return withExtendedLifetime(file) { isHDF5(file.bytes) }
  }
}

/// The files that may stand beside a checkpoint's weights.
struct CheckpointCompanions {
  let folder: String

  /// The vocabulary and merges, if there are some.
  var vocabulary: VocabularySource? {
    for (vocabulary, merges) in [
      ("vocab.json", "merges.txt"), ("assets/tokenizer/vocabulary.json", "assets/tokenizer/merges.txt"),
      ("vocabulary.json", "merges.txt"),
    ] where exists(vocabulary) && exists(merges) {
      return .vocabularyAndMerges(vocabulary: "\(folder)/\(vocabulary)", merges: "\(folder)/\(merges)")
    }
    // Keras Hub's tokenizer.json holds settings, not a vocabulary; it always stands beside assets.
    if exists("tokenizer.json"), !exists("assets"), !exists("image_converter.json") {
      return .tokenizerJSON("\(folder)/tokenizer.json")
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
    return names.first { $0.hasPrefix("bpe_simple_vocab") && ($0.hasSuffix(".txt") || $0.hasSuffix(".txt.gz")) }
      .map { .bytePairFile("\(folder)/\($0)") }
  }

  func huggingFacePreprocessing() throws -> (path: String, value: Preprocessing)? {
    for name in ["preprocessor_config.json", "processor_config.json"] where exists(name) {
      let path = "\(folder)/\(name)"
      return (path, try PreprocessingFile.readHuggingFace(path))
    }
    return nil
  }

  func kerasPreprocessing() throws -> (path: String, value: Preprocessing)? {
    guard exists("image_converter.json") else { return nil }
    let path = "\(folder)/image_converter.json"
    return (path, try PreprocessingFile.readKeras(path))
  }

  private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
}

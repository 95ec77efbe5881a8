import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensFiles
import Foundation

/// A detector of a checkpoint's layout from its contents.
package enum CheckpointDetector {
  /// The supported layouts, in the order of detection.
  package static let lookedFor = [
    "a PromptLens model folder (manifest.json, model.h5)",
    "a Hugging Face folder (model.safetensors, pytorch_model.bin or tf_model.h5, with config.json)",
    "an open_clip folder (open_clip_model.safetensors or open_clip_pytorch_model.bin, with open_clip_config.json)",
    "a Keras Hub preset (model.weights.h5, config.json)",
    "OpenAI's .pt, or any PyTorch, safetensors or HDF5 file named as its state dict (token_embedding.weight, "
      + "visual.conv1.weight …)",
  ]

  /// Opens a checkpoint.
  ///
  /// - Parameters:
  ///   - path: a folder, or the weights file in it.
  ///   - activation: the activation; nil for the file's.
  ///   - configurationPath: `config.json` or `open_clip_config.json`, when it isn't beside the weights.
  /// - Returns: the checkpoint, whose weights aren't read yet.
  /// - Throws: `FileError` when the path doesn't exist, ``CheckpointError/unrecognized(path:lookedFor:)`` when it is of
  ///   no known layout, and the errors of reading that layout.
  package static func open(
    _ path: String, activation: Activation? = nil, configurationPath: String? = nil
  ) throws -> Checkpoint {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError.missing(path: path, expected: "a checkpoint")
    }
    let folder = isFolder.boolValue ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path
    if isFolder.boolValue, ModelFolder.isModelFolder(path) {
      return try ModelFolder.open(path).checkpoint(activation: activation)
    }
    let weights = isFolder.boolValue ? try WeightsFile.path(in: folder) : path
    guard let weights, let file = try TensorFile.open(weights) else {
      throw CheckpointError.unrecognized(path: path, lookedFor: lookedFor)
    }
    if try file.attribute(ModelFolder.formatAttribute, of: "") != nil {
      throw CheckpointError.unrecognized(
        path: path, lookedFor: ["the folder of this model file, which is opened as a whole"])
    }
    try ForeignArchitecture.check(file)
    guard
      let checkpoint = try open(
        file, beside: CheckpointCompanions(folder: folder), activation: activation, configurationPath: configurationPath
      )
    else {
      if isFolder.boolValue { try HuggingFaceConfiguration.requireCLIP(in: folder) }
      throw CheckpointError.unrecognized(path: path, lookedFor: lookedFor)
    }
    return checkpoint
  }

  /// Opens a file whose layout is determined by the names of its tensors; returns nil for other files.
  private static func open(
    _ file: any StoredTensors, beside: CheckpointCompanions, activation: Activation?, configurationPath: String?
  ) throws -> Checkpoint? {
    if let names = HuggingFaceNames(in: file) {
      let path = configurationPath ?? "\(beside.folder)/config.json"
      let preprocessing = try beside.huggingFacePreprocessing()
      var (configuration, reason) = try HuggingFaceConfiguration.readWithReason(
        path, preprocessing: preprocessing?.value ?? .openAI)
      configuration.override(activation, &reason)
      return try Checkpoint(
        layout: names.layout, file: file, companions: [path] + (preprocessing.map { [$0.path] } ?? []),
        configuration: configuration, activationReason: reason, recipes: names.recipes(configuration),
        vocabulary: beside.vocabulary)
    }
    if KerasHub.isLayout(of: file) {
      let path = configurationPath ?? "\(beside.folder)/config.json"
      let preprocessing = try beside.kerasPreprocessing()
      var configuration = try KerasHub.configuration(path, preprocessing: preprocessing?.value ?? .openAI)
      var reason = "intermediate_activation in config.json"
      configuration.override(activation, &reason)
      return try Checkpoint(
        layout: .kerasHub, file: file, companions: [path] + (preprocessing.map { [$0.path] } ?? []),
        configuration: configuration, activationReason: reason,
        recipes: try KerasHub.recipes(file: file, configuration: configuration), vocabulary: beside.vocabulary)
    }
    guard let names = try OpenAINames(in: file) else { return nil }
    if configurationPath == nil, var configuration = try ArchitectureMetadata.read(file) {
      var reason = "the configuration in the file's metadata"
      configuration.override(activation, &reason)
      return try Checkpoint(
        layout: .openAIStateDict, file: file, names: names.stored.values.sorted(), companions: [],
        configuration: configuration, activationReason: reason, recipes: names.recipes(configuration),
        vocabulary: beside.vocabulary)
    }
    if file.container != .hdf5, let path = configurationPath ?? beside.openCLIPConfiguration {
      var (configuration, reason) = try OpenCLIPConfiguration.read(path)
      configuration.override(activation, &reason)
      return try Checkpoint(
        layout: .openCLIP, file: file, names: names.stored.values.sorted(), companions: [path],
        configuration: configuration, activationReason: reason, recipes: names.recipes(configuration),
        vocabulary: beside.vocabulary)
    }
    let preprocessing = try beside.huggingFacePreprocessing()
    let layout: CheckpointLayout =
      switch file.container {
      case .hdf5: .openAIHDF5
      case .torchScript: .openAITorchScript
      case .torch, .safeTensors, .shards: .openAIStateDict
      }
    let checkpoint = try names.open(
      file, layout: layout, activation: try ActivationEvidence.find(in: file, asked: activation),
      preprocessing: preprocessing?.value ?? .openAI, companions: preprocessing.map { [$0.path] } ?? [],
      vocabulary: beside.vocabulary)
    try requireConfiguration(of: checkpoint, in: file)
    return checkpoint
  }
}

extension CheckpointDetector {
  /// Checks that nothing about a lone safetensors file is guessed.
  ///
  /// Shapes determine neither heads nor preprocessing. OpenAI's published architectures are known. A state dict in a
  /// `.pt` file follows OpenAI's `build_model`, which takes heads of 64 and its own constants; nothing reads a
  /// safetensors file in that way, and our exports state their configuration.
  private static func requireConfiguration(of checkpoint: Checkpoint, in file: any StoredTensors) throws {
    guard file.container == .safeTensors || file.container == .shards else { return }
    let isExport = file.metadata.contains { $0.key == "written_by" && $0.value.hasPrefix("promptlens") }
    guard isExport || checkpoint.configuration.publishedName == nil else { return }
    throw CheckpointError.missing(
      path: file.path, object: "the configuration of the model",
      expected: "one in the file's metadata or an open_clip_config.json beside it, since the tensors' shapes determine "
        + "neither the number of heads nor the preprocessing; give an open_clip_config.json with --config")
  }
}

/// A search for the weights file of a checkpoint, or for the index of its shards.
private enum WeightsFile {
  /// The usual names in order of preference; safetensors come first, since they can be mapped.
  private static let known = [
    "model.safetensors", "model.safetensors.index.json", "open_clip_model.safetensors", "pytorch_model.bin",
    "pytorch_model.bin.index.json", "open_clip_pytorch_model.bin", "tf_model.h5", "model.weights.h5", "model.h5",
  ]
  private static let extensions = [".h5", ".hdf5", ".safetensors", ".pt", ".pth", ".bin"]

  /// Finds the weights file in a folder: one of the known names, or the only candidate; nil if there is
  /// none.
  static func path(in folder: String) throws -> String? {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    if let name = known.first(where: names.contains) { return "\(folder)/\(name)" }
    let candidates = names.filter { name in extensions.contains { name.hasSuffix($0) } }
    return candidates.count == 1 ? "\(folder)/\(candidates[0])" : nil
  }
}

extension CLIPConfiguration {
  /// Replaces the activation of both towers, if one is given, and its evidence.
  mutating func override(_ activation: Activation?, _ reason: inout String) {
    guard let activation else { return }
    text.transformer.activation = activation
    if case .visionTransformer(var vision) = image {
      vision.transformer.activation = activation
      image = .visionTransformer(vision)
    }
    reason = "asked for, whatever the file says (\(reason))"
  }
}

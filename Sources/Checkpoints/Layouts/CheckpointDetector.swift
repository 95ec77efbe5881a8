import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensTensors
import PromptLensTokenization

/// A detector of a checkpoint's layout from its contents.
package enum CheckpointDetector {
  /// The expected kinds of paths, for errors.
  private static let expected =
    "a checkpoint's file or folder, or mini-clip; promptlens convert --list names published checkpoints"

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
  ///   - base: the checkpoint that an adapter in `path` belongs to.
  ///   - weights: the file in the folder, or the state dict in the file, that the caller chooses.
  ///   - preprocessing: the file that states the preprocessing, a path or a name in the folder, where the caller chooses.
  /// - Returns: the checkpoint, whose weights aren't read yet.
  /// - Throws: `FileError` when the path doesn't exist, ``CheckpointError/unrecognized(path:lookedFor:)`` when it is of
  ///   no known layout, and the errors of reading that layout.
  package static func open(
    _ path: String, activation: Activation? = nil, configurationPath: String? = nil, base: String? = nil,
    weights: String? = nil, preprocessing: String? = nil
  ) throws -> Checkpoint {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError.missing(path: path, expected: Self.expected)
    }
    let folder = isFolder.boolValue ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path
    if LowRankAdapter.isPresent(in: folder), isFolder.boolValue || path.contains("adapter_model") {
      let adapter = try LowRankAdapter(folder: folder)
      guard let base else {
        throw CheckpointError.missing(
          path: folder, object: "the CLIP that this LoRA adapter changes",
          expected: "its folder or file, by convert --base (the adapter names \(adapter.baseName ?? "none"))")
      }
      return try open(
        base, activation: activation, configurationPath: configurationPath, weights: weights,
        preprocessing: preprocessing, adapter: adapter)
    }
    guard base == nil else {
      throw CheckpointError.unexpected(
        path: path, object: "the source", expected: "a LoRA adapter's folder, since --base is given",
        found: "without adapter_config.json")
    }
    return try open(
      path, activation: activation, configurationPath: configurationPath, weights: weights,
      preprocessing: preprocessing, adapter: nil)
  }

  /// Opens a checkpoint that isn't an adapter, with an adapter's product added where there is one.
  private static func open(
    _ path: String, activation: Activation?, configurationPath: String?, weights asked: String?,
    preprocessing: String?, adapter: LowRankAdapter?
  ) throws -> Checkpoint {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError.missing(path: path, expected: Self.expected)
    }
    let folder = isFolder.boolValue ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path
    if isFolder.boolValue, ModelFolder.isModelFolder(path), adapter == nil {
      guard asked == nil else {
        throw CheckpointError.missing(
          path: path, object: "a choice of weights", expected: "no --weights, since a model folder holds one model")
      }
      return try ModelFolder.open(path).checkpoint(activation: activation, preprocessing: preprocessing)
    }
    let chosen = isFolder.boolValue ? try WeightsFile(in: folder, asked: asked) : WeightsFile(path: path)
    if chosen == nil { try refuseConfiguration(in: folder) }
    guard let chosen, var file = try chosen.file ?? TensorFile.open(chosen.path) else {
      throw CheckpointError.unrecognized(path: path, lookedFor: lookedFor)
    }
    if try file.attribute(ModelFolder.formatAttribute, of: "") != nil {
      throw CheckpointError.unrecognized(
        path: path, lookedFor: ["the folder of this model file, which is opened as a whole"])
    }
    try ForeignArchitecture.check(file)
    if let adapter { file = try adapter.merged(into: file) }
    guard
      var checkpoint = try open(
        file, beside: CheckpointCompanions(folder: folder), activation: activation,
        configurationPath: configurationPath, stateDict: chosen.isAskedFor ? nil : asked,
        preprocessing: PreprocessingChoice(folder: folder, chosen: preprocessing))
    else {
      if isFolder.boolValue { try HuggingFaceConfiguration.requireCLIP(in: folder) }
      throw CheckpointError.unrecognized(path: path, lookedFor: lookedFor)
    }
    checkpoint.otherWeights = chosen.others
    return checkpoint
  }

  /// Refuses a folder without weights for what its configuration says, or for the weights that are missing beside it.
  private static func refuseConfiguration(in folder: String) throws {
    let companions = CheckpointCompanions(folder: folder)
    guard let path = companions.openCLIPConfiguration else {
      return try HuggingFaceConfiguration.requireCLIP(in: folder)
    }
    let nothing = TensorDictionary([:], origin: folder)
    do {
      _ = try OpenCLIPConfiguration.read(JSONNode(contentsOf: path, limit: 4 << 20), source: nothing)
    } catch CLIPError.missingTensor {
      // Only the sizes are missing: the architecture is a known one.
    }
    throw CheckpointError.missing(
      path: folder, object: "the file of weights",
      expected: "open_clip_model.safetensors or open_clip_pytorch_model.bin beside the configuration")
  }

  /// Opens a file whose layout is determined by the names of its tensors; returns nil for other files.
  private static func open(
    _ file: any StoredTensors, beside: CheckpointCompanions, activation: Activation?, configurationPath: String?,
    stateDict: String?, preprocessing: PreprocessingChoice
  ) throws -> Checkpoint? {
    if let (names, stateDicts) = try HuggingFaceNames.find(in: file, stateDict: stateDict) {
      let path = configurationPath ?? "\(beside.folder)/config.json"
      var (configuration, reason) = try HuggingFaceConfiguration.readWithReason(path)
      try beside.complete(&configuration.text, cleaning: nil)
      configuration.override(activation, &reason)
      let pictures = try preprocessing.huggingFace(size: configuration.image.inputSize)
      configuration.preprocessing = pictures.value
      return try Checkpoint(
        layout: names.layout, file: file, own: file.storedNames.filter(stateDicts.owns),
        stateDicts: stateDicts.names, companions: [path] + pictures.files, configuration: configuration,
        activationReason: reason, preprocessingReason: pictures.reason, recipes: names.recipes(configuration),
        vocabulary: beside.vocabulary)
    }
    if KerasHub.isLayout(of: file) {
      guard stateDict == nil else {
        throw CheckpointError.missing(
          path: file.path, object: "the state dict \(stateDict ?? "")", expected: "none, since a preset holds one model"
        )
      }
      let path = configurationPath ?? "\(beside.folder)/config.json"
      var configuration = try KerasHub.configuration(path)
      var reason = "intermediate_activation in config.json"
      configuration.override(activation, &reason)
      let pictures = try preprocessing.kerasHub(size: configuration.image.inputSize)
      configuration.preprocessing = pictures.value
      return try Checkpoint(
        layout: .kerasHub, file: file, companions: [path] + pictures.files, configuration: configuration,
        activationReason: reason, preprocessingReason: pictures.reason,
        recipes: try KerasHub.recipes(file: file, configuration: configuration), vocabulary: beside.vocabulary)
    }
    guard let names = try OpenAINames(in: file, stateDict: stateDict) else { return nil }
    if configurationPath == nil, var configuration = try ArchitectureMetadata.read(file) {
      var reason = "the configuration in the file's metadata"
      let preprocessingReason = reason
      configuration.override(activation, &reason)
      let pictures = try preprocessing.chosenStatement(size: configuration.image.inputSize)
      if let pictures { configuration.preprocessing = pictures.value }
      return try Checkpoint(
        layout: .openAIStateDict, file: file, own: names.stored.values.sorted(), stateDicts: names.stateDicts.names,
        companions: pictures?.files ?? [], configuration: configuration, activationReason: reason,
        preprocessingReason: pictures?.reason ?? preprocessingReason, recipes: names.recipes(configuration),
        vocabulary: beside.vocabulary)
    }
    if file.container != .hdf5, let path = configurationPath ?? beside.openCLIPConfiguration {
      let root = try JSONNode(contentsOf: path, limit: 4 << 20)
      var (configuration, reason) = try OpenCLIPConfiguration.read(root, source: names.source(file))
      try beside.complete(
        &configuration.text, cleaning: OpenCLIPConfiguration.textCleaning(root),
        stripsEnd: OpenCLIPConfiguration.stripsEnd(root))
      configuration.override(activation, &reason)
      let pictures = try preprocessing.openCLIP(root, size: configuration.image.inputSize)
      configuration.preprocessing = pictures.value
      var checkpoint = try Checkpoint(
        layout: .openCLIP, file: file, own: names.stored.values.sorted(), stateDicts: names.stateDicts.names,
        companions: [path] + pictures.files.filter { $0 != path }, configuration: configuration,
        activationReason: reason, preprocessingReason: pictures.reason, recipes: names.recipes(configuration),
        vocabulary: beside.vocabulary)
      checkpoint.textCleaning = try OpenCLIPConfiguration.textCleaning(root)
      return checkpoint
    }
    try names.requireConfiguration(file)
    let layout: CheckpointLayout =
      switch file.container {
      case .hdf5: .openAIHDF5
      case .torchScript: .openAITorchScript
      case .torch, .safeTensors, .shards: .openAIStateDict
      }
    let checkpoint = try names.open(
      file, layout: layout, activation: try ActivationEvidence.find(in: file, asked: activation),
      preprocessing: preprocessing, vocabulary: beside.vocabulary)
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

extension CheckpointDetector {
  /// Returns the cleaning of texts that an `open_clip_config.json` states; nil for CLIP's own tokenizer.
  ///
  /// - Throws: `JSONError` when it states one that isn't known.
  package static func textCleaning(openCLIPConfiguration path: String) throws -> Cleaning? {
    try OpenCLIPConfiguration.textCleaning(JSONNode(contentsOf: path, limit: 4 << 20))
  }
}

extension CLIPConfiguration {
  /// Replaces the activation of CLIP's own transformers, if one is given, and its evidence. Towers of the timm library have
  /// the activation of their network.
  mutating func override(_ activation: Activation?, _ reason: inout String) {
    guard let activation else { return }
    text.transformer.activation = activation
    reason = "asked for, whatever the file says (\(reason))"
    switch image {
    case .visionTransformer(var vision):
      vision.transformer.activation = activation
      image = .visionTransformer(vision)
    case .modifiedResNet: break
    case .convNeXt, .timmTransformer: reason += "; the image tower's is its network's own"
    }
  }
}

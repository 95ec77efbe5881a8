import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensImages
import PromptLensTensors

/// Tensors named as in OpenAI's state dict, at the root or below any prefix: `module.`, `state_dict.module.`, a group.
///
/// The dots of a name may be groups of an HDF5 file: `visual/conv1/weight` is `visual.conv1.weight`. open_clip's
/// "custom text" models have the text tower below `text.`.
struct OpenAINames {
  /// The stored names by OpenAI's names.
  let stored: [String: String]
  /// The file's state dicts, the one that these names are of first.
  let stateDicts: StateDictChoice

  private static let landmark = "token_embedding.weight"

  /// Finds the tensors' names; returns nil for a file of another layout.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - asked: the name of the state dict to take, nil for the plainest; see ``StateDictChoice``.
  /// - Throws: ``CheckpointError`` when two tensors have one name, or there is no state dict of the name.
  init?(in file: any StoredTensors, stateDict asked: String?) throws {
    let isHDF5 = file.container == .hdf5
    let dotted = file.storedNames.map { name in
      (isHDF5 ? name.map { $0 == "/" ? "." : String($0) }.joined() : name, name)
    }
    let all = Set(dotted.map(\.0))
    let prefixes = dotted.compactMap { name, _ -> (model: String, text: String)? in
      guard name == Self.landmark || name.hasSuffix("." + Self.landmark) else { return nil }
      let text = String(name.dropLast(Self.landmark.count))
      guard all.contains(text + "positional_embedding") else { return nil }
      let isNested = text == "text." || text.hasSuffix(".text.")
      return (isNested ? String(text.dropLast("text.".count)) : text, text)
    }
    guard !prefixes.isEmpty else { return nil }
    let choice = try StateDictChoice(prefixes.map(\.model), asked: asked, path: file.path)
    guard let prefix = prefixes.first(where: { $0.model == choice.prefixes[0] }) else { return nil }
    stateDicts = choice
    var stored: [String: String] = [:]
    for (dotted, path) in dotted where choice.owns(dotted) {
      let isText = prefix.text != prefix.model && dotted.hasPrefix(prefix.text)
      let name = String(dotted.dropFirst(isText ? prefix.text.count : prefix.model.count))
      if let other = stored.updateValue(path, forKey: name) {
        throw CheckpointError.unexpected(
          path: file.path, object: path, expected: "the only tensor of its name", found: "beside \(other)")
      }
    }
    self.stored = stored
  }

  /// Returns the stored tensors with OpenAI's names, without counters and other tensors that aren't floats.
  ///
  /// - Throws: ``CheckpointError`` when a weight isn't of floats, since the architecture depends on it.
  func source(_ file: any StoredTensors) throws -> some TensorSource {
    let floats = stored.filter { file.stored($0.value)?.dtype != nil }
    for (name, path) in stored.sorted(by: { $0.key < $1.key }) where floats[name] == nil && Self.isWeight(name) {
      throw CheckpointError.unsupported(
        path: file.path, object: path,
        expected: "one of float32, float16, bfloat16 or float64; save the weights again as one of these",
        found: "a tensor of \(file.stored(path)?.type ?? "nothing")")
    }
    return RecipeSource(file: file, recipes: floats.mapValues { TensorRecipe($0) }, shapes: [:])
  }

  /// Returns a Boolean value that indicates whether a name belongs to a CLIP's weight, since a training checkpoint
  /// contains other tensors.
  private static func isWeight(_ name: String) -> Bool {
    let isOfTower = name.hasPrefix("visual.") || name.hasPrefix("transformer.resblocks.")
    let ends = ["weight", "bias", "proj", "embedding", "running_mean", "running_var"]
    return isOfTower && ends.contains { name.hasSuffix("\($0)") }
      || ["token_embedding.weight", "positional_embedding", "text_projection", "logit_scale"].contains(name)
      || name.hasPrefix("ln_final.")
  }

  /// Checks that a tower of the timm library isn't to be inferred from shapes, which determine neither its heads nor ε.
  func requireConfiguration(_ file: any StoredTensors) throws {
    guard let name = stored.keys.filter({ $0.hasPrefix("visual.trunk.") }).min() else { return }
    throw CheckpointError.missing(
      path: file.path, object: "the configuration of the model",
      expected: "an open_clip_config.json beside it or given with --config, since \(stored[name] ?? name) belongs to a "
        + "network of the timm library, whose name says its heads and norms")
  }

  /// Returns the recipes of an architecture's tensors.
  func recipes(_ configuration: CLIPConfiguration) -> [String: TensorRecipe] {
    Dictionary(
      configuration.tensors.compactMap { name, shape in stored[name].map { (name, TensorRecipe($0, shape: shape)) } }
    ) { first, _ in first }
  }

  /// Opens a checkpoint whose architecture is inferred from its shapes, with an activation and its evidence.
  func open(
    _ file: any StoredTensors, layout: CheckpointLayout, activation: (value: Activation, reason: String),
    preprocessing: PreprocessingChoice, vocabulary: VocabularySource?
  ) throws -> Checkpoint {
    var configuration = try CLIPConfiguration(inferringFrom: try source(file), activation: activation.value)
    let pictures = try preprocessing.huggingFace(size: configuration.image.inputSize)
    configuration.preprocessing = pictures.value
    if case .integer(let resolution)? = try file.attribute("image_resolution", of: ""),
      PixelSize(side: resolution) != configuration.image.inputSize
    {
      throw CLIPError.badConfiguration(
        source: file.path, setting: "the attribute image_resolution",
        expected: "the \(configuration.image.inputSize) of the positional embedding", found: "\(resolution)")
    }
    return try Checkpoint(
      layout: layout, file: file, own: stored.values.sorted(), stateDicts: stateDicts.names,
      companions: pictures.files,
      configuration: configuration, activationReason: activation.reason, preprocessingReason: pictures.reason,
      recipes: recipes(configuration), vocabulary: vocabulary)
  }
}

/// The evidence for an activation without a configuration, since shapes don't determine it.
enum ActivationEvidence {
  /// Returns the activation and its evidence: the caller's request, an attribute, the note of an
  /// export, the names of the modules of a TorchScript archive; else OpenAI's.
  static func find(in file: any StoredTensors, asked: Activation?) throws -> (value: Activation, reason: String) {
    if let asked { return (asked, "asked for") }
    if let value = try file.attribute("activation", of: "") {
      guard case .string(let name) = value, let activation = Activation(rawValue: name) else {
        throw CLIPError.badConfiguration(
          source: file.path, setting: "the attribute activation",
          expected: Activation.allCases.map(\.rawValue).joined(separator: " or "), found: "\(value)")
      }
      return (activation, "the file's attribute activation")
    }
    if let note = file.metadata.last(where: { $0.key == "activation" }),
      let activation = Activation(rawValue: note.value)
    {
      return (activation, "activation in the file's metadata")
    }
    let classes = file.moduleClasses.compactMap { $0.split(separator: ".").last }
    if classes.contains("QuickGELU") { return (.quickGELU, "the archive holds modules named QuickGELU") }
    if classes.contains("GELU") { return (.gelu, "the archive holds modules named GELU") }
    return (
      .quickGELU,
      "the file does not say; its names are OpenAI's, whose models have QuickGELU; --activation gelu says otherwise"
    )
  }
}

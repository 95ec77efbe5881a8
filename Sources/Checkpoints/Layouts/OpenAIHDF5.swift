import CLIP
import Tensors

/// An HDF5 file whose datasets are named as in OpenAI's state dict, at the root or below one group.
///
/// The dots of a name may be groups: `visual/conv1/weight` is `visual.conv1.weight`.
enum OpenAIHDF5 {
  private static let landmark = "token_embedding.weight"

  /// The datasets' paths by OpenAI's names, nil when the file is of another layout.
  static func names(in file: HDF5File) throws -> [String: String]? {
    let dotted = file.datasets.map { ($0.path.map { $0 == "/" ? "." : String($0) }.joined(), $0.path) }
    guard let landmark = dotted.first(where: { $0.0 == Self.landmark || $0.0.hasSuffix("." + Self.landmark) }) else {
      return nil
    }
    let prefix = landmark.0.dropLast(Self.landmark.count)
    guard dotted.contains(where: { $0.0 == prefix + "positional_embedding" }) else { return nil }
    var names: [String: String] = [:]
    for (name, path) in dotted where name.hasPrefix(prefix) {
      if let other = names.updateValue(path, forKey: String(name.dropFirst(prefix.count))) {
        throw CheckpointError.unexpected(
          path: file.path, object: path, expected: "the only dataset of its name", found: "beside \(other)")
      }
    }
    return names
  }

  /// Finds out the activation: what the caller says, else what the file says, else OpenAI's.
  static func activation(_ file: HDF5File, asked: Activation?) throws -> (Activation, reason: String) {
    if let asked { return (asked, "asked for") }
    guard let value = try file.attribute("activation") else {
      return (.quickGELU, "the file does not say; its names are OpenAI's, whose models have QuickGELU")
    }
    guard case .string(let name) = value, let activation = Activation(rawValue: name) else {
      throw CLIPError.badConfiguration(
        source: file.path, setting: "the attribute activation",
        expected: Activation.allCases.map(\.rawValue).joined(separator: " or "), found: "\(value)")
    }
    return (activation, "the file's attribute activation")
  }

  /// Opens the checkpoint.
  static func open(
    _ file: HDF5File, names: [String: String], activation asked: Activation?, preprocessing: Preprocessing,
    companions: [String], vocabulary: VocabularySource?
  ) throws -> Checkpoint {
    let (activation, reason) = try activation(file, asked: asked)
    let recipes = names.mapValues { TensorRecipe($0) }
    let floats = recipes.filter { recipe in
      recipe.value.parts.allSatisfy { file.dataset($0.stored)?.type.dtype != nil }
    }
    let stored = RecipeSource(file: file, recipes: floats, shapes: [:])
    var configuration = try CLIPConfiguration(inferringFrom: stored, activation: activation)
    configuration.preprocessing = preprocessing
    if case .integer(let resolution)? = try file.attribute("image_resolution"),
      resolution != configuration.image.resolution
    {
      throw CLIPError.badConfiguration(
        source: file.path, setting: "the attribute image_resolution",
        expected: "the \(configuration.image.resolution) of the positional embedding", found: "\(resolution)")
    }
    let shaped = Dictionary(
      uniqueKeysWithValues: configuration.tensors.compactMap { name, shape in
        names[name].map { (name, TensorRecipe($0, shape: shape)) }
      })
    return try Checkpoint(
      layout: .openAIHDF5, file: file, companions: companions, configuration: configuration,
      activationReason: reason, recipes: shaped, vocabulary: vocabulary)
  }
}

import PromptLensCLIP
import Foundation
import PromptLensJSONDocuments

/// Hugging Face's `config.json` of a CLIP, with the defaults that transformers omits when saving.
///
/// Source: `CLIPConfig`, `CLIPTextConfig` and `CLIPVisionConfig` of transformers 4 and 5.
package enum HuggingFaceConfiguration {
  /// Reads an architecture.
  ///
  /// - Parameter path: `config.json`.
  /// - Returns: the architecture; its preprocessing is OpenAI's, since another file states it.
  /// - Throws: `JSONError` when a setting is of the wrong kind, `CLIPError` when it is impossible.
  package static func read(_ path: String) throws -> CLIPConfiguration { try readWithReason(path).configuration }

  /// The model type of MetaCLIP 2, a CLIP with another vocabulary that is read at the first end token.
  static let metaCLIP2 = "metaclip_2"

  /// Checks that a folder's `config.json` describes a CLIP.
  static func requireCLIP(in folder: String) throws {
    let path = "\(folder)/config.json"
    guard FileManager.default.fileExists(atPath: path),
      let modelType = try JSONNode(contentsOf: path, limit: 4 << 20).optionalString("model_type")
    else { return }
    try requireCLIP(modelType: modelType, path: path)
  }

  private static func requireCLIP(modelType: String, path: String) throws {
    guard ["clip", metaCLIP2, SigLIPConfiguration.modelType].contains(modelType) else {
      throw CLIPError.badConfiguration(
        source: path, setting: "model_type", expected: "clip, metaclip_2 or siglip",
        found: modelType + ForeignArchitecture.note(modelType: modelType))
    }
  }

  /// Reads an architecture, and the evidence for its activation.
  static func readWithReason(
    _ path: String
  ) throws -> (configuration: CLIPConfiguration, reason: String) {
    let root = try JSONNode(contentsOf: path, limit: 4 << 20)
    try requireCLIP(modelType: root.optionalString("model_type") ?? "absent", path: path)
    if try root.optionalString("model_type") == SigLIPConfiguration.modelType {
      return try SigLIPConfiguration.read(root)
    }
    let text = Section(root, "text_config")
    let vision = Section(root, "vision_config")
    if let channels = try vision.value("num_channels")?.integer(), channels != 3 {
      throw CLIPError.badConfiguration(
        source: path, setting: "vision_config.num_channels", expected: "3", found: "\(channels)")
    }
    let epsilon = try text.number("layer_norm_eps", 1e-5)
    var configuration = CLIPConfiguration(
      embedDimension: try root.optionalInteger("projection_dim") ?? 512,
      image: .visionTransformer(
        VisionTransformerConfiguration(
          resolution: try vision.integer("image_size", 224), patchSize: try vision.integer("patch_size", 32),
          transformer: TransformerConfiguration(
            width: try vision.integer("hidden_size", 768), layers: try vision.integer("num_hidden_layers", 12),
            heads: try vision.integer("num_attention_heads", 12),
            mlpWidth: try vision.integer("intermediate_size", 3072), activation: try vision.activation(),
            normEpsilon: try vision.number("layer_norm_eps", 1e-5)))),
      text: TextTowerConfiguration(
        vocabularySize: try text.integer("vocab_size", 49408),
        contextLength: try text.integer("max_position_embeddings", 77),
        transformer: TransformerConfiguration(
          width: try text.integer("hidden_size", 512), layers: try text.integer("num_hidden_layers", 12),
          heads: try text.integer("num_attention_heads", 8), mlpWidth: try text.integer("intermediate_size", 2048),
          activation: try text.activation(), normEpsilon: epsilon),
        finalNormEpsilon: epsilon))
    try configuration.validate(source: path)
    if try root.optionalString("model_type") == metaCLIP2 {
      let end = try text.value("eos_token_id")?.integer() ?? 2
      configuration.text.pooling = .first(end)
      try configuration.validate(source: path)
      return (configuration, try activationReason(text, vision))
    }
    let end = configuration.text.vocabularySize - 1
    // In older versions, 2 means that features are read at the highest id, which is that of the end.
    if let found = try text.value("eos_token_id")?.integer(), found != 2, found != end {
      throw CLIPError.badConfiguration(
        source: path, setting: "text_config.eos_token_id",
        expected: "\(end), the last id, from which CLIP takes a text's feature",
        found: "\(found)")
    }
    return (configuration, try activationReason(text, vision))
  }

  private static func activationReason(_ text: Section, _ vision: Section) throws -> String {
    let stated = try [text, vision].map { try $0.value("hidden_act") != nil }
    return switch (stated[0], stated[1]) {
    case (true, true): "hidden_act in config.json"
    case (false, false): "config.json leaves hidden_act out, so it is transformers' default"
    default: "hidden_act in config.json for one tower, transformers' default for the other"
    }
  }

  /// The settings of a tower. Old versions of transformers wrote them twice, and read `text_config_dict` over
  /// `text_config`.
  private struct Section {
    let nodes: [JSONNode]

    init(_ root: JSONNode, _ key: String) {
      nodes = [root["\(key)_dict"], root[key]].compactMap { $0 }
    }

    func value(_ key: String) throws -> JSONNode? {
      for node in nodes {
        _ = try node.object()
        if let value = node[key] { return value }
      }
      return nil
    }

    func integer(_ key: String, _ standard: Int) throws -> Int { try value(key)?.integer() ?? standard }

    func number(_ key: String, _ standard: Float) throws -> Float {
      try value(key).map { Float(try $0.number()) } ?? standard
    }

    func activation() throws -> Activation {
      guard let node = try value("hidden_act") else { return .quickGELU }
      return try Activation(parsing: node)
    }
  }
}

extension Activation {
  /// Parses the name of an activation in transformers and Keras.
  init(parsing node: JSONNode) throws {
    let name = try node.string()
    guard let activation = Activation.allCases.first(where: { $0.huggingFaceName == name }) else {
      throw CLIPError.badConfiguration(
        source: node.source, setting: node.path,
        expected: Activation.allCases.map(\.huggingFaceName).joined(separator: " or "), found: name)
    }
    self = activation
  }

  /// The name in transformers and Keras.
  var huggingFaceName: String { self == .tanhGELU ? "gelu_pytorch_tanh" : rawValue }
}

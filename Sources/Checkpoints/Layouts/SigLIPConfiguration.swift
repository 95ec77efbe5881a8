import PromptLensCLIP
import PromptLensImages
import PromptLensJSONDocuments

/// Hugging Face's `config.json` of a SigLIP, with the defaults that transformers omits when saving.
///
/// SigLIP 2 at a fixed resolution has the same form; that of any resolution (NaFlex, `siglip2`) is another model.
///
/// Source: `SiglipConfig`, `SiglipTextConfig` and `SiglipVisionConfig` of transformers 4 and 5.
enum SigLIPConfiguration {
  /// The model type.
  static let modelType = "siglip"

  /// Reads an architecture, and the evidence for its activation. The end and the padding of texts, for which this document
  /// often has the defaults of CLIP, follow from the tokenizer.
  ///
  /// - Throws: `JSONError` when a setting is of the wrong kind, `CLIPError` when it is impossible.
  static func read(_ root: JSONNode) throws -> (configuration: CLIPConfiguration, reason: String) {
    let text = try transformer(root["text_config"])
    let vision = try transformer(root["vision_config"])
    let pictures = root["vision_config"]
    if let head = pictures?["vision_use_head"], try !head.bool() {
      throw CLIPError.badConfiguration(
        source: root.source, setting: "vision_config.vision_use_head",
        expected: "true, since the head makes the feature",
        found: "false")
    }
    if let channels = pictures?["num_channels"], try channels.integer() != 3 {
      throw try channels.unexpected(expected: "3", found: "\(channels.integer())")
    }
    let side = try pictures?.optionalInteger("image_size") ?? 224
    var block = BlockDescription()
    block.names = .timm
    var images = vision
    images.block = block
    let patch = try pictures?.optionalInteger("patch_size") ?? 16
    let embedDimension = try root["text_config"]?.optionalInteger("projection_size") ?? text.width
    let configuration = CLIPConfiguration(
      embedDimension: embedDimension,
      image: .timmTransformer(
        TimmTransformerConfiguration(
          name: "\(modelType)_vision_model", inputSize: PixelSize(side: side),
          stem: .patches(side: patch, hasBias: true), hasClassToken: false, transformer: images,
          pooling: .attention(heads: images.heads, mlpWidth: images.mlpWidth), projection: .none)),
      text: TextTowerConfiguration(
        vocabularySize: try root["text_config"]?.optionalInteger("vocab_size") ?? 32000,
        contextLength: try root["text_config"]?.optionalInteger("max_position_embeddings") ?? 64, transformer: text,
        finalNormEpsilon: text.normEpsilon, pooling: .last(end: 0), projection: .linear, padding: 0),
      hasLogitBias: true)
    try configuration.validate(source: root.source)
    let isStated = ["text_config", "vision_config"].allSatisfy { root[$0]?["hidden_act"] != nil }
    return (
      configuration,
      isStated ? "hidden_act in config.json" : "config.json leaves hidden_act out, so it is transformers' default"
    )
  }

  private static func transformer(_ node: JSONNode?) throws -> TransformerConfiguration {
    _ = try node?.object()
    return TransformerConfiguration(
      width: try node?.optionalInteger("hidden_size") ?? 768,
      layers: try node?.optionalInteger("num_hidden_layers") ?? 12,
      heads: try node?.optionalInteger("num_attention_heads") ?? 12,
      mlpWidth: try node?.optionalInteger("intermediate_size") ?? 3072,
      activation: try node?["hidden_act"].map { try Activation(parsing: $0) } ?? .tanhGELU,
      normEpsilon: Float(try node?.optionalNumber("layer_norm_eps") ?? 1e-6))
  }
}

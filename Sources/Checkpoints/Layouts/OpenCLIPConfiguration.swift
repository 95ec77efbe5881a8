import Foundation
import PromptLensCLIP
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTokenization

/// open_clip's `open_clip_config.json`: the architecture. ``OpenCLIPPreprocessing`` reads the other half of the file.
///
/// Source: `CLIPVisionCfg` and `CLIPTextCfg` of open_clip 3.3, with their defaults. A setting of another
/// architecture (a timm tower, a text tower of Hugging Face's, CoCa's decoder, SigLIP's bias, pooling elsewhere)
/// is rejected by name.
enum OpenCLIPConfiguration {
  /// Returns whether a document is open_clip's: `model_cfg` and `preprocess_cfg` as `push_to_hf_hub` writes them, or the
  /// model's half alone, as in open_clip's own `model_configs`.
  static func isStated(in root: JSONNode) -> Bool {
    root["model_cfg"] != nil || root["embed_dim"] != nil && root["vision_cfg"] != nil && root["text_cfg"] != nil
  }

  /// Reads an architecture; its preprocessing is OpenAI's.
  ///
  /// - Throws: `JSONError` when a setting is of the wrong kind, `CLIPError` when it is impossible or not CLIP's.
  static func read(_ root: JSONNode) throws -> (configuration: CLIPConfiguration, activationReason: String) {
    let model =
      try root["model_cfg"] == nil && isStated(in: root) ? root : root.node("model_cfg", expected: "an object")
    let vision = try model.node("vision_cfg", expected: "an object")
    let text = try model.node("text_cfg", expected: "an object")
    try checkArchitecture(model, vision: vision)

    let quick = try model.optionalBool("quick_gelu") ?? false
    let activation = quick ? Activation.quickGELU : .gelu
    let headWidth = try vision.optionalInteger("head_width") ?? 64
    guard headWidth > 0 else { throw try vision.node("head_width").unexpected(expected: "a positive number") }
    let width = try vision.optionalInteger("width") ?? 768
    let size = try inputSize(vision)
    let image: ImageTowerConfiguration
    if let blocks = try? vision["layers"]?.array() {
      guard size.isSquare else {
        throw try vision.node("image_size").unexpected(expected: "a square for a ModifiedResNet", found: "\(size)")
      }
      image = .modifiedResNet(
        ModifiedResNetConfiguration(
          resolution: size.height, width: width, blocks: try blocks.map { try $0.integer() },
          heads: width.multipliedReportingOverflow(by: 32).partialValue / headWidth))
    } else {
      var tower = VisionTransformerConfiguration(
        inputSize: size, patchSize: try vision.optionalInteger("patch_size") ?? 16,
        transformer: TransformerConfiguration(
          width: width, layers: try vision.optionalInteger("layers") ?? 12, heads: width / headWidth,
          mlpWidth: try mlpWidth(vision, width), activation: activation, normEpsilon: try epsilon(vision)))
      tower.pooler = try pooler(vision)
      image = .visionTransformer(tower)
    }
    let configuration = CLIPConfiguration(
      embedDimension: try model.integer("embed_dim"), image: image,
      text: try OpenCLIPText.tower(text, activation: activation))
    try configuration.validate(source: root.source)
    let name = URL(fileURLWithPath: root.source).lastPathComponent
    let reason = quick ? "quick_gelu in \(name)" : "\(name) does not say quick_gelu, so it is GELU"
    return (configuration, reason)
  }

  /// Returns the cleaning of texts that a configuration states; nil for CLIP's own tokenizer.
  static func textCleaning(_ root: JSONNode) throws -> Cleaning? {
    try (root["model_cfg"] ?? root)["text_cfg"].flatMap { try OpenCLIPText.cleaning($0) }
  }

  /// Reads CoCa's pooler; nil where there is none.
  private static func pooler(_ vision: JSONNode) throws -> VisionTransformerConfiguration.AttentionalPooler? {
    guard let node = vision["attentional_pool"], node.value != .bool(false) else { return nil }
    guard node.value == .bool(true) else {
      throw OpenCLIPText.refusal(node, "true or false; parallel and cascaded poolers are no published CoCa's")
    }
    return VisionTransformerConfiguration.AttentionalPooler(
      queries: try vision.optionalInteger("attn_pooler_queries") ?? 256,
      heads: try vision.optionalInteger("attn_pooler_heads") ?? 8)
  }

  /// Checks that no setting belongs to an unsupported architecture.
  private static func checkArchitecture(_ model: JSONNode, vision: JSONNode) throws {
    let refuse = OpenCLIPText.refusal
    for (node, key, expected) in [
      (model, "init_logit_bias", "no such setting: SigLIP's scores are sigmoids with a bias"),
      (vision, "timm_model_name", "CLIP's own vision transformer or ModifiedResNet, not a timm model"),
      (vision, "ls_init_value", "no layer scale"), (vision, "block_type", "CLIP's own blocks"),
    ] {
      if let value = node[key], value.value != .string("default") { throw refuse(value, expected) }
    }
    let flags = [
      "no_ln_pre", "final_ln_after_pool", "qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner",
      "scale_attn", "scale_fc",
    ]
    for node in [vision] {
      for key in flags where try node.optionalBool(key) == true {
        throw refuse(try node.node(key), "false, as in CLIP's own towers")
      }
      if let arguments = node["act_kwargs"], try arguments.object().count > 0 {
        throw refuse(arguments, "no such setting: CLIP's activations are QuickGELU and exact GELU")
      }
    }
    for (node, key, expected) in [(vision, "pool_type", "tok"), (vision, "pos_embed_type", "learnable")] {
      if let value = node[key], try value.string() != expected { throw refuse(value, expected) }
    }
  }

  /// Reads the size of the image tower's input.
  static func inputSize(_ vision: JSONNode) throws -> PixelSize {
    guard let node = vision["image_size"] else { return PixelSize(side: 224) }
    guard case .array = node.value else { return PixelSize(side: try node.integer()) }
    let sides = try node.array().map { try $0.integer() }
    guard sides.count == 2 else { throw node.unexpected(expected: "height and width", found: "\(sides)") }
    return PixelSize(height: sides[0], width: sides[1])
  }

  static func mlpWidth(_ node: JSONNode, _ width: Int) throws -> Int {
    let product = Double(width) * (try node.optionalNumber("mlp_ratio") ?? 4)
    guard let width = Int(exactly: product.rounded(.towardZero)) else {
      throw try node.node("mlp_ratio").unexpected(expected: "a number near 4")
    }
    return width
  }

  static func epsilon(_ node: JSONNode) throws -> Float {
    guard let arguments = node["norm_kwargs"] else { return 1e-5 }
    return Float(try arguments.optionalNumber("eps") ?? 1e-5)
  }
}

import Foundation
import PromptLensCLIP
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensors

/// open_clip's `open_clip_config.json`: the architecture. ``OpenCLIPPreprocessing`` reads the other half of the file.
///
/// Source: `CLIPVisionCfg` and `CLIPTextCfg` of open_clip 3.3, with their defaults. A setting of an unsupported
/// architecture (a text tower of Hugging Face's, SigLIP's bias) is rejected by name.
enum OpenCLIPConfiguration {
  /// Returns whether a document is open_clip's: `model_cfg` and `preprocess_cfg` as `push_to_hf_hub` writes them, or the
  /// model's half alone, as in open_clip's own `model_configs`.
  static func isStated(in root: JSONNode) -> Bool {
    root["model_cfg"] != nil || root["embed_dim"] != nil && root["vision_cfg"] != nil && root["text_cfg"] != nil
  }

  /// Reads an architecture; its preprocessing is OpenAI's.
  ///
  /// - Parameters:
  ///   - root: the document.
  ///   - source: the tensors, whose shapes say the sizes of a tower of the timm library.
  /// - Returns: the architecture, and the evidence for its activation.
  /// - Throws: `JSONError` when a setting is of the wrong kind, `CLIPError` when it is impossible or not supported.
  static func read(
    _ root: JSONNode, source: some TensorSource
  ) throws -> (configuration: CLIPConfiguration, activationReason: String) {
    let model =
      try root["model_cfg"] == nil && isStated(in: root) ? root : root.node("model_cfg", expected: "an object")
    let vision = try model.node("vision_cfg", expected: "an object")
    let words = try model.node("text_cfg", expected: "an object")
    try OpenCLIPSettings.checkModel(model)

    let quick = try model.optionalBool("quick_gelu") ?? false
    let activation = quick ? Activation.quickGELU : .gelu
    // The text tower first, since the reason is plainest where it is another software's.
    let text = try OpenCLIPText.read(words, activation: activation)
    let image = try OpenCLIPVision.read(vision, activation: activation, source: source)
    let configuration = CLIPConfiguration(embedDimension: try model.integer("embed_dim"), image: image, text: text)
    try configuration.validate(source: root.source)
    let name = URL(fileURLWithPath: root.source).lastPathComponent
    let reason = quick ? "quick_gelu in \(name)" : "\(name) does not say quick_gelu, so it is GELU"
    return (configuration, reason)
  }
}

/// `text_cfg`, the text tower.
enum OpenCLIPText {
  /// The settings that are obeyed or make no difference to features.
  private static let known: Set<String> = [
    "context_length", "vocab_size", "width", "heads", "layers", "mlp_ratio", "ls_init_value", "embed_cls", "pad_id",
    "eos_id", "no_causal_mask", "final_ln_after_pool", "pool_type", "proj_bias", "proj_type", "output_tokens",
    "act_kwargs", "norm_kwargs", "block_type", "hf_model_name", "hf_tokenizer_name", "hf_model_pretrained",
    "hf_proj_type", "hf_pooler_type", "tokenizer_kwargs", "bos_id", "correct_cls_mask", "use_pad_mask",
  ]
  private static let flags = [
    "final_ln_after_pool", "embed_cls", "no_causal_mask", "proj_bias", "use_pad_mask",
  ]

  /// Reads the tower.
  ///
  /// - Throws: `JSONError` or `CLIPError`.
  static func read(_ text: JSONNode, activation: Activation) throws -> TextTowerConfiguration {
    if let value = text["hf_model_name"] {
      throw OpenCLIPSettings.refusal(value, "CLIP's own causal text transformer, not a Hugging Face model")
    }
    if let value = text["ls_init_value"] { throw OpenCLIPSettings.refusal(value, "no layer scale") }
    try OpenCLIPSettings.checkBlocks(text)
    for key in flags where try text.optionalBool(key) == true {
      throw OpenCLIPSettings.refusal(try text.node(key), "false, as in CLIP's own towers")
    }
    for (key, expected) in [("pool_type", "argmax"), ("proj_type", "linear")] {
      if let value = text[key], try value.string() != expected { throw OpenCLIPSettings.refusal(value, expected) }
    }
    try OpenCLIPSettings.checkUnknown(text, known: known)
    let width = try text.optionalInteger("width") ?? 512
    let epsilon = try OpenCLIPSettings.epsilon(text)
    return TextTowerConfiguration(
      vocabularySize: try text.optionalInteger("vocab_size") ?? 49408,
      contextLength: try text.optionalInteger("context_length") ?? 77,
      transformer: TransformerConfiguration(
        width: width, layers: try text.optionalInteger("layers") ?? 12, heads: try text.optionalInteger("heads") ?? 8,
        mlpWidth: try OpenCLIPSettings.mlpWidth(text, width), activation: activation, normEpsilon: epsilon),
      finalNormEpsilon: epsilon)
  }
}

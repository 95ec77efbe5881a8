import Foundation
import PromptLensCLIP
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensors
import PromptLensTokenization

/// open_clip's `open_clip_config.json`: the architecture. ``OpenCLIPPreprocessing`` reads the other half of the file.
///
/// Source: `CLIPVisionCfg` and `CLIPTextCfg` of open_clip 3.3, with their defaults. A setting of an unsupported
/// architecture (a text tower of Hugging Face's) is rejected by name.
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
    // The text tower first, since the reason is plainest where it is another software's.
    let text = try OpenCLIPText.read(words, quick: quick)
    let image = try OpenCLIPVision.read(vision, quick: quick, source: source)
    let configuration = CLIPConfiguration(
      embedDimension: try model.integer("embed_dim"), image: image, text: text,
      hasLogitBias: try model.optionalNumber("init_logit_bias") != nil)
    try configuration.validate(source: root.source)
    let name = URL(fileURLWithPath: root.source).lastPathComponent
    let reason =
      quick
      ? "quick_gelu in \(name)"
      : text.transformer.activation == .tanhGELU
        ? "act_kwargs in \(name)" : "\(name) does not say quick_gelu, so it is GELU"
    return (configuration, reason)
  }

  /// Returns whether the token that ends a text is replaced by the padding.
  static func stripsEnd(_ root: JSONNode) throws -> Bool {
    try (root["model_cfg"] ?? root)["text_cfg"].map { try OpenCLIPText.stripsEnd($0) } ?? false
  }

  /// Returns the cleaning of texts that a document states; nil for CLIP's own tokenizer.
  static func textCleaning(_ root: JSONNode) throws -> Cleaning? {
    try (root["model_cfg"] ?? root)["text_cfg"].flatMap { try OpenCLIPText.cleaning($0) }
  }
}

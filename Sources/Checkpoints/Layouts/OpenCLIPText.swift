import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensTokenization

/// The text tower and the cleaning of texts in `open_clip_config.json`: `text_cfg`, with the defaults of open_clip 3.3's
/// `CLIPTextCfg`.
///
/// Every setting is obeyed, has no effect on features, or is refused by name.
enum OpenCLIPText {
  /// Reads the tower.
  ///
  /// - Parameters:
  ///   - text: `text_cfg`.
  ///   - activation: the activation of both towers.
  /// - Throws: `JSONError` when a setting is of the wrong kind, `CLIPError` when the tower is another one.
  static func tower(_ text: JSONNode, activation: Activation) throws -> TextTowerConfiguration {
    try check(text)
    let width = try text.optionalInteger("width") ?? 512
    let epsilon = try OpenCLIPConfiguration.epsilon(text)
    return TextTowerConfiguration(
      vocabularySize: try text.optionalInteger("vocab_size") ?? 49408,
      contextLength: try text.optionalInteger("context_length") ?? 77,
      transformer: TransformerConfiguration(
        width: width, layers: try text.optionalInteger("layers") ?? 12, heads: try text.optionalInteger("heads") ?? 8,
        mlpWidth: try OpenCLIPConfiguration.mlpWidth(text, width), activation: activation, normEpsilon: epsilon),
      finalNormEpsilon: epsilon, pooling: try pooling(text),
      hasProjectionBias: try text.optionalBool("proj_bias") ?? false)
  }

  /// Returns the cleaning of texts; nil for CLIP's own tokenizer, whose cleaning is OpenAI's.
  ///
  /// - Throws: `JSONError` for one that isn't known.
  static func cleaning(_ text: JSONNode) throws -> Cleaning? {
    guard text["hf_tokenizer_name"] != nil else { return nil }
    guard let clean = text["tokenizer_kwargs"]?["clean"] else { return .whitespace }
    switch try clean.string() {
    case "whitespace": return .whitespace
    case "canonicalize": return .canonical
    case "lower": return .openAI
    case let other: throw clean.unexpected(expected: "whitespace, canonicalize or lower", found: "\"\(other)\"")
    }
  }

  private static func pooling(_ text: JSONNode) throws -> TextPooling {
    if try text.optionalBool("embed_cls") == true {
      // A class embedding takes the place of any other pooling. Texts are padded with 0 whatever pad_id says.
      guard try text.optionalInteger("pad_id") ?? 0 == 0 else {
        throw refusal(try text.node("pad_id"), "0 beside embed_cls, the id that open_clip's tokenizer pads with")
      }
      return .classEmbedding(padding: 0)
    }
    guard let kind = text["pool_type"] else { return .largestID }
    switch try kind.string() {
    case "argmax": return .largestID
    case "eos": return .first(try text.optionalInteger("eos_id") ?? 2)
    default: throw refusal(kind, "argmax or eos; others are read at positions that a causal tower fills with padding")
    }
  }

  private static func check(_ text: JSONNode) throws {
    for (key, expected) in [
      ("hf_model_name", "CLIP's own causal text transformer, not a Hugging Face model"),
      ("ls_init_value", "no layer scale in the text tower"), ("block_type", "CLIP's own blocks"),
      ("tokenizer_mode", "no other tokenizer than that of the files"),
    ] {
      if let value = text[key], value.value != .string("default"), value.value != .string("") {
        throw refusal(value, expected)
      }
    }
    for key in [
      "no_causal_mask", "qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc",
    ] where try text.optionalBool(key) == true {
      throw refusal(
        try text.node(key),
        key == "no_causal_mask" ? "false, since prompts are computed as a tree that only a causal tower allows"
          : "false, as in CLIP's own towers")
    }
    if let arguments = text["act_kwargs"], try arguments.object().count > 0 {
      throw refusal(arguments, "no such setting: CLIP's activations are QuickGELU and exact GELU")
    }
    if let arguments = text["norm_kwargs"] {
      for key in try arguments.object().keys where key != "eps" {
        throw refusal(try arguments.node(key), "no such setting beside eps")
      }
    }
    if let arguments = text["tokenizer_kwargs"] {
      for key in try arguments.object().keys where key != "clean" {
        if let value = arguments[key], value.value != .bool(false) {
          throw refusal(value, "no such setting beside clean")
        }
      }
    }
    if let kind = text["proj_type"], try kind.string() != "linear" { throw refusal(kind, "linear") }
  }

  /// Returns the refusal of a setting.
  static func refusal(_ node: JSONNode, _ expected: String) -> CLIPError {
    let found =
      switch node.value {
      case .string(let string): string
      case .bool(let bool): "\(bool)"
      case .integer(let integer): "\(integer)"
      case .number(let number): "\(number)"
      default: node.value.kind
      }
    return CLIPError.badConfiguration(source: node.source, setting: node.path, expected: expected, found: found)
  }
}

import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensTokenization

/// `text_cfg`, the text tower and the cleaning of texts, with the defaults of open_clip 3.3's `CLIPTextCfg`.
///
/// Every setting is obeyed, has no effect on features, or is refused by name.
enum OpenCLIPText {
  /// The settings that are obeyed or make no difference to features.
  private static let known: Set<String> = [
    "context_length", "vocab_size", "width", "heads", "layers", "mlp_ratio", "ls_init_value", "embed_cls", "pad_id",
    "eos_id", "no_causal_mask", "final_ln_after_pool", "pool_type", "proj_bias", "proj_type", "output_tokens",
    "act_kwargs", "norm_kwargs", "block_type", "hf_model_name", "hf_tokenizer_name", "hf_model_pretrained",
    "hf_proj_type", "hf_pooler_type", "tokenizer_kwargs", "tokenizer_mode", "bos_id", "correct_cls_mask",
    "use_pad_mask",
  ]

  /// The settings that may be null.
  private static let nullable: Set<String> = [
    "ls_init_value", "act_kwargs", "norm_kwargs", "block_type", "hf_model_name", "hf_tokenizer_name",
    "tokenizer_kwargs",
    "tokenizer_mode",
  ]

  /// Reads the tower.
  ///
  /// - Parameters:
  ///   - text: `text_cfg`.
  ///   - quick: whether the model's activation is QuickGELU.
  /// - Returns: the tower. One without a causal mask that has another tokenizer than CLIP's gets that one's end and padding
  ///   later; see ``CheckpointCompanions/complete(_:cleaning:)``.
  /// - Throws: `JSONError` when a setting is of the wrong kind, `CLIPError` when it is not supported.
  static func read(_ text: JSONNode, quick: Bool) throws -> TextTowerConfiguration {
    try check(text)
    let width = try text.optionalInteger("width") ?? 512
    let epsilon = try OpenCLIPSettings.epsilon(text)
    return TextTowerConfiguration(
      vocabularySize: try text.optionalInteger("vocab_size") ?? 49408,
      contextLength: try text.optionalInteger("context_length") ?? 77,
      transformer: TransformerConfiguration(
        width: width, layers: try text.optionalInteger("layers") ?? 12, heads: try text.optionalInteger("heads") ?? 8,
        mlpWidth: try OpenCLIPSettings.mlpWidth(text, width),
        activation: try OpenCLIPSettings.activation(text, quick: quick), normEpsilon: epsilon),
      finalNormEpsilon: epsilon, pooling: try pooling(text), projection: try projection(text),
      padding: try text.optionalBool("no_causal_mask") == true ? 0 : nil)
  }

  /// Whether the token that ends a text is replaced by the padding, as in CLIPA.
  static func stripsEnd(_ text: JSONNode) throws -> Bool {
    try text["tokenizer_kwargs"]?.optionalBool("strip_sep_token") ?? false
  }

  /// Returns the cleaning of texts; nil for CLIP's own tokenizer, whose cleaning is OpenAI's.
  ///
  /// - Throws: `JSONError` for one that isn't known.
  static func cleaning(_ text: JSONNode) throws -> Cleaning? {
    guard text["hf_tokenizer_name"] != nil else {
      if let clean = text["tokenizer_kwargs"]?["clean"], clean.value != .string("lower") {
        throw OpenCLIPSettings.refusal(clean, "lower, the cleaning of CLIP's own tokenizer")
      }
      return nil
    }
    guard let clean = text["tokenizer_kwargs"]?["clean"] else { return .whitespace }
    switch try clean.string() {
    case "whitespace": return .whitespace
    case "canonicalize": return .canonical
    case "lower": return .openAI
    case let other: throw clean.unexpected(expected: "whitespace, canonicalize or lower", found: "\"\(other)\"")
    }
  }

  private static func projection(_ text: JSONNode) throws -> TextProjection {
    let hasBias = try text.optionalBool("proj_bias") ?? false
    guard let kind = text["proj_type"] else { return hasBias ? .linear : .matrix }
    switch try kind.string() {
    case "linear": return hasBias ? .linear : .matrix
    case "none": return .none
    default: throw OpenCLIPSettings.refusal(kind, "linear or none")
    }
  }

  private static func pooling(_ text: JSONNode) throws -> TextPooling {
    if try text.optionalBool("embed_cls") == true {
      // A class embedding takes the place of any other pooling. Texts are padded with 0 whatever pad_id says.
      guard try text.optionalInteger("pad_id") ?? 0 == 0 else {
        throw OpenCLIPSettings.refusal(
          try text.node("pad_id"), "0 beside embed_cls, the id that open_clip's tokenizer pads with")
      }
      if let mask = text["no_causal_mask"], try mask.bool() {
        throw OpenCLIPSettings.refusal(mask, "false beside embed_cls")
      }
      return .classEmbedding(padding: 0)
    }
    guard let kind = text["pool_type"] else { return .largestID }
    switch try kind.string() {
    case "argmax": return .largestID
    case "eos": return .first(try text.optionalInteger("eos_id") ?? 2)
    case "last" where try text.optionalBool("no_causal_mask") == true: return .last(end: 0)
    default:
      throw OpenCLIPSettings.refusal(
        kind,
        "argmax, eos or, with no_causal_mask, last; at other positions a causal tower has seen padding or nothing of a text"
      )
    }
  }

  private static func check(_ text: JSONNode) throws {
    for (key, expected) in [
      ("hf_model_name", "CLIP's own causal text transformer, not a Hugging Face model"),
      ("ls_init_value", "no layer scale"), ("tokenizer_mode", "no other tokenizer than that of the files"),
    ] {
      if let value = text[key], value.value != .string("") { throw OpenCLIPSettings.refusal(value, expected) }
    }
    try OpenCLIPSettings.checkBlocks(text)
    for (key, expected) in [
      ("use_pad_mask", "false, as in published models"),
      ("correct_cls_mask", "false, as published models were trained"),
    ] where try text.optionalBool(key) == true {
      throw OpenCLIPSettings.refusal(try text.node(key), expected)
    }
    if let arguments = text["tokenizer_kwargs"] {
      // CLIPA's, whose texts are read at the last position, which the padding takes.
      let stripsEnd = try text.optionalString("pool_type") == "last"
      try OpenCLIPSettings.checkUnknown(
        arguments, known: stripsEnd ? ["clean", "strip_sep_token"] : ["clean"], off: ["strip_sep_token", "language"])
    }
    try OpenCLIPSettings.checkUnknown(
      text, known: known.union(OpenCLIPSettings.blockFlags), nullable: nullable)
  }
}

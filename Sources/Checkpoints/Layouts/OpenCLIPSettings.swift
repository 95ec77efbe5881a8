import PromptLensCLIP
import PromptLensJSONDocuments

/// Settings that both towers of open_clip's document have, and its refusals.
enum OpenCLIPSettings {
  /// Returns the refusal of a setting.
  static func refusal(_ node: JSONNode, _ expected: String) -> CLIPError {
    let found: String
    switch node.value {
    case .string(let string): found = string
    case .bool(let bool): found = "\(bool)"
    case .integer(let integer): found = "\(integer)"
    case .number(let number): found = "\(number)"
    default: found = node.value.kind
    }
    return CLIPError.badConfiguration(source: node.source, setting: node.path, expected: expected, found: found)
  }

  /// Checks that no setting of the whole model belongs to an unsupported architecture.
  static func checkModel(_ model: JSONNode) throws {
    // A document without model_cfg is the model's half, with which the other may stand.
    try checkUnknown(
      model, known: model.path.hasSuffix("model_cfg") ? modelSettings : modelSettings.union(["preprocess_cfg"]),
      nullable: ["init_logit_bias", "cast_dtype", "multimodal_cfg", "preprocess_cfg"])
    // The names of the tensors say where the text tower is.
    _ = try model.optionalBool("custom_text")
  }

  /// The settings of the whole model that are obeyed, or make no difference to features: the start of training, the type of
  /// computation, the form of the output.
  private static let modelSettings: Set<String> = [
    "embed_dim", "vision_cfg", "text_cfg", "multimodal_cfg", "quick_gelu", "custom_text", "init_logit_scale",
    "init_logit_bias", "nonscalar_logit_scale", "cast_dtype", "output_dict",
  ]

  /// The flags of open_clip's other blocks, which are refused where they are on.
  static let blockFlags: Set<String> = [
    "qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc",
  ]

  /// Checks the settings of the blocks of open_clip's own towers.
  static func checkBlocks(_ node: JSONNode) throws {
    if let value = node["block_type"], value.value != .string("default") { throw refusal(value, "CLIP's own blocks") }
    for key in blockFlags.sorted() where try node.optionalBool(key) == true {
      throw refusal(try node.node(key), "false, as in CLIP's own towers")
    }
  }

  /// Reads the activation of a tower: `quick_gelu` of the model, and the arguments of GELU.
  static func activation(_ node: JSONNode, quick: Bool) throws -> Activation {
    var activation = quick ? Activation.quickGELU : .gelu
    guard let arguments = node["act_kwargs"] else { return activation }
    for (key, value) in try arguments.object() {
      switch value {
      case .string("none") where key == "approximate": break
      case .string("tanh") where key == "approximate" && !quick: activation = .tanhGELU
      default:
        throw refusal(
          try arguments.node(key, expected: "no such setting"),
          "approximate alone, none or, without quick_gelu, tanh")
      }
    }
    return activation
  }

  /// Checks that every setting is known: one that isn't could be another architecture's, or turn off what this one has.
  ///
  /// - Parameters:
  ///   - node: the settings.
  ///   - known: the names that are read, or make no difference at any value.
  ///   - off: the names that make no difference where they are false or null, and are refused otherwise.
  ///   - nullable: the known names that may be null; to open_clip, null is no default for the others.
  /// - Throws: ``CLIPError`` or `JSONError` for another one.
  static func checkUnknown(
    _ node: JSONNode, known: Set<String>, off: Set<String> = [], nullable: Set<String> = []
  ) throws {
    for (key, value) in try node.object() {
      guard !known.contains(key) else {
        if value == .null, !nullable.contains(key) { _ = try node.node(key, expected: "a value, or no such setting") }
        continue
      }
      if off.contains(key), value == .bool(false) || value == .null { continue }
      let expected = "no such setting: this version of promptlens does not know what it means"
      throw refusal(try node.node(key, expected: expected), expected)
    }
  }

  /// Reads the width inside the MLPs.
  static func mlpWidth(_ node: JSONNode, _ width: Int) throws -> Int {
    let product = Double(width) * (try node.optionalNumber("mlp_ratio") ?? 4)
    guard let width = Int(exactly: product.rounded(.towardZero)) else {
      throw try node.node("mlp_ratio").unexpected(expected: "a number near 4")
    }
    return width
  }

  /// Reads ε of the norms, the only argument of theirs that changes what they compute.
  static func epsilon(_ node: JSONNode) throws -> Float {
    guard let arguments = node["norm_kwargs"] else { return 1e-5 }
    for (key, value) in try arguments.object()
    where key != "eps" && !(["elementwise_affine", "bias"].contains(key) && value == .bool(true)) {
      throw refusal(try arguments.node(key, expected: "no such setting"), "no such setting beside eps")
    }
    return Float(try arguments.optionalNumber("eps") ?? 1e-5)
  }
}

import PromptLensCLIP
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensors

/// `vision_cfg`, the image tower.
enum OpenCLIPVision {
  /// The settings that are obeyed, make no difference to features (dropout, tokens besides the feature), or are the
  /// library's other tower's.
  private static let known: Set<String> = [
    "image_size", "layers", "width", "head_width", "mlp_ratio", "patch_size", "ls_init_value", "patch_dropout",
    "attentional_pool", "attn_pooler_queries", "attn_pooler_heads", "no_ln_pre", "pos_embed_type",
    "final_ln_after_pool", "pool_type", "output_tokens", "act_kwargs", "norm_kwargs", "block_type", "timm_model_name",
    "timm_model_pretrained", "timm_pool", "timm_proj", "timm_proj_bias", "timm_drop", "timm_drop_path",
  ]
  /// The settings that may be null, and those of the library's own tower, which the other one's configurations write so.
  private static let nullable: Set<String> = [
    "ls_init_value", "act_kwargs", "norm_kwargs", "block_type", "timm_model_name", "timm_drop_path", "timm_proj",
  ]
  private static let nullableBesideTimm: Set<String> = ["layers", "width", "head_width", "mlp_ratio", "patch_size"]
  /// The settings of earlier versions, of a pooling and a norm that no published model has.
  private static let former: Set<String> = ["global_average_pool", "input_patchnorm"]

  /// Reads the tower.
  ///
  /// - Throws: `JSONError` when a setting is of the wrong kind, `CLIPError` when it is not supported.
  static func read(
    _ vision: JSONNode, quick: Bool, source: some TensorSource
  ) throws -> ImageTowerConfiguration {
    let isTimm = vision["timm_model_name"] != nil
    try OpenCLIPSettings.checkUnknown(
      vision, known: known.union(OpenCLIPSettings.blockFlags), off: former,
      nullable: isTimm ? nullable.union(nullableBesideTimm) : nullable)
    let size = try inputSize(vision)
    if isTimm { return try TimmTower(vision, inputSize: size, source: source).read() }

    try OpenCLIPSettings.checkBlocks(vision)
    let activation = try OpenCLIPSettings.activation(vision, quick: quick)
    let headWidth = try vision.optionalInteger("head_width") ?? 64
    guard headWidth > 0 else { throw try vision.node("head_width").unexpected(expected: "a positive number") }
    let width = try vision.optionalInteger("width") ?? 768
    if let blocks = try? vision["layers"]?.array() {
      guard size.isSquare else {
        throw try vision.node("image_size").unexpected(expected: "a square for a ModifiedResNet", found: "\(size)")
      }
      return .modifiedResNet(
        ModifiedResNetConfiguration(
          resolution: size.height, width: width, blocks: try blocks.map { try $0.integer() },
          heads: width.multipliedReportingOverflow(by: 32).partialValue / headWidth))
    }
    var block = BlockDescription()
    block.hasLayerScale = try vision.optionalNumber("ls_init_value") != nil
    var tower = VisionTransformerConfiguration(
      inputSize: size, patchSize: try vision.optionalInteger("patch_size") ?? 16,
      transformer: TransformerConfiguration(
        width: width, layers: try vision.optionalInteger("layers") ?? 12, heads: width / headWidth,
        mlpWidth: try OpenCLIPSettings.mlpWidth(vision, width), activation: activation,
        normEpsilon: try OpenCLIPSettings.epsilon(vision), block: block))
    tower.hasInputNorm = try !(vision.optionalBool("no_ln_pre") ?? false)
    tower.normsAfterPooling = try vision.optionalBool("final_ln_after_pool") ?? false
    if let value = vision["pool_type"] {
      guard let pooling = VisionTransformerConfiguration.Pooling(rawValue: try value.string()) else {
        throw OpenCLIPSettings.refusal(value, "tok or avg")
      }
      tower.pooling = pooling
    }
    // Positions that were computed are an ordinary tensor of the file.
    if let value = vision["pos_embed_type"], !["learnable", "sin_cos_2d"].contains(try value.string()) {
      throw OpenCLIPSettings.refusal(value, "learnable or sin_cos_2d")
    }
    tower.pooler = try pooler(vision)
    guard tower.pooler == nil || tower.pooling == .classToken else {
      throw OpenCLIPSettings.refusal(try vision.node("pool_type"), "tok beside attentional_pool")
    }
    if tower.pooling == .classToken { tower.normsAfterPooling = false }
    return .visionTransformer(tower)
  }

  /// Reads CoCa's pooler; nil where there is none.
  private static func pooler(_ vision: JSONNode) throws -> VisionTransformerConfiguration.AttentionalPooler? {
    guard let node = vision["attentional_pool"], node.value != .bool(false) else { return nil }
    guard node.value == .bool(true) else {
      throw OpenCLIPSettings.refusal(node, "true or false; no published CoCa has a parallel or cascaded pooler")
    }
    return VisionTransformerConfiguration.AttentionalPooler(
      queries: try vision.optionalInteger("attn_pooler_queries") ?? 256,
      heads: try vision.optionalInteger("attn_pooler_heads") ?? 8)
  }

  /// Reads the size of the image tower's input.
  static func inputSize(_ vision: JSONNode) throws -> PixelSize {
    guard let node = vision["image_size"] else { return PixelSize(side: 224) }
    var sides = [Int]()
    if case .array = node.value {
      sides = try node.array().map { try $0.integer() }
    } else {
      let side = try node.integer()
      sides = [side, side]
    }
    guard sides.count == 2 else { throw node.unexpected(expected: "height and width", found: "\(sides)") }
    // Sizes are multiplied before the whole architecture is checked.
    guard sides.allSatisfy({ (1...1 << 16).contains($0) }) else {
      throw node.unexpected(expected: "sides from 1 to 65,536", found: "\(sides)")
    }
    return PixelSize(height: sides[0], width: sides[1])
  }
}

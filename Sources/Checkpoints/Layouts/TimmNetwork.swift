import PromptLensCLIP

/// The facts about a network that follow from timm's name for it, not from its tensors.
///
/// Source: the model definitions of timm 1.0.
struct TimmNetwork {
  /// The kind of tower.
  let kind: Kind
  /// The number of attention heads.
  var heads = 1
  /// ε of every norm.
  var normEpsilon: Float = 1e-6
  /// The activation of the MLPs.
  var activation = Activation.gelu
  /// The number of heads of the attention pooling; nil for that of the blocks.
  var poolingHeads: Int?
  /// The position of a block's norms.
  var normPosition = BlockDescription.NormPosition.before
  /// The rotary embedding; nil for none.
  var rotary: TimmTransformerConfiguration.RotaryEmbedding?
  /// open_clip's `timm_pool` of the published models.
  var pool: String
  /// Whether an empty `timm_pool` means the same.
  var isPooledByDefault: Bool { pool == "avg" }

  /// Whether the network is one of SigLIP's: read by an attention pooling of the blocks' own heads.
  private var isSigLIP: Bool { pool == "map" && poolingHeads == nil }

  /// The kinds of towers.
  enum Kind {
    case convNeXt
    case transformer
  }

  /// The number of heads of timm's attention pooling in the Perception Encoders.
  static let perceptionPoolingHeads = 8

  /// Finds a network by its name, without the tag of its weights; nil for one that isn't supported.
  init?(_ name: String) {
    let name = name.split(separator: ".").first.map(String.init) ?? name
    if ["tiny", "small", "base", "large", "xlarge"].contains(where: { name == "convnext_\($0)" }) {
      self.init(kind: .convNeXt, pool: "avg")
    } else if name == "convnext_xxlarge" {
      self.init(kind: .convNeXt, normEpsilon: 1e-5, pool: "avg")
    } else if let network = (Self.transformers + Self.siglips).first(where: {
      name.hasPrefix($0.prefix) && ($0.network.isSigLIP == name.contains("_siglip_"))
    })?.network {
      self = network
    } else {
      return nil
    }
  }

  private init(
    kind: Kind, heads: Int = 1, normEpsilon: Float = 1e-6, normPosition: BlockDescription.NormPosition = .before,
    rotary: TimmTransformerConfiguration.RotaryEmbedding? = nil, activation: Activation = .gelu,
    poolingHeads: Int? = nil, pool: String
  ) {
    self.kind = kind
    self.heads = heads
    self.normEpsilon = normEpsilon
    self.activation = activation
    self.poolingHeads = poolingHeads
    self.normPosition = normPosition
    self.rotary = rotary
    self.pool = pool
  }

  private static let transformers: [(prefix: String, network: TimmNetwork)] =
    [
      ("eva_giant_patch14_", TimmNetwork(kind: .transformer, heads: 16, pool: "token")),
      ("eva02_base_patch16_clip_", eva02(heads: 12)), ("eva02_large_patch14_clip_", eva02(heads: 16)),
      (
        "eva02_enormous_patch14_clip_",
        TimmNetwork(kind: .transformer, heads: 16, normPosition: .after, pool: "token")
      ),
      ("vit_base_mci_", TimmNetwork(kind: .transformer, heads: 12, pool: "token")),
      // MobileCLIP 2-L's, which is OpenAI's own in timm's names but for the activation.
      ("vit_large_patch14_clip_224", TimmNetwork(kind: .transformer, heads: 16, normEpsilon: 1e-5, pool: "token")),
    ]
    + [("tiny", 3, 24, 1), ("small", 6, 24, 1), ("base", 12, 14, 1), ("large", 16, 24, 1), ("gigantic", 16, 32, 0)].map
  {
    size, heads, reference, offset in
    (
      "vit_pe_core_\(size)_patch",
      TimmNetwork(
        kind: .transformer, heads: heads, normEpsilon: 1e-5,
        rotary: TimmTransformerConfiguration.RotaryEmbedding(
          reference: reference, offset: offset, hasColumnsFirst: true), poolingHeads: perceptionPoolingHeads,
        pool: "map")
    )
  }
    + [("small", 6), ("base", 12), ("large", 16), ("large2", 16), ("xlarge", 16)].map { size, heads in
      ("vitamin_\(size)_", TimmNetwork(kind: .transformer, heads: heads, pool: "avg"))
    }

  private static func eva02(heads: Int) -> TimmNetwork {
    TimmNetwork(
      kind: .transformer, heads: heads, rotary: TimmTransformerConfiguration.RotaryEmbedding(reference: 16),
      pool: "token")
  }

  /// SigLIP's towers: the approximate GELU is that of the largest ones and of two others.
  private static let siglips: [(prefix: String, network: TimmNetwork)] = [
    ("vit_base_patch32_siglip_256", siglip(heads: 12, .tanhGELU)), ("vit_base_patch", siglip(heads: 12, .gelu)),
    ("vit_large_patch16_siglip_512", siglip(heads: 16, .tanhGELU)), ("vit_large_patch", siglip(heads: 16, .gelu)),
    ("vit_so400m_patch16_", siglip(heads: 16, .tanhGELU)), ("vit_so400m_patch", siglip(heads: 16, .gelu)),
    ("vit_giantopt_patch", siglip(heads: 16, .tanhGELU)),
  ]

  private static func siglip(heads: Int, _ activation: Activation) -> TimmNetwork {
    TimmNetwork(kind: .transformer, heads: heads, activation: activation, pool: "map")
  }

  /// Returns what is expected in place of an unsupported network, with the reason where it is known.
  static func expectation(of name: String) -> String {
    let supported =
      "a ConvNeXt, EVA, Perception Encoder, ViTamin, SigLIP, vit_base_mci or vit_large_patch14_clip_224 of the timm library"
    return name.hasPrefix("fastvit_") ? "\(supported), not a FastViT" : supported
  }
}

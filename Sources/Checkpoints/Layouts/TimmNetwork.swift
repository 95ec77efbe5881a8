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
  /// The position of a block's norms.
  var normPosition = BlockDescription.NormPosition.before
  /// The rotary embedding; nil for none.
  var rotary: TimmTransformerConfiguration.RotaryEmbedding?
  /// open_clip's `timm_pool` of the published models.
  var pool: String
  /// Whether an empty `timm_pool` means the same.
  var isPooledByDefault: Bool { pool == "avg" }

  /// The kinds of towers.
  enum Kind {
    case convNeXt
    case transformer
  }

  /// The number of heads of timm's attention pooling in the Perception Encoders.
  static let poolingHeads = 8

  /// Finds a network by its name, without the tag of its weights; nil for one that isn't supported.
  init?(_ name: String) {
    let name = name.split(separator: ".").first.map(String.init) ?? name
    if ["tiny", "small", "base", "large", "xlarge"].contains(where: { name == "convnext_\($0)" }) {
      self.init(kind: .convNeXt, pool: "avg")
    } else if name == "convnext_xxlarge" {
      self.init(kind: .convNeXt, normEpsilon: 1e-5, pool: "avg")
    } else if let network = Self.transformers.first(where: { name.hasPrefix($0.prefix) })?.network {
      self = network
    } else {
      return nil
    }
  }

  private init(
    kind: Kind, heads: Int = 1, normEpsilon: Float = 1e-6, normPosition: BlockDescription.NormPosition = .before,
    rotary: TimmTransformerConfiguration.RotaryEmbedding? = nil, pool: String
  ) {
    self.kind = kind
    self.heads = heads
    self.normEpsilon = normEpsilon
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
    ]
    + [("tiny", 3, 24, 1), ("small", 6, 24, 1), ("base", 12, 14, 1), ("large", 16, 24, 1), ("gigantic", 16, 32, 0)].map
  {
    size, heads, reference, offset in
    (
      "vit_pe_core_\(size)_patch",
      TimmNetwork(
        kind: .transformer, heads: heads, normEpsilon: 1e-5,
        rotary: TimmTransformerConfiguration.RotaryEmbedding(
          reference: reference, offset: offset, hasColumnsFirst: true), pool: "map")
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

  /// Returns what is expected in place of an unsupported network, with the reason where it is known.
  static func expectation(of name: String) -> String {
    let supported = "a ConvNeXt, EVA, Perception Encoder, ViTamin or vit_base_mci of the timm library"
    if name.contains("_siglip_") { return "\(supported), not a SigLIP, whose text tower is not causal" }
    if name.hasPrefix("fastvit_") { return "\(supported), not a FastViT, whose text tower is not causal" }
    if name.hasPrefix("vit_large_patch14_clip_") {
      return "\(supported), not MobileCLIP 2-L's vision transformer, whose text tower is not causal"
    }
    return supported
  }
}

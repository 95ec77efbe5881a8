/// The structure of a transformer's blocks apart from their sizes; by default that of CLIP's own blocks.
package struct BlockDescription: Sendable, Equatable {
  /// The naming of the tensors.
  package var names = Names.openAI
  /// Whether queries, keys and values have a matrix each, instead of one for all three.
  package var hasSeparateProjections = false
  /// The biases of queries, keys and values.
  package var projectionBias = ProjectionBias.all
  /// Whether the heads' joint result is normalized before its projection.
  package var hasAttentionNorm = false
  /// Where a block's norms stand.
  package var normPosition = NormPosition.before
  /// Whether each half of a block is scaled by a learned vector before it is added.
  package var hasLayerScale = false
  /// The form of the MLP.
  package var feedForward = FeedForwardForm.plain

  /// Creates the description of CLIP's own blocks.
  package init() {}

  /// Whether the blocks are CLIP's own.
  package var isCLIPs: Bool { self == BlockDescription() }

  /// A naming of a block's tensors.
  package enum Names: String, Sendable, CaseIterable {
    /// `ln_1`, `attn.in_proj_weight`, `mlp.c_fc` …
    case openAI = "openai"
    /// `norm1`, `attn.qkv.weight`, `mlp.fc1` …
    case timm
  }

  /// Which projections of the attention have a bias.
  package enum ProjectionBias: String, Sendable, CaseIterable {
    case all
    /// EVA's: a bias of the keys cannot change the attention.
    case queriesAndValues = "queries_and_values"
    case none
  }

  /// The position of a block's norms.
  package enum NormPosition: String, Sendable, CaseIterable {
    /// `x + attention(norm(x))`.
    case before
    /// `x + norm(attention(x))`.
    case after
  }

  /// The form of an MLP.
  package enum FeedForwardForm: String, Sendable, CaseIterable {
    /// Two layers with an activation between them.
    case plain
    /// `silu(gate x) · (expansion x)`, normalized before the last layer: EVA02's.
    case gatedSiLU = "gated_silu"
    /// `gelu(gate n) · (expansion n)` of a second norm n of its input: ViTamin's.
    case gatedGELU = "gated_gelu"
  }
}

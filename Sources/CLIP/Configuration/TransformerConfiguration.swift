/// A stack of residual attention blocks.
package struct TransformerConfiguration: Sendable, Equatable {
  /// The width of the residual stream.
  package var width: Int
  /// The number of blocks.
  package var layers: Int
  /// The number of attention heads, which divides the width.
  package var heads: Int
  /// The width inside the MLP, four times the width in every published CLIP.
  package var mlpWidth: Int
  /// The MLP's activation.
  package var activation: Activation
  /// ε of every norm.
  package var normEpsilon: Float
  /// The structure of the blocks.
  package var block: BlockDescription

  /// Creates a transformer; by default of CLIP's own blocks, with heads of 64, an MLP of four widths and ε = 1e-5.
  package init(
    width: Int, layers: Int, heads: Int? = nil, mlpWidth: Int? = nil, activation: Activation = .quickGELU,
    normEpsilon: Float = 1e-5, block: BlockDescription = BlockDescription()
  ) {
    self.width = width
    self.layers = layers
    self.heads = heads ?? max(width / 64, 1)
    self.mlpWidth = mlpWidth ?? width.multipliedReportingOverflow(by: 4).partialValue
    self.activation = activation
    self.normEpsilon = normEpsilon
    self.block = block
  }

  /// The width of one head.
  package var headWidth: Int { width / heads }
}

/// The activation between an MLP's two layers.
package enum Activation: String, Sendable, CaseIterable {
  /// x · sigmoid(1.702 x), in OpenAI's models and models derived from them.
  case quickGELU = "quick_gelu"
  /// x · Φ(x), in most of open_clip's own models.
  case gelu = "gelu"
  /// `x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`, an approximation of GELU, in SigLIP's models.
  case tanhGELU = "gelu_tanh"
}

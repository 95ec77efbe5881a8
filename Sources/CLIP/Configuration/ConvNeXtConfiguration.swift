import PromptLensImages

/// A ConvNeXt: four stages of blocks with a depthwise convolution and an MLP, averaged over the image.
///
/// Source: Liu et al., "A ConvNet for the 2020s" (2022); `convnext.py` of timm.
package struct ConvNeXtConfiguration: Sendable, Equatable {
  /// timm's name of the network, by which other software builds it.
  package var name: String
  /// The size of the input.
  package var inputSize: PixelSize
  /// The side of a patch of the stem, and its stride.
  package var patchSize: Int
  /// The side of the depthwise kernels; 7 in all published ones.
  package var kernelSize: Int
  /// The number of channels in each stage.
  package var widths: [Int]
  /// The number of blocks in each stage.
  package var depths: [Int]
  /// The width inside a block's MLP, in widths of its stage.
  package var mlpRatio: Int
  /// ε of every norm: 1e-5 in xxlarge, 1e-6 in all others.
  package var normEpsilon: Float
  /// The step from the mean to the shared space.
  package var projection: TimmProjection

  /// Creates a ConvNeXt; by default with timm's patches of 4, kernels of 7 and MLPs of four widths.
  package init(
    name: String, inputSize: PixelSize, patchSize: Int = 4, kernelSize: Int = 7, widths: [Int], depths: [Int],
    mlpRatio: Int = 4, normEpsilon: Float = 1e-6, projection: TimmProjection
  ) {
    self.name = name
    self.inputSize = inputSize
    self.patchSize = patchSize
    self.kernelSize = kernelSize
    self.widths = widths
    self.depths = depths
    self.mlpRatio = mlpRatio
    self.normEpsilon = normEpsilon
    self.projection = projection
  }
}

/// The step from a timm tower's pooled state to the space that images and texts share; open_clip's `timm_proj`.
package enum TimmProjection: String, Sendable, CaseIterable {
  /// The network's own classifier, with a bias.
  case classifier
  /// A matrix without a bias, open_clip's `head.proj`.
  case linear
  /// Two layers with GELU between them, the first of two widths of the shared space and with a bias: `head.mlp`.
  case mlp
  /// None: the state is the feature.
  case none
}

import PromptLensImages

/// The description of an image tower.
package enum ImageTowerConfiguration: Sendable, Equatable {
  /// OpenAI's and open_clip's own vision transformer.
  case visionTransformer(VisionTransformerConfiguration)
  /// OpenAI's ResNet.
  case modifiedResNet(ModifiedResNetConfiguration)
  /// A ConvNeXt of the timm library.
  case convNeXt(ConvNeXtConfiguration)
  /// A vision transformer of the timm library: EVA, Perception Encoder, ViTamin, MobileCLIP-B.
  case timmTransformer(TimmTransformerConfiguration)

  /// The size of the input.
  package var inputSize: PixelSize {
    switch self {
    case .visionTransformer(let configuration): configuration.inputSize
    case .modifiedResNet(let configuration): PixelSize(side: configuration.resolution)
    case .convNeXt(let configuration): configuration.inputSize
    case .timmTransformer(let configuration): configuration.inputSize
    }
  }

  /// The number of bytes of an image in the tower's form, `[3, height, width]` in f32.
  package var inputBytes: Int { 3 * inputSize.count * MemoryLayout<Float>.stride }

  /// The activation of open_clip's and OpenAI's own towers, which `quick_gelu` sets for both; nil where the tower isn't
  /// asked.
  package var activation: Activation? {
    if case .visionTransformer(let configuration) = self { configuration.transformer.activation } else { nil }
  }
}

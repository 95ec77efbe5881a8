extension CLIPConfiguration {
  /// The architectures that OpenAI published, by their names.
  package static let published: [(name: String, configuration: CLIPConfiguration)] = [
    ("RN50", resNet([3, 4, 6, 3], width: 64, resolution: 224, textWidth: 512, embedDimension: 1024)),
    ("RN101", resNet([3, 4, 23, 3], width: 64, resolution: 224, textWidth: 512, embedDimension: 512)),
    ("RN50x4", resNet([4, 6, 10, 6], width: 80, resolution: 288, textWidth: 640, embedDimension: 640)),
    ("RN50x16", resNet([6, 8, 18, 8], width: 96, resolution: 384, textWidth: 768, embedDimension: 768)),
    ("RN50x64", resNet([3, 15, 36, 10], width: 128, resolution: 448, textWidth: 1024, embedDimension: 1024)),
    ("ViT-B/32", visionTransformer(768, layers: 12, patch: 32, resolution: 224, textWidth: 512, embedDimension: 512)),
    ("ViT-B/16", visionTransformer(768, layers: 12, patch: 16, resolution: 224, textWidth: 512, embedDimension: 512)),
    ("ViT-L/14", visionTransformer(1024, layers: 24, patch: 14, resolution: 224, textWidth: 768, embedDimension: 768)),
    (
      "ViT-L/14@336px",
      visionTransformer(1024, layers: 24, patch: 14, resolution: 336, textWidth: 768, embedDimension: 768)
    ),
  ]

  /// OpenAI's name for this architecture, regardless of vocabulary, activation, ε and preprocessing; nil for other
  /// architectures.
  package var publishedName: String? { Self.published.first { $0.configuration.hasSizes(of: self) }?.name }

  /// OpenAI's name for this architecture, or else a description of its sizes.
  package var architectureName: String {
    if let publishedName { return publishedName }
    switch image {
    case .visionTransformer(let vision):
      let transformer = vision.transformer
      return "ViT, width \(transformer.width), \(transformer.layers) layers, patch \(vision.patchSize), "
        + "\(vision.inputSize)"
    case .modifiedResNet(let network):
      return "ModifiedResNet, width \(network.width), blocks \(network.blocks), \(network.resolution) px"
    case .convNeXt(let network):
      return "ConvNeXt, widths \(network.widths), blocks \(network.depths), \(network.inputSize)"
    case .timmTransformer(let tower):
      return "\(tower.name), width \(tower.transformer.width), \(tower.transformer.layers) layers, "
        + "\(tower.inputSize)"
    }
  }

  private func hasSizes(of other: CLIPConfiguration) -> Bool {
    var adjusted = other
    adjusted.preprocessing = preprocessing
    adjusted.text.vocabularySize = text.vocabularySize
    adjusted.text.finalNormEpsilon = text.finalNormEpsilon
    adjusted.text.transformer.activation = text.transformer.activation
    adjusted.text.transformer.normEpsilon = text.transformer.normEpsilon
    if case .visionTransformer(var vision) = adjusted.image, case .visionTransformer(let own) = image {
      vision.transformer.activation = own.transformer.activation
      vision.transformer.normEpsilon = own.transformer.normEpsilon
      adjusted.image = .visionTransformer(vision)
    }
    return adjusted == self
  }

  private static func text(_ width: Int) -> TextTowerConfiguration {
    TextTowerConfiguration(
      vocabularySize: 49408, contextLength: 77, transformer: TransformerConfiguration(width: width, layers: 12))
  }

  private static func resNet(
    _ blocks: [Int], width: Int, resolution: Int, textWidth: Int, embedDimension: Int
  ) -> CLIPConfiguration {
    CLIPConfiguration(
      embedDimension: embedDimension,
      image: .modifiedResNet(
        ModifiedResNetConfiguration(resolution: resolution, width: width, blocks: blocks, heads: width / 2)),
      text: text(textWidth))
  }

  private static func visionTransformer(
    _ width: Int, layers: Int, patch: Int, resolution: Int, textWidth: Int, embedDimension: Int
  ) -> CLIPConfiguration {
    CLIPConfiguration(
      embedDimension: embedDimension,
      image: .visionTransformer(
        VisionTransformerConfiguration(
          resolution: resolution, patchSize: patch,
          transformer: TransformerConfiguration(width: width, layers: layers))),
      text: text(textWidth))
  }
}

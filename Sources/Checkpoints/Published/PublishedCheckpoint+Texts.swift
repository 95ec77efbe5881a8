import PromptLensCLIP

/// The published models with other text towers than CLIP's: CoCa and MetaCLIP 2, by open_clip's definitions.
extension PublishedCheckpoint {
  /// The architectures, by open_clip's names.
  static let textArchitectures: [(name: String, configuration: CLIPConfiguration)] = [
    coca("coca_ViT-B-32", 512, patch: 32, width: 768, layers: 12, textHeads: 8),
    coca("coca_ViT-L-14", 768, patch: 14, width: 1024, layers: 24, textHeads: 12),
    metaCLIP("ViT-H-14-worldwide-quickgelu", 224, huge, .quickGELU),
    metaCLIP("ViT-H-14-worldwide-378", 378, huge, .gelu), metaCLIP("ViT-bigG-14-worldwide", 224, gigantic, .gelu),
    metaCLIP("ViT-bigG-14-worldwide-378", 378, gigantic, .gelu),
  ]

  /// open_clip's files, with the names of their architectures.
  static let textNames: [(name: String, architecture: String)] = [
    ("laion/CoCa-ViT-B-32-laion2B-s13B-b90k", "coca_ViT-B-32"),
    ("laion/CoCa-ViT-L-14-laion2B-s13B-b90k", "coca_ViT-L-14"),
    ("laion/mscoco_finetuned_CoCa-ViT-B-32-laion2B-s13B-b90k", "coca_ViT-B-32"),
    ("laion/mscoco_finetuned_CoCa-ViT-L-14-laion2B-s13B-b90k", "coca_ViT-L-14"),
    ("timm/vit_huge_patch14_clip_224.metaclip2_worldwide", "ViT-H-14-worldwide-quickgelu"),
    ("timm/vit_huge_patch14_clip_378.metaclip2_worldwide", "ViT-H-14-worldwide-378"),
    ("timm/vit_gigantic_patch14_clip_224.metaclip2_worldwide", "ViT-bigG-14-worldwide"),
    ("timm/vit_gigantic_patch14_clip_378.metaclip2_worldwide", "ViT-bigG-14-worldwide-378"),
  ]

  /// Returns the number of weights of CoCa's decoder, which its files hold, too: layers of the text tower's width, each
  /// with an attention to the image behind it, and the scores of all tokens.
  static func decoderCount(_ architecture: String, _ configuration: CLIPConfiguration) -> Int {
    guard architecture.hasPrefix("coca_") else { return 0 }
    let width = configuration.text.transformer.width
    let layer = 24 * width * width + 28 * width
    return 12 * layer + 2 * width + width * configuration.text.vocabularySize
  }

  private typealias Entry = (name: String, configuration: CLIPConfiguration)
  private typealias Size = (embedDimension: Int, width: Int, layers: Int, mlpWidth: Int, textLayers: Int)

  private static let huge: Size = (1024, 1280, 32, 5120, 24)
  private static let gigantic: Size = (1280, 1664, 48, 8192, 32)

  private static func coca(
    _ name: String, _ embedDimension: Int, patch: Int, width: Int, layers: Int, textHeads: Int
  ) -> Entry {
    var vision = VisionTransformerConfiguration(
      resolution: 224, patchSize: patch,
      transformer: TransformerConfiguration(width: width, layers: layers, activation: .gelu))
    vision.pooler = VisionTransformerConfiguration.AttentionalPooler(queries: 256, heads: 8)
    let text = TransformerConfiguration(width: embedDimension, layers: 12, heads: textHeads, activation: .gelu)
    return (
      name,
      CLIPConfiguration(
        embedDimension: embedDimension, image: .visionTransformer(vision),
        text: TextTowerConfiguration(
          vocabularySize: 49408, contextLength: 76, transformer: text, pooling: .classEmbedding(padding: 0)))
    )
  }

  private static func metaCLIP(_ name: String, _ side: Int, _ size: Size, _ activation: Activation) -> Entry {
    let image = TransformerConfiguration(
      width: size.width, layers: size.layers, heads: 16, mlpWidth: size.mlpWidth, activation: activation)
    let text = TransformerConfiguration(width: size.embedDimension, layers: size.textLayers, activation: activation)
    return (
      name,
      CLIPConfiguration(
        embedDimension: size.embedDimension,
        image: .visionTransformer(
          VisionTransformerConfiguration(resolution: side, patchSize: 14, transformer: image)),
        text: TextTowerConfiguration(
          vocabularySize: 901_629, contextLength: 77, transformer: text, pooling: .first(2)))
    )
  }
}

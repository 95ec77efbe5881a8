import PromptLensCLIP
import PromptLensImages

/// The other published models with open_clip's own towers, by its list and its definitions: OpenAI's weights and MetaCLIP's in
/// open_clip's form, the series of LAION-400M and DataComp, and CLIPA.
extension PublishedCheckpoint {
  /// The architectures, by open_clip's names.
  static let plainArchitectures: [(name: String, configuration: CLIPConfiguration)] =
    [
      ("ViT-B-32-256", plain(512, PixelSize(side: 256), patch: 32, width: 768, layers: 12)),
      ("ViT-B-16-plus-240", plain(640, PixelSize(side: 240), patch: 16, width: 896, layers: 12)),
      ("ViT-H-14-378", plain(1024, PixelSize(side: 378), patch: 14, width: 1280, layers: 32, textLayers: 24)),
    ]
    + [224, 336].flatMap { side in
      [
        clipa("L", side, 768, width: 1024, layers: 24, textLayers: 12),
        clipa("H", side, 1024, width: 1280, layers: 32, textLayers: 24),
        clipa("bigG", side, 1280, width: 1664, layers: 48, mlpWidth: 8192, textLayers: 32),
      ]
    }

  /// open_clip's files, with the names of their architectures.
  static let plainNames: [(name: String, architecture: String)] = [
    ("timm/resnet50_clip.openai", "RN50"), ("timm/resnet50_clip.yfcc15m", "RN50"),
    ("timm/resnet50_clip.cc12m", "RN50"), ("timm/resnet101_clip.openai", "RN101"),
    ("timm/resnet101_clip.yfcc15m", "RN101"), ("timm/resnet50x4_clip.openai", "RN50x4"),
    ("timm/resnet50x16_clip.openai", "RN50x16"), ("timm/resnet50x64_clip.openai", "RN50x64"),
    ("timm/vit_base_patch32_clip_224.openai", "ViT-B/32"),
    ("timm/vit_base_patch32_clip_224.laion400m_e31", "ViT-B/32"),
    ("timm/vit_base_patch32_clip_224.laion400m_e32", "ViT-B/32"),
    ("timm/vit_base_patch32_clip_224.laion2b_e16", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-DataComp.M-s128M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-CommonPool.M.clip-s128M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-CommonPool.M.laion-s128M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-CommonPool.M.image-s128M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-CommonPool.M.text-s128M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-CommonPool.M.basic-s128M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-CommonPool.M-s128M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-DataComp.S-s13M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-CommonPool.S.clip-s13M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-CommonPool.S.laion-s13M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-CommonPool.S.image-s13M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-CommonPool.S.text-s13M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-CommonPool.S.basic-s13M-b4K", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-CommonPool.S-s13M-b4K", "ViT-B/32"),
    ("timm/vit_base_patch32_clip_224.metaclip_400m", "ViT-B/32"),
    ("timm/vit_base_patch32_clip_224.metaclip_2pt5b", "ViT-B/32"),
    ("laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K", "ViT-B-32-256"),
    ("timm/vit_base_patch16_clip_224.openai", "ViT-B/16"),
    ("timm/vit_base_patch16_clip_224.laion400m_e31", "ViT-B/16"),
    ("timm/vit_base_patch16_clip_224.laion400m_e32", "ViT-B/16"),
    ("laion/CLIP-ViT-B-16-DataComp.L-s1B-b8K", "ViT-B/16"),
    ("laion/CLIP-ViT-B-16-CommonPool.L.clip-s1B-b8K", "ViT-B/16"),
    ("laion/CLIP-ViT-B-16-CommonPool.L.laion-s1B-b8K", "ViT-B/16"),
    ("laion/CLIP-ViT-B-16-CommonPool.L.image-s1B-b8K", "ViT-B/16"),
    ("laion/CLIP-ViT-B-16-CommonPool.L.text-s1B-b8K", "ViT-B/16"),
    ("laion/CLIP-ViT-B-16-CommonPool.L.basic-s1B-b8K", "ViT-B/16"),
    ("laion/CLIP-ViT-B-16-CommonPool.L-s1B-b8K", "ViT-B/16"),
    ("timm/vit_base_patch16_clip_224.metaclip_400m", "ViT-B/16"),
    ("timm/vit_base_patch16_clip_224.metaclip_2pt5b", "ViT-B/16"),
    ("timm/vit_base_patch16_plus_clip_240.laion400m_e31", "ViT-B-16-plus-240"),
    ("timm/vit_large_patch14_clip_224.openai", "ViT-L/14"),
    ("timm/vit_large_patch14_clip_224.laion400m_e31", "ViT-L/14"),
    ("timm/vit_large_patch14_clip_224.laion400m_e32", "ViT-L/14"),
    ("laion/CLIP-ViT-L-14-CommonPool.XL.clip-s13B-b90K", "ViT-L/14"),
    ("laion/CLIP-ViT-L-14-CommonPool.XL.laion-s13B-b90K", "ViT-L/14"),
    ("laion/CLIP-ViT-L-14-CommonPool.XL-s13B-b90K", "ViT-L/14"),
    ("timm/vit_large_patch14_clip_224.metaclip_400m", "ViT-L/14"),
    ("timm/vit_large_patch14_clip_224.metaclip_2pt5b", "ViT-L/14"), ("apple/DFN2B-CLIP-ViT-L-14-39B", "ViT-L/14"),
    ("timm/vit_large_patch14_clip_336.openai", "ViT-L/14@336px"),
    ("timm/vit_huge_patch14_clip_224.metaclip_2pt5b", "ViT-H/14"),
    ("timm/vit_huge_patch14_clip_224.metaclip_altogether", "ViT-H/14"),
    ("apple/DFN5B-CLIP-ViT-H-14-378", "ViT-H-14-378"), ("laion/CLIP-ViT-g-14-laion2B-s12B-b42K", "ViT-g/14"),
    ("timm/vit_gigantic_patch14_clip_224.metaclip_2pt5b", "ViT-bigG/14"),
    ("UCSC-VLAA/ViT-L-14-CLIPA-datacomp1B", "ViT-L-14-CLIPA"),
    ("UCSC-VLAA/ViT-L-14-CLIPA-336-datacomp1B", "ViT-L-14-CLIPA-336"),
    ("UCSC-VLAA/ViT-H-14-CLIPA-datacomp1B", "ViT-H-14-CLIPA"),
    ("UCSC-VLAA/ViT-H-14-CLIPA-336-laion2B", "ViT-H-14-CLIPA-336"),
    ("UCSC-VLAA/ViT-H-14-CLIPA-336-datacomp1B", "ViT-H-14-CLIPA-336"),
    ("UCSC-VLAA/ViT-bigG-14-CLIPA-datacomp1B", "ViT-bigG-14-CLIPA"),
    ("UCSC-VLAA/ViT-bigG-14-CLIPA-336-datacomp1B", "ViT-bigG-14-CLIPA-336"),
  ]

  /// The files of transformers, with the names of their architectures.
  static let huggingFaceMetaCLIPNames: [(name: String, architecture: String)] = [
    ("facebook/metaclip-b32-400m", "ViT-B/32"), ("facebook/metaclip-b32-fullcc2.5b", "ViT-B/32"),
    ("facebook/metaclip-b16-400m", "ViT-B/16"), ("facebook/metaclip-b16-fullcc2.5b", "ViT-B/16"),
    ("facebook/metaclip-l14-400m", "ViT-L/14"), ("facebook/metaclip-l14-fullcc2.5b", "ViT-L/14"),
    ("facebook/metaclip-h14-fullcc2.5b", "ViT-H/14"),
    ("facebook/metaclip-2-worldwide-huge-quickgelu", "ViT-H-14-worldwide-quickgelu"),
    ("facebook/metaclip-2-worldwide-huge-378", "ViT-H-14-worldwide-378"),
    ("facebook/metaclip-2-worldwide-giant", "ViT-bigG-14-worldwide"),
    ("facebook/metaclip-2-worldwide-giant-378", "ViT-bigG-14-worldwide-378"),
  ]

  private static func plain(
    _ embedDimension: Int, _ size: PixelSize, patch: Int, width: Int, layers: Int, mlpWidth: Int? = nil,
    textLayers: Int = 12
  ) -> CLIPConfiguration {
    let image = TransformerConfiguration(
      width: width, layers: layers, heads: 16, mlpWidth: mlpWidth ?? 4 * width, activation: .gelu)
    return CLIPConfiguration(
      embedDimension: embedDimension,
      image: .visionTransformer(VisionTransformerConfiguration(inputSize: size, patchSize: patch, transformer: image)),
      text: TextTowerConfiguration(
        vocabularySize: 49408, contextLength: 77,
        transformer: TransformerConfiguration(width: embedDimension, layers: textLayers, activation: .gelu)))
  }

  private static func clipa(
    _ size: String, _ side: Int, _ embedDimension: Int, width: Int, layers: Int, mlpWidth: Int? = nil, textLayers: Int
  ) -> (name: String, configuration: CLIPConfiguration) {
    var configuration = plain(
      embedDimension, PixelSize(side: side), patch: 14, width: width, layers: layers, mlpWidth: mlpWidth,
      textLayers: textLayers)
    if case .visionTransformer(var tower) = configuration.image {
      tower.hasInputNorm = false
      tower.pooling = .mean
      tower.normsAfterPooling = true
      configuration.image = .visionTransformer(tower)
    }
    configuration.text = TextTowerConfiguration(
      vocabularySize: 32000, contextLength: 32, transformer: configuration.text.transformer, pooling: .last(end: 0),
      padding: 0)
    return ("ViT-\(size)-14-CLIPA\(side == 224 ? "" : "-\(side)")", configuration)
  }
}

extension PublishedCheckpoint {
  /// The files of open_clip's list that are refused by name, with the reason.
  package static let refused: [(names: [String], reason: String)] = [
    (
      [
        "apple/MobileCLIP-S1-OpenCLIP", "apple/MobileCLIP-S2-OpenCLIP", "timm/MobileCLIP2-S0-OpenCLIP",
        "timm/MobileCLIP2-S2-OpenCLIP", "timm/MobileCLIP2-S3-OpenCLIP", "timm/MobileCLIP2-S4-OpenCLIP",
      ], "the image tower is a FastViT"
    ),
    (
      [
        "visheratin/nllb-clip-base-oc", "visheratin/nllb-clip-large-oc", "visheratin/nllb-clip-base-siglip",
        "visheratin/nllb-clip-large-siglip", "visheratin/nllb-siglip-mrl-base", "visheratin/nllb-siglip-mrl-large",
      ], "the text tower is an NLLB"
    ),
    (
      [
        "laion/CLIP-ViT-B-32-roberta-base-laion2B-s12B-b32k",
        "laion/CLIP-ViT-B-32-xlm-roberta-base-laion5B-s13B-b90k",
        "laion/CLIP-ViT-H-14-frozen-xlm-roberta-large-laion5B-s13B-b90k",
      ], "the text tower is a RoBERTa or an XLM-RoBERTa"
    ),
  ]
}

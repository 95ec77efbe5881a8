import PromptLensCLIP
import PromptLensImages

/// The published models with an image tower of the timm library, by the sizes in timm's and open_clip's own definitions.
extension PublishedCheckpoint {
  /// The architectures, by open_clip's names.
  static let timmArchitectures: [(name: String, configuration: CLIPConfiguration)] =
    convNeXt + eva + perceptionEncoder + vitamin + mobileCLIP

  /// The files, with the names of their architectures.
  static let timmNames: [(name: String, architecture: String)] =
    [
      ("laion/CLIP-convnext_base-laion400M-s13B-b51K", "convnext_base"),
      ("laion/CLIP-convnext_base_w-laion2B-s13B-b82K", "convnext_base_w"),
      ("laion/CLIP-convnext_base_w-laion2B-s13B-b82K-augreg", "convnext_base_w"),
      ("laion/CLIP-convnext_base_w-laion_aesthetic-s13B-b82K", "convnext_base_w"),
      ("laion/CLIP-convnext_base_w_320-laion_aesthetic-s13B-b82K", "convnext_base_w_320"),
      ("laion/CLIP-convnext_base_w_320-laion_aesthetic-s13B-b82K-augreg", "convnext_base_w_320"),
      ("laion/CLIP-convnext_large_d.laion2B-s26B-b102K-augreg", "convnext_large_d"),
      ("laion/CLIP-convnext_large_d_320.laion2B-s29B-b131K-ft", "convnext_large_d_320"),
      ("laion/CLIP-convnext_large_d_320.laion2B-s29B-b131K-ft-soup", "convnext_large_d_320"),
      ("laion/CLIP-convnext_xxlarge-laion2B-s34B-b82K-augreg", "convnext_xxlarge"),
      ("laion/CLIP-convnext_xxlarge-laion2B-s34B-b82K-augreg-rewind", "convnext_xxlarge"),
      ("laion/CLIP-convnext_xxlarge-laion2B-s34B-b82K-augreg-soup", "convnext_xxlarge"),
      ("timm/eva_giant_patch14_clip_224.laion400m_s11b_b41k", "EVA01-g-14"),
      ("timm/eva_giant_patch14_plus_clip_224.merged2b_s11b_b114k", "EVA01-g-14-plus"),
      ("timm/eva02_base_patch16_clip_224.merged2b_s8b_b131k", "EVA02-B-16"),
      ("timm/eva02_large_patch14_clip_224.merged2b_s4b_b131k", "EVA02-L-14"),
      ("timm/eva02_large_patch14_clip_336.merged2b_s6b_b61k", "EVA02-L-14-336"),
      ("timm/eva02_enormous_patch14_clip_224.laion2b_s4b_b115k", "EVA02-E-14"),
      ("timm/eva02_enormous_patch14_plus_clip_224.laion2b_s9b_b144k", "EVA02-E-14-plus"),
      ("apple/MobileCLIP-B-OpenCLIP", "MobileCLIP-B"), ("apple/MobileCLIP-B-LT-OpenCLIP", "MobileCLIP-B"),
      ("timm/MobileCLIP2-B-OpenCLIP", "MobileCLIP2-B"),
    ] + perceptionEncoder.map { ("timm/\($0.name)", $0.name) }
    + ["S", "S-LTT", "B", "B-LTT"].map { ("jienengchen/ViTamin-\($0)", "ViTamin-\($0)") }
    + ["L", "L2"].flatMap { size in
      [224, 256, 336, 384].map { ("jienengchen/ViTamin-\(size)-\($0)px", vitaminName(size, $0)) }
    } + [256, 336, 384].map { ("jienengchen/ViTamin-XL-\($0)px", vitaminName("XL", $0)) }

  private typealias Entry = (name: String, configuration: CLIPConfiguration)

  private static func entry(
    _ name: String, _ embedDimension: Int, _ image: ImageTowerConfiguration, text: (width: Int, layers: Int),
    context: Int = 77, heads: Int? = nil
  ) -> Entry {
    let transformer = TransformerConfiguration(
      width: text.width, layers: text.layers, heads: heads, activation: .gelu)
    return (
      name,
      CLIPConfiguration(
        embedDimension: embedDimension, image: image,
        text: TextTowerConfiguration(vocabularySize: 49408, contextLength: context, transformer: transformer))
    )
  }

  // MARK: ConvNeXt

  private static let convNeXt: [Entry] = {
    func tower(
      _ size: String, _ side: Int, _ width: Int, _ depths: [Int], _ projection: TimmProjection, epsilon: Float = 1e-6
    ) -> ImageTowerConfiguration {
      .convNeXt(
        ConvNeXtConfiguration(
          name: "convnext_\(size)", inputSize: PixelSize(side: side), widths: (0..<4).map { width << $0 },
          depths: depths,
          normEpsilon: epsilon, projection: projection))
    }
    let deep = [3, 3, 27, 3]
    return [
      entry("convnext_base", 512, tower("base", 224, 128, deep, .linear), text: (512, 12)),
      entry("convnext_base_w", 640, tower("base", 256, 128, deep, .linear), text: (640, 12)),
      entry("convnext_base_w_320", 640, tower("base", 320, 128, deep, .linear), text: (640, 12)),
      entry("convnext_large_d", 768, tower("large", 256, 192, deep, .mlp), text: (768, 16)),
      entry("convnext_large_d_320", 768, tower("large", 320, 192, deep, .mlp), text: (768, 16)),
      entry(
        "convnext_xxlarge", 1024, tower("xxlarge", 256, 384, [3, 4, 30, 3], .linear, epsilon: 1e-5), text: (1024, 24)),
    ]
  }()

  // MARK: EVA

  private static let eva: [Entry] = {
    func tower(
      _ name: String, _ side: Int, patch: Int, width: Int, layers: Int, heads: Int, mlpWidth: Int,
      rotary: Bool = false, normPosition: BlockDescription.NormPosition = .before
    ) -> ImageTowerConfiguration {
      var block = BlockDescription()
      block.names = .timm
      block.projectionBias = .queriesAndValues
      block.hasSeparateProjections = rotary
      block.hasAttentionNorm = rotary
      block.feedForward = rotary ? .gatedSiLU : .plain
      block.normPosition = normPosition
      return .timmTransformer(
        TimmTransformerConfiguration(
          name: name, inputSize: PixelSize(side: side), stem: .patches(side: patch, hasBias: true),
          transformer: TransformerConfiguration(
            width: width, layers: layers, heads: heads, mlpWidth: mlpWidth, activation: .gelu, normEpsilon: 1e-6,
            block: block),
          rotary: rotary ? TimmTransformerConfiguration.RotaryEmbedding(reference: 16) : nil))
    }
    let giant = tower("eva_giant_patch14_224", 224, patch: 14, width: 1408, layers: 40, heads: 16, mlpWidth: 6144)
    let enormous = tower(
      "eva02_enormous_patch14_clip_224", 224, patch: 14, width: 1792, layers: 64, heads: 16, mlpWidth: 15360,
      normPosition: .after)
    func large(_ side: Int) -> ImageTowerConfiguration {
      tower(
        "eva02_large_patch14_clip_\(side)", side, patch: 14, width: 1024, layers: 24, heads: 16, mlpWidth: 2730,
        rotary: true)
    }
    return [
      entry("EVA01-g-14", 1024, giant, text: (768, 12)), entry("EVA01-g-14-plus", 1024, giant, text: (1024, 24)),
      entry(
        "EVA02-B-16", 512,
        tower(
          "eva02_base_patch16_clip_224", 224, patch: 16, width: 768, layers: 12, heads: 12, mlpWidth: 2048, rotary: true
        ),
        text: (512, 12)),
      entry("EVA02-L-14", 768, large(224), text: (768, 12)), entry("EVA02-L-14-336", 768, large(336), text: (768, 12)),
      entry("EVA02-E-14", 1024, enormous, text: (1024, 24)), entry("EVA02-E-14-plus", 1024, enormous, text: (1280, 32)),
    ]
  }()

  // MARK: Perception Encoder

  private static let perceptionEncoder: [Entry] = {
    func tower(
      _ size: String, _ side: Int, patch: Int, width: Int, layers: Int, heads: Int, mlpWidth: Int? = nil,
      reference: Int,
      hasClassToken: Bool = true
    ) -> ImageTowerConfiguration {
      var block = BlockDescription()
      block.names = .timm
      return .timmTransformer(
        TimmTransformerConfiguration(
          name: "vit_pe_core_\(size)_patch\(patch)_\(side)", inputSize: PixelSize(side: side),
          stem: .patches(side: patch, hasBias: false), hasClassToken: hasClassToken, hasInputNorm: true,
          transformer: TransformerConfiguration(
            width: width, layers: layers, heads: heads, mlpWidth: mlpWidth, activation: .gelu, block: block),
          rotary: TimmTransformerConfiguration.RotaryEmbedding(
            reference: reference, offset: hasClassToken ? 1 : 0, hasColumnsFirst: true),
          pooling: .attention(heads: TimmNetwork.perceptionPoolingHeads, mlpWidth: 4 * width)))
    }
    return [
      entry(
        "PE-Core-T-16-384", 512, tower("tiny", 384, patch: 16, width: 192, layers: 12, heads: 3, reference: 24),
        text: (512, 12), context: 32),
      entry(
        "PE-Core-S-16-384", 512, tower("small", 384, patch: 16, width: 384, layers: 12, heads: 6, reference: 24),
        text: (512, 12), context: 32),
      entry(
        "PE-Core-B-16", 1024, tower("base", 224, patch: 16, width: 768, layers: 12, heads: 12, reference: 14),
        text: (1024, 24), context: 32),
      entry(
        "PE-Core-L-14-336", 1024, tower("large", 336, patch: 14, width: 1024, layers: 24, heads: 16, reference: 24),
        text: (1024, 24), context: 32),
      entry(
        "PE-Core-bigG-14-448", 1280,
        tower(
          "gigantic", 448, patch: 14, width: 1536, layers: 50, heads: 16, mlpWidth: 8960, reference: 32,
          hasClassToken: false), text: (1280, 24), context: 72),
    ]
  }()

  // MARK: ViTamin

  private static func vitaminName(_ size: String, _ side: Int) -> String {
    side == 224 ? "ViTamin-\(size)" : "ViTamin-\(size)-\(side)"
  }

  private static let vitamin: [Entry] = {
    func tower(
      _ size: String, _ side: Int, channels: Int, width: Int, layers: Int, heads: Int, hasPositions: Bool = true
    ) -> ImageTowerConfiguration {
      var block = BlockDescription()
      block.names = .timm
      block.feedForward = .gatedGELU
      return .timmTransformer(
        TimmTransformerConfiguration(
          name: "vitamin_\(size)_\(side)", inputSize: PixelSize(side: side),
          stem: .bottlenecks(
            stem: channels,
            stages: [
              TimmTransformerConfiguration.Stem.Stage(channels: channels, depth: 2),
              TimmTransformerConfiguration.Stem.Stage(channels: 2 * channels, depth: 4),
            ]), hasClassToken: false, positionTable: hasPositions ? .all : .none,
          transformer: TransformerConfiguration(
            width: width, layers: layers, heads: heads, mlpWidth: 2 * width, activation: .gelu, normEpsilon: 1e-6,
            block: block),
          pooling: .mean, projection: .linear))
    }
    let small = tower("small", 224, channels: 64, width: 384, layers: 14, heads: 6)
    let base = tower("base", 224, channels: 128, width: 768, layers: 14, heads: 12)
    var entries = [
      entry("ViTamin-S", 384, small, text: (384, 12)), entry("ViTamin-S-LTT", 768, small, text: (768, 12)),
      entry("ViTamin-B", 512, base, text: (512, 12)), entry("ViTamin-B-LTT", 768, base, text: (768, 12)),
    ]
    for side in [224, 256, 336, 384] {
      entries += [
        entry(
          vitaminName("L", side), 768, tower("large", side, channels: 160, width: 1024, layers: 31, heads: 16),
          text: (768, 12)),
        entry(
          vitaminName("L2", side), 1024, tower("large2", side, channels: 160, width: 1024, layers: 31, heads: 16),
          text: (1024, 24)),
      ]
    }
    entries += [256, 336, 384].map { side in
      entry(
        vitaminName("XL", side), 1152,
        tower("xlarge", side, channels: 192, width: 1152, layers: 32, heads: 16, hasPositions: false), text: (1152, 27),
        heads: 16)
    }
    return entries
  }()

  // MARK: MobileCLIP

  private static let mobileCLIP: [Entry] = ["MobileCLIP-B", "MobileCLIP2-B"].map { name in
    var block = BlockDescription()
    block.names = .timm
    return entry(
      name, 512,
      .timmTransformer(
        TimmTransformerConfiguration(
          name: "vit_base_mci_224", inputSize: PixelSize(side: 224),
          stem: .convolutions(
            [(4, 192), (2, 192), (2, 768)].map {
              TimmTransformerConfiguration.Stem.Convolution(side: $0.0, channels: $0.1)
            }), positionTable: .patches,
          transformer: TransformerConfiguration(
            width: 768, layers: 12, heads: 12, activation: .gelu, normEpsilon: 1e-6, block: block))),
      text: (512, 12))
  }
}

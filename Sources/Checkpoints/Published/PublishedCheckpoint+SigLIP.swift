import PromptLensCLIP
import PromptLensImages

/// The published SigLIPs and fixed-resolution SigLIP 2s, by the definitions of timm, open_clip and transformers, and
/// MobileCLIP 2-L, whose text tower has no causal mask either.
extension PublishedCheckpoint {
  /// The architectures, by open_clip's names; transformers' differ in the activation alone.
  static let sigLIPArchitectures: [(name: String, configuration: CLIPConfiguration)] =
    sizes.map { ($0.name, described($0)) } + [mobileCLIPLarge]

  /// open_clip's files, with the names of their architectures.
  static let sigLIPNames: [(name: String, architecture: String)] =
    sizes.map { entry in
      // The same file under two names, with 27 patches of 14 pixels in 384.
      ("timm/\(entry.name == "ViT-SO400M-14-SigLIP-378" ? "ViT-SO400M-14-SigLIP-384" : entry.name)", entry.name)
    } + [("timm/MobileCLIP2-L-14-OpenCLIP", "MobileCLIP2-L-14")]

  /// The files of transformers, with the names of their architectures.
  static let huggingFaceSigLIPNames: [(name: String, architecture: String)] = [
    ("google/siglip-base-patch16-224", "ViT-B-16-SigLIP"), ("google/siglip-base-patch16-256", "ViT-B-16-SigLIP-256"),
    ("google/siglip-base-patch16-384", "ViT-B-16-SigLIP-384"),
    ("google/siglip-base-patch16-512", "ViT-B-16-SigLIP-512"),
    ("google/siglip-base-patch16-256-multilingual", "ViT-B-16-SigLIP-i18n-256"),
    ("google/siglip-large-patch16-256", "ViT-L-16-SigLIP-256"),
    ("google/siglip-large-patch16-384", "ViT-L-16-SigLIP-384"),
    ("google/siglip-so400m-patch14-224", "ViT-SO400M-14-SigLIP"),
    ("google/siglip-so400m-patch14-384", "ViT-SO400M-14-SigLIP-378"),
    ("google/siglip2-base-patch32-256", "ViT-B-32-SigLIP2-256"),
    ("google/siglip2-base-patch16-224", "ViT-B-16-SigLIP2"),
    ("google/siglip2-base-patch16-256", "ViT-B-16-SigLIP2-256"),
    ("google/siglip2-base-patch16-384", "ViT-B-16-SigLIP2-384"),
    ("google/siglip2-base-patch16-512", "ViT-B-16-SigLIP2-512"),
    ("google/siglip2-large-patch16-256", "ViT-L-16-SigLIP2-256"),
    ("google/siglip2-large-patch16-384", "ViT-L-16-SigLIP2-384"),
    ("google/siglip2-large-patch16-512", "ViT-L-16-SigLIP2-512"),
    ("google/siglip2-so400m-patch14-224", "ViT-SO400M-14-SigLIP2"),
    ("google/siglip2-so400m-patch14-384", "ViT-SO400M-14-SigLIP2-378"),
    ("google/siglip2-so400m-patch16-256", "ViT-SO400M-16-SigLIP2-256"),
    ("google/siglip2-so400m-patch16-384", "ViT-SO400M-16-SigLIP2-384"),
    ("google/siglip2-so400m-patch16-512", "ViT-SO400M-16-SigLIP2-512"),
    ("google/siglip2-giant-opt-patch16-256", "ViT-gopt-16-SigLIP2-256"),
    ("google/siglip2-giant-opt-patch16-384", "ViT-gopt-16-SigLIP2-384"),
  ]

  /// A size of tower.
  private enum Size: String {
    case base, large, so400m, giantopt
  }

  private struct Entry {
    let name: String
    let size: Size
    let patch: Int
    let side: Int
    var vocabulary = 32000
    var context = 64
    var hasProjection = true
  }

  private static let sizes: [Entry] = first + firstOfOtherShapes + secondOfOtherShapes + secondOfSides

  private static let first: [Entry] = [
    Entry(name: "ViT-B-16-SigLIP", size: .base, patch: 16, side: 224),
    Entry(name: "ViT-B-16-SigLIP-256", size: .base, patch: 16, side: 256),
    Entry(name: "ViT-B-16-SigLIP-384", size: .base, patch: 16, side: 384),
    Entry(name: "ViT-B-16-SigLIP-512", size: .base, patch: 16, side: 512),
    Entry(name: "ViT-L-16-SigLIP-256", size: .large, patch: 16, side: 256),
    Entry(name: "ViT-L-16-SigLIP-384", size: .large, patch: 16, side: 384),
  ]

  private static let firstOfOtherShapes: [Entry] = [
    Entry(name: "ViT-B-16-SigLIP-i18n-256", size: .base, patch: 16, side: 256, vocabulary: 250_000),
    Entry(name: "ViT-SO400M-14-SigLIP", size: .so400m, patch: 14, side: 224, context: 16),
    Entry(name: "ViT-SO400M-14-SigLIP-378", size: .so400m, patch: 14, side: 378),
    Entry(
      name: "ViT-SO400M-16-SigLIP-i18n-256", size: .so400m, patch: 16, side: 256, vocabulary: 250_000,
      hasProjection: false),
  ]

  private static let secondOfOtherShapes: [Entry] = [
    second("ViT-B-32-SigLIP2-256", .base, patch: 32, 256), second("ViT-B-16-SigLIP2", .base, patch: 16, 224),
    second("ViT-SO400M-14-SigLIP2", .so400m, patch: 14, 224),
    second("ViT-SO400M-14-SigLIP2-378", .so400m, patch: 14, 378),
    second("ViT-gopt-16-SigLIP2-256", .giantopt, patch: 16, 256),
    second("ViT-gopt-16-SigLIP2-384", .giantopt, patch: 16, 384),
  ]

  private static let secondOfSides: [Entry] = [256, 384, 512].flatMap { side -> [Entry] in
    [
      second("ViT-B-16-SigLIP2-\(side)", .base, patch: 16, side),
      second("ViT-L-16-SigLIP2-\(side)", .large, patch: 16, side),
      second("ViT-SO400M-16-SigLIP2-\(side)", .so400m, patch: 16, side),
    ]
  }

  private static func second(_ name: String, _ size: Size, patch: Int, _ side: Int) -> Entry {
    Entry(name: name, size: size, patch: patch, side: side, vocabulary: 256_000)
  }

  private static func transformer(_ size: Size, _ activation: Activation) -> TransformerConfiguration {
    let (width, layers, heads, mlpWidth) =
      switch size {
      case .base: (768, 12, 12, 3072)
      case .large: (1024, 24, 16, 4096)
      case .so400m: (1152, 27, 16, 4304)
      case .giantopt: (1536, 40, 16, 6144)
      }
    return TransformerConfiguration(
      width: width, layers: layers, heads: heads, mlpWidth: mlpWidth, activation: activation, normEpsilon: 1e-6)
  }

  private static func described(_ entry: Entry) -> CLIPConfiguration {
    let isSecond = entry.vocabulary == 256_000
    let name = "vit_\(entry.size.rawValue)_patch\(entry.patch)_siglip_\(entry.side)"
    var vision = transformer(entry.size, TimmNetwork(name)?.activation ?? .gelu)
    vision.block.names = .timm
    // The largest image tower has the text tower of the one before it.
    let text = transformer(entry.size == .giantopt ? .so400m : entry.size, isSecond ? .tanhGELU : .gelu)
    return CLIPConfiguration(
      embedDimension: vision.width,
      image: .timmTransformer(
        TimmTransformerConfiguration(
          name: name, inputSize: PixelSize(side: entry.side), stem: .patches(side: entry.patch, hasBias: true),
          hasClassToken: false, transformer: vision,
          pooling: .attention(heads: vision.heads, mlpWidth: vision.mlpWidth), projection: .none)),
      text: TextTowerConfiguration(
        vocabularySize: entry.vocabulary, contextLength: entry.context, transformer: text, finalNormEpsilon: 1e-6,
        pooling: .last(end: 1), projection: entry.hasProjection ? .linear : .none, padding: isSecond ? 0 : 1),
      hasLogitBias: true)
  }

  private static let mobileCLIPLarge: (name: String, configuration: CLIPConfiguration) = {
    var block = BlockDescription()
    block.names = .timm
    return (
      "MobileCLIP2-L-14",
      CLIPConfiguration(
        embedDimension: 768,
        image: .timmTransformer(
          TimmTransformerConfiguration(
            name: "vit_large_patch14_clip_224", inputSize: PixelSize(side: 224),
            stem: .patches(side: 14, hasBias: false), hasInputNorm: true,
            transformer: TransformerConfiguration(width: 1024, layers: 24, heads: 16, activation: .gelu, block: block))),
        text: TextTowerConfiguration(
          vocabularySize: 49408, contextLength: 77,
          transformer: TransformerConfiguration(width: 768, layers: 12, heads: 12, activation: .gelu), padding: 0))
    )
  }()
}

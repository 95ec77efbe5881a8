import PromptLensCLIP

/// A published checkpoint.
package struct PublishedCheckpoint: Sendable, Equatable {
  /// The software that wrote the files, which determines their layout.
  package let family: Family
  /// The published name.
  package let name: String
  /// The publishing site.
  package let site: String
  /// The architecture's name.
  package let architecture: String
  /// The SHA-256 of the weights file, if known.
  package let sha256: String?

  /// A family of files.
  package enum Family: String, Sendable, CaseIterable {
    case openAI = "OpenAI"
    case openCLIP = "open_clip"
    case huggingFace = "Hugging Face"
    case kerasHub = "Keras Hub"

    /// The checks of this family, on small files written by its own software.
    package var checked: String {
      switch self {
      case .openAI: "TorchScript archives and state dicts by OpenAI's code under PyTorch 1.13 and 2: tensors, features"
      case .openCLIP:
        "folders and a training checkpoint by open_clip 3.3.0, with towers of timm 1.0 too: tensors, features, context "
          + "gradients, preprocessing"
      case .huggingFace:
        "folders by transformers 4.28, 4.49 and 5, and tf_model.h5 by TensorFlow 2.18: tensors, features, preprocessing"
      case .kerasHub: "presets by keras-hub 0.18.1 and 0.32.0: tensors, features"
      }
    }
  }

  /// The address of the file or of its page.
  package var address: String {
    switch family {
    case .openAI:
      let file = name.replacing("/", with: "-").replacing("@", with: "-")
      return "https://\(site)/clip/models/\(sha256 ?? "")/\(file).pt"
    case .openCLIP, .huggingFace: return "https://\(site)/\(name)"
    case .kerasHub: return "https://www.\(site)"
    }
  }

  /// The number of weights of the architecture, including batch-norm statistics.
  package var parameterCount: Int? { configuration?.parameterCount }

  /// The size of the weights in the published file, in bytes: OpenAI's are f16 except for norms and embeddings, others
  /// f32. CoCa's files also hold a decoder.
  package var weightBytes: Int? {
    configuration.map { configuration in
      configuration.tensors.reduce(0) { sum, tensor in
        let width = family == .openAI && Narrowing.applies(to: tensor.name) ? 2 : 4
        return sum + tensor.shape.reduce(width, *)
      } + 4 * Self.decoderCount(architecture, configuration)
    }
  }

  private var configuration: CLIPConfiguration? {
    Self.architectures.first { $0.name == architecture }?.configuration
  }

  private static let architectures: [(name: String, configuration: CLIPConfiguration)] =
    CLIPConfiguration.published + larger + plainArchitectures + timmArchitectures + textArchitectures
    + sigLIPArchitectures

  /// The architectures that open_clip added to OpenAI's.
  private static let larger: [(name: String, configuration: CLIPConfiguration)] = [
    ("ViT-H/14", large(1280, layers: 32, heads: 16, mlpWidth: 5120, textWidth: 1024, textLayers: 24)),
    ("ViT-g/14", large(1408, layers: 40, heads: 16, mlpWidth: 6144, textWidth: 1024, textLayers: 24)),
    ("ViT-bigG/14", large(1664, layers: 48, heads: 16, mlpWidth: 8192, textWidth: 1280, textLayers: 32)),
  ]

  private static func large(
    _ width: Int, layers: Int, heads: Int, mlpWidth: Int, textWidth: Int, textLayers: Int
  ) -> CLIPConfiguration {
    CLIPConfiguration(
      embedDimension: textWidth,
      image: .visionTransformer(
        VisionTransformerConfiguration(
          resolution: 224, patchSize: 14,
          transformer: TransformerConfiguration(width: width, layers: layers, heads: heads, mlpWidth: mlpWidth))),
      text: TextTowerConfiguration(
        vocabularySize: 49408, contextLength: 77,
        transformer: TransformerConfiguration(width: textWidth, layers: textLayers)))
  }

  /// Returns the published checkpoint with a SHA-256.
  package static func recognized(sha256: String) -> PublishedCheckpoint? {
    all.first { $0.sha256 == sha256 }
  }
}

extension PublishedCheckpoint {
  /// The supported published checkpoints.
  ///
  /// OpenAI's SHA-256s are the second-last parts of their addresses, as its `clip.py` checks them; the other names are
  /// from open_clip 3.3.0's and Keras Hub 0.32.0's lists.
  package static let all: [PublishedCheckpoint] = openAI + openCLIP + huggingFace + kerasHub

  private static let openAI: [PublishedCheckpoint] = [
    ("RN50", "afeb0e10f9e5a86da6080e35cf09123aca3b358a0c3e3b6c78a7b63bc04b6762"),
    ("RN101", "8fa8567bab74a42d41c5915025a8e4538c3bdbe8804a470a72f30b0d94fab599"),
    ("RN50x4", "7e526bd135e493cef0776de27d5f42653e6b4c8bf9e0f653bb11773263205fdd"),
    ("RN50x16", "52378b407f34354e150460fe41077663dd5b39c54cd0bfd2b27167a4a06ec9aa"),
    ("RN50x64", "be1cfb55d75a9666199fb2206c106743da0f6468c9d327f3e0d0a543a9919d9c"),
    ("ViT-B/32", "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af"),
    ("ViT-B/16", "5806e77cd80f8b59890b7e101eabd078d9fb84e6937f9e85e4ecb61988df416f"),
    ("ViT-L/14", "b8cca3fd41ae0c99ba7e8951adf17d267cdb84cd88be6f7c2e0eca1737a03836"),
    ("ViT-L/14@336px", "3035c92b350959924f9f00213499208652fc7ea050643e8b385c2dac08641f02"),
  ].map { name, sha256 in
    PublishedCheckpoint(
      family: .openAI, name: name, site: "openaipublic.azureedge.net", architecture: name, sha256: sha256)
  }

  private static let openCLIP = list(
    .openCLIP, site: "huggingface.co",
    [
      ("laion/CLIP-ViT-B-32-laion2B-s34B-b79K", "ViT-B/32"), ("laion/CLIP-ViT-B-16-laion2B-s34B-b88K", "ViT-B/16"),
      ("laion/CLIP-ViT-L-14-laion2B-s32B-b82K", "ViT-L/14"), ("laion/CLIP-ViT-H-14-laion2B-s32B-b79K", "ViT-H/14"),
      ("laion/CLIP-ViT-g-14-laion2B-s34B-b88K", "ViT-g/14"),
      ("laion/CLIP-ViT-bigG-14-laion2B-39B-b160k", "ViT-bigG/14"),
      ("laion/CLIP-ViT-B-32-DataComp.XL-s13B-b90K", "ViT-B/32"),
      ("laion/CLIP-ViT-B-16-DataComp.XL-s13B-b90K", "ViT-B/16"),
      ("laion/CLIP-ViT-L-14-DataComp.XL-s13B-b90K", "ViT-L/14"), ("apple/DFN2B-CLIP-ViT-B-16", "ViT-B/16"),
      ("apple/DFN2B-CLIP-ViT-L-14", "ViT-L/14"), ("apple/DFN5B-CLIP-ViT-H-14", "ViT-H/14"),
    ] + plainNames + timmNames + textNames + sigLIPNames)

  private static let huggingFace = list(
    .huggingFace, site: "huggingface.co",
    [
      ("openai/clip-vit-base-patch32", "ViT-B/32"), ("openai/clip-vit-base-patch16", "ViT-B/16"),
      ("openai/clip-vit-large-patch14", "ViT-L/14"), ("openai/clip-vit-large-patch14-336", "ViT-L/14@336px"),
    ] + huggingFaceMetaCLIPNames + huggingFaceSigLIPNames)

  private static let kerasHub = list(
    .kerasHub, site: "kaggle.com/models/keras/clip",
    [
      ("clip_vit_base_patch32", "ViT-B/32"), ("clip_vit_base_patch16", "ViT-B/16"),
      ("clip_vit_large_patch14", "ViT-L/14"), ("clip_vit_large_patch14_336", "ViT-L/14@336px"),
      ("clip_vit_b_32_laion2b_s34b_b79k", "ViT-B/32"), ("clip_vit_h_14_laion2b_s32b_b79k", "ViT-H/14"),
      ("clip_vit_g_14_laion2b_s12b_b42k", "ViT-g/14"), ("clip_vit_bigg_14_laion2b_39b_b160k", "ViT-bigG/14"),
    ])

  private static func list(
    _ family: Family, site: String, _ names: [(name: String, architecture: String)]
  ) -> [PublishedCheckpoint] {
    names.map {
      PublishedCheckpoint(family: family, name: $0.name, site: site, architecture: $0.architecture, sha256: nil)
    }
  }
}

import Foundation
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTensors
import TestSupport
import Testing

/// open_clip's models with image towers of the timm library, and its own with options, as open_clip writes them.
@Suite("Families of image towers", .enabled(if: Shared.available))
struct FamilyTests {
  static let folders = [
    "convnext/convnext_base", "convnext/convnext_large_d_320", "convnext/convnext_xxlarge", "eva/EVA01-g-14",
    "eva/EVA02-B-16", "eva/EVA02-E-14", "pe-core/PE-Core-T-16-384", "pe-core/PE-Core-B-16",
    "pe-core/PE-Core-bigG-14-448", "vitamin/ViTamin-S", "vitamin/ViTamin-L2-256", "mobileclip/MobileCLIP-B",
    "vit-layerscale/ViT-M-16-alt",
  ]

  private func path(_ folder: String) -> String { FamilyFixture(folder).path }

  @Test("features agree with open_clip's, from the checkpoint and from its model folder", arguments: folders)
  func features(folder: String) throws {
    let checkpoint = try CheckpointDetector.open(path(folder))
    #expect(checkpoint.layout == .openCLIP && checkpoint.report.leftOver.isEmpty)
    let found = try FamilyFixture(folder).differences(
      of: CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source))
    #expect(found.count == 2)
    for (kind, difference) in found { #expect(difference < 1e-5, "\(kind)") }
    try withTemporaryFolder { temporary in
      let manifest = try ModelFolder.write(
        checkpoint, dtype: nil, to: "\(temporary)/m", toolVersion: "test", golden: true)
      #expect(manifest.formatVersion == 4 && manifest.imageTower == checkpoint.configuration.image)
      let model = try ModelFolder.open("\(temporary)/m")
      #expect(model.manifest == manifest && model.configuration == checkpoint.configuration)
      let golden = try #require(try GoldenFeatures.read(from: model))
      let (texts, images) = try golden.compare(with: model)
      #expect(max(texts.largest, images.largest) == 0)
    }
  }

  @Test("bf16 products stay within 2e-2, and narrow tensors within the stated tolerance", arguments: folders)
  func brainFloat(folder: String) throws {
    guard (try? ComputePrecision.checkBFloat16()) != nil else { return }
    let checkpoint = try CheckpointDetector.open(path(folder))
    let clip = try CLIPModel(
      configuration: checkpoint.configuration, source: checkpoint.source, precision: .bfloat16)
    for (kind, difference) in try FamilyFixture(folder).differences(of: clip) { #expect(difference < 2e-2, "\(kind)") }
    try withTemporaryFolder { temporary in
      try ModelFolder.write(checkpoint, dtype: .bfloat16, to: "\(temporary)/m", toolVersion: "test", golden: true)
      let model = try ModelFolder.open("\(temporary)/m")
      let (texts, images) = try #require(try GoldenFeatures.read(from: model)).compare(with: model)
      #expect(max(texts.largest, images.largest) < 2e-2)
      for tensor in model.manifest.tensors where tensor.shape.count == 1 && tensor.name.contains("norm") {
        #expect(tensor.dtype != .bfloat16, "\(tensor.name)")
      }
    }
  }

  @Test("a model goes back to open_clip, tensor by tensor, and to no software that lacks its tower", arguments: folders)
  func export(folder: String) throws {
    let checkpoint = try CheckpointDetector.open(path(folder))
    try withTemporaryFolder { temporary in
      try ModelFolder.write(checkpoint, dtype: nil, to: "\(temporary)/m", toolVersion: "test", golden: true)
      let model = try ModelFolder.open("\(temporary)/m")
      for format in [ModelExport.Format.safeTensors, .openAISafeTensors] {
        let output = "\(temporary)/out-\(format.rawValue)\(format.fileEnding ?? "")"
        let report = try ModelExport.write(model, as: format, to: output, toolVersion: "test")
        #expect(try #require(report.check).largest < 1e-6)
        let again = try CheckpointDetector.open(output)
        #expect(again.configuration == model.configuration)
        for (name, _) in model.configuration.tensors {
          #expect(try again.source.tensor(name).floats() == model.source.tensor(name).floats(), "\(name)")
        }
      }
      let stated = try JSONNode(contentsOf: "\(path(folder))/open_clip_config.json").node("model_cfg")
      let written = try JSONNode(contentsOf: "\(temporary)/out-safetensors/open_clip_config.json").node("model_cfg")
      for key in ["timm_model_name", "timm_pool", "timm_proj", "image_size"] {
        #expect(try written.node("vision_cfg").object()[key] == stated.node("vision_cfg").object()[key], "\(key)")
      }
      for format in [ModelExport.Format.huggingFace, .openAITorch] {
        let error = #expect(throws: ExportError.self) {
          try ModelExport.write(model, as: format, to: "\(temporary)/other", toolVersion: "test")
        }
        #expect(error.map { "\($0)".contains("--as safetensors") && !"\($0)".contains("\n") } == true)
      }
    }
  }

  @Test(
    "configurations of other towers are refused by the setting's name",
    arguments: [
      ("nllb-clip-base", "hf_model_name"), ("nllb-clip-base-siglip", "hf_model_name"),
      ("roberta-ViT-B-32", "hf_model_name"), ("xlm-roberta-base-ViT-B-32", "hf_model_name"),
      ("mt5-base-ViT-B-32", "hf_model_name"), ("coca_roberta-ViT-B-32", "cfg"),
      ("swin_base_patch4_window7_224", "timm_model_name is swin_base_patch4_window7_224"),
      ("vit_medium_patch16_gap_256", "timm_model_name is vit_medium_patch16_gap_256"),
      ("vit_relpos_medium_patch16_cls_224", "timm_model_name is vit_relpos_medium_patch16_cls_224"),
    ])
  func refused(name: String, reason: String) throws {
    let configuration = path("refuse/\(name)/open_clip_config.json")
    for weights in ["convnext/convnext_base", "vit-layerscale/ViT-M-16-alt"] {
      let error = #expect(throws: (any Error).self) {
        try CheckpointDetector.open(path(weights), configurationPath: configuration)
      }
      let text = error.map { "\($0)" } ?? ""
      #expect(text.contains(reason) && !text.contains("\n"), "\(text)")
    }
    let error = #expect(throws: (any Error).self) { try CheckpointDetector.open(path("refuse/\(name)")) }
    #expect(error.map { "\($0)".contains(reason) } == true)
  }

  @Test("a configuration without weights is refused for them, where its architecture is known")
  func withoutWeights() throws {
    for folder in ["convnext/convnext_base", "vit-layerscale/ViT-M-16-alt"] {
      try withTemporaryFolder { temporary in
        try FileManager.default.copyItem(
          atPath: "\(path(folder))/open_clip_config.json", toPath: "\(temporary)/open_clip_config.json")
        let error = #expect(throws: (any Error).self) { try CheckpointDetector.open(temporary) }
        #expect(error.map { "\($0)".contains("the file of weights is missing") } == true)
      }
    }
    let error = #expect(throws: (any Error).self) { try CheckpointDetector.open(path("refuse/siglip2-naflex-hf")) }
    #expect(error.map { "\($0)".contains("siglip2") } == true)
  }

  @Test(
    "settings that change a tower are obeyed, or refused by name",
    arguments: [
      ("convnext/convnext_base", "timm_pool", "\"max\"", "timm_pool is max"),
      ("convnext/convnext_base", "timm_proj", "\"conv\"", "timm_proj is conv"),
      ("convnext/convnext_base", "timm_proj", "null", "timm_pool"),
      ("convnext/convnext_base", "timm_proj_bias", "true", "timm_proj_bias is true"),
      ("convnext/convnext_base", "timm_model_name", "\"convnextv2_base\"", "timm_model_name is convnextv2_base"),
      ("convnext/convnext_base", "image_size", "16", "the image resolution is 16"),
      ("eva/EVA02-B-16", "image_size", "[4000000000000000000, 4000000000000000000]", "sides from 1 to 65,536"),
      ("convnext/convnext_base", "global_average_pool", "true", "global_average_pool is true"),
      ("convnext/convnext_base", "final_ln", "false", "final_ln is false, expected no such setting"),
      ("vit-layerscale/ViT-M-16-alt", "width", "null", "width is null, expected a value"),
      ("convnext/convnext_base", "final_ln", "null", "final_ln is null, expected no such setting"),
      ("convnext/convnext_base", "timm_proj", "\"mlp\"", "visual.head.mlp.fc1.weight is missing"),
      ("eva/EVA02-B-16", "timm_pool", "\"avg\"", "timm_pool is avg"),
      ("eva/EVA02-B-16", "image_size", "50", "the patch size is 8"),
      ("eva/EVA02-B-16", "image_size", "64", "visual.trunk.pos_embed has shape [1, 37, 96]"),
      ("pe-core/PE-Core-B-16", "timm_pool", "\"token\"", "timm_pool is token"),
      ("vit-layerscale/ViT-M-16-alt", "pool_type", "\"none\"", "pool_type is none"),
      ("vit-layerscale/ViT-M-16-alt", "pos_embed_type", "\"rope\"", "pos_embed_type is rope"),
      ("vit-layerscale/ViT-M-16-alt", "act_kwargs", #"{"approximate": "erf"}"#, "act_kwargs.approximate is erf"),
      ("vit-layerscale/ViT-M-16-alt", "norm_kwargs", #"{"eps": 1e-5, "bias": false}"#, "norm_kwargs.bias is false"),
      ("vit-layerscale/ViT-M-16-alt", "qk_norm", "true", "qk_norm is true"),
      ("vit-layerscale/ViT-M-16-alt", "no_ln_pre", "true", "visual.ln_pre"),
      ("vit-layerscale/ViT-M-16-alt", "ls_init_value", "null", "visual.transformer.resblocks.0.ls_1.gamma"),
    ])
  func settings(folder: String, key: String, value: String, reason: String) throws {
    let error = #expect(throws: (any Error).self) { try opened(folder, key, value) }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(reason) && !text.contains("\n"), "\(text)")
  }

  @Test(
    "settings of training make no difference",
    arguments: [
      ("patch_dropout", "0.5"), ("output_tokens", "true"), ("act_kwargs", "{}"), ("pos_embed_type", "\"sin_cos_2d\""),
      ("final_ln_after_pool", "true"), ("global_average_pool", "false"), ("qk_norm", "false"),
    ])
  func trainingSettings(key: String, value: String) throws {
    let folder = "vit-layerscale/ViT-M-16-alt"
    #expect(try opened(folder, key, value).configuration == CheckpointDetector.open(path(folder)).configuration)
  }

  @Test("a mean over the patches is obeyed, before or after the last norm")
  func meanPooling() throws {
    var features: [[Float]] = []
    for later in [false, true] {
      let checkpoint = try opened(
        "vit-layerscale/ViT-M-16-alt", "pool_type", "\"avg\", \"final_ln_after_pool\": \(later)")
      let clip = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source)
      let pixels = try Tensor(randomFloats(3 * 48 * 48), shape: [1, 3, 48, 48])
      features.append(try clip.imageEncoder().encode(pixels).floats())
    }
    #expect(largestDifference(features[0], features[1]) > 1e-4)
  }

  /// Opens a folder's checkpoint with another value of a setting of the image tower.
  private func opened(_ folder: String, _ key: String, _ value: String) throws -> Checkpoint {
    try withTemporaryFolder { temporary in
      var root = try JSON(contentsOf: "\(path(folder))/open_clip_config.json", limit: 1 << 20)
      let change = try JSON(parsing: Array("{\"\(key)\": \(value)}".utf8), source: "test")
      guard case .object(var document) = root, case .object(var model)? = document["model_cfg"],
        case .object(var vision)? = model["vision_cfg"], case .object(let members) = change
      else { throw CocoaError(.coderReadCorrupt) }
      for (key, value) in members { vision[key] = value }
      model["vision_cfg"] = .object(vision)
      document["model_cfg"] = .object(model)
      root = .object(document)
      let configuration = "\(temporary)/open_clip_config.json"
      try Data(root.serialized().utf8).write(to: URL(fileURLWithPath: configuration))
      return try CheckpointDetector.open(path(folder), configurationPath: configuration)
    }
  }

  @Test("a file of timm's names without its configuration is refused, since nothing in it says its heads")
  func withoutConfiguration() throws {
    try withTemporaryFolder { temporary in
      let file = "\(temporary)/model.safetensors"
      try FileManager.default.copyItem(
        atPath: "\(path("convnext/convnext_base"))/open_clip_model.safetensors", toPath: file)
      let error = #expect(throws: (any Error).self) { try CheckpointDetector.open(file) }
      #expect(error.map { "\($0)" }?.contains("open_clip_config.json") == true)
    }
  }

  @Test(
    "a tensor that is missing, too many, of another shape or not finite is refused by its name",
    arguments: [
      ("convnext/convnext_base", "visual.trunk.stages.2.blocks.1.gamma"),
      ("convnext/convnext_base", "visual.trunk.stages.1.downsample.1.weight"),
      ("eva/EVA02-B-16", "visual.trunk.blocks.0.attn.norm.weight"),
      ("eva/EVA02-E-14", "visual.trunk.blocks.0.attn.v_bias"),
      ("pe-core/PE-Core-B-16", "visual.trunk.attn_pool.kv.weight"),
      ("vitamin/ViTamin-S", "visual.trunk.patch_embed.backbone.stages.1.0.shortcut.expand.weight"),
      ("mobileclip/MobileCLIP-B", "visual.trunk.patch_embed.backbone.1.bn.running_var"),
      ("vit-layerscale/ViT-M-16-alt", "visual.transformer.resblocks.1.ls_2.gamma"),
    ])
  func damaged(folder: String, name: String) throws {
    guard let file = try TensorFile.open("\(path(folder))/open_clip_model.safetensors") else { return }
    func refusal(_ change: (String, Tensor) throws -> [(String, Tensor)]) throws -> String {
      try withTemporaryFolder { temporary in
        let tensors = try file.storedNames.filter { file.stored($0)?.dtype != nil }
          .flatMap { try change($0, file.tensor($0)) }
        let byName = Dictionary(tensors) { first, _ in first }
        try SafeTensorsWriter.write(
          tensors.map { SafeTensorsWriter.Entry(name: $0.0, shape: $0.1.shape.dimensions, dtype: $0.1.dtype) },
          to: "\(temporary)/open_clip_model.safetensors"
        ) { try #require(byName[$0.name]) }
        try FileManager.default.copyItem(
          atPath: "\(path(folder))/open_clip_config.json", toPath: "\(temporary)/open_clip_config.json")
        let error = #expect(throws: (any Error).self) {
          let checkpoint = try CheckpointDetector.open(temporary)
          try ModelFolder.write(checkpoint, dtype: nil, to: "\(temporary)/m", toolVersion: "test")
        }
        return error.map { "\($0)" } ?? ""
      }
    }
    for text in [
      try refusal { $0 == name ? [] : [($0, $1)] },
      try refusal { $0 == name ? [($0, $1), ($0 + "_extra", $1)] : [($0, $1)] },
      try refusal { other, tensor in
        guard other == name else { return [(other, tensor)] }
        let shape = [1] + tensor.shape.dimensions
        return [(other, try tensor.reshaped(shape))]
      },
      try refusal { other, tensor in
        guard other == name else { return [(other, tensor)] }
        var floats = tensor.floats()
        floats[0] = .nan
        return [(other, try Tensor(floats, shape: tensor.shape.dimensions))]
      },
    ] {
      let layer = name.split(separator: ".").dropLast().joined(separator: ".")
      #expect(text.contains(layer) && !text.contains("\n"), "\(text)")
    }
  }
}

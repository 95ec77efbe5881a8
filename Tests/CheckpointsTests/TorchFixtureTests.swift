import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensImages
import PromptLensFiles
import Foundation
import TestSupport
import PromptLensTensors
import Testing
import PromptLensTokenization

@Suite("One tiny CLIP in every form that PyTorch, open_clip and Hugging Face give it")
struct TorchFixtureTests {
  @Test(
    "all forms hold the same numbers, give the same features, and come back the same from a model folder",
    arguments: [
      ("state-dict.pt", CheckpointLayout.openAIStateDict), ("state-dict-legacy.pt", .openAIStateDict),
      ("torchscript.pt", .openAITorchScript), ("training.pt", .openAIStateDict), ("open-clip", .openCLIP),
      ("hugging-face-sharded", .huggingFace), ("hugging-face-bin", .huggingFace),
    ])
  func sameNumbers(name: String, layout: CheckpointLayout) throws {
    let reference = try CheckpointDetector.open(Fixtures.path("torch/state-dict.pt"))
    let checkpoint = try CheckpointDetector.open(Fixtures.path("torch/\(name)"))
    #expect(checkpoint.layout == layout)
    // A training checkpoint's optimizer keeps tensors of its own.
    #expect(checkpoint.report.leftOver.allSatisfy { name == "training.pt" && !$0.hasPrefix("state_dict") })
    try expectSameTensors(reference.source, checkpoint.source, of: reference.configuration)
    let expected = try ExpectedFeatures(fixture: "torch")
    let model = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source)
    #expect(largestUnitDifference(try model.textEncoder().encode(expected.tokens), expected.textFeatures) < 1e-5)
    #expect(largestUnitDifference(try model.imageEncoder().encode(expected.images), expected.imageFeatures) < 1e-5)
    try withTemporaryFolder { folder in
      try ModelFolder.write(checkpoint, dtype: nil, to: "\(folder)/m", toolVersion: "test")
      let written = try ModelFolder.open("\(folder)/m")
      #expect(written.configuration == checkpoint.configuration && written.manifest.publishedName == nil)
      try expectSameTensors(checkpoint.source, written.source, of: checkpoint.configuration)
    }
  }

  @Test("custom text in bf16 is the same model, rounded, and open_clip's configuration gives the normalization")
  func customText() throws {
    let exact = try CheckpointDetector.open(Fixtures.path("torch/open-clip"))
    let rounded = try CheckpointDetector.open(Fixtures.path("torch/open-clip-custom-text"))
    #expect(rounded.configuration == exact.configuration)
    let side = PixelSize(side: 16)
    #expect(
      exact.configuration.preprocessing
        == Preprocessing(
          resize: .shortestEdge(16), crop: side, mean: [0.5, 0.5, 0.5], standardDeviation: [0.25, 0.5, 0.5]))
    for (name, _) in exact.configuration.tensors {
      let expected = try exact.source.tensor(name).converted(to: .bfloat16).floats()
      #expect(try rounded.source.tensor(name).floats() == expected, "\(name)")
    }
  }

  @Test("tensors in a zip archive are the file's own bytes, and a shared storage is split by strides")
  func mapped() throws {
    let archive = try TorchArchive(path: Fixtures.path("torch/hugging-face-bin/pytorch_model.bin"))
    let layer = "text_model.encoder.layers.0.self_attn"
    let query = try #require(archive.tensor(named: "\(layer).q_proj.weight"))
    let value = try #require(archive.tensor(named: "\(layer).v_proj.weight"))
    #expect(query.storage == value.storage && value.offset == 2 * 16 * 16)
    #expect(try value.read().storage.isMapped)
    let projection = try #require(archive.tensor(named: "text_projection.weight"))
    #expect(projection.shape == [8, 16] && projection.strides == [1, 8])
    #expect(try !projection.read().storage.isMapped)
  }

  @Test("an optimizer and a scheduler are read as inert objects with their names")
  func inert() throws {
    let archive = try TorchArchive(path: Fixtures.path("torch/training.pt"))
    let scheduler = archive.root["scheduler"]?["successor"]
    #expect(scheduler?.className == "torch.optim.lr_scheduler.CosineAnnealingLR" && scheduler?["T_max"]?.integer == 50)
    #expect(archive.root["optimizer"]?["param_groups"]?.elements?.first?["lr"]?.number == 0.002)
    #expect(archive.root["epoch"]?.integer == 3 && archive.root["name"]?.string == "tiny")
  }

  @Test("the CRC-32 finds a changed byte in a record or in the pickle")
  func damaged() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("torch/state-dict.pt"))))
    try withTemporaryFolder { folder in
      for offset in [bytes.count / 2, 100] {
        var changed = bytes
        changed[offset] ^= 0x40
        let path = "\(folder)/changed.pt"
        try Data(changed).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: TensorFileError.self) {
          let archive = try TorchArchive(path: path)
          for name in archive.names { _ = try archive.tensor(named: name)?.read(name: name) }
        }
        #expect("\(String(describing: error))".contains("CRC-32"))
      }
    }
  }

  @Test(
    "settings that change the architecture are rejected by name",
    arguments: [
      (
        "\"vision_cfg\": {", "\"vision_cfg\": {\"timm_model_name\": \"swin_base_patch4_window7_224\",",
        "timm_model_name"
      ),
      ("\"text_cfg\": {", "\"text_cfg\": {\"hf_model_name\": \"roberta-base\",", "hf_model_name"),
      ("\"vision_cfg\": {", "\"init_logit_bias\": -10, \"vision_cfg\": {", "logit_bias"),
      ("\"text_cfg\": {", "\"text_cfg\": {\"pool_type\": \"last\",", "pool_type"),
    ])
  func foreign(found: String, replaced: String, setting: String) throws {
    try withTemporaryFolder { folder in
      let source = Fixtures.path("torch/open-clip")
      let text = try String(contentsOfFile: "\(source)/open_clip_config.json", encoding: .utf8)
      let path = "\(folder)/open_clip_config.json"
      try text.replacingOccurrences(of: found, with: replaced).write(toFile: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: (any Error).self) { try CheckpointDetector.open(source, configurationPath: path) }
      #expect("\(String(describing: error))".contains(setting))
    }
  }
}

@Suite("Published checkpoints")
struct PublishedCheckpointTests {
  @Test("only OpenAI's files are recognized, by their SHA-256")
  func recognized() {
    let sha256 = "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af"
    #expect(PublishedCheckpoint.recognized(sha256: sha256)?.name == "ViT-B/32")
    #expect(PublishedCheckpoint.recognized(sha256: String(sha256.reversed())) == nil)
    #expect(PublishedCheckpoint.all.count { $0.sha256 != nil } == 9)
    #expect(PublishedCheckpoint.all.allSatisfy { $0.parameterCount != nil })
  }

  @Test("no file is listed twice, or among those that are refused")
  func names() {
    let all = PublishedCheckpoint.all.map { "\($0.family) \($0.name)" }
    #expect(Set(all).count == all.count)
    let refused = Set(PublishedCheckpoint.refused.flatMap(\.names))
    #expect(!PublishedCheckpoint.all.contains { refused.contains($0.name) } && refused.count == 15)
  }

  @Test("architectures have open_clip's numbers of weights, in millions")
  func weights() throws {
    // docs/model_profile.csv of open_clip, or the parameters of its model.
    let counts = [
      "convnext_base": 151.52, "convnext_base_w": 179.39, "convnext_base_w_320": 179.39, "convnext_large_d": 351.77,
      "convnext_large_d_320": 351.77, "convnext_xxlarge": 1200.58, "EVA01-g-14": 1136.44, "EVA01-g-14-plus": 1366.62,
      "EVA02-B-16": 149.69, "EVA02-L-14": 427.76, "EVA02-L-14-336": 428.08, "EVA02-E-14": 4704.59,
      "EVA02-E-14-plus": 5044.89, "ViT-B-32-256": 151.29, "ViT-B-16-plus-240": 208.38, "ViT-H-14-378": 986.71,
      "ViT-L-14-CLIPA": 414.21, "ViT-L-14-CLIPA-336": 414.54, "ViT-H-14-CLIPA": 968.24, "ViT-H-14-CLIPA-336": 968.64,
      "ViT-bigG-14-CLIPA": 2517.22, "ViT-bigG-14-CLIPA-336": 2517.76,
    ]
    for (name, count) in counts {
      let entry = try #require(PublishedCheckpoint.all.first { $0.architecture == name })
      let millions = Double(try #require(entry.parameterCount)) / 1e6
      #expect((millions * 100).rounded() == (count * 100).rounded(), "\(name)")
    }
  }

  @Test("the embedded vocabulary is CLIP's")
  func embedded() throws {
    let vocabulary = try Vocabulary.embeddedCLIP()
    #expect(vocabulary.count == 49_408)
    let tokenizer = CLIPTokenizer(vocabulary: vocabulary)
    #expect(
      try tokenizer.tokenize("a photo of a cat.")
        == [49406, 320, 1125, 539, 320, 2368, 269, 49407])
  }
}

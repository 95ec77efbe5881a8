import Foundation
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensFiles
import PromptLensTensorFiles
import PromptLensTensors
import TestSupport
import Testing

/// Files and folders as people have them after a download or a training.
@Suite("Checkpoints as they are found")
struct RealCheckpointTests {
  /// Runs a body with a copy of a fixture's folder.
  private func withCopy<Value>(of fixture: String, _ body: (String) throws -> Value) throws -> Value {
    try withTemporaryFolder { folder in
      try FileManager.default.copyItem(atPath: Fixtures.path(fixture), toPath: "\(folder)/copy")
      return try body("\(folder)/copy")
    }
  }

  private func refusal(_ path: String, base: String? = nil) -> String {
    let error = #expect(throws: (any Error).self) { try CheckpointDetector.open(path, base: base) }
    return error.map { "\($0)" } ?? ""
  }

  @Test(
    "Git LFS's pointers and web pages in place of weights are refused as that",
    arguments: ["model.safetensors", "model.pt", "pytorch_model.bin", "model.h5"])
  func placeholders(name: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/\(name)"
      let oid = String(repeating: "ab", count: 32)
      let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:\(oid)\nsize 605157884\n"
      try Data(pointer.utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: FileError.gitLFSPointer(path: path, expected: "a file of weights")) {
        try CheckpointDetector.open(path)
      }
      #expect(refusal(folder).contains("git lfs pull"))
      for page in ["<!DOCTYPE html><html><head><title>Sign in</title></head></html>", "\u{FEFF}\n <HTML lang=en>"] {
        try Data(page.utf8).write(to: URL(fileURLWithPath: path))
        #expect(refusal(path).contains("this is a web page, not weights"))
      }
    }
  }

  @Test("archives of other programs are refused by their kind, with the way to the weights")
  func archives() throws {
    try withTemporaryFolder { folder in
      func archive(_ names: [String]) throws -> String {
        let path = "\(folder)/\(UUID().uuidString).pt"
        try OutputFile.create(path, named: path) { file in
          var writer = StoredZipWriter(file, path: path)
          for name in names { try writer.add(name, [UInt8]("x".utf8)) }
          try writer.finish()
        }
        return refusal(path)
      }
      #expect(try archive(["a.npy", "b.npy"]).contains("a NumPy archive (.npz) of 2 arrays"))
      #expect(try archive(["metadata.json", "config.json", "model.weights.h5"]).contains("a Keras 3 model (.keras)"))
      let around = try archive(["ViT-B-32.pt", "__MACOSX/._ViT-B-32.pt"])
      #expect(around.contains("a ZIP archive around ViT-B-32.pt") && around.contains("unzip it"))
      #expect(try archive(["readme.txt"]).contains("data.pkl"))
    }
  }

  @Test("open_clip's configuration is recognized under the name config.json, whole or the model's half alone")
  func configurationName() throws {
    try withCopy(of: "torch/open-clip") { folder in
      let expected = try CheckpointDetector.open(folder).configuration
      let files = FileManager.default
      try files.moveItem(atPath: "\(folder)/open_clip_config.json", toPath: "\(folder)/config.json")
      let whole = try CheckpointDetector.open(folder)
      #expect(whole.layout == .openCLIP && whole.configuration == expected)
      #expect(whole.preprocessingReason == "preprocess_cfg in config.json")
      try files.moveItem(
        atPath: "\(folder)/open_clip_model.safetensors", toPath: "\(folder)/model.safetensors")
      #expect(try CheckpointDetector.open(folder).configuration == expected)
      let root = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/config.json")))
      let model = try #require((root as? [String: Any])?["model_cfg"])
      try JSONSerialization.data(withJSONObject: model).write(to: URL(fileURLWithPath: "\(folder)/config.json"))
      let half = try CheckpointDetector.open(folder)
      #expect(half.layout == .openCLIP && half.configuration.text == expected.text)
      #expect(half.configuration.preprocessing == .openAI(half.configuration.image.inputSize))
    }
  }

  @Test("timm's image tower beside open_clip's model is passed over, and named")
  func imageTowerBeside() throws {
    try withCopy(of: "torch/open-clip") { folder in
      let tower = [
        SafeTensorsWriter.Entry(name: "blocks.0.attn.qkv.weight", shape: [2], dtype: .float32),
        .init(name: "patch_embed.proj.weight", shape: [2], dtype: .float32),
      ]
      try SafeTensorsWriter.write(tower, to: "\(folder)/model.safetensors") { _ in try Tensor([1, 2], shape: [2]) }
      let checkpoint = try CheckpointDetector.open(folder)
      #expect(checkpoint.weightsPath == "\(folder)/open_clip_model.safetensors")
      #expect(checkpoint.otherWeights == ["model.safetensors"])
      #expect(checkpoint.weightsChoice?.contains("open_clip_model.safetensors, beside model.safetensors") == true)
      let error = #expect(throws: CLIPError.self) {
        try CheckpointDetector.open(folder, weights: "model.safetensors")
      }
      #expect(error.map { "\($0)" }?.contains("an image tower of the timm library alone") == true)
    }
  }

  @Test("of several state dicts the plain one is taken, the others are named and counted as left over")
  func stateDicts() throws {
    let plain = try CheckpointDetector.open(Fixtures.path("torch/open-clip"))
    try withCopy(of: "torch/open-clip") { folder in
      let path = "\(folder)/open_clip_model.safetensors"
      let file = try SafeTensorsFile(path: Fixtures.path("torch/open-clip/open_clip_model.safetensors"))
      func entries(_ prefixes: [String]) throws -> [SafeTensorsWriter.Entry] {
        try prefixes.flatMap { prefix in
          try file.storedNames.map { name in
            let stored = try #require(file.stored(name))
            let dtype = try #require(stored.dtype)
            return SafeTensorsWriter.Entry(name: prefix + name, shape: stored.shape, dtype: dtype)
          }
        }
      }
      func write(_ prefixes: [String]) throws {
        try SafeTensorsWriter.write(try entries(prefixes), to: path) { entry in
          let prefix = try #require(prefixes.last { entry.name.hasPrefix($0) })
          let tensor = try file.tensor(String(entry.name.dropFirst(prefix.count)))
          guard prefix.contains("ema") else { return tensor }
          return try Tensor(tensor.floats().map { $0 + 1 }, shape: tensor.shape.dimensions).converted(to: tensor.dtype)
        }
      }
      for (prefixes, names) in [
        (["ema.", "model."], ["model", "ema"]),
        (["", "ema_model.module."], ["root", "ema_model"]),
        (["state_dict_ema.", "state_dict.module."], ["state_dict", "state_dict_ema"]),
      ] {
        try write(prefixes)
        let checkpoint = try CheckpointDetector.open(folder)
        #expect(checkpoint.stateDicts == names)
        #expect(checkpoint.report.found == 2 * file.storedNames.count)
        #expect(checkpoint.report.leftOver.count == file.storedNames.count)
        #expect(checkpoint.weightsChoice?.hasPrefix("\(names[0]), of the state dicts \(names[0]), \(names[1])") == true)
        try expectSameTensors(checkpoint.source, plain.source, of: plain.configuration)
        let averaged = try CheckpointDetector.open(folder, weights: names[1])
        #expect(averaged.stateDicts == [names[1], names[0]])
        let (left, right) = (try averaged.source.tensor("ln_final.bias"), try plain.source.tensor("ln_final.bias"))
        #expect(left.floats() != right.floats())
        let error = #expect(throws: CheckpointError.self) { try CheckpointDetector.open(folder, weights: "teacher") }
        #expect(error.map { "\($0)" }?.contains("expected one of \(names[0]), \(names[1])") == true)
      }
    }
  }

  @Test("one tower alone is named as that, and so are weights stored as something else")
  func parts() throws {
    func refused(_ names: [String]) throws -> String {
      try withTemporaryFolder { folder in
        let path = "\(folder)/model.safetensors"
        let entries = names.map { SafeTensorsWriter.Entry(name: $0, shape: [1], dtype: .float32) }
        try SafeTensorsWriter.write(entries, to: path) { _ in try Tensor([1], shape: [1]) }
        return refusal(path)
      }
    }
    let text = ["text_model.embeddings.token_embedding.weight", "text_model.embeddings.position_embedding.weight"]
    #expect(try refused(text).contains("a text tower alone"))
    #expect(try refused(["token_embedding.weight", "positional_embedding"]).contains("a text tower alone"))
    #expect(try refused(["vision_model.embeddings.class_embedding"]).contains("an image tower alone"))
    #expect(try refused(["visual.conv1.weight", "visual.proj"]).contains("an image tower alone"))
    let layer = "visual.transformer.resblocks.0.mlp.c_fc"
    #expect(try refused(["\(layer).r", "\(layer).theta"]).contains("weight = r · theta / |theta|"))
    #expect(try refused(["\(layer).parametrizations.weight.original0"]).contains("remove_parametrizations"))
    #expect(try refused(["visual.x.lora_A.default.weight"]).contains("merge_and_unload"))
    #expect(try refused(["state_dict.token_prefix"]).contains("learned prompts"))
  }

  @Test("float8 is refused by its name")
  func narrow() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.safetensors"
      let header =
        #"{"token_embedding.weight":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]},"#
        + #""positional_embedding":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[4,8]},"#
        + #""visual.proj":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[8,12]}}"#
      var data = Data()
      withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
      data.append(contentsOf: header.utf8)
      data.append(contentsOf: [UInt8](repeating: 0, count: 12))
      try data.write(to: URL(fileURLWithPath: path))
      let text = refusal(path)
      #expect(text.contains("float8_e4m3fn") && text.contains("save the weights again"), "\(text)")
    }
  }

  @Test("a LoRA adapter is merged with its base, base + scale · B · A, or refused without one")
  func adapter() throws {
    let (folder, base) = (Fixtures.path("checkpoints/adapter"), Fixtures.path("torch/hugging-face-bin"))
    #expect(refusal(folder).contains("(the adapter names openai/clip-vit-tiny)"))
    #expect(refusal(base, base: base).contains("without adapter_config.json"))
    #expect(refusal(folder, base: Fixtures.path("openai-h5-vit")).contains("which the adapter"))
    let checkpoint = try CheckpointDetector.open(folder, base: base)
    let plain = try CheckpointDetector.open(base)
    let file = try SafeTensorsFile(path: "\(folder)/adapter_model.safetensors")
    #expect(checkpoint.files.contains { $0.hasSuffix("adapter_model.safetensors") })
    for (tower, block) in [("text_model", "transformer"), ("vision_model", "visual.transformer")] {
      let name = "\(block).resblocks.0.attn.in_proj_weight"
      let (found, before) = (try checkpoint.source.tensor(name).floats(), try plain.source.tensor(name).floats())
      for (offset, layer) in [(0, "q_proj"), (1, "k_proj"), (2, "v_proj")] {
        let stem = "base_model.model.\(tower).encoder.layers.0.self_attn.\(layer)"
        let down = try? file.tensor("\(stem).lora_A.weight").floats()
        let up = try? file.tensor("\(stem).lora_B.weight").floats()
        for row in 0..<16 {
          for column in 0..<16 {
            // α / r = 2.
            let change = (0..<2).reduce(Float(0)) { sum, rank in
              sum + 2 * (up?[row * 2 + rank] ?? 0) * (down?[rank * 16 + column] ?? 0)
            }
            let index = (offset * 16 + row) * 16 + column
            #expect(abs(found[index] - before[index] - change) < 1e-6, "\(name) \(layer)")
          }
        }
      }
    }
    let other = "transformer.resblocks.0.mlp.c_fc.weight"
    #expect(try checkpoint.source.tensor(other).floats() == plain.source.tensor(other).floats())
    try withCopy(of: "checkpoints/adapter") { folder in
      let settings = try String(contentsOfFile: "\(folder)/adapter_config.json", encoding: .utf8)
      for (old, new, expected) in [
        (#""use_dora": false"#, #""use_dora": true"#, "use_dora is true"),
        (#""bias": "none""#, #""bias": "all""#, "bias is all"),
        (#""peft_type": "LORA""#, #""peft_type": "IA3""#, "peft_type is IA3"),
        (#""rank_pattern": {}"#, #""rank_pattern": {"x": 4}"#, "rank_pattern"), (#""r": 2"#, #""r": 3"#, "[3, in]"),
      ] {
        try Data(settings.replacing(old, with: new).utf8).write(
          to: URL(fileURLWithPath: "\(folder)/adapter_config.json"))
        #expect(refusal(folder, base: base).contains(expected))
      }
    }
  }

  @Test("what training scripts leave beside weights is inert: name spaces, paths, arrays")
  func trainingObjects() throws {
    let archive = try TorchArchive(path: Fixtures.path("checkpoints/training-objects.pt"))
    #expect(archive.names == ["state_dict.weight"])
    #expect(archive.classes.contains("argparse.Namespace") && archive.classes.contains("numpy.ndarray"))
    #expect(archive.root["args"]?["lr"]?.number == 0.1 && archive.root["best"]?.number == 0.5)
    #expect(archive.root["history"]?.kind == "an object of numpy.ndarray")
    #expect(archive.root["path"]?.className == "pathlib.PosixPath")
  }
}

import Foundation
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensTensorFiles
import PromptLensTokenization
import TestSupport
import Testing

@Suite("Files of exported models")
struct ExportedFilesTests {
  @Test("settings that are floats in transformers are written as floats, and the version is stated")
  func floats() throws {
    try withTemporaryFolder { folder in
      _ = try export("tf-h5", as: .huggingFace, in: folder)
      let text = try String(contentsOfFile: "\(folder)/out/config.json", encoding: .utf8)
      #expect(text.components(separatedBy: "\"initializer_factor\": 1.0").count == 4, "the model and both towers")
      #expect(!text.contains("\"initializer_factor\": 1,") && !text.contains("_dropout\": 0,"))
      #expect(text.contains("\"transformers_version\": \"4."))
    }
  }

  @Test("an open_clip folder names its tokenizer unless it has CLIP's own vocabulary, and has a model card")
  func openCLIPFolder() throws {
    try withTemporaryFolder { folder in
      let model = try export("tf-h5", as: .safeTensors, in: folder)
      let text = try JSONNode(contentsOf: "\(folder)/out/open_clip_config.json").node("model_cfg").node("text_cfg")
      #expect(try text.string("hf_tokenizer_name") == "out")
      let card = try String(contentsOfFile: "\(folder)/out/README.md", encoding: .utf8)
      #expect(card.contains(model.manifest.fingerprint) && card.contains(model.manifest.sources[0].sha256))
      #expect(card.contains("open_clip.create_model_and_transforms(\"local-dir:out\")"))
      #expect(card.contains("License: unknown") && card.contains("differ from"))
    }
  }

  @Test("heads and preprocessing survive a single safetensors file; without its configuration it is refused")
  func configuration() throws {
    try withTemporaryFolder { folder in
      var checkpoint = try CheckpointDetector.open(Fixtures.path("tf-h5"))
      let path = "\(folder)/model"
      try ModelFolder.write(checkpoint, dtype: nil, to: path, toolVersion: "test")
      let output = "\(folder)/out.safetensors"
      _ = try ModelExport.write(ModelFolder.open(path), as: .openAISafeTensors, to: output, toolVersion: "test")
      checkpoint = try CheckpointDetector.open(output)
      #expect(try checkpoint.configuration == ModelFolder.open(path).configuration)
      #expect(checkpoint.activationReason.contains("metadata"))

      let file = try SafeTensorsFile(path: output)
      let bare = "\(folder)/bare.safetensors"
      let entries = try file.storedNames.map { name in
        let tensor = try file.tensor(name)
        return SafeTensorsWriter.Entry(name: name, shape: tensor.shape.dimensions, dtype: tensor.dtype)
      }
      try SafeTensorsWriter.write(entries, to: bare) { try file.tensor($0.name) }
      let error = #expect(throws: CheckpointError.self) { try CheckpointDetector.open(bare) }
      #expect(error.map { "\($0)".contains("--config") && "\($0)".contains(bare) } == true)
    }
  }

  @Test(
    "a damaged configuration in a file's metadata is refused in one sentence",
    arguments: ["{}", "[1]", "text", #"{"image_tower":3}"#])
  func damagedConfiguration(text: String) throws {
    try withTemporaryFolder { folder in
      let model = try export("tf-h5", as: .openAISafeTensors, in: folder)
      let file = try SafeTensorsFile(path: "\(folder)/out.safetensors")
      let entries = try file.storedNames.map { name in
        let tensor = try file.tensor(name)
        return SafeTensorsWriter.Entry(name: name, shape: tensor.shape.dimensions, dtype: tensor.dtype)
      }
      let path = "\(folder)/damaged.safetensors"
      try SafeTensorsWriter.write(entries, metadata: [("configuration", text)], to: path) { try file.tensor($0.name) }
      let error = #expect(throws: (any Error).self) { try CheckpointDetector.open(path) }
      #expect(error.map { "\($0)".contains(path) && !"\($0)".contains("\n") } == true, "\(model.path)")
    }
  }

  @Test("start and end keep the flags of the source's tokenizer", arguments: [true, false])
  func specialTokens(isNormalized: Bool) throws {
    try withTemporaryFolder { folder in
      var words = try Vocabulary(folder: Fixtures.path("tf-h5"))
      words.specialTokens.startIsNormalized = isNormalized
      words.specialTokens.endIsNormalized = isNormalized
      for (name, text) in words.huggingFaceFiles(contextLength: 77) {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        guard name == "tokenizer_config.json" || name == "special_tokens_map.json" else { continue }
        #expect(text.contains("\"normalized\": \(isNormalized)") && !text.contains("\"normalized\": \(!isNormalized)"))
      }
      let pair = try Vocabulary(pieces: "\(folder)/vocab.json", merges: "\(folder)/merges.txt")
      #expect(pair.specialTokens == words.specialTokens)
      try FileManager.default.removeItem(atPath: "\(folder)/tokenizer.json")
      let settings = try Vocabulary(pieces: "\(folder)/vocab.json", merges: "\(folder)/merges.txt")
      #expect(settings.specialTokens == words.specialTokens)
    }
  }

  private func export(_ fixture: String, as format: ModelExport.Format, in folder: String) throws -> ModelFolder {
    let source = Fixtures.path(fixture)
    let words = try Vocabulary(folder: source)
    try ModelFolder.write(
      CheckpointDetector.open(source), dtype: nil, to: "\(folder)/model",
      tokenizer: { Array(words.tokenizerJSON().utf8) }, toolVersion: "test")
    let model = try ModelFolder.open("\(folder)/model")
    _ = try ModelExport.write(model, as: format, to: "\(folder)/out\(format.fileEnding ?? "")", toolVersion: "test")
    return model
  }
}

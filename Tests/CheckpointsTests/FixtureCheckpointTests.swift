import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensFiles
import Foundation
import TestSupport
import PromptLensTensors
import Testing

@Suite("The repository's own checkpoints")
struct FixtureCheckpointTests {
  @Test(
    "each checkpoint is recognized, wholly mapped, and comes back the same from a model folder",
    arguments: [
      ("tf-h5", CheckpointLayout.huggingFaceTensorFlow, Activation.quickGELU),
      ("tf-h5-gelu", .huggingFaceTensorFlow, .gelu), ("keras-hub", .kerasHub, .quickGELU),
      ("openai-h5-vit", .openAIHDF5, .quickGELU), ("openai-h5-rn", .openAIHDF5, .quickGELU),
    ])
  func roundTrip(name: String, layout: CheckpointLayout, activation: Activation) throws {
    let checkpoint = try CheckpointDetector.open(Fixtures.path(name))
    #expect(checkpoint.layout == layout && checkpoint.report.leftOver.isEmpty && checkpoint.vocabulary != nil)
    #expect(checkpoint.configuration.text.transformer.activation == activation)
    #expect(checkpoint.configuration.text.vocabularySize == 562)
    try withTemporaryFolder { folder in
      let path = "\(folder)/model"
      try ModelFolder.write(checkpoint, dtype: nil, to: path, toolVersion: "test")
      let model = try ModelFolder.open(path)
      #expect(model.configuration == checkpoint.configuration)
      for (name, _) in model.configuration.tensors {
        let (stored, source) = (try model.source.tensor(name), try checkpoint.source.tensor(name))
        #expect(stored.dtype == source.dtype && stored.floats() == source.floats(), "\(name)")
      }
      #expect(try CheckpointDetector.open(path).layout == .modelFolder)
    }
  }

  @Test("the activation of OpenAI-named files can be requested, and its source is reported")
  func activation() throws {
    let silent = try CheckpointDetector.open(Fixtures.path("openai-h5-vit"))
    #expect(silent.activationReason.contains("does not say"))
    let asked = try CheckpointDetector.open(Fixtures.path("openai-h5-vit"), activation: .gelu)
    #expect(asked.configuration.text.transformer.activation == .gelu && asked.activationReason == "asked for")
  }

  @Test(
    "an end token other than the last id is rejected, except 2, which means the last",
    arguments: [("2", true), ("561", true), ("7", false), ("\"561\"", false)])
  func end(id: String, isRead: Bool) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/config.json"
      let config = try String(contentsOfFile: Fixtures.path("tf-h5/config.json"), encoding: .utf8)
      let changed = config.replacing(/"eos_token_id": 2\b/, with: "\"eos_token_id\": \(id)")
      #expect((changed == config) == (id == "2"))
      try changed.write(toFile: path, atomically: true, encoding: .utf8)
      if isRead {
        #expect(try HuggingFaceConfiguration.read(path).text.vocabularySize == 562)
      } else {
        #expect(throws: (any Error).self) { try HuggingFaceConfiguration.read(path) }
      }
    }
  }

  @Test("a folder without a checkpoint is rejected with the layouts looked for, an absent path as missing")
  func unrecognized() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: CheckpointError.self) { try CheckpointDetector.open(folder) }
      #expect(error.map { "\($0)".contains("tf_model.h5") } == true)
      #expect(throws: FileError.self) { try CheckpointDetector.open("\(folder)/absent") }
    }
  }

  @Test("a model folder of another version, or whose parts don't belong together, is rejected")
  func foreignFolder() throws {
    let vit = try CheckpointDetector.open(Fixtures.path("openai-h5-vit"))
    let network = try CheckpointDetector.open(Fixtures.path("openai-h5-rn"))
    try withTemporaryFolder { folder in
      try ModelFolder.write(vit, dtype: nil, to: "\(folder)/a", toolVersion: "test")
      try ModelFolder.write(network, dtype: nil, to: "\(folder)/b", toolVersion: "test")
      let manifest = "\(folder)/a/manifest.json"
      let text = try String(contentsOfFile: manifest, encoding: .utf8)
      try text.replacingOccurrences(of: #""format_version": 2"#, with: #""format_version": 1"#)
        .write(toFile: manifest, atomically: false, encoding: .utf8)
      let error = #expect(throws: (any Error).self) { try ModelFolder.open("\(folder)/a") }
      #expect(error.map { "\($0)".contains("format_version") } == true)
      try FileManager.default.removeItem(atPath: manifest)
      try FileManager.default.copyItem(atPath: "\(folder)/b/manifest.json", toPath: manifest)
      #expect(throws: CheckpointError.self) { try ModelFolder.open("\(folder)/a") }
      try FileManager.default.removeItem(atPath: "\(folder)/b/model.h5")
      #expect(throws: FileError.self) { try ModelFolder.open("\(folder)/b") }
    }
  }
}

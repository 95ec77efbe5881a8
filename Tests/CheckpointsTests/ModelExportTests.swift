import PromptLensCLIP
import PromptLensCheckpoints
import Foundation
import TestSupport
import PromptLensTensors
import Testing
import PromptLensTokenization

@Suite("Exported models")
struct ModelExportTests {
  @Test(
    "every form opens again as the same model, vision transformers and ResNets",
    arguments: ["openai-h5-vit", "openai-h5-rn", "tf-h5-gelu"], ModelExport.Format.allCases)
  func roundTrip(fixture: String, format: ModelExport.Format) throws {
    if fixture == "openai-h5-rn", format == .huggingFace { return }
    try withTemporaryFolder { folder in
      let model = try convert(Fixtures.path(fixture), to: "\(folder)/model")
      let output = "\(folder)/out\(format.fileEnding ?? "")"
      if fixture == "tf-h5-gelu", [.openAITorch, .openAIScript].contains(format) {
        let error = #expect(throws: ExportError.self) {
          try ModelExport.write(model, as: format, to: output, toolVersion: "test")
        }
        #expect(error.map { "\($0)".contains("text_activation") } == true)
        return
      }
      let report = try ModelExport.write(model, as: format, to: output, toolVersion: "test")
      switch format {
      case .openAITorch, .openAIScript: #expect(!report.notes.isEmpty)
      // transformers' crops begin at the lower pixel.
      case .huggingFace: #expect(report.notes.count <= 1)
      case .safeTensors, .openAISafeTensors: #expect(report.notes.isEmpty)
      }
      #expect(try #require(report.check).largest < 1e-6)
      let again = try CheckpointDetector.open(output)
      var configuration = again.configuration
      configuration.preprocessing.cropRounding = .halfToEven
      #expect(configuration == model.configuration)
      #expect(again.report.leftOver.isEmpty && again.report.found == report.tensorCount)
      for (name, _) in model.configuration.tensors {
        let (found, expected) = (try again.source.tensor(name), try model.source.tensor(name))
        #expect(found.dtype == expected.dtype && found.floats() == expected.floats(), "\(name)")
      }
      guard format.isFolder else { return }
      let words = try Vocabulary(tokenizerFile: "\(folder)/model/tokenizer.json")
      #expect(try Vocabulary(tokenizerFile: "\(output)/tokenizer.json") == words)
      #expect(try Vocabulary(folder: output) == words)
    }
  }

  @Test("a ResNet is rejected as a Hugging Face model in one sentence, and nothing is written")
  func residualNetwork() throws {
    try withTemporaryFolder { folder in
      let model = try convert(Fixtures.path("openai-h5-rn"), to: "\(folder)/model")
      let error = #expect(throws: ExportError.self) {
        try ModelExport.write(model, as: .huggingFace, to: "\(folder)/hf", toolVersion: "test")
      }
      #expect(error.map { "\($0)".contains("ModifiedResNet") && !"\($0)".contains("\n") } == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model"])
    }
  }

  @Test("an export notes settings that its form can't state: Keras Hub's other epsilon")
  func epsilon() throws {
    try withTemporaryFolder { folder in
      let model = try convert(Fixtures.path("keras-hub"), to: "\(folder)/model")
      for format in [ModelExport.Format.safeTensors, .huggingFace] {
        let report = try ModelExport.write(model, as: format, to: "\(folder)/\(format)", toolVersion: "test")
        #expect(report.notes.count { $0.contains("epsilon") } == 1)
      }
    }
  }

  @Test("an existing export is replaced only by force, any other folder never")
  func force() throws {
    try withTemporaryFolder { folder in
      let model = try convert(Fixtures.path("tf-h5"), to: "\(folder)/model")
      func export(_ path: String, force: Bool) throws {
        _ = try ModelExport.write(model, as: .huggingFace, to: "\(folder)/\(path)", force: force, toolVersion: "test")
      }
      try export("hf", force: false)
      #expect(throws: (any Error).self) { try export("hf", force: false) }
      try export("hf", force: true)
      try FileManager.default.createDirectory(atPath: "\(folder)/other", withIntermediateDirectories: false)
      try Data().write(to: URL(fileURLWithPath: "\(folder)/other/precious"))
      #expect(throws: (any Error).self) { try export("other", force: true) }
      #expect(throws: (any Error).self) { try export("model", force: true) }
      #expect(ModelFolder.isModelFolder("\(folder)/model"))
    }
  }

  private func convert(_ source: String, to path: String) throws -> ModelFolder {
    let checkpoint = try CheckpointDetector.open(source)
    let words = try Vocabulary(folder: source)
    try ModelFolder.write(
      checkpoint, dtype: nil, to: path, tokenizer: { Array(words.tokenizerJSON().utf8) }, toolVersion: "test")
    return try ModelFolder.open(path)
  }
}

import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensFiles
import Foundation
import PromptLensTensors
import TestSupport
import Testing

@Suite("The model folder", .enabled(if: Shared.available))
struct ModelFolderTests {
  private static let source = Shared.path("fixtures/hf-tf-h5/vit-m")

  @Test("an f32 source comes back exactly, mapped, with its architecture and fingerprints")
  func roundTrip() throws {
    let checkpoint = try CheckpointDetector.open(Self.source)
    try withTemporaryFolder { folder in
      let path = "\(folder)/model"
      let manifest = try ModelFolder.write(
        checkpoint, dtype: nil, to: path, tokenizer: { Array("{}".utf8) }, toolVersion: "test")
      let model = try ModelFolder.open(path)
      #expect(model.manifest == manifest)
      #expect(model.configuration == checkpoint.configuration)
      #expect(model.tokenizerPath != nil)
      #expect(manifest.parameterCount == 973_953)
      try expectSameTensors(checkpoint.source, model.source, of: checkpoint.configuration)
      for (name, _) in model.configuration.tensors {
        let tensor = try model.source.tensor(name)
        #expect(tensor.storage.isMapped && tensor.byteOffset % 64 == 0, "\(name) at \(tensor.byteOffset)")
      }
      #expect(try TensorDigest.of(model.source.tensor("token_embedding.weight")) == manifest.tokenEmbeddingFingerprint)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model"])
    }
  }

  @Test("equal sources give equal bytes, and f16 narrows exactly the tensors that OpenAI's files have in f16")
  func narrowing() throws {
    let checkpoint = try CheckpointDetector.open(Self.source)
    try withTemporaryFolder { folder in
      for name in ["a", "b"] {
        try ModelFolder.write(checkpoint, dtype: .float16, to: "\(folder)/\(name)", toolVersion: "test")
      }
      #expect(try Fingerprint.ofFile("\(folder)/a/model.h5") == Fingerprint.ofFile("\(folder)/b/model.h5"))
      let model = try ModelFolder.open("\(folder)/a")
      let narrowed = Set(model.manifest.tensors.filter { $0.dtype == .float16 }.map(\.name))
      #expect(narrowed.count == 3 + 4 * 8)
      #expect(narrowed.isSuperset(of: ["text_projection", "visual.proj", "visual.conv1.weight"]))
      #expect(!narrowed.contains("token_embedding.weight") && !narrowed.contains("positional_embedding"))
      // Every number of the fixture can be written in f16.
      try expectSameTensors(checkpoint.source, model.source, of: checkpoint.configuration)
      let again = try ModelFolder.write(
        try model.checkpoint, dtype: .float32, to: "\(folder)/c", toolVersion: "test")
      #expect(again.fingerprint == model.manifest.fingerprint)
    }
  }

  @Test("bf16 rounds to the nearest, and is recognized when it is read back")
  func brainFloat() throws {
    let checkpoint = try CheckpointDetector.open(Self.source)
    try withTemporaryFolder { folder in
      try ModelFolder.write(checkpoint, dtype: .bfloat16, to: "\(folder)/m", toolVersion: "test")
      let model = try ModelFolder.open("\(folder)/m")
      let stored = try model.source.tensor("visual.proj")
      #expect(stored.dtype == .bfloat16 && stored.storage.isMapped)
      let exact = try checkpoint.source.tensor("visual.proj").floats()
      for (rounded, value) in zip(stored.floats(), exact) {
        let bits = value.bitPattern
        let nearest = Float(bitPattern: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) & 0xFFFF_0000)
        #expect(rounded == nearest)
      }
    }
  }

  @Test("a source in f16 with f32 norms keeps each tensor's type")
  func mixed() throws {
    let checkpoint = try CheckpointDetector.open(Shared.path("models/mini-clip-rn"))
    try withTemporaryFolder { folder in
      try ModelFolder.write(checkpoint, dtype: nil, to: "\(folder)/m", toolVersion: "test")
      let model = try ModelFolder.open("\(folder)/m")
      for (name, _) in model.configuration.tensors {
        let (stored, source) = (try model.source.tensor(name), try checkpoint.source.tensor(name))
        #expect(stored.dtype == source.dtype && stored.floats() == source.floats(), "\(name)")
      }
    }
  }

  @Test("an existing folder is rejected, --force replaces only a model folder, and failure leaves nothing behind")
  func inTheWay() throws {
    let checkpoint = try CheckpointDetector.open(Self.source)
    struct NoVocabulary: Error {}
    try withTemporaryFolder { folder in
      let path = "\(folder)/m"
      #expect(throws: NoVocabulary.self) {
        try ModelFolder.write(
          checkpoint, dtype: nil, to: path, tokenizer: { throw NoVocabulary() }, toolVersion: "test")
      }
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      try ModelFolder.write(checkpoint, dtype: nil, to: path, toolVersion: "test")
      #expect(throws: FileError.self) { try ModelFolder.write(checkpoint, dtype: nil, to: path, toolVersion: "test") }
      try ModelFolder.write(checkpoint, dtype: .float16, to: path + "/", force: true, toolVersion: "test")
      #expect(try ModelFolder.open(path).source.tensor("visual.proj").dtype == .float16)
      try Data().write(to: URL(fileURLWithPath: "\(folder)/precious"))
      #expect(throws: FileError.self) {
        try ModelFolder.write(checkpoint, dtype: nil, to: folder, force: true, toolVersion: "test")
      }
      #expect(throws: FileError.self) {
        try ModelFolder.write(checkpoint, dtype: nil, to: "\(folder)/precious/where", toolVersion: "test")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["m", "precious"])
    }
  }

  @Test("NaN in the source leaves nothing behind")
  func notFinite() throws {
    let checkpoint = try CheckpointDetector.open(
      Shared.path("fixtures/bad/tf-h5-model/inf.h5"),
      configurationPath: Shared.path("fixtures/bad/_valid/tf-h5-vit-xs/config.json"))
    try withTemporaryFolder { folder in
      #expect(throws: CLIPError.self) {
        try ModelFolder.write(checkpoint, dtype: nil, to: "\(folder)/m", toolVersion: "test")
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }
}

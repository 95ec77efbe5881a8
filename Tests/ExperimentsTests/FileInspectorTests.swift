import Foundation
import PromptLensCheckpoints
import PromptLensExperiments
import PromptLensFiles
import PromptLensTensorFiles
import PromptLensTensors
import PromptLensTokenization
import TestSupport
import Testing

@Suite("Inspecting files")
struct FileInspectorTests {
  @Test(
    "checkpoints and model folders are described by their kinds, with all their tensors",
    arguments: ["tf-h5", "keras-hub", "openai-h5-vit", "openai-h5-rn"])
  func checkpoints(name: String) throws {
    let checkpoint = try CheckpointDetector.open(Fixtures.path(name))
    let inspection = try FileInspector.describe(Fixtures.path(name))
    #expect(inspection.kind == "\(checkpoint.layout) checkpoint")
    #expect(inspection.tensors.count == checkpoint.configuration.tensors.count)
    try withTemporaryFolder { folder in
      try convert(Fixtures.path(name), to: "\(folder)/model")
      let model = try FileInspector.describe("\(folder)/model")
      #expect(model.kind == "PromptLens model folder" && model.tensors.count == inspection.tensors.count)
    }
  }

  @Test(
    "every readable HDF5 file is described", .enabled(if: Shared.available),
    arguments: BadFile.all(in: "hdf5").filter { $0.expect == "accept" })
  func files(file: BadFile) throws {
    let inspection = try FileInspector.describe(file.location)
    #expect(inspection.kind == "HDF5 file")
    #expect(inspection.tensors.contains { $0.name == "layers/dense/vars/0" && $0.shape == [64, 48] })
  }

  @Test("contexts are recognized in JSON and HDF5; a .npy file is an array that may be one")
  func contexts() throws {
    try withTemporaryFolder { folder in
      let tensor = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
      try NumPyFile.write(tensor, to: "\(folder)/a.npy")
      try AtomicOutput.text("[[1,2,3],[4,5,6]]", to: "\(folder)/b.json")
      try HDF5Writer.write(to: "\(folder)/c.h5") { try $0.write(tensor, to: "context") }
      #expect(try FileInspector.describe("\(folder)/a.npy").kind == "NumPy array")
      for name in ["b.json", "c.h5"] {
        #expect(try FileInspector.describe("\(folder)/\(name)").kind == "context file")
      }
    }
  }

  @Test(
    "a CoOp checkpoint's classes are spelled by the model that it fits, and the other model is named",
    arguments: ["uc.pth.tar-50", "csc-f16.pth.tar-7", "cocoop-f16.pth.tar-10"])
  func promptLearners(file: String) throws {
    try withTemporaryFolder { folder in
      let models = ["\(folder)/other", "\(folder)/vit"]
      try convert(Fixtures.path("tf-h5"), to: models[0])
      try convert(Fixtures.path("openai-h5-vit"), to: models[1])
      let inspection = try FileInspector.describe(Fixtures.path("coop/\(file)"), models: models)
      #expect(inspection.kind.hasSuffix("CoOp checkpoint") || inspection.kind.hasSuffix("CoCoOp checkpoint"))
      #expect(inspection.facts.contains { $0.name == "classes" && $0.value.contains("drawing of 2 dogs") })
      #expect(inspection.facts.filter { $0.value.hasPrefix("does not fit") }.count == 1)
    }
  }

  @Test("an absent path is missing")
  func absent() {
    #expect(throws: FileError.self) { try FileInspector.describe("/absent") }
  }

  private func convert(_ source: String, to path: String) throws {
    let words = try? Vocabulary(folder: source)
    let tokenizer = try words?.tokenizerJSON() ?? String(contentsOfFile: "\(source)/tokenizer.json", encoding: .utf8)
    try ModelFolder.write(
      try CheckpointDetector.open(source), dtype: nil, to: path, tokenizer: { Array(tokenizer.utf8) },
      toolVersion: "test")
  }
}

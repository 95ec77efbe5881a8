import Foundation
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensTensors
import TestSupport
import Testing

/// Tools/fixtures/make_training_objects_fixture.py wrote the fixtures.
@Suite("Checkpoints of other methods")
struct OtherMethodsTests {
  @Test(
    "MaPLe, PromptSRC, PLOT and ATPrompt are recognized, their vectors read, and other uses refused by name",
    arguments: [
      ("maple", PromptMethod.maPLe, [2, 8]), ("promptsrc", .promptSRC, [4, 8]), ("plot", .plot, [3, 4, 8]),
      ("atprompt", .atPrompt, [3, 8]),
    ])
  func recognized(name: String, method: PromptMethod, shape: [Int]) throws {
    let path = Fixtures.path("checkpoints/\(name)")
    let archive = try TorchArchive(path: "\(path)/prompt_learner/model.pth.tar-2")
    #expect(PromptLearnerCheckpoint.matches(archive))
    let context = try ContextFile.read(path)
    #expect(context.provenance?.method == method && context.provenance?.epoch == 2)
    #expect(context.vectors.shape.dimensions == shape)
    #expect((context.provenance?.surroundings != nil) == (method != .plot))
    try withTemporaryFolder { folder in
      let error = #expect(throws: PromptError.self) {
        try ContextExport.write(context, as: .safeTensors, to: "\(folder)/out.safetensors")
      }
      #expect(error.map { "\($0)" }?.contains("a checkpoint of \(method.rawValue)") == true)
    }
  }

  @Test("of Dassl's output folder the checkpoint that it names is taken, else the last, else the best")
  func outputFolder() throws {
    try withTemporaryFolder { folder in
      let part = "\(folder)/prompt_learner"
      try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
      #expect(DasslOutput.checkpoint(in: folder) == nil)
      func copy(_ source: String, _ name: String) throws {
        try FileManager.default.copyItem(atPath: Fixtures.path("coop/\(source)"), toPath: "\(part)/\(name)")
      }
      try copy("csc-f16.pth.tar-7", "model-best.pth.tar")
      #expect(DasslOutput.checkpoint(in: folder) == "\(part)/model-best.pth.tar")
      try copy("csc-f16.pth.tar-7", "model.pth.tar-7")
      try copy("uc.pth.tar-50", "model.pth.tar-50")
      #expect(DasslOutput.checkpoint(in: folder) == "\(part)/model.pth.tar-50")
      #expect(DasslOutput.checkpoint(in: part) == "\(part)/model.pth.tar-50")
      #expect(try ContextFile.read(folder).provenance?.epoch == 50)
      try Data("model.pth.tar-7\n".utf8).write(to: URL(fileURLWithPath: "\(part)/checkpoint"))
      #expect(try ContextFile.read(folder).classCount == 2)
    }
  }

  @Test(
    "genuine anchors of ATPrompt's repository are prompts: a vector, and a word before the class name",
    .enabled(if: Shared.available))
  func genuine() throws {
    for (name, classes) in [("EuroSAT", 5), ("OxfordPets", 19)] {
      let context = try ContextFile.read(Shared.path("data/public/atprompt/\(name)-model.pth.tar"))
      #expect(context.provenance?.method == .atPrompt && context.provenance?.epoch == 100)
      #expect(context.vectors.shape.dimensions == [2, 512] && context.isWord == [false, true])
      #expect(context.classPosition == .end && context.provenance?.servesPrompts == true)
      #expect(context.provenance?.surroundings?.classCount == classes)
    }
  }
}

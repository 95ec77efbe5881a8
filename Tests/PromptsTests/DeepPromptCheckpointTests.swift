import PromptLensCheckpoints
import PromptLensPrompts
import TestSupport
import Testing

@Suite("Checkpoints of prompts in deep layers", .enabled(if: Shared.available))
struct DeepPromptCheckpointTests {
  private static let folder = Shared.path("fixtures/deep-prompts")

  @Test(
    "the method, the epoch and the learned tensors are read, and not the classes' embeddings or a second tower",
    arguments: [
      ("maple-d3", "MaPLe", 2, 9), ("ivlp", "IVLP", 20, 5), ("promptsrc", "PromptSRC", 20, 5),
      ("vpt-deep", "VPT", 5, 3),
    ])
  func reading(name: String, method: String, epoch: Int, tensors: Int) throws {
    let path = "\(Self.folder)/\(name)/checkpoint"
    #expect(DeepPromptCheckpoint.exists(at: path))
    let checkpoint = try DeepPromptCheckpoint(path: path)
    #expect(checkpoint.method == method && checkpoint.epoch == epoch)
    #expect(checkpoint.parameters.names.count == tensors && checkpoint.frozen.count == 85)
  }

  @Test("the towers are those of the model, those of PromptSRC a little drifted, and another model is refused by name")
  func drift() throws {
    func model(_ name: String) throws -> Checkpoint { try CheckpointDetector.open("\(Self.folder)/clips/\(name).pt") }
    let exact = try DeepPromptCheckpoint(path: "\(Self.folder)/ivlp/checkpoint")
    #expect(try exact.drift(from: model("small3").source) == DeepPromptCheckpoint.Drift())
    let averaged = try DeepPromptCheckpoint(path: "\(Self.folder)/promptsrc/checkpoint")
    let drift = try averaged.drift(from: model("small3").source)
    #expect(drift.tensors > 0 && drift.largest > 1e-5 && drift.largest < 1e-3)
    #expect { try exact.drift(from: model("wide3").source) } throws: { "\($0)".contains("doesn't belong to the model") }
    #expect { try DeepPrompts(exact, for: model("wide3").configuration) } throws: {
      "\($0)".contains("image_encoder.VPT")
    }
  }

  @Test("CoOp's, KgCoOp's and TCP's checkpoints aren't recognized as deep prompts")
  func others() throws {
    for name in ["kgcoop", "tcp", "cocoop"] {
      #expect(!DeepPromptCheckpoint.exists(at: "\(Self.folder)/\(name)/checkpoint"))
    }
    #expect(try ContextFile.read("\(Self.folder)/tcp/checkpoint").provenance?.method == .tcp)
    #expect { try ContextFile.read("\(Self.folder)/vpt-deep/checkpoint") } throws: {
      "\($0)".contains("a checkpoint of VPT, whose prompts stand in deeper layers or in the image tower")
    }
    #expect(try !ContextFile.read("\(Self.folder)/kgcoop/checkpoint").isConditional)
    #expect(try ContextFile.read("\(Self.folder)/cocoop/checkpoint").isConditional)
  }
}

import PromptLensTensorFiles
import PromptLensCLIP
import PromptLensCheckpoints
import Foundation
import TestSupport
import PromptLensTensors
import Testing

@Suite("Tensors and models that aren't CLIP's")
struct ExtraTensorTests {
  @Test(
    "unknown tensors are rejected by name in a tower and reported elsewhere",
    arguments: [
      ("visual.transformer.resblocks.0.ls_1.gamma", true), ("transformer.resblocks.1.attn.ln_inner.weight", true),
      ("text.cls_emb", true), ("visual.head.weight", true),
      ("positional_embedding_res", true), ("classifier.weight", false), ("ema.decay", false),
    ])
  func extra(name: String, isRefused: Bool) throws {
    let fixture = try HDF5File(path: Fixtures.path("openai-h5-vit/model.h5"))
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.h5"
      try HDF5Writer.write(to: path) { file in
        for dataset in fixture.datasets where dataset.type.dtype != nil {
          try file.write(fixture.tensor(dataset.path), to: dataset.path)
        }
        try file.write(Tensor([1, 2, 3], shape: [3]), to: name)
      }
      guard isRefused else {
        let checkpoint = try CheckpointDetector.open(path)
        #expect(checkpoint.report.leftOver == [name])
        return
      }
      let error = #expect(throws: CLIPError.self) { try CheckpointDetector.open(path) }
      let message = String(describing: error)
      #expect(message.contains(name) && message.contains(path), "\(message)")
    }
  }

  @Test("a folder whose config.json names another model is rejected by that name")
  func otherModel() throws {
    try withTemporaryFolder { folder in
      try HDF5Writer.write(to: "\(folder)/tf_model.h5") { file in
        try file.write(Tensor([1, 2, 3], shape: [3]), to: "vision_model.classifier")
      }
      try Data(#"{"model_type": "clip_vision_model"}"#.utf8).write(to: URL(fileURLWithPath: "\(folder)/config.json"))
      let error = #expect(throws: CLIPError.self) { try CheckpointDetector.open(folder) }
      let message = String(describing: error)
      #expect(message.contains("clip_vision_model") && message.contains("one tower of a CLIP"), "\(message)")
    }
  }
}

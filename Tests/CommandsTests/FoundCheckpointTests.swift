import Foundation
import PromptLensJSONDocuments
import TestSupport
import Testing

/// The command line on checkpoints as they are found: several preprocessings, several weights, adapters, pointers.
@Suite("Converting what is found")
struct FoundCheckpointTests {
  private func run(_ arguments: String...) throws -> Executable.Outcome { try Executable.run(arguments) }

  private func withCopy(of fixture: String, _ body: (String, String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try FileManager.default.copyItem(atPath: Fixtures.path(fixture), toPath: "\(folder)/source")
      try body("\(folder)/source", "\(folder)/model")
    }
  }

  @Test("two preprocessings are refused by name until one is chosen, which inspect shows and export writes")
  func preprocessing() throws {
    try withCopy(of: "torch/open-clip") { source, model in
      let squash = #"{"size": {"height": 16, "width": 16}, "do_center_crop": false, "resample": 2}"#
      try Data(squash.utf8).write(to: URL(fileURLWithPath: "\(source)/preprocessor_config.json"))
      let refused = try run("convert", source, "--output", model)
      #expect(refused.status == 65, "\(refused.status)")
      #expect(refused.errorLines.count == 1 && refused.errors.contains("convert --preprocessing"), "\(refused.errors)")
      #expect(!FileManager.default.fileExists(atPath: model))
      let converted = try run(
        "convert", source, "--output", model, "--preprocessing", "preprocessor_config.json")
      try #require(converted.status == 0, "\(converted.errors)")
      #expect(converted.output.contains("resized to 16 px by Pillow's bilinear"))
      let inspected = try run("inspect", model)
      #expect(inspected.output.contains("resized to 16 px by Pillow's bilinear, whatever the ratio, no crop"))
      #expect(inspected.output.contains("preprocessing known from"))
      try #require(try run("export", model, "--as", "hf", "--output", "\(model)-hf").status == 0)
      let document = try JSONNode(contentsOf: "\(model)-hf/preprocessor_config.json")
      #expect(try document.integer("resample") == 2 && document.bool("do_center_crop") == false)
      #expect(try document.node("size").integer("height") == 16)
      try #require(try run("export", model, "--as", "safetensors", "--output", "\(model)-oc").status == 0)
      let other = try JSONNode(contentsOf: "\(model)-oc/open_clip_config.json").node("preprocess_cfg")
      #expect(try other.string("resize_mode") == "squash" && other.string("interpolation") == "bilinear")
    }
  }

  @Test("pictures are prepared as the model folder says")
  func pictures() throws {
    try withCopy(of: "torch/open-clip") { source, model in
      let settings = #"{"size": {"shortest_edge": 16}, "do_center_crop": false}"#
      try Data(settings.utf8).write(to: URL(fileURLWithPath: "\(source)/preprocessor_config.json"))
      try #require(
        try run("convert", source, "--output", model, "--preprocessing", "preprocessor_config.json").status == 0)
      let image = Fixtures.path("images/wide.png")
      let outcome = try run("embed", "--model", model, "--image", image, "--format", "json")
      #expect(outcome.status != 0 && outcome.errorLines.count == 1)
      #expect(outcome.errors.contains("wide.png") && outcome.errors.contains("the image tower takes 16 x 16"))
    }
  }

  @Test("a LoRA adapter is converted with its base, and refused without one")
  func adapter() throws {
    try withTemporaryFolder { folder in
      let (adapter, base) = (Fixtures.path("checkpoints/adapter"), Fixtures.path("torch/hugging-face-bin"))
      let refused = try run("convert", adapter, "--output", "\(folder)/model")
      #expect(refused.status != 0 && refused.errors.contains("convert --base"))
      let converted = try run("convert", adapter, "--base", base, "--output", "\(folder)/model")
      try #require(converted.status == 0, "\(converted.errors)")
    }
  }

  @Test("prompts of other methods are inspected, and refused where they would be evaluated")
  func otherMethods() throws {
    let path = Fixtures.path("checkpoints/maple")
    let inspected = try run("inspect", path)
    #expect(inspected.status == 0 && inspected.output.contains("MaPLe checkpoint"))
    let refused = try run("export", path, "--as", "json", "--output", "/nonexistent/x.json")
    #expect(refused.status != 0 && refused.errors.contains("holds prompts in deeper layers"))
  }
}

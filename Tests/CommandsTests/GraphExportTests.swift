import Foundation
import PromptLensCheckpoints
import PromptLensTensorFiles
import PromptLensTensors
import TestSupport
import Testing

@Suite("Export to ONNX")
struct GraphExportTests {
  private static let runtime = "numpy, onnxruntime, PIL"

  @Test(
    "graphs of every kind of tower agree with promptlens in onnxruntime, and so do classifiers",
    .enabled(if: PythonScript.has(runtime), "python3 doesn't have NumPy, onnxruntime and Pillow"))
  func parity() throws {
    let families = [
      "convnext/convnext_base", "convnext/convnext_large_d_320", "eva/EVA01-g-14", "eva/EVA02-B-16", "eva/EVA02-E-14",
      "pe-core/PE-Core-T-16-384", "pe-core/PE-Core-B-16", "vitamin/ViTamin-S", "vitamin/ViTamin-L2-256",
      "mobileclip/MobileCLIP-B", "vit-layerscale/ViT-M-16-alt", "coca/coca_ViT-B-32",
      "coca/coca_ViT-L-14", "metaclip2/metaclip2-hf", "metaclip2/ViT-L-14-worldwide-mt5",
      "siglip/ViT-B-16-SigLIP", "siglip/siglip2-hf", "clipa/ViT-L-14-CLIPA", "mobileclip/MobileCLIP2-L-14",
    ]
    let shared = Shared.available ? families.map { Shared.path("fixtures/families/\($0)") } : []
    let found = try PythonScript.run(
      ["\(Repository.root)/Tools/checks/check_onnx.py", "--promptlens", Executable.path]
        + ["openai-h5-vit", "openai-h5-rn"].map { Fixtures.path($0) } + shared)
    #expect(found.status == 0, "\(found.output)")
  }

  @Test("a model's folder has both graphs, the tokenizer and a card, and is replaced only on request")
  func folder() throws {
    let model = try ConvertedModel.visionTransformer.get()
    try withTemporaryFolder { folder in
      let output = "\(folder)/graphs"
      let arguments = ["export", model, "--as", "onnx", "--output", output, "--format", "json"]
      let first = try Executable.run(arguments)
      #expect(first.status == 0, "\(first.errors)")
      let files = try FileManager.default.contentsOfDirectory(atPath: output)
      #expect(Set(files).isSuperset(of: ["image.onnx", "text.onnx", "README.md"]))
      #expect(try Executable.run(arguments).status != 0)
      let graph = try Data(contentsOf: URL(fileURLWithPath: "\(output)/image.onnx"))
      #expect(try Executable.run(arguments + ["--force"]).status == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(output)/image.onnx")) == graph)
      // The metadata is readable as it stands.
      for key in ["image_mean", "image_std", "image_size", "preprocessing", "logit_scale", "fingerprint"] {
        #expect(graph.range(of: Data(key.utf8)) != nil, "\(key)")
      }
    }
  }

  @Test("the weights of a large model stand in a file beside each graph")
  func externalWeights() throws {
    let model = try ModelFolder.open(ConvertedModel.modifiedResNet.get())
    try withTemporaryFolder { folder in
      let report = try GraphExport.write(model, to: "\(folder)/out", toolVersion: "test", limit: 10_000)
      #expect(report.files.contains("image.onnx.data") && report.files.contains("text.onnx.data"))
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/out/text.onnx.data"))
      let table = try model.source.tensor("token_embedding.weight").withBytes { Data($0) }
      #expect(data.range(of: table).map { $0.lowerBound % 4096 } == 0)
      let graph = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/out/text.onnx"))
      #expect(graph.count < 200_000)
      guard PythonScript.has("numpy, onnxruntime") else { return }
      _ = try GraphExport.write(model, to: "\(folder)/one", toolVersion: "test")
      let script = """
        import numpy, onnxruntime, sys
        rows = [
            onnxruntime.InferenceSession(f"{folder}/text.onnx").run(None, {"input_ids": numpy.array([[1, 2, 3]])})[0]
            for folder in sys.argv[1:]
        ]
        assert numpy.array_equal(*rows), rows
        """
      let found = try PythonScript.run(["-c", script, "\(folder)/out", "\(folder)/one"])
      #expect(found.status == 0, "\(found.output)")
    }
  }

  @Test("a reader has at most twenty lines, and needs a folder")
  func reader() throws {
    let model = try ConvertedModel.own.get()
    try withTemporaryFolder { folder in
      let found = try Executable.run(["export", model, "--as", "python", "--output", "\(folder)/out"])
      #expect(found.status == 0, "\(found.errors)")
      let text = try String(contentsOfFile: "\(folder)/out/reader.py", encoding: .utf8)
      #expect(text.split(separator: "\n").count <= 20)
      let refused = try Executable.run(["export", model, "--as", "python", "--output", "\(folder)/out.onnx"])
      #expect(refused.status == 64 && refused.errors.contains("folder"))
    }
  }

  @Test("what a graph can't hold is refused by name")
  func refused() throws {
    try withTemporaryFolder { folder in
      let missing = try Executable.run(["export", "\(folder)/nothing", "--as", "onnx", "--output", "\(folder)/a.onnx"])
      #expect(missing.status == 66 && missing.errors.contains("nothing"))
      let context = Fixtures.path("coop-context")
      if FileManager.default.fileExists(atPath: context) {
        let found = try Executable.run(["export", context, "--as", "onnx", "--output", "\(folder)/b.onnx"])
        #expect(found.status != 0 && found.errors.contains("--model"))
      }
    }
  }
}

@Suite("Published numbers")
struct PublishedNumbersTests {
  @Test("a model of another architecture has none")
  func otherArchitecture() throws {
    let found = try Executable.run(["verify", ConvertedModel.modifiedResNet.get(), "--published"])
    #expect(found.status == 65)
    #expect(found.errors.contains("no published numbers") && found.errors.contains("ViT-B/32"))
  }

  @Test("mini-clip is as published, and with rounded weights it isn't")
  func own() throws {
    #expect(try Executable.run(["verify", ConvertedModel.own.get(), "--published"]).status == 0)
    try withTemporaryFolder { folder in
      let arguments = try ["convert", ConvertedModel.own.get(), "--dtype", "bf16", "--output", "\(folder)/rounded"]
      #expect(try Executable.run(arguments).status == 0)
      let found = try Executable.run(["verify", "\(folder)/rounded", "--published"])
      #expect(found.status == 65 && found.errors.contains("isn't mini-clip as published"), "\(found.errors)")
    }
  }

  @Test("they don't go with numbers of one's own")
  func options() throws {
    let found = try Executable.run(["verify", ConvertedModel.own.get(), "--published", "--tolerance", "1"])
    #expect(found.status == 64)
  }

  @Test("the kept text features are the published ones", .enabled(if: Shared.available))
  func rows() throws {
    let numbers = try #require(PublishedNumbers.of(architecture: "ViT-B/32").first)
    let kept = numbers.values.compactMap { value -> ([String], Tensor)? in
      guard case .textFeatures(let texts, let features) = value.content else { return nil }
      return (texts, features)
    }
    let (texts, features) = try #require(kept.first)
    let path = Shared.path("data/real-clip/texts/coco_clip_a+cname.npy")
    let published = try NumPyFile(path: path).tensor()
    #expect(texts == ["a airplane", "a elephant", "a pizza", "a scissors"])
    let rows = try [4, 20, 53, 76].flatMap { try published.rows($0..<$0 + 1).floats() }
    #expect(features.floats() == rows)
  }
}

import PromptLensTensorFiles
import PromptLensCheckpoints
import Foundation
import TestSupport
import Testing

@Suite("PyTorch files", .enabled(if: Shared.available))
struct TorchArchiveTests {
  @Test(
    "each damaged or hostile file is read, or rejected in one sentence that names it",
    arguments: BadFile.all(in: "torch"))
  func conformance(file: BadFile) throws {
    let outcome = Result {
      let archive = try TorchArchive(path: file.location)
      for name in archive.names { _ = try archive.tensor(named: name)?.readIfFloats(name) }
      // A whole model is damaged where it does not make a CLIP.
      guard file.path.hasPrefix("torch/model-") else { return }
      let checkpoint = try CheckpointDetector.open(file.location)
      for name in checkpoint.source.names { _ = try checkpoint.source.tensor(name) }
    }
    switch outcome {
    case .success: #expect(file.expect != "refuse", "\(file) was read")
    case .failure(let error):
      #expect(file.expect != "accept", "\(file) was refused: \(error)")
      #expect("\(error)".contains(file.location) && !"\(error)".contains("\n"), "\(error)")
    }
    #expect(!FileManager.default.fileExists(atPath: "/tmp/pwned"))
  }

  @Test(
    "a refusal names the code that a pickle would execute",
    arguments: [
      ("exec-os-system", "os.system"), ("exec-posix-system-in-dict", "posix.system"), ("exec-raw-pickle", "os.system"),
      ("exec-stack-global", "os.system"), ("exec-inst", "os.system"), ("exec-newobj", "subprocess.Popen"),
      ("exec-eval", "__builtin__.eval"), ("exec-getattr", "__builtin__.getattr"),
      ("exec-load-from-bytes", "torch.storage._load_from_bytes"),
      ("whole-module", "torch.nn.modules.container.Sequential"),
      ("global-rebuild-quantized", "torch._utils._rebuild_qtensor"), ("persid-unknown-storage", "torch.WeirdStorage"),
    ])
  func refusals(file: String, name: String) throws {
    let path = Shared.path("fixtures/bad/torch/\(file).pt")
    let error = #expect(throws: TensorFileError.self) { try TorchArchive(path: path) }
    guard case .refused(_, _, let refused, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(refused == name)
  }

  @Test(
    "sizes written with needless bytes are rejected as too large for their storage",
    arguments: [
      ("tensor-stride0-bomb", "1099511627776"), ("tensor-stride-overflow", "4611686018427387904"),
      ("tensor-size-overflow", "4611686018427387904, 4611686018427387904"),
    ])
  func sizes(file: String, mention: String) throws {
    let path = Shared.path("fixtures/bad/torch/\(file).pt")
    let error = #expect(throws: TensorFileError.self) { try TorchArchive(path: path) }
    #expect("\(String(describing: error))".contains(mention), "\(String(describing: error))")
  }

  @Test("views of one storage are read by their own offsets and strides")
  func views() throws {
    let archive = try TorchArchive(path: Shared.path("fixtures/bad/torch/ok-noncontiguous.pt"))
    func floats(_ name: String) throws -> [Float]? { try archive.tensor(named: name)?.read().floats() }
    let transposed = try #require(try floats("t"))
    #expect(transposed.count == 4)
    let (a, b, c, d) = (transposed[0], transposed[2], transposed[1], transposed[3])
    #expect(try floats("diag") == [a, d])
    let row = try #require(try floats("row"))
    #expect(row == [a, b] || row == [c, d])
    let expanded = try #require(try floats("expanded"))
    #expect(expanded == Array(expanded[..<2]) + Array(expanded[..<2]) + Array(expanded[..<2]))
  }

  @Test("a genuine CoOp checkpoint holds tensors, and an optimizer and a scheduler as inert objects")
  func prompts() throws {
    let archive = try TorchArchive(
      path: Shared.path("fixtures/coop/uc-m16-end/prompt_learner/model.pth.tar-50"))
    let root = archive.root
    #expect(root["epoch"]?.integer == 50)
    #expect(root["val_result"]?.isNone == true)
    #expect(root["optimizer"]?["param_groups"]?.elements?[0]["momentum"]?.number == 0.9)
    let scheduler = root["scheduler"]?["successor"]
    #expect(scheduler?.className == "torch.optim.lr_scheduler.CosineAnnealingLR")
    #expect(scheduler?["T_max"]?.number == 50)
    #expect(scheduler?["optimizer"]?.className == "torch.optim.sgd.SGD")
    #expect(archive.classes.contains("torch.optim.sgd.SGD"))
    let prefix = try #require(root["state_dict"]?["token_prefix"]?.tensor)
    let suffix = try #require(root["state_dict"]?["token_suffix"]?.tensor)
    #expect(prefix.shape == [5, 1, 64] && suffix.shape == [5, 60, 64])
    #expect(prefix.storage == suffix.storage && suffix.offset == 17 * 64)
    #expect(try suffix.read().floats().count == 5 * 60 * 64)
    #expect(archive.tensor(named: "state_dict.ctx")?.shape == [16, 64])
    let error = #expect(throws: (any Error).self) { try CheckpointDetector.open(archive.path) }
    #expect("\(String(describing: error))".contains("CoOp"))
  }

  @Test("every CoOp fixture's context is finite, in f32 or f16")
  func contexts() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: Shared.path("fixtures/coop")) {
      let archive = try TorchArchive(path: Shared.path("fixtures/coop/\(name)/prompt_learner/model.pth.tar-50"))
      let context = try #require(archive.root["state_dict"]?["ctx"]?.tensor)
      #expect(try context.read(name: "ctx").isFinite)
      #expect(context.element == (name.contains("fp16") ? .float16 : .float32))
    }
  }
}

extension TorchTensor {
  /// Reads floats; whole numbers are left alone.
  func readIfFloats(_ name: String) throws -> Int {
    element.dtype == nil ? 0 : try read(name: name).shape.count
  }
}

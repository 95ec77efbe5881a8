import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensCheckpoints
import Foundation
import PromptLensJSONDocuments
import TestSupport
import PromptLensTensors
import Testing
import PromptLensTokenization

@Suite("Checkpoints of CoOp and CoCoOp")
struct PromptLearnerTests {
  private static let files = ["uc.pth.tar-50", "csc-f16.pth.tar-7", "cocoop-f16.pth.tar-10"]

  @Test("checkpoints are contexts, and the embeddings around them spell the class names", arguments: files)
  func identify(file: String) throws {
    let context = try ContextFile.read(Fixtures.path("coop/\(file)"))
    #expect(context.width == 64 && context.length == (file.hasPrefix("csc") ? 3 : 4))
    #expect(context.classCount == (file.hasPrefix("csc") ? 2 : nil))
    #expect(context.vectors.dtype == (file.hasPrefix("uc") ? .float32 : .float16))
    let provenance = try #require(context.provenance)
    #expect(provenance.method == (file.hasPrefix("cocoop") ? .coCoOp : .coOp))
    #expect(context.metaNetwork.count == (file.hasPrefix("cocoop") ? 4 : 0))
    #expect(provenance.epoch.map { file.hasSuffix("-\($0)") } == true)
    try withTemporaryFolder { folder in
      let model = try convert(Fixtures.path("openai-h5-vit"), to: "\(folder)/vit")
      #expect(try context.mismatch(with: model) == nil)
      #expect(try context.classNames(accordingTo: model) == ["cat", "drawing of 2 dogs"])
      // The same width, another table.
      let other = try convert(Fixtures.path("tf-h5"), to: "\(folder)/other")
      let reason = try #require(try context.mismatch(with: other))
      #expect(reason.contains("another text tower"))
      #expect(try context.classNames(accordingTo: other) == nil)
      #expect(
        context.fittingModels(beside: "\(folder)/other").map { URL(fileURLWithPath: $0).lastPathComponent } == ["vit"])
    }
  }

  @Test("every form of a context is read back as the same numbers", arguments: files, ContextExport.Format.allCases)
  func export(file: String, format: ContextExport.Format) throws {
    let context = try ContextFile.read(Fixtures.path("coop/\(file)"))
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.\(format.rawValue)"
      if context.isConditional, format == .npy {
        let error = #expect(throws: ExportError.self) { try ContextExport.write(context, as: format, to: path) }
        #expect(error.map { "\($0)".contains("network") } == true)
        return
      }
      try ContextExport.write(context, as: format, to: path)
      let again = try ContextFile.read(path)
      #expect(again.vectors.floats() == context.vectors.floats() && again.vectors.shape == context.vectors.shape)
      #expect(again.metaNetwork.mapValues { $0.floats() } == context.metaNetwork.mapValues { $0.floats() })
      #expect(again.provenance?.epoch == context.provenance?.epoch)
      #expect(again.provenance?.method == context.provenance?.method)
      guard format == .coOp else { return }
      let (found, expected) = (try #require(again.provenance), try #require(context.provenance))
      #expect(again.vectors.dtype == context.vectors.dtype)
      #expect(found.epoch == expected.epoch && found.method == expected.method)
      #expect(found.surroundings?.suffix.floats() == expected.surroundings?.suffix.floats())
      #expect(again.metaNetwork.mapValues { $0.floats() } == context.metaNetwork.mapValues { $0.floats() })
      let archive = try TorchArchive(path: path)
      #expect(archive.classes.isEmpty && archive.root["optimizer"]?.isNone == true)
    }
  }

  @Test("a context without class names can't become a CoOp checkpoint, and the error says what is needed")
  func missingSurroundings() throws {
    try withTemporaryFolder { folder in
      let context = try LearnedContext(vectors: try Tensor([1, 2], shape: [1, 2]), source: "test")
      let error = #expect(throws: ExportError.self) {
        try ContextExport.write(context, as: .coOp, to: "\(folder)/a.pth")
      }
      #expect(error.map { "\($0)".contains("--classes") } == true)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  @Test(
    "genuine checkpoints tell their classes, in f32 and f16", .enabled(if: Shared.available),
    arguments: [
      "csc-m16-end", "csc-m4-front", "uc-init-a-photo-of-a", "uc-m16-end", "uc-m16-end-fp16-cuda", "uc-m4-middle",
    ])
  func genuine(name: String) throws {
    let context = try ContextFile.read(Shared.path("fixtures/coop/\(name)/prompt_learner/model.pth.tar-50"))
    try withTemporaryFolder { folder in
      let model = try convert(Shared.path("fixtures/hf/vit-s-transformers5-fp16"), to: "\(folder)/vit-s")
      #expect(
        try context.classNames(accordingTo: model)
          == ["tabby cat", "golden retriever", "hot air balloon", "boeing 737-800", "sea anemone"])
    }
  }

  @Test(
    "damaged checkpoints are rejected in one sentence", .enabled(if: Shared.available),
    arguments: BadFile.all(in: "coop"))
  func damaged(file: BadFile) throws {
    switch Result(catching: { try ContextFile.read(file.location) }) {
    case .success: #expect(file.expect != "refuse", "\(file) was read")
    case .failure(let error):
      #expect(file.expect != "accept", "\(file) was refused: \(error)")
      #expect("\(error)".contains(file.location) && !"\(error)".contains("\n"), "\(error)")
    }
  }

  private func convert(_ source: String, to path: String) throws -> ModelFolder {
    let words = try? Vocabulary(folder: source)
    let tokenizer = try words?.tokenizerJSON() ?? String(contentsOfFile: "\(source)/tokenizer.json", encoding: .utf8)
    try ModelFolder.write(
      try CheckpointDetector.open(source), dtype: nil, to: path, tokenizer: { Array(tokenizer.utf8) },
      toolVersion: "test")
    return try ModelFolder.open(path)
  }
}

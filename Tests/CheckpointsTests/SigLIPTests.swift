import Foundation
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensors
import PromptLensTokenization
import TestSupport
import Testing

/// SigLIP and SigLIP 2, whose text towers have no causal mask, with MobileCLIP 2-L and CLIPA beside them.
@Suite("SigLIP")
struct SigLIPTests {
  private static let own = Fixtures.path("siglip")

  @Test("features agree with those of transformers, from the checkpoint and from its model folder")
  func features() throws { try check(Self.own) }

  @Test(
    "features agree with those of the writing software", .enabled(if: Shared.available),
    arguments: [
      "siglip/ViT-B-16-SigLIP", "siglip/ViT-B-16-SigLIP2", "siglip/ViT-SO400M-16-SigLIP-i18n-256", "siglip/siglip-hf",
      "siglip/siglip2-hf", "mobileclip/MobileCLIP2-L-14", "clipa/ViT-L-14-CLIPA", "clipa/ViT-H-14-CLIPA-sincos-config",
    ])
  func families(folder: String) throws { try check(FamilyFixture(folder).path) }

  private func check(_ path: String) throws {
    let checkpoint = try CheckpointDetector.open(path)
    #expect(checkpoint.report.leftOver.isEmpty && !checkpoint.configuration.text.isCausal)
    let found = try FamilyFixture(at: path).differences(
      of: CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source))
    #expect(found.count == 2)
    for (kind, difference) in found { #expect(difference < 1e-5, "\(kind)") }
    try withTemporaryFolder { temporary in
      try ModelFolder.write(checkpoint, dtype: nil, to: "\(temporary)/m", toolVersion: "test", golden: true)
      let model = try ModelFolder.open("\(temporary)/m")
      #expect(model.configuration == checkpoint.configuration)
      let (texts, images) = try #require(try GoldenFeatures.read(from: model)).compare(with: model)
      #expect(max(texts.largest, images.largest) == 0)
    }
  }

  @Test("logits are scaled cosines with the bias")
  func logits() throws {
    let checkpoint = try CheckpointDetector.open(Self.own)
    let clip = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source)
    let root = try JSONNode(contentsOf: "\(Self.own)/expected.json")
    func unit(_ name: String) throws -> [[Double]] {
      try root.array(name).map { row in
        let values = try row.array().map { try $0.number() }
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { $0 / length }
      }
    }
    let (texts, images) = (try unit("text_features"), try unit("image_features"))
    for (image, row) in zip(images, try root.array("logits_per_image")) {
      for (text, expected) in zip(texts, try row.array()) {
        let cosine = zip(image, text).reduce(0) { $0 + $1.0 * $1.1 }
        let found = Double(clip.logitScale) * cosine + Double(try #require(clip.logitBias))
        #expect(abs(found - (try expected.number())) < 1e-3)
      }
    }
  }

  @Test("a model goes to transformers and, where timm has its network, to open_clip, and back")
  func export() throws {
    let checkpoint = try CheckpointDetector.open(Self.own)
    let vocabulary = try TokenizerFile.read(#require(checkpoint.vocabulary).paths[0])
    try withTemporaryFolder { temporary in
      try ModelFolder.write(
        checkpoint, dtype: nil, to: "\(temporary)/m", tokenizer: { vocabulary.contents }, toolVersion: "test")
      let model = try ModelFolder.open("\(temporary)/m")
      let report = try ModelExport.write(model, as: .huggingFace, to: "\(temporary)/hf", toolVersion: "test")
      #expect(try #require(report.check).largest < 1e-6)
      let again = try CheckpointDetector.open("\(temporary)/hf")
      #expect(again.configuration == model.configuration)
      let error = #expect(throws: ExportError.self) {
        try ModelExport.write(model, as: .safeTensors, to: "\(temporary)/oc", toolVersion: "test")
      }
      #expect(error.map { "\($0)".contains("timm") } == true)
    }
  }

  @Test(
    "open_clip's SigLIPs go back to open_clip", .enabled(if: Shared.available),
    arguments: [
      "siglip/ViT-B-16-SigLIP2", "siglip/ViT-SO400M-16-SigLIP-i18n-256", "mobileclip/MobileCLIP2-L-14",
      "clipa/ViT-L-14-CLIPA",
    ])
  func openCLIP(folder: String) throws {
    let checkpoint = try CheckpointDetector.open(FamilyFixture(folder).path)
    let vocabulary = try checkpoint.vocabulary.map {
      try TokenizerFile.read($0.paths[0], cleaning: checkpoint.textCleaning)
    }
    try withTemporaryFolder { temporary in
      try ModelFolder.write(
        checkpoint, dtype: nil, to: "\(temporary)/m", tokenizer: { vocabulary?.contents }, toolVersion: "test")
      let model = try ModelFolder.open("\(temporary)/m")
      let report = try ModelExport.write(model, as: .safeTensors, to: "\(temporary)/oc", toolVersion: "test")
      #expect(try #require(report.check).largest < 1e-6)
      #expect(try CheckpointDetector.open("\(temporary)/oc").configuration == model.configuration)
    }
  }

  @Test("without the tokenizer, whose padding the tower attends to, a SigLIP is refused")
  func withoutTokenizer() throws {
    try withTemporaryFolder { temporary in
      for name in ["config.json", "model.safetensors", "preprocessor_config.json"] {
        try FileManager.default.copyItem(atPath: "\(Self.own)/\(name)", toPath: "\(temporary)/\(name)")
      }
      let error = #expect(throws: CheckpointError.self) { try CheckpointDetector.open(temporary) }
      #expect(error.map { "\($0)".contains("tokenizer") } == true)
    }
  }

  @Test("a text's features don't depend on the texts beside it, nor on the ids behind its end")
  func alone() throws {
    let checkpoint = try CheckpointDetector.open(Self.own)
    let encoder = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source).textEncoder()
    let texts: [[Int32]] = [[4, 6, 1], [4, 6, 1, 1, 1], [7, 8, 9, 10, 1], [1]]
    let width = checkpoint.configuration.embedDimension
    let together = try encoder.encode(texts).floats()
    for (index, text) in texts.enumerated() {
      #expect(try encoder.encode([text]).floats() == Array(together[index * width..<(index + 1) * width]))
    }
    #expect(Array(together[..<width]) == Array(together[width..<2 * width]))
  }
}

import Foundation
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensImages
import PromptLensJSONDocuments
import PromptLensTensors
import PromptLensTokenization
import TestSupport
import Testing

/// Models whose text towers differ from CLIP's: MetaCLIP 2's vocabulary and end, CoCa's class embedding and pooler.
@Suite("Families of text towers", .enabled(if: Shared.available))
struct TextFamilyTests {
  static let coca = ["coca/coca_ViT-B-32", "coca/coca_ViT-L-14"]
  static let metaCLIP = ["metaclip2/ViT-H-14-worldwide-quickgelu", "metaclip2/ViT-L-14-worldwide-mt5"]
  static let transformers = "metaclip2/metaclip2-hf"

  private func path(_ folder: String) -> String { FamilyFixture(folder).path }

  @Test(
    "features agree with those of the writing software, from the checkpoint and from its model folder",
    arguments: coca + metaCLIP + [transformers])
  func features(folder: String) throws {
    let checkpoint = try CheckpointDetector.open(path(folder))
    let found = try FamilyFixture(folder).differences(
      of: CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source))
    #expect(found.count == 2)
    for (kind, difference) in found { #expect(difference < 1e-5, "\(kind)") }
    // Only CoCa's decoder of captions is left over.
    #expect(checkpoint.report.leftOver.isEmpty != folder.hasPrefix("coca"))
    #expect(checkpoint.report.leftOver.allSatisfy { $0.hasPrefix("text_decoder.") })
    try withTemporaryFolder { temporary in
      let manifest = try ModelFolder.write(
        checkpoint, dtype: nil, to: "\(temporary)/m", toolVersion: "test", golden: true)
      #expect(manifest.formatVersion == 4)
      let model = try ModelFolder.open("\(temporary)/m")
      #expect(model.configuration == checkpoint.configuration)
      let (texts, images) = try #require(try GoldenFeatures.read(from: model)).compare(with: model)
      #expect(max(texts.largest, images.largest) == 0)
    }
  }

  @Test("a text's features don't depend on the texts beside it", arguments: coca)
  func shared(folder: String) throws {
    let checkpoint = try CheckpointDetector.open(path(folder))
    let encoder = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source).textEncoder()
    let root = try JSONNode(contentsOf: "\(path(folder))/expected.json", limit: 64 << 20)
    let tokens = try root.array("token_ids").map { try $0.array().map { Int32(try $0.integer()) } }
    let together = try encoder.encode(tokens).floats()
    for (index, row) in tokens.enumerated() {
      let alone = try encoder.encode([row]).floats()
      #expect(largestDifference(alone, Array(together[index * alone.count..<(index + 1) * alone.count])) < 1e-5)
    }
  }

  @Test("a model goes back to open_clip, and MetaCLIP 2 to transformers", arguments: coca + metaCLIP + [transformers])
  func export(folder: String) throws {
    let checkpoint = try CheckpointDetector.open(path(folder))
    let vocabulary = try checkpoint.vocabulary.map {
      try TokenizerFile.read($0.paths[0], cleaning: checkpoint.textCleaning)
    }
    try withTemporaryFolder { temporary in
      try ModelFolder.write(
        checkpoint, dtype: nil, to: "\(temporary)/m", tokenizer: { vocabulary?.contents }, toolVersion: "test")
      let model = try ModelFolder.open("\(temporary)/m")
      #expect((model.tokenizerPath?.hasSuffix(TokenizerFile.piecesName) ?? false) == folder.hasPrefix("metaclip2"))
      var formats = [ModelExport.Format.safeTensors, .openAISafeTensors]
      if folder.hasPrefix("metaclip2") { formats.append(.huggingFace) }
      for format in formats {
        let output = "\(temporary)/out-\(format.rawValue)\(format.fileEnding ?? "")"
        let report = try ModelExport.write(model, as: format, to: output, toolVersion: "test")
        #expect(try #require(report.check).largest < 1e-6)
        let again = try CheckpointDetector.open(output)
        // Each software places crops in its own way, which moves some by a pixel.
        #expect(again.configuration.text == model.configuration.text)
        #expect(again.configuration.image == model.configuration.image)
        guard format != .openAISafeTensors, let vocabulary else { continue }
        let words = try TokenizerFile.read(
          #require(again.vocabulary).paths[0], cleaning: again.textCleaning ?? vocabulary.cleaning)
        // open_clip repairs texts before its tokenizer, transformers doesn't.
        #expect(words.cleaning == (format == .safeTensors ? again.textCleaning : vocabulary.cleaning))
        let text = "Café déjà vu — a_photo of 2 cats!"
        #expect(words.encode(text) == vocabulary.encode(text))
      }
      for format in [ModelExport.Format.openAITorch] + (formats.count == 2 ? [.huggingFace] : []) {
        #expect(throws: ExportError.self) {
          try ModelExport.write(model, as: format, to: "\(temporary)/other", toolVersion: "test")
        }
      }
    }
  }

  @Test(
    "settings of open_clip's text tower are obeyed or refused by name",
    arguments: [
      ("\"embed_cls\": true,", "\"embed_cls\": true, \"pad_id\": 1,", "pad_id"),
      ("\"embed_cls\": true,", "\"embed_cls\": true, \"correct_cls_mask\": true,", "correct_cls_mask"),
      ("\"embed_cls\": true,", "\"embed_cls\": false, \"pool_type\": \"last\",", "pool_type"),
      ("\"embed_cls\": true,", "\"embed_cls\": true, \"no_causal_mask\": true,", "no_causal_mask"),
      (
        "\"embed_cls\": true,",
        "\"embed_cls\": true, \"hf_tokenizer_name\": \"x\", \"tokenizer_kwargs\": "
          + "{\"strip_sep_token\": true},", "strip_sep_token"
      ),
      ("\"embed_cls\": true,", "\"embed_cls\": true, \"act_kwargs\": {\"approximate\": \"erf\"},", "approximate"),
      ("\"embed_cls\": true,", "\"embed_cls\": true, \"norm_kwargs\": {\"bias\": false},", "bias"),
      ("\"embed_cls\": true,", "\"embed_cls\": true, \"width_factor\": 2,", "width_factor"),
      ("\"attentional_pool\": true,", "\"attentional_pool\": \"parallel\",", "attentional_pool"),
      ("\"attn_pooler_heads\": 8,", "\"attn_pooler_heads\": 7,", "attentional pooling's number of heads"),
      ("\"embed_dim\": 32,", "\"embed_dim\": 32, \"text_scale\": 2,", "text_scale"),
    ])
  func settings(from: String, to: String, name: String) throws {
    try withTemporaryFolder { temporary in
      let configuration = "\(temporary)/open_clip_config.json"
      let text = try String(contentsOfFile: "\(path(Self.coca[0]))/open_clip_config.json", encoding: .utf8)
      #expect(text.contains(from))
      try Data(text.replacing(from, with: to).utf8).write(to: URL(fileURLWithPath: configuration))
      let error = #expect(throws: (any Error).self) {
        try CheckpointDetector.open(path(Self.coca[0]), configurationPath: configuration)
      }
      #expect(error.map { "\($0)".contains(name) && !"\($0)".contains("\n") } == true, "\(error.map { "\($0)" } ?? "")")
    }
  }
}

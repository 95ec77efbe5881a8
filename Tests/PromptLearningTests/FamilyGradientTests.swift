import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensTensors
import TestSupport
import Testing

/// The context's gradient in models of other families.
@Suite("Context gradients of other families", .enabled(if: Shared.available))
struct FamilyGradientTests {
  @Test(
    "features, loss and gradient agree with PyTorch's",
    arguments: [
      "convnext/convnext_base", "convnext/convnext_large_d_320", "convnext/convnext_xxlarge", "eva/EVA01-g-14",
      "eva/EVA02-B-16", "eva/EVA02-E-14", "pe-core/PE-Core-T-16-384", "pe-core/PE-Core-B-16",
      "pe-core/PE-Core-bigG-14-448", "vitamin/ViTamin-S", "vitamin/ViTamin-L2-256", "mobileclip/MobileCLIP-B",
      "vit-layerscale/ViT-M-16-alt", "coca/coca_ViT-B-32", "coca/coca_ViT-L-14",
      "metaclip2/ViT-H-14-worldwide-quickgelu",
    ])
  func gradient(folder: String) throws {
    let path = Shared.path("fixtures/families/\(folder)")
    let checkpoint = try CheckpointDetector.open(path)
    let clip = try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source)
    let verification = try GradientVerification(
      clip: clip, expected: JSONNode(contentsOf: "\(path)/gradient.json"))
    for (name, difference) in verification.differences { #expect(difference < 1e-4, "\(name)") }
  }
}

/// The context's gradient in a text tower without a causal mask.
@Suite("Context gradients without a causal mask")
struct BidirectionalGradientTests {
  private func clip() throws -> CLIPModel {
    let checkpoint = try CheckpointDetector.open(Fixtures.path("siglip"))
    return try CLIPModel(configuration: checkpoint.configuration, source: checkpoint.source)
  }

  @Test("features, loss and gradient agree with PyTorch's")
  func gradient() throws {
    let verification = try GradientVerification(
      clip: clip(), expected: JSONNode(contentsOf: "\(Fixtures.path("siglip"))/gradient.json"))
    for (name, difference) in verification.differences { #expect(difference < 1e-5, "\(name)") }
  }

  @Test("whatever memory is left for tapes and however many threads there are, the bits are the same")
  func sameBits() throws {
    let encoder = try clip().textEncoder()
    let length = encoder.contextLength
    let prompts = (0..<23).map { index -> [PromptElement] in
      let words = (0..<1 + index % 5).map { PromptElement.token(Int32(5 + (7 * index + 3 * $0) % 60)) }
      return [.context(0), .context(1), .context(2)] + words + [.token(1)]
    }
    #expect(prompts.allSatisfy { $0.count < length })
    let context = (0..<3 * encoder.width).map { Float(($0 * 37) % 19) / 19 - 0.5 }
    func run(tapeLimit: Int?) throws -> ([Float], [Float]) {
      let pass = try PromptPass(encoder: encoder, tree: encoder.tree(prompts), tapeLimit: tapeLimit)
      let features = try context.withUnsafeBufferPointer { try pass.forward(context: $0) }
      return (features.floats, try pass.backward(features.pointer).floats)
    }
    let kept = try run(tapeLimit: nil)
    let again = try run(tapeLimit: 0)
    #expect(kept.0 == again.0 && kept.1 == again.1)
  }
}

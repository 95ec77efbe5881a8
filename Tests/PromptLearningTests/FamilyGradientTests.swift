import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensJSONDocuments
import PromptLensPromptLearning
import TestSupport
import Testing

/// The context's gradient in models of other families, whose text towers are CLIP's.
@Suite("Context gradients of other families", .enabled(if: Shared.available))
struct FamilyGradientTests {
  @Test(
    "features, loss and gradient agree with PyTorch's",
    arguments: [
      "convnext/convnext_base", "convnext/convnext_large_d_320", "convnext/convnext_xxlarge", "eva/EVA01-g-14",
      "eva/EVA02-B-16", "eva/EVA02-E-14", "pe-core/PE-Core-T-16-384", "pe-core/PE-Core-B-16",
      "pe-core/PE-Core-bigG-14-448", "vitamin/ViTamin-S", "vitamin/ViTamin-L2-256", "mobileclip/MobileCLIP-B",
      "vit-layerscale/ViT-M-16-alt",
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

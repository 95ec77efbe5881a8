import PromptLensCLIP
import PromptLensCheckpoints
import Synchronization
import TestSupport
import PromptLensTensors
import Testing

@Suite("Weights that aren't kept")
struct WeightMemoryTests {
  @Test("weights that aren't kept give the features of weights that are", arguments: ["openai-h5-vit", "openai-h5-rn"])
  func features(fixture: String) throws {
    let checkpoint = try CheckpointDetector.open(Fixtures.path(fixture))
    let expected = try ExpectedFeatures(fixture: fixture)
    let releases = Releases()
    let memory = WeightMemory.streamed { releases.count.add(1, ordering: .relaxed) }
    let texts = try TextEncoder(configuration: checkpoint.configuration, source: checkpoint.source, memory: memory)
      .encode(expected.tokens)
    let keptTexts = try TextEncoder(configuration: checkpoint.configuration, source: checkpoint.source)
      .encode(expected.tokens)
    #expect(try FeatureDifference(texts, expected: keptTexts, name: "texts").largest < 1e-6)
    let layers = checkpoint.configuration.text.transformer.layers
    #expect(releases.count.load(ordering: .relaxed) >= layers)
    let images = try ImageEncoder(configuration: checkpoint.configuration, source: checkpoint.source, memory: memory)
      .encode(expected.images)
    let keptImages = try ImageEncoder(configuration: checkpoint.configuration, source: checkpoint.source)
      .encode(expected.images)
    #expect(try FeatureDifference(images, expected: keptImages, name: "images").largest < 1e-6)
  }

  private final class Releases: Sendable {
    let count = Atomic<Int>(0)
  }
}

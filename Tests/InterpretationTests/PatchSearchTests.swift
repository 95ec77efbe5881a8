import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensTensors
import TestSupport
import Testing

@Suite("Patches near prompts of the image tower")
struct PatchSearchTests {
  private static let (width, patches, images) = (16, 9, 12)

  private static func states(_ image: Int) -> FloatBuffer {
    let floats = randomFloats(patches * width, in: -1...1, seed: UInt64(image + 1))
    return FloatBuffer(copying: floats.map { $0 + 3 }, count: floats.count)
  }

  private func readings(_ prompts: [Float]) throws -> [PatchReading] {
    let states = (0..<Self.images).map { Self.states($0) }
    var search = try PatchSearch(
      block: 4, prompts: prompts, sample: states, width: Self.width, nullCount: 400, top: 3, seed: 1)
    for (image, states) in states.enumerated() { search.add(try search.look(through: states), image: image) }
    return PatchReading.all(of: [search])
  }

  @Test("a prompt that is a patch's state finds it, and the patches are ordered")
  func planted() throws {
    let planted = Self.states(7).floats[5 * Self.width..<6 * Self.width]
    let found = try readings(Array(planted))[0]
    #expect(found.block == 4 && found.index == 0)
    #expect(found.nearest[0].image == 7 && found.nearest[0].patch == 5)
    #expect(abs(found.nearest[0].similarity - 1) < 1e-5 && found.nearest.count == 3)
    #expect(found.nearest[0].similarity > found.nearest[1].similarity)
    #expect(found.nearest[1].similarity >= found.nearest[2].similarity)
    #expect(found.random.p == 1.0 / 401 && found.verdict == .closer)
  }

  @Test("random prompts aren't shown to be near patches, and probabilities are corrected for all of them")
  func random() throws {
    var draws = SplitMix64(seed: 9)
    // The mean patch, about 3 in every column, is subtracted.
    let prompts = (0..<6).flatMap { _ in draws.vector(width: Self.width, length: 2).map { $0 + 3 } }
    let found = try readings(prompts)
    #expect(found.count == 6 && found.allSatisfy { $0.verdict == .chance })
    #expect(found.allSatisfy { $0.random.correctedP >= $0.random.p })
  }
}

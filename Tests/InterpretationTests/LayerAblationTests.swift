import PromptLensInterpretation
import Testing

@Suite("Effects of layers")
struct LayerAblationTests {
  private static let count = 200

  private func scores(_ margin: Float) -> ContextScores {
    ContextScores(
      correct: (0..<Self.count).map { $0 % 10 < 6 ? 1 : 0 },
      margins: (0..<Self.count).map { margin + Float($0 % 7) / 10 })
  }

  @Test("effects are mean differences over the same images, and what is lost without a layer is shown if it is clear")
  func effects() throws {
    let parts: [(part: LayerAblation.Part, scores: LayerAblation.Scores)] = [
      (.init(.text), .init(without: scores(1), alone: scores(2), initial: scores(1.5))),
      (.init(.text, block: 0), .init(without: scores(2.25), alone: scores(1.25), initial: scores(3))),
      (.init(.text, block: 1), .init(without: scores(3), alone: scores(1), initial: scores(3))),
    ]
    let found = try LayerAblation(whole: scores(3), nothing: scores(1), parts: parts, seed: 1)
    #expect(abs(found.added.margin.value - 2) < 1e-6 && found.added.accuracy.value == 0)
    #expect(found.towers.count == 1 && found.layers.map(\.part.block) == [0, 1])
    #expect(abs(found.towers[0].without.margin.value - 2) < 1e-6)
    #expect(abs(found.layers[0].without.margin.value - 0.75) < 1e-6)
    #expect(abs(found.layers[0].alone.margin.value - 0.25) < 1e-6)
    #expect(abs((found.towers[0].initial?.margin.value ?? 0) - 1.5) < 1e-6)
    #expect(found.layers[0].isShown(.margin) && !found.layers[1].isShown(.margin))
    #expect(!found.layers[0].isShown(.accuracy))
    #expect(found.layers[0].correctedP.margin == 2 * found.layers[0].without.margin.p)
  }

  @Test("where the beginning isn't known, there is no effect of training")
  func unknownBeginning() throws {
    let found = try LayerAblation(
      whole: scores(3), nothing: scores(1),
      parts: [(.init(.image, block: 2), .init(without: scores(1), alone: scores(3), initial: nil))], seed: 1)
    #expect(found.layers[0].initial == nil && found.towers.isEmpty)
  }
}

import Foundation
import PromptLensInterpretation
import TestSupport
import Testing

@Suite("The effective rank")
struct EffectiveRankTests {
  @Test("orthogonal vectors of one length count in full, multiples of one vector once, zeros not at all")
  func extremes() {
    #expect(abs(EffectiveRank.of([3, 0, 0, 0, 0, 3, 0, 0, 0, 0, -3, 0] as [Float], width: 4) - 3) < 1e-9)
    #expect(abs(EffectiveRank.of([1, 2, 2, 4, -3, -6] as [Float], width: 2) - 1) < 1e-6)
    #expect(EffectiveRank.of([Float](repeating: 0, count: 12), width: 4) == 0)
  }

  @Test("singular values 3 and 1 give the rank of the shares 3/4 and 1/4 under any rotation")
  func formula() {
    let shares = [0.75, 0.25]
    let expected = exp(-shares.reduce(0) { $0 + $1 * log($1) })
    #expect(abs(EffectiveRank.of([3, 0, 0, 1] as [Float], width: 2) - expected) < 1e-9)
    let turned: [Float] = [3 * 0.6, 3 * 0.8, -0.8, 0.6]
    #expect(abs(EffectiveRank.of(turned, width: 2) - expected) < 1e-6)
  }

  @Test("many random vectors in a wide space have a rank near their number")
  func random() {
    let rank = EffectiveRank.of(randomFloats(16 * 512, seed: 3), width: 512)
    #expect(rank > 15.5 && rank < 16)
  }
}

import PromptLensPromptLearning
import TestSupport
import Testing

@Suite("Adam")
struct AdamTests {
  @Test("Adam with decoupled decay agrees with PyTorch's AdamW")
  func decoupled() {
    var parameters: [Float] = [0.5, -1, 2]
    var optimizer = Adam(weightDecay: 0.1, isDecoupled: true)
    for gradient: [Float] in [[1, -2, 0], [0.5, 3, -1], [-1, 0.25, 4]] {
      parameters.withUnsafeMutableBufferPointer { optimizer.step($0, gradient: gradient, rate: 0.1) }
    }
    // torch.optim.AdamW(lr=0.1, weight_decay=0.1), torch 2.12.
    #expect(largestDifference(parameters, [0.283_775_42, -0.920_334_7, 1.966_236_4]) < 1e-6)
  }

  @Test("steps with moments that are kept outside are Adam's")
  func outside() {
    var (kept, stored): ([Float], [Float]) = ([0.5, -1, 2], [0.5, -1, 2])
    var (mean, square) = ([Float](repeating: 0, count: 3), [Float](repeating: 0, count: 3))
    var optimizer = Adam()
    for (index, gradient) in ([[1, -2, 0], [0.5, 3, -1], [-1, 0.25, 4]] as [[Float]]).enumerated() {
      kept.withUnsafeMutableBufferPointer { optimizer.step($0, gradient: gradient, rate: 0.1) }
      Adam.step(
        parameters: &stored, mean: &mean, square: &square, gradient: gradient, rate: 0.1, number: index + 1)
    }
    #expect(largestDifference(kept, stored) < 1e-6 && stored[0] != 0.5)
  }
}

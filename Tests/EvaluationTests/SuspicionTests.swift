import Foundation
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensTensors
import Testing

@Suite("Labels that look wrong")
struct SuspicionTests {
  @Test("confident learning's thresholds, margins and doubts are those of the definition")
  func definition() throws {
    // Three images of class 0, of which the last looks like 1, and two of class 1.
    let probabilities = [0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.3, 0.7, 0.2, 0.8]
    let found = try ConfidentLearning(probabilities: probabilities, labels: [0, 0, 0, 1, 1], classCount: 2)
    #expect(abs(found.thresholds[0] - 0.6) < 1e-12 && abs(found.thresholds[1] - 0.75) < 1e-12)
    #expect(found.isDoubtful == [false, false, true, false, false])
    #expect(found.suggestions == [0, 0, 1, 1, 1] && abs(found.margins[2] + 0.8) < 1e-12)
    #expect(throws: EvaluationError.self) {
      try ConfidentLearning(probabilities: [1], labels: [0, 1], classCount: 1)
    }
  }

  @Test("with wrong labels an improbable label is less likely right, by Bayes' rule")
  func rightness() throws {
    let found = try ConfidentLearning(
      probabilities: [0.5, 0.5, 0.01, 0.99], labels: [0, 0], classCount: 2, noise: 0.1)
    #expect(abs(found.rightness[0] - 0.9) < 1e-12)
    #expect(abs(found.rightness[1] - 0.9 * 0.01 / (0.9 * 0.01 + 0.1 * 0.99)) < 1e-12)
  }

  @Test("equal scores share a rank")
  func ranks() {
    #expect(ConfidentLearning.meanRank([[1, 2, 3]]) == [0, 0.5, 1])
    #expect(ConfidentLearning.meanRank([[1, 1, 3]]) == [0.25, 0.25, 1])
    #expect(ConfidentLearning.meanRank([[1, 2, 3], [3, 2, 1]]) == [0.5, 0.5, 0.5])
  }

  @Test("a temperature restores the frequencies that logits were drawn by")
  func temperature() throws {
    let (logits, labels) = try drawn(scale: 3, wrong: 0)
    #expect(try abs(TemperatureScaling(logits: logits, labels: labels).temperature - 3) < 0.3)
  }

  @Test("temperature and wrong labels are told apart")
  func noise() throws {
    let (logits, labels) = try drawn(scale: 2, wrong: 0.1)
    let found = try NoisyCalibration(logits: logits, labels: labels)
    #expect(abs(found.noise - 0.1) <= 0.05 && abs(found.temperature - 2) < 0.6)
  }

  /// Draws labels by the softmax of logits, which are then multiplied, and replaces a share of the labels.
  private func drawn(scale: Double, wrong: Double) throws -> (logits: Tensor, labels: [Int]) {
    var random = SplitMix(state: 7)
    let (count, classes) = (4000, 4)
    var (logits, labels): ([Float], [Int]) = ([], [])
    for _ in 0..<count {
      let row = (0..<classes).map { _ in 8 * random.uniform() }
      let weights = row.map { exp($0) }
      var (rest, label) = (random.uniform() * weights.reduce(0, +), 0)
      while label < classes - 1, rest > weights[label] {
        rest -= weights[label]
        label += 1
      }
      if random.uniform() < wrong { label = (label + 1 + Int(random.uniform() * 2.999)) % classes }
      logits += row.map { Float($0 * scale) }
      labels.append(label)
    }
    return (try Tensor(logits, shape: [count, classes], name: "logits"), labels)
  }

  @Test("neighbors are the nearest of other groups, and outliers lie far from all")
  func neighbors() throws {
    let rows: [[Float]] = [[1, 0], [1, 0], [0.9, 0.1], [0.8, 0.2], [0, 1], [0.1, 0.9], [-1, 0]]
    let images = try LabeledFeatures(
      features: Tensor(rows.flatMap(\.self), shape: [7, 2], name: "features"), labels: [0, 0, 0, 1, 1, 1, 0])
    let near = try NearestNeighbors(images, groups: [0, 0, 1, 2, 3, 4, 5], count: 2)
    #expect(near.images[0] == [2, 3] && near.images[4] == [5, 3])
    let other = near.disagreements(images.labels)
    #expect(other[0] > 0.4 && other[0] < 0.5 && other[4] == 0)
    let distances = NearestNeighbors.outlyingness(near.distances)
    #expect(distances[6] == distances.max())
  }

  @Test("divided logits have the same order and softer probabilities")
  func divided() throws {
    let linear = try LinearClassifier(
      weights: Tensor([1, 0, 0, 1], shape: [2, 2], name: "weights"), bias: Tensor([0.5, 0], shape: [2], name: "bias"),
      scale: 10, normalizes: true)
    let features = try Tensor([3, 4], shape: [1, 2], name: "features")
    let (before, after) = try (
      linear.logits(for: features).floats(), linear.divided(by: 4).logits(for: features).floats()
    )
    #expect(zip(before, after).allSatisfy { abs($0 / 4 - $1) < 1e-5 })
  }
}

/// Numbers from a seed.
private struct SplitMix {
  var state: UInt64

  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) / Double(1 << 53)
  }
}

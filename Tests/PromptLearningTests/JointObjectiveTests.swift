import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors
import TestSupport
import Testing

@Suite("Objectives over both towers")
struct JointObjectiveTests {
  private static func rows(_ count: Int, seed: UInt64) -> [Float] { randomFloats(count * 5, seed: seed) }
  private static func unit(_ rows: [Float]) -> UnitRows { UnitRows(buffer(rows), width: 5) }

  private static func objective(_ kind: String) -> JointObjective {
    var objective = JointObjective()
    let text = unit(rows(4, seed: 5))
    if kind == "anchor" { objective.anchor = .init(text: text) }
    if kind == "regulation" { objective.regulation = .init(text: text) }
    return objective
  }

  @Test(
    "gradients of both towers' features agree with finite differences", arguments: ["plain", "anchor", "regulation"])
  func gradient(kind: String) throws {
    let objective = Self.objective(kind)
    let (text, images) = (Self.rows(4, seed: 1), Self.rows(3, seed: 2))
    let teacher = Self.unit(Self.rows(3, seed: 3))
    func evaluate(_ text: [Float], _ images: [Float]) throws -> (JointObjective.Value, UnitRows, UnitRows) {
      let (text, images) = (Self.unit(text), Self.unit(images))
      return (
        try objective.evaluate(text: text, images: images, teacher: teacher, labels: [2, 0, 3], scale: 8), text, images
      )
    }
    let (value, textRows, imageRows) = try evaluate(text, images)
    let gradients = [textRows.backward(value.text).floats, imageRows.backward(value.images).floats]
    for (index, rows) in [text, images].enumerated() {
      let direction = randomFloats(rows.count, seed: UInt64(20 + index))
      func moved(_ step: Float) throws -> Double {
        let other = zip(rows, direction).map { $0 + step * $1 }
        return try (index == 0 ? evaluate(other, images) : evaluate(text, other)).0.value
      }
      let expected = (try moved(1e-3) - moved(-1e-3)) / 2e-3
      let found = zip(gradients[index], direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(found - expected) < 1e-2 * max(abs(expected), 1))
    }
  }

  @Test("the gradient of some images is that of the whole batch", arguments: ["plain", "anchor", "regulation"])
  func parts(kind: String) throws {
    let objective = Self.objective(kind)
    let (text, images) = (Self.unit(Self.rows(4, seed: 1)), Self.unit(Self.rows(3, seed: 2)))
    let (teacher, labels) = (Self.unit(Self.rows(3, seed: 3)), [2, 0, 3])
    let whole = try objective.evaluate(text: text, images: images, teacher: teacher, labels: labels, scale: 8)
    let parts = try [0..<1, 1..<3].flatMap { range in
      try objective.gradient(
        ofImages: images.part(range), text: text, teacher: teacher.part(range), labels: Array(labels[range]),
        total: labels.count, scale: 8
      ).floats
    }
    #expect(largestDifference(whole.images.floats, parts) < 1e-6)
  }

  @Test("the average's weights are a normal distribution over the epochs, of sum one")
  func average() throws {
    let weights = GaussianAverage(mean: 2, deviation: 1, epochs: 3).weights
    #expect(
      zip(weights, [0.274068619061197, 0.45186276187760605, 0.274068619061197]).allSatisfy { abs($0 - $1) < 1e-12 })
    let first = PromptParameters(["a": try Tensor([4], shape: [1])])
    #expect(
      GaussianAverage(mean: 1, deviation: 3, epochs: 2).average([first, first])["a"].allSatisfy { abs($0 - 4) < 1e-6 })
  }
}

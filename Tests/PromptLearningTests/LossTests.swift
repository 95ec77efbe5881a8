import PromptLensPrompts
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import TestSupport
import Testing

@Suite("Losses of noisy labels")
struct LossTests {
  private static let fixture = Result { try JSONNode(contentsOf: Fixtures.path("losses/losses.json")) }

  private func numbers(_ node: JSONNode, _ key: String) throws -> [Double] {
    try node.array(key).map { try $0.number() }
  }

  @Test("every loss agrees with PyTorch in rows, mean and gradient, logits of 30 and −30 included")
  func pyTorch() throws {
    let root = try Self.fixture.get()
    let logits = try numbers(root, "logits").map(Float.init)
    let weights = try numbers(root, "weights").map(Float.init)
    let labels = try root.array("labels").map { try $0.integer() }
    let cases = try root.array("losses")
    #expect(Set(try cases.map { try $0.string("name") }).isSuperset(of: LossName.all))
    for expected in cases {
      let name = try expected.string("name")
      let value = try LossName.loss(name).evaluate(logits: logits, classCount: 5, labels: labels, weights: weights)
      #expect(try LossName.loss(name).name == name)
      for (found, row) in zip(value.rows, try numbers(expected, "rows")) {
        #expect(abs(found - row) < 1e-9 * max(1, abs(row)), "\(name)")
      }
      #expect(abs(value.mean - (try expected.number("mean"))) < 1e-9, "\(name)")
      let gradient = try numbers(expected, "gradient").map(Float.init)
      #expect(largestDifference(value.gradient, gradient) < 1e-6, "\(name)")
    }
  }

  @Test("each gradient agrees with finite differences", arguments: LossName.all)
  func finiteDifferences(name: String) throws {
    let loss = try LossName.loss(name)
    let logits = randomFloats(4 * 6, in: -3...3, seed: 5)
    let (labels, weights) = ([1, 0, 5, 3], [Float(1), 0.5, 2, 1])
    func mean(_ logits: [Float]) -> Double {
      loss.evaluate(logits: logits, classCount: 6, labels: labels, weights: weights).mean
    }
    let gradient = loss.evaluate(logits: logits, classCount: 6, labels: labels, weights: weights).gradient
    for index in logits.indices {
      var (up, down) = (logits, logits)
      up[index] += 1e-2
      down[index] -= 1e-2
      let difference = (mean(up) - mean(down)) / Double(up[index] - down[index])
      #expect(abs(Double(gradient[index]) - difference) < 2e-4, "\(name) at \(index)")
    }
  }

  @Test("the losses of two equally probable classes agree with their formulas")
  func closedForm() throws {
    let half: [(String, Double)] = [
      ("ce", log(2.0)), ("gce:0.5", 2 - 2.0.squareRoot()), ("gce:1", 0.5), ("mae", 1),
      ("sce:1:1", log(2.0) + log(1e4) / 2), ("nce-rce:1:1", 0.5 + log(1e4) / 2), ("phuber-ce:4", log(2.0)),
      ("phuber-ce:1.5", 1 - 0.75 + log(1.5)), ("smoothing:0.3", log(2.0)),
    ]
    for (name, expected) in half {
      let value = try LossName.loss(name).evaluate(logits: [1, 1], classCount: 2, labels: [0], weights: [])
      #expect(abs(value.mean - expected) < 1e-9, "\(name)")
    }
  }

  @Test("an image with a hopeless label moves cross-entropy, and none of the robust losses")
  func hopelessLabel() throws {
    func norm(_ name: String) throws -> Double {
      let value = try LossName.loss(name).evaluate(logits: [12, 0, 0], classCount: 3, labels: [1], weights: [])
      return value.gradient.reduce(0) { $0 + Double($1 * $1) }.squareRoot()
    }
    #expect(try norm("ce") > 1.4 && norm("smoothing:0.1") > 1.2)
    for name in ["gce:0.7", "gce:1", "mae", "phuber-ce:10"] { #expect(try norm(name) < 1e-2, "\(name)") }
    #expect(try norm("sce:0.1:1") < 0.2)
  }

  @Test(
    "names that aren't losses and invalid numbers are rejected",
    arguments: [
      "", "cross-entropy", "gce:0", "gce:1.5", "gce:x", "ce:1", "sce:1:1:1", "phuber-ce:1", "smoothing:1", "gce:nan",
    ])
  func refusals(name: String) {
    #expect(throws: LearningError.self) { try LossName.loss(name) }
  }
}

import Foundation
import PromptLensPromptLearning
import TestSupport
import PromptLensTensors
import Testing

@Suite("The classification head")
struct HeadTests {
  @Test("two orthogonal classes and a scale of 2 give the logits 2 and 0, and the loss log(1 + e⁻²)")
  func closedForm() throws {
    let images = UnitRows(buffer([3, 0]), width: 2)
    let text = UnitRows(buffer([5, 0, 0, 0.1]), width: 2)
    let logits = try CosineHead(images: images, scale: 2).forward(text)
    #expect(largestDifference(logits, [2, 0]) < 1e-6)
    let loss = CrossEntropy().evaluate(logits: logits, classCount: 2, labels: [0], weights: [])
    #expect(abs(loss.mean - log(1 + exp(-2))) < 1e-6)
    let wrong = 1 / (1 + exp(2.0))
    #expect(largestDifference(loss.gradient, [Float(-wrong), Float(wrong)]) < 1e-6)
  }

  @Test("a weight of 2 doubles a row's part in the loss and its gradient, and leaves the row's own loss")
  func weights() {
    let logits: [Float] = [1, 0, -1, 0.5, 0.2, 2]
    let plain = CrossEntropy().evaluate(logits: logits, classCount: 3, labels: [0, 1], weights: [])
    let weighted = CrossEntropy().evaluate(logits: logits, classCount: 3, labels: [0, 1], weights: [2, 0])
    #expect(weighted.rows == plain.rows)
    #expect(abs(weighted.mean - plain.rows[0]) < 1e-12)
    #expect(largestDifference(weighted.gradient, plain.gradient[..<3].map { 2 * $0 } + [0, 0, 0]) < 1e-6)
  }

  @Test("logits of a thousand do not overflow")
  func largeLogits() {
    let loss = CrossEntropy().evaluate(logits: [1000, -1000], classCount: 2, labels: [1], weights: [])
    #expect(loss.mean == 2000)
    #expect(loss.gradient == [1, -1])
  }

  @Test(
    "the gradient of text features through loss, scale, cosine and length agrees with finite differences")
  func finiteDifferences() throws {
    let (batch, classCount, width) = (5, 140, 6)
    let images = UnitRows(buffer(randomFloats(batch * width, seed: 3)), width: width)
    let head = try CosineHead(images: images, scale: 7)
    let labels = [0, 139, 3, 3, 77]
    let text = randomFloats(classCount * width, seed: 4)
    func evaluate(_ text: [Float]) throws -> LossValue {
      try CrossEntropy().evaluate(
        logits: head.forward(UnitRows(buffer(text), width: width)), classCount: classCount, labels: labels, weights: [])
    }
    let unit = UnitRows(buffer(text), width: width)
    let gradient = unit.backward(try head.backward(evaluate(text).gradient, classCount: classCount)).floats
    for index in stride(from: 0, to: text.count, by: 37) {
      var (up, down) = (text, text)
      up[index] += 1e-2
      down[index] -= 1e-2
      let difference = (try evaluate(up).mean - evaluate(down).mean) / 2e-2
      #expect(abs(Double(gradient[index]) - difference) < 2e-4)
    }
  }

  @Test("the head's bits don't depend on the number of threads")
  func threads() throws {
    let images = UnitRows(buffer(randomFloats(32 * 64, seed: 5)), width: 64)
    let text = UnitRows(buffer(randomFloats(1000 * 64, seed: 6)), width: 64)
    let gradient = randomFloats(32 * 1000, seed: 7)
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let results = try [1, 2, 3].map { threads in
      Parallel.threadCount = threads
      let head = try CosineHead(images: images, scale: 100)
      return (try head.forward(text), try head.backward(gradient, classCount: 1000).floats)
    }
    #expect(results.allSatisfy { $0.0 == results[0].0 && $0.1 == results[0].1 })
  }
}

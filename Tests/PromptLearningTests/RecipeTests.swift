import PromptLensTensors
import Foundation
import PromptLensPromptLearning
import TestSupport
import Testing

@Suite("The reference's recipe")
struct RecipeTests {
  @Test("the learning rate of 50 epochs agrees with the reference to seven digits")
  func schedule() {
    let schedule = LearningRateSchedule(epochs: 50)
    let expected = [1: 1e-5, 2: 2.000000e-3, 3: 1.998027e-3, 4: 1.992115e-3, 49: 1.771275e-5, 50: 7.885299e-6]
    for (epoch, rate) in expected { #expect(abs(schedule.rate(ofEpoch: epoch) / rate - 1) < 1e-6) }
    #expect(abs(LearningRateSchedule(epochs: 100).rate(ofEpoch: 100) / 1.973e-6 - 1) < 1e-3)
    #expect(abs(LearningRateSchedule(epochs: 200).rate(ofEpoch: 200) / 4.934e-7 - 1) < 1e-3)
    #expect(abs(LearningRateSchedule(epochs: 10).rate(ofEpoch: 10) / 1.910e-4 - 1) < 1e-3)
  }

  @Test("one shot takes 50 epochs, two and four 100, eight and sixteen 200, and ImageNet 50")
  func epochs() {
    #expect([1, 2, 4, 8, 16].map { LearningRateSchedule.epochs(shots: $0) } == [50, 100, 100, 200, 200])
    #expect(LearningRateSchedule.epochs(shots: 16, isImageNet: true) == 50)
  }

  @Test("two steps of SGD agree with PyTorch for momentum 0.9, weight decay 5e-4 and rate 0.1")
  func optimizer() {
    var parameters: [Float] = [1, -2]
    var velocity: [Float] = [0, 0]
    let optimizer = StochasticGradientDescent()
    optimizer.step(parameters: &parameters, velocity: &velocity, gradient: [0.5, 0.25], rate: 0.1)
    #expect(largestDifference(parameters, [0.94995, -2.0249]) < 1e-6)
    optimizer.step(parameters: &parameters, velocity: &velocity, gradient: [0.5, 0.25], rate: 0.1)
    #expect(largestDifference(parameters, [0.8548575, -2.07220875]) < 1e-6)
  }

  @Test("a data set of a batch or more drops an incomplete batch, and a smaller one is one batch")
  func dropLast() {
    #expect(BatchSampler(count: 99, batchSize: 32, seed: 1).batches(ofEpoch: 1).map(\.count) == [32, 32, 32])
    #expect(BatchSampler(count: 32, batchSize: 32, seed: 1).batches(ofEpoch: 1).map(\.count) == [32])
    #expect(BatchSampler(count: 10, batchSize: 32, seed: 1).batches(ofEpoch: 1).map(\.count) == [10])
    #expect(BatchSampler(count: 0, batchSize: 32, seed: 1).batches(ofEpoch: 1).isEmpty)
  }

  @Test("an epoch's order is a permutation that depends only on the seed and the epoch")
  func order() {
    let sampler = BatchSampler(count: 64, batchSize: 32, seed: 1)
    let first = sampler.batches(ofEpoch: 3).flatMap { $0 }
    #expect(first.sorted() == Array(0..<64))
    #expect(sampler.batches(ofEpoch: 3).flatMap { $0 } == first)
    #expect(sampler.batches(ofEpoch: 4).flatMap { $0 } != first)
    #expect(BatchSampler(count: 64, batchSize: 32, seed: 2).batches(ofEpoch: 3).flatMap { $0 } != first)
  }

  @Test("all six permutations of three are equally frequent")
  func evenness() {
    var counts: [[Int]: Int] = [:]
    for seed in 0..<6000 {
      var numbers = RandomStream.learning(.order, seed: seed)
      counts[numbers.permutation(of: 3), default: 0] += 1
    }
    #expect(counts.count == 6)
    // Five deviations of a binomial count of mean 1,000.
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 145 })
  }

  @Test("a random context has mean 0 and deviation 0.02")
  func normal() {
    var numbers = RandomStream.learning(.context, seed: 1)
    let sample = numbers.normal(count: 100_001, deviation: 0.02).map(Double.init)
    let mean = sample.reduce(0, +) / Double(sample.count)
    let deviation = (sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sample.count)).squareRoot()
    #expect(sample.count == 100_001)
    #expect(abs(mean) < 3e-4)
    #expect(abs(deviation - 0.02) < 3e-4)
    // Within three deviations lie 99.73 %.
    #expect(abs(Double(sample.count { abs($0) < 0.06 }) / Double(sample.count) - 0.9973) < 1e-3)
  }
}

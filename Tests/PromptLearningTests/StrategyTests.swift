import Foundation
import PromptLensJSONDocuments
import PromptLensExperiments
import PromptLensPromptLearning
import TestSupport
import PromptLensTensors
import Testing

@Suite("Strategies against noisy labels")
struct StrategyTests {
  private func survey(epoch: Int = 1, epochs: Int = 1, labels: [Int], classCount: Int, logits: [Float] = [])
    -> EpochSurvey
  {
    EpochSurvey(epoch: epoch, epochs: epochs, loss: CrossEntropy(), labels: labels, classCount: classCount) { logits }
  }

  @Test("the share of small losses falls from 1 by a tenth of the noise rate each epoch, and then stays")
  func schedule() {
    let selection = SmallLossSelection(noiseRate: 0.5)
    #expect([1, 2, 6, 11, 12, 200].map { selection.share(ofEpoch: $0) } == [1, 0.95, 0.75, 0.5, 0.5, 0.5])
  }

  @Test("half of a batch is learned from: the images of the smaller losses, each counting twice")
  func smallLoss() {
    let logits: [Float] = [3, 0, 0, 3, 2, 0, 0, 2]
    let labels = [0, 0, 0, 0]
    let plan = SmallLossSelection(noiseRate: 0.5).plan(survey(epoch: 50, labels: labels, classCount: 2))
    let value = plan([0, 1, 2, 3], []).evaluate(logits: logits, classCount: 2, labels: labels, weights: [])
    let plain = CrossEntropy().evaluate(logits: logits, classCount: 2, labels: labels, weights: [])
    #expect(value.rows == plain.rows)
    #expect(abs(value.mean - (plain.rows[0] + plain.rows[2]) / 2) < 1e-12)
    #expect(
      largestDifference(
        value.gradient,
        [0, 1, 4, 5].reduce(into: [Float](repeating: 0, count: 8)) {
          $0[$1] = 2 * plain.gradient[$1]
        }) < 1e-7)
  }

  @Test("a prompt and its peer exchange the images that they find easiest")
  func exchange() {
    let plan = CoTeaching(noiseRate: 0.5).plan(survey(epoch: 50, labels: [0, 0], classCount: 2))
    let value = plan([0, 1], [9, 1]).evaluate(logits: [3, 0, 0, 3], classCount: 2, labels: [0, 0], weights: [])
    #expect(value.gradient[..<2] == [0, 0] && value.gradient[2] != 0)
    #expect(value.mean == value.rows[1])
  }

  @Test("images are weighted by the probability of their labels with mean 1, and equally when γ is 0")
  func agreement() {
    let logits: [Float] = [2, 0, 0, 2, 0, 0]
    let weights = AgreementWeights(power: 1, zeroShotLogits: logits, labels: [0, 0, 0]).weights
    let p = 1 / (1 + exp(-2.0))
    let expected = [p, 1 - p, 0.5].map { $0 * 3 / 1.5 }
    #expect(zip(weights, expected).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(AgreementWeights(power: 0, zeroShotLogits: logits, labels: [0, 0, 0]).weights == [1, 1, 1])
  }

  @Test("a transport plan agrees with NumPy's, whole or partial")
  func sinkhorn() throws {
    let root = try JSONNode(contentsOf: Fixtures.path("losses/losses.json"))
    let cost = try root.array("cost").map { try $0.number() }
    for expected in try root.array("plans") {
      let solver = Sinkhorn(regularization: try expected.number("regularization"), iterations: 20000)
      let budget = try expected.number("budget")
      let plan = solver.plan(cost: cost, columns: 3, budget: budget)
      let numbers = try expected.array("plan").map { try $0.number() }
      #expect(zip(plan, numbers).allSatisfy { abs($0 - $1) < 1e-7 })
      for column in 0..<3 {
        let sum = stride(from: column, to: plan.count, by: 3).reduce(0) { $0 + plan[$1] }
        #expect(abs(sum - budget / 3) < 1e-7)
      }
    }
  }

  @Test("the split calls an image clean when the transport confirms its label, though the prompt favors another class")
  func split() {
    // The prompt favors class 0; by equal parts the last two images are class 1.
    let logits: [Float] = [5, 0, 4, 0, 1, 0, 0.5, 0]
    #expect(
      TransportSplit().clean(logits: logits, labels: [0, 1, 1, 0], budget: 1) == [true, false, true, false])
    let half = TransportSplit().clean(logits: logits, labels: [0, 0, 1, 1], budget: 0.5)
    #expect(half.count { $0 } <= 2)
  }

  @Test("the split, its loss and its gradient agree with PyTorch at every budget")
  func splitGolden() throws {
    let root = try JSONNode(contentsOf: Fixtures.path("losses/losses.json")).node("transport")
    let logits = try root.array("logits").map { Float(try $0.number()) }
    let labels = try root.array("labels").map { try $0.integer() }
    let classCount = try root.integer("ways")
    for expected in try root.array("cases") {
      let budget = try expected.number("budget")
      let clean = try expected.array("clean").map { $0.value == .bool(true) }
      #expect(TransportSplit().clean(logits: logits, labels: labels, budget: budget) == clean, "budget \(budget)")
      let plan = try TransportSplit(firstBudget: budget).plan(
        survey(epochs: 9, labels: labels, classCount: classCount, logits: logits))
      let value = plan(Array(labels.indices), []).evaluate(
        logits: logits, classCount: classCount, labels: labels, weights: [])
      let rows = try expected.array("rows").map { try $0.number() }
      #expect(zip(value.rows, rows).allSatisfy { abs($0 - $1) < 1e-9 })
      #expect(abs(value.mean - (try expected.number("mean"))) < 1e-9)
      let gradient = try expected.array("gradient").map { Float(try $0.number()) }
      #expect(largestDifference(value.gradient, gradient) < 1e-7)
    }
  }

  @Test(
    "NLPrompt as published transports all images from the start, by a softmax of probabilities, in passes of their own")
  func published() throws {
    #expect(try StrategyName("nlprompt") == .transport(nil) && StrategyName("nlprompt:0.3") == .transport(0.3))
    #expect(try "\(StrategyName("nlprompt"))" == "nlprompt" && TransportSplit.published.name == "nlprompt")
    let (count, classCount) = (60, 4)
    let logits = randomFloats(count * classCount, in: -4...4, seed: 3)
    let labels = (0..<count).map { $0 % classCount }
    // Sinkhorn as POT computes it, on −log softmax(softmax(logits)).
    var kernel: [Double] = []
    for row in 0..<count {
      func softmax(_ values: [Double]) -> [Double] {
        let powers = values.map { exp($0 - (values.max() ?? 0)) }
        return powers.map { $0 / powers.reduce(0, +) }
      }
      let p = softmax(logits[row * classCount..<(row + 1) * classCount].map(Double.init))
      kernel += softmax(p).map { exp(log($0) / 0.01) }
    }
    var (u, v) = ([Double](repeating: 1, count: count), [Double](repeating: 1, count: classCount))
    for _ in 0..<5000 {
      for column in v.indices {
        v[column] = 1 / Double(classCount) / u.indices.reduce(0) { $0 + u[$1] * kernel[$1 * classCount + column] }
      }
      for row in u.indices {
        u[row] = 1 / Double(count) / v.indices.reduce(0) { $0 + v[$1] * kernel[row * classCount + $1] }
      }
    }
    let expected = u.indices.map { row in
      let masses = v.indices.map { u[row] * v[$0] * kernel[row * classCount + $0] }
      return masses.max() == masses[labels[row]]
    }
    let clean = TransportSplit.published.clean(logits: logits, labels: labels, budget: 1)
    // A few images lie so near to two classes that a thousand iterations decide otherwise.
    #expect(zip(clean, expected).count { $0 != $1 } <= 1)

    let plan = try TransportSplit.published.plan(
      survey(epochs: 9, labels: labels, classCount: classCount, logits: logits))
    let passes = try #require(plan.passes)
    #expect(passes.count == 2 && passes.flatMap(\.self).sorted() == Array(0..<count))
    #expect(passes[0].allSatisfy { clean[$0] } && passes[1].allSatisfy { !clean[$0] })
    #expect(plan([passes[0][0]], []).name == "ce" && plan([passes[1][0]], []).name != "ce")
    let batches = BatchSampler(count: count, batchSize: 8, seed: 1).batches(ofEpoch: 2, passes: passes)
    #expect(batches.allSatisfy { batch in Set(batch.map { clean[$0] }).count == 1 })
    #expect(batches.count == passes.reduce(0) { $0 + max($1.count / 8, 1) })
    #expect(Set(batches.flatMap(\.self)).count == batches.reduce(0) { $0 + $1.count })
  }

  @Test("images that aren't clean are learned by 1 − p")
  func rest() throws {
    let plan = try TransportSplit(firstBudget: 1).plan(
      survey(labels: [0, 1, 1, 0], classCount: 2, logits: [5, 0, 4, 0, 1, 0, 0.5, 0]))
    let value = plan([1, 2], []).evaluate(logits: [4, 0, 1, 0], classCount: 2, labels: [1, 1], weights: [])
    let p = [4.0, 1].map { 1 / (1 + exp($0)) }
    #expect(abs(value.rows[0] - (1 - p[0])) < 1e-6 && abs(value.rows[1] + log(p[1])) < 1e-6)
    #expect(abs(value.mean - (value.rows[0] + value.rows[1]) / 2) < 1e-9)
  }
}

@Suite("The trainer with strategies")
struct StrategicTrainerTests {
  private static func strategies() throws -> [any SampleStrategy] {
    let logits = randomFloats(37 * 5, seed: 9)
    return [
      SmallLossSelection(noiseRate: 0.4, rampEpochs: 2), CoTeaching(noiseRate: 0.4, rampEpochs: 2),
      AgreementWeights(zeroShotLogits: logits, labels: (0..<37).map { $0 % 5 }), TransportSplit(),
      TransportSplit.published,
    ]
  }

  @Test("a resumed run of any strategy ends with the bits of an uninterrupted one", arguments: 0..<5)
  func resuming(index: Int) throws {
    let strategy = try Self.strategies()[index]
    let stopping = try TinyTower.earlyStopping(patience: 9)
    let whole = try TinyTower.trainer(strategy: strategy, earlyStopping: stopping)
    try withTemporaryFolder { root in
      let folder = try RunFolder(
        "\(root)/run", for: RunDescription(settings: .init(), record: .init(), classNames: []))
      try folder.resumeLog(after: 0)
      for epoch in 1...4 {
        try folder.record(whole.trainEpoch(), whole.state)
        guard epoch == 2 else { continue }
        let resumed = try TinyTower.trainer(
          state: folder.checkpoint(), strategy: strategy, earlyStopping: stopping)
        #expect(resumed.state == whole.state)
        for _ in 0..<2 { _ = try resumed.trainEpoch() }
        for _ in 3...4 { _ = try whole.trainEpoch() }
        #expect(resumed.state == whole.state && whole.state.best != nil)
        break
      }
    }
    let plain = try TinyTower.trainer()
    for _ in 0..<4 { _ = try plain.trainEpoch() }
    #expect(whole.state.parameters != plain.state.parameters)
  }

  @Test("two prompts differ from each other and from the prompt that is learned separately")
  func peers() throws {
    let trainer = try TinyTower.trainer(strategy: CoTeaching(noiseRate: 0.4, rampEpochs: 1))
    for _ in 0..<2 { _ = try trainer.trainEpoch() }
    let peer = try #require(trainer.state.peer)
    #expect(peer.parameters != trainer.state.parameters && peer.velocity != trainer.state.velocity)
    #expect(throws: TensorError.self) {
      try TinyTower.trainer(
        state: TrainingState(parameters: trainer.state.parameters), strategy: CoTeaching(noiseRate: 0.4))
    }
  }

  @Test("early stopping keeps the first of the best epochs and ends when none is better within its patience")
  func earlyStopping() throws {
    let trainer = try TinyTower.trainer(epochs: 200, earlyStopping: TinyTower.earlyStopping(patience: 3))
    var accuracies: [Double] = []
    while !trainer.isFinished { accuracies.append(try #require(try trainer.trainEpoch().validationAccuracy)) }
    let best = try #require(trainer.state.best)
    let highest = try #require(accuracies.max())
    #expect(best.accuracy == highest && accuracies.firstIndex(of: highest) == best.epoch - 1)
    #expect(trainer.state.epoch == best.epoch + 3 || trainer.state.epoch == 200)
    #expect(trainer.state.result == best.parameters)
  }
}

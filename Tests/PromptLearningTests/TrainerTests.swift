import PromptLensFeatures
import PromptLensPrompts
import PromptLensCLIP
import PromptLensJSONDocuments
import PromptLensPromptLearning
import Synchronization
import TestSupport
import PromptLensTensors
import Testing

@Suite("The trainer")
struct TrainerTests {
  @Test("runs of every method agree with PyTorch's losses and final context", arguments: 0..<8)
  func pyTorch(index: Int) throws {
    let root = try JSONNode(contentsOf: Fixtures.path("training/runs.json"))
    func floats(_ node: JSONNode) throws -> [Float] { try node.array().map { Float(try $0.number()) } }
    let run = try root.array("runs")[index]
    let clip = try TinyTower.model.get().clip
    let encoder = try clip.textEncoder()
    let width = encoder.embedDimension
    let position = try #require(ClassPosition(rawValue: run.string("class_position")))
    let assembly = try TinyTower.assembly(
      position, isClassSpecific: run.bool("class_specific"), length: run.integer("context_length"))
    let labels = try root.array("labels").map { try $0.integer() }
    let features = try LabeledFeatures(
      features: Tensor(floats(root.node("image_features")), shape: [labels.count, 1, width]), labels: labels)
    let anchor = try floats(root.node("anchor"))
    let rows = UnitRows(buffer(anchor), width: width)
    let methods: [any LearningMethod] = [
      CoOp(), KgCoOp(anchor: try Tensor(anchor, shape: [assembly.classNames.count, width])), ProGrad(anchor: rows),
      PromptSRC(anchor: rows), CoCoOp(embedDimension: width, width: encoder.width),
    ]
    let name = try run.string("method")
    let trainer = try PromptTrainer(
      encoder: encoder, assembly: assembly, features: features, scale: clip.logitScale,
      method: try #require(methods.first { $0.name == name }),
      settings: TrainingSettings(
        epochs: root.integer("epochs"), batchSize: labels.count, learningRate: root.number("learning_rate")),
      state: TrainingState(parameters: floats(run.node("initial"))))
    for expected in try run.array("losses") {
      let loss = try trainer.trainEpoch().loss
      let number = try expected.number()
      #expect(abs(loss - number) < 2e-5 * max(1, abs(number)), "\(name): \(loss), expected \(number)")
    }
    let final = try floats(run.node("final"))
    #expect(relativeDifference(trainer.state.result, final) < 1e-4, "\(name)")
  }

  @Test("a run that is resumed after any epoch ends with the bits of an uninterrupted one")
  func resuming() throws {
    let whole = try TinyTower.trainer()
    var states: [TrainingState] = []
    for _ in 0..<4 {
      _ = try whole.trainEpoch()
      states.append(whole.state)
    }
    for epoch in 1..<4 {
      let resumed = try TinyTower.trainer(state: states[epoch - 1])
      for _ in epoch..<4 { _ = try resumed.trainEpoch() }
      #expect(resumed.state == whole.state)
    }
  }

  @Test("a run of Adam that is resumed after any epoch ends with the bits of an uninterrupted one, with a peer too")
  func resumingAdam() throws {
    for strategy in [EveryImage(), CoTeaching(noiseRate: 0.2)] as [any SampleStrategy] {
      func trainer(_ state: TrainingState? = nil) throws -> PromptTrainer {
        try TinyTower.trainer(
          state: state, strategy: strategy, earlyStopping: TinyTower.earlyStopping(patience: 4), optimizer: .adam,
          batchSize: 37)
      }
      let whole = try trainer()
      var states: [TrainingState] = []
      for _ in 0..<4 {
        _ = try whole.trainEpoch()
        states.append(whole.state)
      }
      #expect(whole.stepsPerEpoch == 1 && !whole.state.square.isEmpty)
      for epoch in 1..<4 {
        let resumed = try trainer(states[epoch - 1])
        for _ in epoch..<4 { _ = try resumed.trainEpoch() }
        #expect(resumed.state == whole.state)
      }
    }
  }

  @Test("features that were measured between epochs are those that the next step begins with")
  func measuring() throws {
    let (measured, plain) = (try TinyTower.trainer(), try TinyTower.trainer())
    for _ in 0..<3 {
      _ = try measured.textFeatures()
      #expect(try measured.trainEpoch().loss == plain.trainEpoch().loss)
    }
    #expect(measured.state == plain.state)
  }

  @Test("a limit above the gradient's norm changes nothing, and one below shortens the step in proportion")
  func clipping() throws {
    func moved(_ limit: Double?) throws -> [Float] {
      let trainer = try TinyTower.trainer(
        learningRate: 1, optimizer: .descent(StochasticGradientDescent(momentum: 0, weightDecay: 0)), clipNorm: limit,
        batchSize: 37)
      let before = trainer.state.parameters
      _ = try trainer.trainEpoch()
      return zip(trainer.state.parameters, before).map { $0 - $1 }
    }
    func norm(_ step: [Float]) -> Double { step.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() }
    let whole = try moved(nil)
    #expect(try moved(1e6) == whole)
    // The first epoch's rate is 1e-5, the norm of the step by the norm of the gradient.
    let gradient = norm(whole) / 1e-5
    let half = try moved(gradient / 2)
    #expect(abs(norm(half) / norm(whole) - 0.5) < 0.01)
  }

  @Test("bits don't depend on the number of threads or on which tapes are kept")
  func threads() throws {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let results = try [(1, nil), (2, nil), (3, 0)].map { (threads: Int, limit: Int?) in
      Parallel.threadCount = threads
      let trainer = try TinyTower.trainer(tapeLimit: limit)
      for _ in 0..<2 { _ = try trainer.trainEpoch() }
      return trainer.state
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test("different seeds give different contexts")
  func seeds() throws {
    let results = try [1, 2].map { seed in
      let trainer = try TinyTower.trainer(seed: seed)
      _ = try trainer.trainEpoch()
      return trainer.state.parameters
    }
    #expect(results[0] != results[1])
  }

  @Test("an epoch sees one view of each image, and all views over the course of epochs")
  func views() throws {
    let features = try LabeledFeatures(
      features: Tensor([Float](repeating: 1, count: 6 * 3 * 2), shape: [6, 3, 2]), labels: [0, 0, 0, 0, 0, 0])
    let epochs = (1...40).map { features.views(ofEpoch: $0, seed: 1) }
    #expect(epochs.allSatisfy { $0.count == 6 })
    for image in 0..<6 { #expect(Set(epochs.map { $0[image] }) == [0, 1, 2]) }
    #expect(features.views(ofEpoch: 3, seed: 1) == epochs[2])
  }

  @Test("renewed features are requested once an epoch, for the images that it sees, and are learned from")
  func renewal() throws {
    let width = try TinyTower.model.get().clip.textEncoder().embedDimension
    let kept = randomFloats(37 * 2 * width, seed: 8)
    let asked = Mutex<[[Int]]>([])
    // The views that the trainer would choose itself.
    let features = try LabeledFeatures(
      features: Tensor(kept, shape: [37, 2, width]), labels: [Int](repeating: 0, count: 37))
    let trainer = try TinyTower.trainer(renewal: { epoch, images in
      asked.withLock { $0.append(images) }
      let views = features.views(ofEpoch: epoch, seed: 1)
      var rows: [Float] = []
      for image in images {
        let start = (image * 2 + views[image]) * width
        rows += kept[start..<start + width]
      }
      return try Tensor(rows, shape: [images.count, width])
    })
    let whole = try TinyTower.trainer()
    for _ in 0..<3 { #expect(try trainer.trainEpoch().loss == whole.trainEpoch().loss) }
    #expect(trainer.state == whole.state)
    let sampler = BatchSampler(count: 37, batchSize: 8, seed: 1)
    #expect(asked.withLock { $0 } == (1...3).map { sampler.batches(ofEpoch: $0).flatMap { $0 } })
    let short = try TinyTower.trainer(renewal: { _, _ in try Tensor([0, 0], shape: [1, 2]) })
    #expect(throws: TensorError.self) { try short.trainEpoch() }
  }

  @Test("divergence stops with the epoch, the step and the rate, and keeps the last whole epoch's state")
  func divergence() throws {
    let trainer = try TinyTower.trainer(learningRate: 1e38)
    _ = try trainer.trainEpoch()
    let good = trainer.state
    let error = #expect(throws: LearningError.self) { for _ in 0..<3 { _ = try trainer.trainEpoch() } }
    guard case .diverged(let epoch, _, let rate, _, _)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "no error")")
      return
    }
    #expect(epoch == trainer.state.epoch + 1 && rate > 1e37)
    #expect(trainer.state.parameters.allSatisfy { $0.isFinite })
    #expect(epoch > 2 || trainer.state == good)
  }

  @Test("features of another width and labels without a class are rejected")
  func refusals() throws {
    let clip = try TinyTower.model.get().clip
    let encoder = try clip.textEncoder()
    let state = TrainingState(parameters: [Float](repeating: 0, count: 4 * encoder.width))
    func make(_ width: Int, _ label: Int) throws -> PromptTrainer {
      try PromptTrainer(
        encoder: encoder, assembly: TinyTower.assembly(),
        features: LabeledFeatures(
          features: Tensor([Float](repeating: 1, count: width), shape: [1, 1, width]), labels: [label]),
        scale: 1, settings: TrainingSettings(epochs: 1), state: state)
    }
    #expect(throws: TensorError.self) { try make(3, 0) }
    #expect(throws: LearningError.labelOutOfRange(label: 5, classCount: 5)) { try make(encoder.embedDimension, 5) }
  }
}

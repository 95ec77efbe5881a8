import PromptLensCLIP
import PromptLensPromptLearning
import PromptLensTensors
import Synchronization
import TestSupport
import Testing

@Suite("Trainers side by side")
struct PassGroupTests {
  @Test("trainers of a group learn the bits of trainers alone, whatever their epochs, losses and methods")
  func sameBits() throws {
    let (encoder, assembly) = (try TinyTower.model.get().clip.textEncoder(), try TinyTower.assembly())
    let width = encoder.embedDimension
    @Sendable func trainer(_ number: Int, _ passes: [any ContextPass] = []) throws -> PromptTrainer {
      let anchor = UnitRows(buffer(randomFloats(5 * width, seed: 4)), width: width)
      return try TinyTower.trainer(
        seed: number, epochs: 2 + number % 3, method: number == 2 ? ProGrad(anchor: anchor) : CoOp(),
        earlyStopping: number == 3 ? TinyTower.earlyStopping(patience: 1) : nil,
        optimizer: number == 1 ? .adam : .descent(StochasticGradientDescent()), batchSize: 8 + 5 * number,
        passes: passes)
    }
    @Sendable func learned(_ trainer: PromptTrainer) throws -> TrainingState {
      while !trainer.isFinished { _ = try trainer.trainEpoch() }
      return trainer.state
    }
    let next = Atomic<Int>(0)
    let found = Mutex<[Int: Result<TrainingState, any Error>]>([:])
    PassGroup.run(threads: 5) { member in
      let number = next.add(1, ordering: .relaxed).oldValue
      let result = Result {
        let pass = try member.pass(over: "prompts", encoder, encoder.tree(assembly.prompts))
        defer { pass.leave() }
        return try learned(trainer(number, [pass]))
      }
      found.withLock { $0[number] = result }
    }
    for number in 0..<5 {
      let state = try #require(found.withLock { $0[number] }).get()
      #expect(try state == learned(trainer(number)), "trainer \(number)")
    }
  }
}

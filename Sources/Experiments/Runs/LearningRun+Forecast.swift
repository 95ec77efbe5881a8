import Foundation
import PromptLensPromptLearning

// What a training takes, as far as it is known before the first step.

extension LearningRun {
  /// The gradient descent of the steps; nil with another optimizer.
  var descent: StochasticGradientDescent? {
    if case .descent(let descent) = settings.optimizer { descent } else { nil }
  }

  /// The schedule of the learning rate where it has the reference's constant warm-up and descends; else nil.
  var warmup: LearningRateSchedule? {
    descent != nil && settings.schedule.course == .epochs ? settings.schedule : nil
  }

  /// Returns the bytes that training takes beside the passes over the prompts.
  ///
  /// - Parameter parameters: the number of learned numbers.
  /// - Returns: the bytes.
  func bytesBesidePasses(parameters: Int) -> Int {
    let batch = FastRecipe.bytes(
      images: min(settings.batchSize, data.train.count), classes: assembly.classNames.count)
    return batch
      + asked.bytesBesidePasses(
        model.configuration, encodesImages: data.train.renewal != nil || asked.method.hasImagePrompts,
        parameters: parameters)
  }

  /// Measures a pass over the prompts and predicts what the steps that are left take; the first step uses what the pass
  /// has computed.
  ///
  /// - Parameter trainer: the trainer, before its next epoch.
  /// - Returns: a clause of steps, seconds and memory; nil when there are no steps left.
  /// - Throws: the tower's errors.
  func forecast(_ trainer: PromptTrainer) throws -> String? {
    guard !trainer.isFinished else { return nil }
    let work = try work(trainer)
    let images = min(settings.batchSize, data.train.count)
    var clause = "\(work.steps) steps of \(images) images, about \(Self.duration(work.seconds))"
    if data.train.renewal != nil { clause += " beside encoding new crops in every epoch" }
    clause += " and \(max(work.bytes / 1_000_000, 1)) MB"
    let text = model.configuration.text
    guard !text.isCausal else { return clause }
    let cost = trainer.cost
    let operations = String(format: "%.1e", (strategy.hasPeer ? 4 : 2) * Double(cost.operations))
    return clause + "; the text tower has no causal mask, so prompts share no beginnings: a step computes "
      + "\(cost.rows / text.contextLength) of them at all \(text.contextLength) positions, \(cost.rows) rows, "
      + "\(operations) floating-point operations; \(work.steps) steps, \(Int(work.seconds.rounded(.up))) seconds expected"
  }

  /// Measures a pass over the prompts and predicts what the steps that are left take.
  ///
  /// - Parameter trainer: the trainer, before its next epoch.
  /// - Returns: the steps, their seconds, the bytes of memory, and the number of learned numbers.
  /// - Throws: the tower's errors.
  func work(_ trainer: PromptTrainer) throws -> (steps: Int, seconds: Double, bytes: Int, parameters: Int) {
    let steps = (settings.epochs - trainer.state.epoch) * trainer.stepsPerEpoch
    let clock = ContinuousClock()
    let pass = try clock.measure { _ = try trainer.textFeatures() } / .seconds(1)
    let images = min(settings.batchSize, data.train.count)
    let peers = strategy.hasPeer ? 2.0 : 1
    let seconds = Double(steps) * peers * asked.method.passes(batch: images) * pass
    let parameters = trainer.state.parameters.count * Int(peers)
    return (steps, seconds, bytesBesidePasses(parameters: parameters) + trainer.passBytes, parameters)
  }

  private static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<1: "a second"
    case ..<120: "\(Int(seconds.rounded(.up))) s"
    case ..<7200: "\(Int((seconds / 60).rounded(.up))) minutes"
    default: String(format: "%.1f hours", seconds / 3600)
    }
  }

  /// Returns a warning of a memory limit below what training takes at least, with its parts; nil where the limit is enough.
  ///
  /// - Parameters:
  ///   - limit: the limit in bytes.
  ///   - rows: the bytes of the prompts' rows without activations.
  ///   - besidePasses: the bytes beside them, as ``bytesBesidePasses(parameters:)`` counts them.
  ///   - parameters: the number of learned numbers.
  /// - Returns: the warning.
  func memoryWarning(limit: Int, rows: Int, besidePasses: Int, parameters: Int) -> String? {
    let least = rows + besidePasses
    guard least > limit else { return nil }
    let learned = asked.bytesLearned(parameters: parameters)
    func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }
    return
      "warning: --memory-limit is \(limit / 1_000_000) MB, and these prompts take about \(megabytes(least)) at least: "
      + "\(megabytes(learned)) for \(parameters) learned numbers with their gradient and the optimizer's state, "
      + "\(megabytes(rows)) for the prompts' rows, and \(megabytes(besidePasses - learned)) for weights and the program; "
      + "no activation is kept, so that only "
      + (assembly.isClassSpecific ? "a context that all classes share, " : "")
      + "fewer vectors or fewer classes take less"
  }

  /// Returns the comparison of a run's steps with those of CoOp's recipe; nil when there aren't fewer.
  func savedPasses(_ result: RunResult) -> String? {
    // A step of a deep method passes through all layers, and through the image tower, so the numbers don't compare.
    guard !asked.method.isDeep else { return nil }
    let coopSteps = asked.coopSteps(data.recipeSubject(of: asked), data.counts)
    guard let steps = result.steps, steps < coopSteps else { return nil }
    let saved = 1 - Double(steps) / Double(coopSteps)
    return
      "\(steps) steps, where CoOp's recipe takes \(coopSteps): \(Int((saved * 100).rounded(.down))) % of the "
      + "passes over the prompts are saved"
  }
}

extension MethodName {
  /// Returns the time of a step in forward passes over the prompts: a backward pass, which has no gradients of weights,
  /// takes about one.
  fileprivate func passes(batch: Int) -> Double {
    switch self {
    case .coop, .kgcoop, .promptsrcText, .maple, .ivlp, .promptsrc, .vpt, .vptShallow, .languageDeep, .tcp: 2
    // Two gradients of the same forward pass.
    case .prograd: 3
    case .cocoop: 2 * Double(batch)
    }
  }
}

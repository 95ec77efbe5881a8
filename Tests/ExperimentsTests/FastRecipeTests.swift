import Foundation
import PromptLensCheckpoints
import PromptLensExperiments
import PromptLensFeatures
import PromptLensPromptLearning
import PromptLensTensors
import TestSupport
import Testing

@Suite("The fast recipe")
struct FastRecipeTests {
  @Test("a rate of descent is multiplied as often as the other recipe takes steps for one, in two digits")
  func scaledRate() {
    #expect(FastRecipe.scaledRate(0.002, otherSteps: 1000, steps: 100) == 0.02)
    #expect(FastRecipe.scaledRate(0.046, otherSteps: 600, steps: 100) == 0.28)
    #expect(FastRecipe.scaledRate(0.002, otherSteps: 50, steps: 50) == 0.002)
  }

  @Test("with more than four shots, there is a step for ten of CoOp's recipe, as far as that is between 50 and 100")
  func steps() {
    #expect(FastRecipe.steps(most: 100, coopSteps: 600) == 60)
    #expect(FastRecipe.steps(most: 100, coopSteps: 25_000) == 100)
    #expect(FastRecipe.steps(most: 100, coopSteps: 200) == 50)
    #expect(FastRecipe.steps(most: 50, coopSteps: 100) == 50)
    #expect(FastRecipe.steps(most: 25, coopSteps: 50) == 25)
  }

  /// Creates images of two classes with random features, some shots of 160 to learn from and 4 to validate on.
  private static func data(_ model: OpenedModel, shots: Int = 4) throws -> LearningData {
    let width = try model.clip.textEncoder().embedDimension
    func features(_ count: Int, seed: UInt64) throws -> LabeledFeatures {
      try LabeledFeatures(
        features: Tensor(randomFloats(count * width, seed: seed), shape: [count, 1, width]),
        labels: (0..<count).map { $0 % 2 }, paths: (0..<count).map { "\($0).png" }, classNames: ["cat", "dog"],
        identifier: "\(seed)")
    }
    return try LearningData(
      features(160, seed: 1), shots: shots, seed: 3, test: features(4, seed: 2), validation: features(4, seed: 4),
      name: "random")
  }

  private static func settings(isClassSpecific: Bool) -> LearningSettings {
    var settings = LearningSettings()
    settings.recipe = .fast
    settings.isClassSpecific = isClassSpecific
    settings.usesFoundValidation = true
    settings.contextLength = 2
    return settings
  }

  @Test("a context for each class has CoOp's descent on all images, whose rates add up to those of CoOp's steps")
  func classSpecific() throws {
    try withTemporaryFolder { root in
      try ModelFolder.writeMiniCLIP(to: "\(root)/model")
      let model = try OpenedModel("\(root)/model")
      let (data, scale) = (try Self.data(model), model.clip.logitScale)
      let count = data.train.count
      var settings = Self.settings(isClassSpecific: true)
      let training = settings.training(on: data, logitScale: scale)
      #expect(training.optimizer == .descent(StochasticGradientDescent()))
      #expect(training.epochs == 50 && training.batchSize == count && training.schedule.course == .steps)
      // 100 epochs of 32 images each, as far as they are whole.
      let coopSteps = 100 * max(count / 32, 1)
      let total = LearningRateSchedule.peak(logitScale: scale) * Double(coopSteps)
      #expect(abs(training.schedule.peak * 50 / total - 1) < 0.05)
      settings.epochs = 25
      #expect(abs(settings.training(on: data, logitScale: scale).schedule.peak * 25 / total - 1) < 0.05)
      settings.learningRate = 0.5
      #expect(settings.training(on: data, logitScale: scale).schedule.peak == 0.5)
      let shared = Self.settings(isClassSpecific: false).training(on: data, logitScale: scale)
      #expect(shared.optimizer == .adam && shared.schedule.peak == 0.005 && shared.epochs == 50)
    }
  }

  @Test("a step for ten of CoOp's takes a larger rate of Adam, unless the number of epochs is given")
  func shortened() throws {
    try withTemporaryFolder { root in
      try ModelFolder.writeMiniCLIP(to: "\(root)/model")
      let model = try OpenedModel("\(root)/model")
      // 128 images: CoOp's recipe takes 4 steps in each of 200 epochs.
      let (data, scale) = (try Self.data(model, shots: 64), model.clip.logitScale)
      var settings = Self.settings(isClassSpecific: false)
      let shared = settings.training(on: data, logitScale: scale)
      #expect(shared.epochs == 80 && shared.batchSize == 128 && shared.schedule.peak == 0.0125)
      settings.epochs = 60
      let given = settings.training(on: data, logitScale: scale)
      #expect(given.epochs == 60 && given.schedule.peak == 0.005)
      let own = Self.settings(isClassSpecific: true).training(on: data, logitScale: scale)
      #expect(own.epochs == 80)
      #expect(abs(own.schedule.peak / LearningRateSchedule.peak(logitScale: scale) / 10 - 1) < 0.05)
      let plan = try LearningPlan(
        Self.settings(isClassSpecific: false), subject: RecipeSubject(shots: 64), counts: data.counts, model: model,
        views: 1, seed: 3)
      let values = Dictionary(uniqueKeysWithValues: plan.rows.map { ($0.name, $0.value) })
      #expect(values["epochs"] == 80 && values["learning_rate"] == 0.0125)
    }
  }

  @Test("run.json has the rate, momentum and decay of a context for each class, and its run takes all steps")
  func recorded() throws {
    try withTemporaryFolder { root in
      try ModelFolder.writeMiniCLIP(to: "\(root)/model")
      let model = try OpenedModel("\(root)/model")
      let data = try Self.data(model)
      let run = try LearningRun(Self.settings(isClassSpecific: true), data: data, model: model)
      let result = try run.finish(in: "\(root)/run")
      let recorded = try RunFolder("\(root)/run").description.settings
      #expect(recorded["recipe"] == "fast" && recorded["weight_decay"] != nil && recorded["momentum"] != nil)
      #expect(recorded["learning_rate"] == .number(run.settings.schedule.peak))
      #expect(recorded["warmup_rate"] == nil && recorded["early_stopping"] == nil && result.steps == 50)
      let shared = try LearningRun(Self.settings(isClassSpecific: false), data: data, model: model)
      _ = try shared.finish(in: "\(root)/shared")
      let other = try RunFolder("\(root)/shared").description.settings
      #expect(other["early_stopping"] != nil && other["momentum"] == nil && other["learning_rate"] == 0.005)
    }
  }
}

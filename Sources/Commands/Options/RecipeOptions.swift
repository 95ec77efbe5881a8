import PromptLensExperiments
import PromptLensPrompts
import ArgumentParser
import PromptLensPromptLearning

/// The context to learn, and how it is trained.
struct RecipeOptions: ParsableArguments {
  @Option(help: "Vectors in the context, M (default: 16, or the tokens of --init, which it must be then).")
  var contextLength: Int?

  @Option(help: "Where the class name stands: end, middle or front.")
  var classPosition: ClassPosition = .end

  @Option(name: .customLong("init"), help: ArgumentHelp("Words to begin the context with.", valueName: "text"))
  var initialization: String?

  @Option(help: "Passes over the images (default: 50, 100 or 200 by shots, ImageNet 50; cocoop 10).")
  var epochs: Int?

  @Option(help: "Images in a step (default: 32, cocoop 1).")
  var batchSize: Int?

  @Option(help: "The learning rate after the first epoch.")
  var learningRate = 0.002

  mutating func validate() throws {
    for (name, value) in [("--context-length", contextLength), ("--epochs", epochs), ("--batch-size", batchSize)] {
      if let value, value < 1 { throw ValidationError("\(name) is \(value), expected at least 1.") }
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--learning-rate is \(learningRate), expected more than 0.")
    }
  }

  /// What is learned and how, as far as these options say it.
  var settings: LearningSettings {
    var settings = LearningSettings()
    settings.contextLength = contextLength
    settings.initialization = initialization
    settings.classPosition = classPosition
    settings.epochs = epochs
    settings.batchSize = batchSize
    settings.learningRate = learningRate
    return settings
  }
}

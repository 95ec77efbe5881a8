import PromptLensExperiments
import PromptLensPrompts
import ArgumentParser
import PromptLensPromptLearning

/// The options for the context and its training.
struct RecipeOptions: ParsableArguments {
  @Option(help: RunField.contextLength.optionHelp)
  var contextLength: Int?

  @Option(help: RunField.classPosition.optionHelp)
  var classPosition = LearningSettings().classPosition

  @Option(name: .customLong("init"), help: RunField.initialization.optionHelp)
  var initialization: String?

  @Option(help: RunField.epochs.optionHelp)
  var epochs: Int?

  @Option(help: RunField.batchSize.optionHelp)
  var batchSize: Int?

  @Option(help: RunField.learningRate.optionHelp)
  var learningRate = LearningSettings().learningRate

  mutating func validate() throws {
    try RunField.contextLength.check(contextLength)
    try RunField.epochs.check(epochs)
    try RunField.batchSize.check(batchSize)
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--learning-rate is \(learningRate), expected more than 0.")
    }
  }

  /// The learning settings that the options describe.
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

import PromptLensExperiments
import PromptLensPrompts
import ArgumentParser
import PromptLensPromptLearning

/// The context to learn, and how it is trained.
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
  var learningRate = LearningRateOption.automatic

  mutating func validate() throws {
    try RunField.contextLength.check(contextLength)
    try RunField.epochs.check(epochs)
    try RunField.batchSize.check(batchSize)
    if let rate = learningRate.value, !(rate > 0 && rate.isFinite) {
      throw ValidationError("--learning-rate is \(rate), expected more than 0.")
    }
  }

  /// The settings of learning that these options describe.
  var settings: LearningSettings {
    var settings = LearningSettings()
    settings.contextLength = contextLength
    settings.initialization = initialization
    settings.classPosition = classPosition
    settings.epochs = epochs
    settings.batchSize = batchSize
    settings.learningRate = learningRate.value
    return settings
  }
}

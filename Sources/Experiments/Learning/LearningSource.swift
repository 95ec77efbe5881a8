import PromptLensDatasets

/// The source of a run's training features: stored features, or images that are encoded when features are needed.
package enum LearningSource {
  /// Features of `extract`, or plain arrays.
  case stored(LearningData)
  /// Images of a data set.
  case images(LearningImages)

  /// Refuses a folder of another run, before images are encoded; stored features are compared when the run begins.
  ///
  /// - Throws: the errors of ``LearningImages/check(_:_:_:)``.
  package func check(_ output: String, _ settings: LearningSettings, _ model: OpenedModel) throws {
    if case .images(let images) = self { try images.check(output, settings, model) }
  }

  /// Returns the features, computed or found in their folder.
  ///
  /// - Throws: the errors of ``LearningImages/features(_:_:)``.
  package func data(_ settings: LearningSettings, _ model: OpenedModel) throws -> LearningData {
    switch self {
    case .stored(let data): data
    case .images(let images): try images.features(settings, model)
    }
  }

  /// Returns the numbers of the images that are learned from and of their classes; no image is encoded.
  ///
  /// - Throws: the errors of ``LearningImages/counts(_:_:)``.
  package func counts(_ settings: LearningSettings, _ model: OpenedModel) throws -> ImageCounts {
    switch self {
    case .stored(let data): data.counts
    case .images(let images): try images.counts(settings, model)
    }
  }

  /// Returns a warning about classes with fewer images than shots; nil where there are none.
  ///
  /// - Throws: the errors of ``LearningImages/shortClasses(_:_:)``.
  package func shortClasses(_ settings: LearningSettings, _ model: OpenedModel) throws -> String? {
    switch self {
    case .stored(let data): data.shortClasses
    case .images(let images): try images.shortClasses(settings, model)
    }
  }

  /// Estimates the work of runs.
  ///
  /// - Parameters:
  ///   - settings: the settings of learning.
  ///   - model: the model.
  ///   - noise: the noise in stored labels; images have their own.
  ///   - runs: the number of runs.
  ///   - draws: the number of draws of images, each with features of its own.
  /// - Returns: the work.
  /// - Throws: the errors of reading the lists and some of the images, and of prompts that cannot be learned.
  package func estimate(
    _ settings: LearningSettings, _ model: OpenedModel, noise: NoiseRequest? = nil, runs: Int = 1, draws: Int = 1
  ) throws -> WorkEstimate {
    switch self {
    case .stored(let data):
      try WorkEstimate(LearningRun(settings, data: data, model: model, noise: noise)).times(runs)
    case .images(let images): try images.estimate(settings, model, runs: runs, draws: draws)
    }
  }
}

import PromptLensFeatures
import PromptLensDatasets
import PromptLensFiles
import PromptLensPromptLearning
import PromptLensPrompts

/// The images that a prompt is measured on, and those that words are searched on.
package struct InterpretationImages {
  /// The origin of the images.
  package enum Source: Sendable {
    /// Images of a data set, whose features are computed if they aren't there.
    case data(DataSource, root: String?, reading: ImageReading)
    /// Feature stores; without one of training images no words are searched for.
    case features(test: String, training: String?)
  }

  /// The test images, one view of each.
  package let test: FeatureStore
  /// The training images; `nil` without any.
  package let training: LabeledFeatures?
  /// The remarks on the images.
  package let remarks: ImageRemarks

  /// Finds or computes the features of the images.
  ///
  /// - Parameters:
  ///   - settings: The experiment's settings.
  ///   - learned: The prompt; one that can't serve the images' classes is refused before anything is computed.
  ///   - observer: The receiver of progress.
  /// - Throws: Errors of reading images and features.
  init(_ settings: InterpretationExperiment.Settings, learned: LearnedPrompt, observer: ExperimentObserver) throws {
    let seed = learned.drawSeed ?? settings.seed
    switch settings.images {
    case .features(let path, let trainingPath):
      let store = try FeatureStore.open(path)
      test = store
      let data = try trainingPath.map {
        try LearningData(
          FeatureStore.open($0), shots: settings.shots, seed: seed, test: store, model: learned.model)
      }
      training = data?.train
      remarks = data?.remarks ?? ImageRemarks([store])
    case .data(let source, let root, let reading):
      let dataset = try source.dataset(root: root)
      dataset.reportNotes(to: observer)
      _ = try dataset.items(of: .test)
      _ = try learned.classifier(dataset.classNames, position: settings.classPosition)
      let folder = learned.run.map { "\($0.path)/features" } ?? settings.featureFolder
      try AtomicOutput.makeFolder(at: folder)
      func store(_ split: Split, views: Int, draw: FewShotDraw?) throws -> FeatureStore {
        try ImageFeatures(
          model: learned.model, precision: settings.precision, reading: reading, views: views, seed: seed,
          observer: observer
        ).store(dataset, split: split, draw: draw, in: folder)
      }
      test = try store(.test, views: 1, draw: nil)
      guard !dataset[.train].isEmpty else {
        training = nil
        remarks = ImageRemarks(dataset, [test])
        return
      }
      let shots = settings.shots ?? learned.shots
      let draw = try shots.map { try FewShotDraw(dataset, shots: $0, seed: seed) }
      let train = try store(.train, views: learned.views ?? 1, draw: draw)
      training = try LearningData(train, shots: shots, seed: seed, test: nil, model: learned.model).train
      remarks = ImageRemarks(dataset, [train, test])
    }
  }
}

import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensFiles
import PromptLensTensors

/// A search for wrong labels, contradicting copies and outliers in a data set.
package struct SuspectsExperiment {
  /// The images.
  package var source: DataSource
  /// The folder that paths of a list start from; nil for the list's own.
  package var root: String?
  /// The model's folder.
  package var model: String
  /// The folder of image features.
  package var featureFolder: String
  /// The file of the labels to look at, in place of the data set's own, which are then taken for the truth; nil for these.
  package var givenLabels: String?
  /// The folds of the cross-validation.
  package var folds = 5
  /// The largest expected share of right labels among those that are flagged.
  package var limit = 0.2
  /// The neighbors that an image is compared with.
  package var neighbors = 10
  /// The seed of the folds.
  package var seed = 1
  /// The prompts of the hand-written classifier.
  package var templates = TemplateRequest()
  /// The way in which image files are read.
  package var reading = ImageReading()
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// The values of C that are tried.
  private static let grid = [0.3, 1.0, 3, 10, 30]
  /// The robust standard deviations from which on an image is an outlier.
  package static let outlierLimit = 4.0
  /// Hand-written prompts count where they agree with so much of the labels that classifiers agree with.
  private static let handShare = 0.8
  /// The suspicious labels that a result holds where fewer are flagged.
  static let shownLabels = 100

  /// Creates a search.
  ///
  /// - Parameters:
  ///   - source: the images.
  ///   - model: the model's folder.
  ///   - featureFolder: the folder of image features.
  package init(_ source: DataSource, model: String, featureFolder: String) {
    self.source = source
    self.model = model
    self.featureFolder = featureFolder
  }

  /// Looks at every image and its label.
  ///
  /// - Parameter observer: the receiver of progress and notes.
  /// - Returns: what looks wrong.
  /// - Throws: the errors of reading and learning.
  package func run(observer: ExperimentObserver = .silent) throws -> SuspectsOutcome {
    let own = try source.dataset(root: root)
    own.reportNotes(to: observer)
    let given = try givenLabels.map { try GivenLabels($0) }
    let dataset = try given.map { try own.giving($0) } ?? own
    let pool = dataset.pooled(as: .train)
    let model = try OpenedModel(model, precision: precision)
    let found = try look(at: dataset, observer)
    var reading = reading
    reading.skipsUnreadable = true
    try AtomicOutput.makeFolder(at: featureFolder)
    let store = try ImageFeatures(
      model: model, precision: precision, reading: reading, views: 1, seed: seed, observer: observer
    ).store(pool, split: .train, draw: nil, in: featureFolder)
    let groups = found.groups(of: store.paths)
    let folds = FitFolds(try unit(store.images), groups: groups, most: folds, keepsClasses: false, seed: seed)

    let (trial, c) = try trial(folds, observer)
    let calibration = try NoisyCalibration(logits: trial.logits, labels: store.labels)
    let classCount = store.classNames.count
    let learning = try ConfidentLearning(
      probabilities: Self.probabilities(
        trial.logits, temperature: calibration.temperature, classCount: classCount),
      labels: store.labels, classCount: classCount, noise: calibration.noise)
    let near = try NearestNeighbors(store.images, groups: groups, count: neighbors)
    let words = try ZeroShotClassifier(
      classNames: store.classNames, templates: templates.resolved(own: dataset.template)
    ) { try model.features(ofTexts: $0) }
    let hand = try words.classifier.logits(for: store.images.view(), scale: model.clip.logitScale)
    let byHand = Self.probabilities(hand, temperature: 1, classCount: classCount)
    let handPredictions = CosineClassifier.predictions(ofLogits: hand)
    let handAgreement =
      Double(zip(handPredictions, store.labels).count { $0 == $1 }) / Double(max(store.count, 1))
    let splits = splits(of: dataset)
    let labels = scored(
      learning, near, zeroShot: store.labels.enumerated().map { byHand[$0 * classCount + $1] },
      countsZeroShot: handAgreement >= Self.handShare * trial.accuracy,
      paths: store.paths, splits: store.indices.map { splits[$0] }, classNames: store.classNames)
    return outcome(
      labels, store, found, learning,
      SuspectsResult.Fit(
        folds: folds.count, inverseRegularization: c, temperature: calibration.temperature,
        noise: calibration.noise, agreement: trial.accuracy),
      truth: try given.map { try SuspectsResult.Truth(of: labels, as: $0.text, by: own) }, root: pool.root,
      remarks: .joined([ImageRemarks(dataset), ImageRemarks(skipped: store.skipped)]))
  }

  private func look(at dataset: Dataset, _ observer: ExperimentObserver) throws -> ImageCheck {
    let progress = observer.begin("decoding", total: ImageCheck.count(of: dataset), unit: "images")
    defer { progress.finish() }
    return try ImageCheck(dataset) { progress.advance() }
  }

  /// Returns the split of each image of the pooled data.
  private func splits(of dataset: Dataset) -> [String] {
    dataset.pooledSplits.flatMap { split in dataset[split].map { _ in split.rawValue } }
  }

  private func unit(_ images: LabeledFeatures) throws -> LabeledFeatures {
    try LabeledFeatures(
      features: images.view().unitRows(), labels: images.labels, paths: images.paths, classNames: images.classNames)
  }

  /// Classifies every image by classifiers of the other folds, with the C that suits the given labels best.
  private func trial(
    _ folds: FitFolds, _ observer: ExperimentObserver
  ) throws -> (trial: FitComparison.Trial, c: Double) {
    let classCount = folds.images.classNames.count
    let progress = observer.begin("cross-validation", total: Self.grid.count * folds.count, unit: "classifiers")
    defer { progress.finish() }
    var best: (trial: FitComparison.Trial, c: Double, loss: Double)?
    for c in Self.grid {
      let trial = try folds.trial(.linear, classCount: classCount) { images, _ in
        defer { progress.advance() }
        return try LogisticRegression(images, classCount: classCount).fit(
          inverseRegularization: c, tolerance: 1e-4
        ).classifier
      }
      let temperature = try FitExperiment.temperature(logits: trial.logits, labels: folds.images.labels)
      let probabilities = Self.probabilities(trial.logits, temperature: temperature, classCount: classCount)
      let loss = folds.images.labels.enumerated().reduce(0.0) { sum, image in
        sum - Self.logarithm(probabilities[image.offset * classCount + image.element])
      }
      if best.map({ loss < $0.loss }) ?? true { best = (trial, c, loss) }
    }
    guard let best else { throw EvaluationError.noImages }
    return (best.trial, best.c)
  }
}

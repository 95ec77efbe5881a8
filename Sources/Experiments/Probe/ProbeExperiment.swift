import PromptLensEvaluation

/// An experiment that fits a classifier of image features on few images, a baseline of prompt learning.
package struct ProbeExperiment {
  /// The method.
  package let method: ProbeMethod
  /// The settings that replace the paper's.
  package let settings: ProbeMethod.Settings
  /// The training images of each class, nil for all of them.
  package let shots: Int?
  /// The given templates instead of the data set's own, as one text.
  package let givenTemplates: String?
  /// The features.
  package let data: ProbeData

  /// Creates an experiment.
  ///
  /// - Parameters:
  ///   - method: the method.
  ///   - settings: the settings that replace the paper's.
  ///   - shots: the training images of each class that the data were drawn with, nil for all of them.
  ///   - givenTemplates: the given templates instead of the data set's own, as one text.
  ///   - data: the features.
  package init(
    _ method: ProbeMethod, settings: ProbeMethod.Settings = ProbeMethod.Settings(), shots: Int? = nil,
    givenTemplates: String? = nil, data: ProbeData
  ) {
    self.method = method
    self.settings = settings
    self.shots = shots
    self.givenTemplates = givenTemplates
    self.data = data
  }

  /// Warnings about the data, known before the classifier is fitted, sentences without a period.
  package var dataWarnings: [String] {
    var warnings: [String] = []
    if let warning = shots.flatMap({ data.shotCount(asked: $0).warning }) { warnings.append(warning) }
    if let test = data.test, data.repeatedTestImages > 0 {
      warnings.append(
        LearnedImages.warning(
          data.repeatedTestImages, of: test.count, images: "test images", learner: "the classifier"))
    }
    return warnings
  }

  /// Fits the classifier and measures it, on the test images and on targets.
  ///
  /// - Parameters:
  ///   - targets: other data.
  ///   - encoder: computes the features of the targets' images; nil without targets.
  ///   - observer: the receiver of notes and of warnings about the targets.
  /// - Returns: the classifier and its measures.
  /// - Throws: `EvaluationError` when fitting fails; the errors of reading the targets' images.
  package func outcome(
    targets: [ProbeTarget] = [], encoder: ProbeEncoder? = nil, observer: ExperimentObserver = .silent
  ) throws -> ProbeOutcome {
    let (task, test) = (data.task, data.test)
    let method = method.method(settings, dataset: data.dataset)
    let fitted = try method.fit(task)
    let words = try task.text.map { try LinearClassifier.cosine(text: $0, scale: task.scale) }
    let tested = try test.map { try DomainAccuracy(of: fitted.classifier, on: $0.view(), labels: $0.labels) }
    let zeroShot = try test.flatMap { test in
      try words.map { try ClassificationMetrics(of: $0, on: test.view(), labels: test.labels).accuracy }
    }
    let learned = LearnedImages(data.trainingHashes)
    let measured = try targets.map { target -> ProbeResult.Target in
      guard let encoder else { throw EvaluationError.noImages }
      let (store, all, remarks) = try target.features(encoder)
      let images = try target.shared.images(of: all)
      target.shared.noteLeftOut(target.name, to: observer)
      func measured(_ classifier: any FeatureClassifier) throws -> DomainAccuracy {
        try DomainAccuracy(
          of: classifier, on: images.view(), labels: images.labels, among: target.shared.classes)
      }
      let accuracy = try measured(fitted.classifier)
      let found = ProbeResult.Target(
        name: target.name, leftOut: target.shared.unknown, classNames: images.classNames,
        metrics: accuracy.metrics, zeroShotAccuracy: try words.map { try measured($0).accuracy },
        repeatedImages: learned.count(among: store, labels: target.shared.labels), remarks: remarks,
        groups: try accuracy.groups(images.groups))
      if let warning = found.warning { observer.note("warning: \(warning)") }
      return found
    }
    let result = ProbeResult(
      method: method.name, data: data.name, shots: shots, seed: task.seed, trainImages: task.train.count,
      choices: fitted.choices, given: settings, selectionImages: fitted.selectionImages,
      templates: data.templates.map(\.text), modelFingerprint: data.modelFingerprint, classNames: data.classNames,
      classCount: task.classCount, metrics: tested?.metrics, zeroShotAccuracy: zeroShot, targets: measured,
      repeatedTestImages: data.repeatedTestImages, remarks: data.remarks,
      warnings: dataWarnings + measured.compactMap(\.warning),
      constants: self.method.constants(settings, dataset: data.dataset),
      groups: try tested.flatMap { try $0.groups(test?.groups ?? []) })
    return ProbeOutcome(experiment: self, fitted: fitted, result: result)
  }

  /// The notes of the classifier's file, by which classifiers that differ only in their seed are pooled.
  private var notes: [(name: String, text: String)] {
    let given: [(String, String?)] = [
      ("method", method.rawValue), ("data", data.name), ("shots", shots.map { "\($0)" } ?? "all"),
      ("seed", "\(data.task.seed)"), ("templates", givenTemplates),
      ("c", settings.inverseRegularization.map { "\($0)" }), ("learning_rate", settings.learningRate.map { "\($0)" }),
      ("epochs", settings.epochs.map { "\($0)" }), ("alpha", settings.alpha.map { "\($0)" }),
      ("beta", settings.beta.map { "\($0)" }), ("alpha_limit", settings.alphaLimit.map { "\($0)" }),
      ("beta_limit", settings.betaLimit.map { "\($0)" }), ("crops", settings.crops.map { "\($0)" }),
      ("all_validation", settings.searchesAllValidation.map { "\($0)" }), ("tool_version", ToolVersion.current),
    ]
    return given.compactMap { name, text in text.map { (name, $0) } }
  }

  fileprivate func write(_ classifier: any StorableClassifier, to folder: String) throws {
    var file = ClassifierFile(
      kind: type(of: classifier).kind, parts: classifier.parts, settings: classifier.settings,
      classNames: data.classNames, classIdentifiers: data.classes.identifiers,
      modelFingerprint: data.modelFingerprint,
      // A given setting that the classifier itself stores is in the file already.
      notes: notes.filter { note in !classifier.settings.contains { $0.name == note.name } })
    file.imageHashes = data.trainingHashes
    try file.write(to: "\(folder)/\(StoredClassifier.fileName)")
  }
}

/// A fitted classifier with its measures.
package struct ProbeOutcome {
  private let experiment: ProbeExperiment
  /// The classifier and its chosen settings.
  package let fitted: FittedClassifier
  /// The measures.
  package let result: ProbeResult

  fileprivate init(experiment: ProbeExperiment, fitted: FittedClassifier, result: ProbeResult) {
    self.experiment = experiment
    self.fitted = fitted
    self.result = result
  }

  /// Writes the classifier into a folder.
  ///
  /// - Throws: `FileError` when the folder can't be written.
  package func writeClassifier(to folder: String) throws { try experiment.write(fitted.classifier, to: folder) }
}

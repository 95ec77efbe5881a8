import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors

/// A maker of classifiers by any of the methods that a fit compares.
struct FitLearner {
  let model: OpenedModel
  /// The classes.
  let classNames: [String]
  /// The classes' text features.
  let words: ZeroShotClassifier
  /// The template of the data set, for the prompts' names.
  let template: String?
  let seed: Int
  /// CoOp's passes over the images, by the recipe of few steps on all images at once.
  var epochs = FitLearner.fullEpochs
  let pool = PromptPassPool()

  /// The words that CoOp's context begins with: the template's own, which need few images.
  static let initialization = "a photo of a"
  /// CoOp's epochs where time allows.
  static let fullEpochs = FastRecipe.steps(shots: nil)
  /// The fewest epochs of CoOp that are worth a comparison.
  static let fewestEpochs = FastRecipe.steps(shots: 1)
  /// The share of the training images on which settings are chosen.
  private static let choiceShare = 0.2

  /// Makes the classifier of a method.
  ///
  /// - Parameters:
  ///   - method: the method.
  ///   - images: the images to learn from.
  ///   - groups: the group of each image; copies of a picture share one.
  ///   - stepped: called after each of CoOp's steps, on any thread.
  /// - Returns: the classifier, and the settings that were chosen.
  /// - Throws: the errors of fitting.
  func classifier(
    _ method: FitMethod, on images: LabeledFeatures, groups: [Int], stepped: @escaping @Sendable () -> Void = {}
  ) throws -> (classifier: any StorableClassifier, choices: [FittedClassifier.Choice]) {
    let scale = model.clip.logitScale
    func task(_ train: LabeledFeatures, _ validation: LabeledFeatures? = nil) throws -> FewShotTask {
      try FewShotTask(
        train: train, validation: validation, text: words.textFeatures, classCount: classNames.count, scale: scale,
        seed: seed)
    }
    switch method {
    case .zeroShot: return (try LinearClassifier.cosine(text: words.textFeatures, scale: scale), [])
    case .nearestMean: return (try NearestMean().fit(task(images)).classifier, [])
    case .lpPlusPlus: return (try LPPlusPlus().fit(task(images)).classifier, [])
    case .tipAdapter:
      let choices = try choices(of: TipAdapter(), images, groups, task)
      let (alpha, beta) = (Self.value("alpha", in: choices), Self.value("beta", in: choices))
      let classifier = try TipAdapterClassifier(
        keys: images.view().unitRows(), labels: images.labels, text: words.textFeatures, scale: scale,
        alpha: alpha ?? TipAdapterSearch().alpha, beta: beta ?? TipAdapterSearch().beta)
      return (classifier, choices)
    case .linear:
      let choices = try choices(of: LinearProbe(), images, groups, task)
      let probe = LinearProbe(
        inverseRegularization: Self.value("C", in: choices) ?? LinearProbe.defaultInverseRegularization)
      return (try probe.fit(task(images)).classifier, choices)
    case .coop:
      let classifier = try prompt(images, epochs: epochs, stepped: stepped)
      return (classifier, [.init(name: "epochs", value: Double(epochs))])
    }
  }

  private static func value(_ name: String, in choices: [FittedClassifier.Choice]) -> Double? {
    choices.first { $0.name == name }?.value
  }

  /// Returns the settings that are best on a part of the training images; none where a class would have no image left.
  private func choices(
    of method: some ClassifierMethod, _ images: LabeledFeatures, _ groups: [Int],
    _ task: (LabeledFeatures, LabeledFeatures?) throws -> FewShotTask
  ) throws -> [FittedClassifier.Choice] {
    let parts = GroupedPartition.parts(
      labels: images.labels, groups: groups, shares: [1 - Self.choiceShare, Self.choiceShare], seed: seed)
    let (train, validation) = (parts.indices.filter { parts[$0] == 0 }, parts.indices.filter { parts[$0] == 1 })
    guard Set(train.map { images.labels[$0] }).count == classNames.count, !validation.isEmpty else { return [] }
    return try method.fit(task(images.selecting(train), images.selecting(validation))).choices
  }

  // MARK: - CoOp

  /// Learns a context, and returns the classifier of its prompts.
  private func prompt(
    _ images: LabeledFeatures, epochs: Int, stepped: @escaping @Sendable () -> Void
  ) throws -> LinearClassifier {
    let run = try learning(images, epochs: epochs)
    let context = try run.learn(observer: ExperimentObserver { if case .trained = $0 { stepped() } })
    let rows = try ContextClassifier(
      context, source: "the learned context", classNames: classNames, encoder: model.clip.textEncoder(),
      tokenizer: pool.tokenizer(model), contextLimit: model.configuration.text.contextLength)
    return try LinearClassifier.cosine(text: rows.weights, scale: model.clip.logitScale)
  }

  private func learning(_ images: LabeledFeatures, epochs: Int) throws -> LearningRun {
    var settings = LearningSettings()
    settings.initialization = Self.initialization
    settings.recipe = .fast
    settings.epochs = epochs
    let data = try LearningData(
      images.labeled(classNames: classNames), shots: nil, seed: seed, test: nil, template: template, name: "fit")
    return try LearningRun(settings, data: data, model: model, sharing: pool)
  }

  /// The number of CoOp's steps in an epoch over some images.
  func stepsPerEpoch(_ images: Int) -> Int {
    let size = FastRecipe.batchSize(images: images, classes: classNames.count)
    return max(BatchSampler(count: images, batchSize: size, seed: seed).steps, 1)
  }

  /// Measures the seconds of one of CoOp's steps.
  ///
  /// - Parameter images: the images of the training.
  /// - Returns: the seconds.
  /// - Throws: the errors of learning, such as of a class name that is too long.
  func secondsPerStep(_ images: LabeledFeatures) throws -> Double {
    let run = try learning(images, epochs: 3)
    return try run.withTrainer(model.clip.textEncoder()) { trainer in
      // The first epoch packs weights and fills caches.
      var fastest = Double.infinity
      while !trainer.isFinished { fastest = min(fastest, try trainer.trainEpoch().secondsPerStep) }
      return fastest
    }
  }

  /// Chooses CoOp's epochs so that several trainings fit some seconds.
  ///
  /// - Parameters:
  ///   - images: the images of one training.
  ///   - trainings: the number of trainings.
  ///   - seconds: the time for all of them.
  ///   - step: the seconds of a step.
  /// - Returns: whether there is time for enough epochs.
  mutating func chooseEpochs(images: Int, trainings: Int, seconds: Double, step: Double) -> Bool {
    let epoch = Double(stepsPerEpoch(images) * trainings) * step
    epochs = Int(min(seconds / max(epoch, 1e-9), Double(Self.fullEpochs)))
    return epochs >= Self.fewestEpochs
  }
}

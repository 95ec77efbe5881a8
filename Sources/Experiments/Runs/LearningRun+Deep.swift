import PromptLensCLIP
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors

// Learning of prompts in deeper layers and in the image tower.

extension LearningRun {
  /// Trains from a state to the end.
  ///
  /// - Parameters:
  ///   - deep: the form and the objective.
  ///   - stored: the state after the last complete epoch; nil to begin.
  ///   - folder: the run's folder.
  ///   - observer: receives the epochs.
  /// - Returns: the result, which is in the folder too.
  /// - Throws: the errors of training and writing, after which the folder contains the last complete epoch.
  func train(
    _ deep: DeepLearning, from stored: TrainingState?, in folder: RunFolder, observer: ExperimentObserver
  ) throws -> RunResult {
    // The towers of learning are released before those of the measurement are made.
    let (state, stepsPerEpoch) = try learn(deep, from: stored, in: folder, observer: observer)
    let file = self.file(deep, state.result, epoch: state.best?.epoch ?? state.epoch, path: folder.contextPath)
    try file.write(attributes: [
      ("initialization", "\(initialization)"), ("model_fingerprint", model.folder.manifest.fingerprint),
      ("tool_version", ToolVersion.current),
    ])
    return try finish(measure(file), after: state, stepsPerEpoch: stepsPerEpoch, in: folder)
  }

  /// Runs the epochs, and returns the last state.
  private func learn(
    _ deep: DeepLearning, from stored: TrainingState?, in folder: RunFolder, observer: ExperimentObserver
  ) throws -> (state: TrainingState, stepsPerEpoch: Int) {
    let trainer = try trainer(deep, from: stored)
    try runEpochs(of: trainer, in: folder, observer: observer)
    return (trainer.state, trainer.stepsPerEpoch)
  }

  /// Returns parameters as the file that a run keeps.
  private func file(_ deep: DeepLearning, _ parameters: [Float], epoch: Int?, path: String) -> DeepPromptFile {
    DeepPromptFile(
      path: path, method: asked.method.rawValue,
      parameters: PromptParameters(shapes: deep.form.shapes).with(parameters), template: deep.template,
      teacherTemplate: deep.teacherTemplate, classNames: data.classNames,
      embeddingFingerprint: model.folder.manifest.tokenEmbeddingFingerprint, epoch: epoch)
  }

  /// Returns the rule that keeps the best epoch on validation images, which are encoded with the prompts of each epoch; nil to
  /// keep the last.
  private func earlyStopping(_ deep: DeepLearning) -> EarlyStopping? {
    guard let patience, let validation = data.validation else { return nil }
    return EarlyStopping(patience: patience) { parameters in
      let prompt = try LearnedDeepPrompt(
        file(deep, parameters, epoch: nil, path: "the prompts of an epoch"), on: model)
      let classifier = try prompt.classifier(data.classNames)
      return try DomainAccuracy(
        of: classifier, on: classifier.features(of: validation), labels: validation.labels
      ).accuracy
    }
  }

  private func trainer(_ deep: DeepLearning, from stored: TrainingState?) throws -> JointTrainer {
    let context = try initialization.vectors(
      contexts: 1, width: model.configuration.text.transformer.width, seed: settings.seed, tokenizer: tokenizer,
      embedding: model.clip.tokenEmbedding())
    let start = PromptParameters(of: deep.form, context: context, seed: settings.seed)
    let constants = asked.constants(on: data)
    let elements = try deep.form.elements(
      DeepPrompts.tokens(data.classNames, deep.template, model.clip, tokenizer),
      end: Int32(model.configuration.text.endToken))
    let towers = try PromptedTowers(
      deep.form, clip: model.clip, prompts: elements,
      tapeLimit: asked.memoryLimit.map { max($0 - bytesBesidePasses(parameters: start.count), 0) })
    return try JointTrainer(
      towers: towers, objective: deep.objective, features: data.train, classCount: data.classNames.count,
      scale: model.clip.logitScale,
      optimizer: constants.adamEpsilon.map {
        .adam(epsilon: $0, weightDecay: Double(StochasticGradientDescent().weightDecay))
      }
        ?? .descent(StochasticGradientDescent()),
      average: asked.average(on: data, epochs: settings.epochs).map {
        GaussianAverage(mean: $0.mean, deviation: $0.deviation, epochs: settings.epochs)
      }, earlyStopping: earlyStopping(deep), settings: settings,
      state: stored ?? TrainingState(parameters: start.numbers))
  }

  /// Measures the learned prompts and the hand-written ones on the test images, if any.
  private func measure(_ file: DeepPromptFile) throws -> (result: RunResult, predictions: RunPredictions?) {
    var result = RunResult(
      classCount: data.classNames.count, contextSHA256: try DeepPromptFile.fingerprint(of: file.parameters),
      settings: description.settings)
    result.remarks = data.remarks
    guard let test = data.test else { return (result, nil) }
    let prompt = try LearnedDeepPrompt(file, on: model)
    let classifier = try prompt.classifier(data.classNames)
    let learned = try classifier.logits(for: classifier.features(of: test))
    let predictions = try compare(learned, of: test, in: &result)
    return (result, predictions)
  }
}

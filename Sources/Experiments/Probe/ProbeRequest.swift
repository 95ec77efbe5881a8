import PromptLensDatasets
import PromptLensEvaluation
import PromptLensTensors

/// A probe's method, images and settings, before any file is opened.
package struct ProbeRequest: Sendable {
  /// The images to fit and to measure on.
  package enum Images: Sendable {
    /// Plain arrays, with the words' features among them where a method needs these.
    case arrays(FeatureArrayFiles)
    /// Files of features that `promptlens extract` stored.
    case features(train: String, validation: String?, test: String?)
    /// A data set, with the folder that its paths are relative to.
    case data(DataSource, root: String?)
  }

  /// The method.
  package let method: ProbeMethod
  /// The images.
  package let images: Images
  /// The model's folder; arrays have none.
  package let model: String
  /// The folder of the results, which says what images were set aside for testing.
  package let output: String
  /// The settings that replace the paper's.
  package var settings = ProbeMethod.Settings()
  /// The training images of each class; nil for all of them.
  package var shots: Int?
  /// The seed of the draw, the crops and the method's random numbers.
  package var seed = 1
  /// The templates of the words.
  package var templates = TemplateRequest()
  /// Other data to measure on, `KIND:PATH` or files of features.
  package var targets: [String] = []
  /// A file that pairs classes of targets whose names differ.
  package var map: String?
  /// The grouping of test images; nil for none.
  package var grouping: Grouping?
  /// The settings for reading images.
  package var reading = ImageReading()
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32
  /// The folder of features; nil for one below the results.
  package var featureFolder: String?

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - method: the method.
  ///   - images: the images.
  ///   - model: the model's folder; arrays have none.
  ///   - output: the folder of the results.
  package init(_ method: ProbeMethod, images: Images, model: String, output: String) {
    self.method = method
    self.images = images
    self.model = model
    self.output = output
  }

  /// Opens the model, the images' features, which are computed or found in their folder, and the targets' lists.
  ///
  /// - Parameter observer: the receiver of notes and progress.
  /// - Returns: the experiment with what it is measured on.
  /// - Throws: the errors of reading; `EvaluationError` for a target that shares no class.
  package func opened(observer: ExperimentObserver = .silent) throws -> OpenedProbe {
    switch images {
    case .arrays(let files):
      let data = try ProbeData(
        files, shots: shots, seed: seed, searchesAllValidation: constants(nil).searchesAllValidation,
        grouping: grouping)
      return OpenedProbe(experiment: experiment(data), targets: [], encoder: nil)
    case .features(let train, let validation, let test):
      let model = try OpenedModel(self.model, precision: precision)
      let splits = try ProbeSplits(
        train: train, validation: validation, test: test, shots: shots, seed: seed, model: model,
        searchesAllValidation: constants(nil).searchesAllValidation, grouping: grouping)
      return try opened(splits, model, encoder(model, observer))
    case .data(let source, let root):
      let model = try OpenedModel(self.model, precision: precision)
      let encoder = self.encoder(model, observer)
      let dataset = try source.keeping(attributes: grouping?.columns ?? []).dataset(root: root)
      dataset.reportNotes(to: observer)
      // Targets that share no class are refused before images are encoded.
      _ = try openedTargets(dataset.classes(owner: "\(source)"), model, observer)
      try dataset.writeHoldOut(to: output, name: source.portableName)
      let constants = self.constants(source.knownKey)
      let splits = try ProbeSplits(
        dataset, shots: shots, seed: seed, encoder: encoder, crops: constants.crops,
        searchesAllValidation: constants.searchesAllValidation, grouping: grouping)
      return try opened(splits, model, encoder)
    }
  }

  private func opened(_ splits: ProbeSplits, _ model: OpenedModel, _ encoder: ProbeEncoder) throws -> OpenedProbe {
    let data = try ProbeData(splits, templates: { try templates.resolved(own: $0) }, seed: seed, model: model)
    return OpenedProbe(
      experiment: experiment(data), targets: try openedTargets(data.classes, model, .silent), encoder: encoder)
  }

  private func encoder(_ model: OpenedModel, _ observer: ExperimentObserver) -> ProbeEncoder {
    ProbeEncoder(
      model: model, precision: precision, reading: reading, seed: seed,
      folder: featureFolder ?? "\(output)/features", observer: observer)
  }

  private func openedTargets(
    _ known: ClassMatching.Classes, _ model: OpenedModel, _ observer: ExperimentObserver
  ) throws -> [ProbeTarget] {
    try ProbeTarget.open(targets, known: known, map: map, model: model, grouping: grouping, observer: observer)
  }

  private func constants(_ dataset: String?) -> ProbeConstants { method.constants(settings, dataset: dataset) }

  private func experiment(_ data: ProbeData) -> ProbeExperiment {
    ProbeExperiment(method, settings: settings, shots: shots, givenTemplates: templates.text, data: data)
  }
}

/// An experiment whose features are known, with the lists of other data to measure on.
package struct OpenedProbe {
  /// The experiment.
  package let experiment: ProbeExperiment
  let targets: [ProbeTarget]
  let encoder: ProbeEncoder?

  /// Fits the classifier and measures it, on the test images and on targets.
  ///
  /// - Parameter observer: the receiver of notes and of warnings about the targets.
  /// - Returns: the classifier and its measures.
  /// - Throws: `EvaluationError` when fitting fails; the errors of reading the targets' images.
  package func outcome(observer: ExperimentObserver = .silent) throws -> ProbeOutcome {
    try experiment.outcome(targets: targets, encoder: encoder, observer: observer)
  }
}

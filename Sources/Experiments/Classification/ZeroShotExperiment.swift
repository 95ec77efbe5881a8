import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensPrompts
import PromptLensTensors
import PromptLensTokenization

/// An experiment of zero-shot classification with hand-written prompts.
package struct ZeroShotExperiment: Sendable {
  /// The images and the text features.
  package enum Input: Sendable {
    /// Images or stored features, with text features by a model.
    case words(ImageSelection, ModelWords)
    /// Plain arrays: the images, and a row of text features for each class, whose names a file may hold.
    case arrays(FeatureArrayFiles, Grouping? = nil)
  }

  /// The scores that are computed from cosines.
  package enum Scores: String, Sendable, CaseIterable {
    /// Probabilities of one class among all, by the softmax of scaled cosines.
    case softmax
    /// A probability of each label alone, by the sigmoid of scaled cosines with the model's bias.
    case sigmoid
  }

  /// Prompts whose features a model computes.
  package struct ModelWords: Sendable {
    /// The model's folder.
    package var model: String
    /// The arithmetic of the towers.
    package var precision: ComputePrecision
    /// The templates; by default the data set's own.
    package var templates: TemplateRequest
    /// The cleaning of texts.
    package var cleaning: Cleaning?
    /// Whether texts that are too long are truncated instead of being an error.
    package var truncates: Bool
    /// The scores that are computed from cosines.
    package var scores: Scores

    /// Creates prompts.
    ///
    /// - Parameters:
    ///   - model: the model's folder.
    ///   - precision: the arithmetic of the towers.
    ///   - templates: the templates.
    ///   - cleaning: how texts are cleaned.
    ///   - truncates: whether texts that are too long are truncated instead of being an error.
    ///   - scores: what cosines become.
    package init(
      model: String, precision: ComputePrecision = .float32, templates: TemplateRequest = TemplateRequest(),
      cleaning: Cleaning? = nil, truncates: Bool = false, scores: Scores = .softmax
    ) {
      self.model = model
      self.precision = precision
      self.templates = templates
      self.cleaning = cleaning
      self.truncates = truncates
      self.scores = scores
    }
  }

  private let input: Input

  /// Creates an experiment.
  package init(_ input: Input) { self.input = input }

  /// Classifies the images.
  ///
  /// - Parameter observer: the receiver of progress.
  /// - Returns: the metrics and their subject.
  /// - Throws: errors of inputs that cannot be read or don't go together.
  package func run(observer: ExperimentObserver = .silent) throws -> ZeroShotResult {
    switch input {
    case .arrays(let files, let grouping):
      let contents = try files.read()
      let features = files.train.features
      guard let rows = contents.text, let text = files.text else {
        throw ExperimentError.badArray(path: features, reason: "the words' features are missing")
      }
      let classifier = try LinearClassifier.cosine(text: rows, scale: files.scale)
      let (images, labels) = (contents.train, contents.train.labels)
      let measured = try DomainAccuracy(of: classifier, on: images.view(), labels: labels)
      return ZeroShotResult(
        name: features, data: features, split: nil, templates: [], words: text, modelFingerprint: nil,
        classNames: contents.train.classNames, remarks: ImageRemarks(),
        metrics: measured.metrics,
        groups: try measured.groups(grouping?.groups(ofRows: images.count, of: features) ?? []))
    case .words(let selection, let words): return try run(selection, words, observer)
    }
  }

  private func run(
    _ selection: ImageSelection, _ words: ModelWords, _ observer: ExperimentObserver
  ) throws -> ZeroShotResult {
    var selection = selection
    selection.takesSeveral = words.scores == .sigmoid
    let selected = try selection.open(observer: observer)
    let templates = try words.templates.resolved(own: selected.template)
    let model = try OpenedModel(words.model, precision: words.precision)
    if words.scores == .sigmoid, model.clip.logitBias == nil {
      throw ExperimentError.noLogitBias(model: model.folder.path)
    }
    try selected.check(against: model)
    let zeroShot = try ZeroShotClassifier(classNames: selected.classes.names, templates: templates) {
      try model.features(ofTexts: $0, cleaning: words.cleaning, truncate: words.truncates)
    }
    let classifier = try LinearClassifier.cosine(text: zeroShot.weights, scale: model.clip.logitScale)
    let images = try selected.features(by: model, observer: observer)
    let best = try images.classSets.isEmpty ? nil : BestLabels(of: classifier, on: images)
    let measured = try best?.accuracy ?? DomainAccuracy(of: classifier, on: images.view(), labels: images.labels)
    return ZeroShotResult(
      name: selected.name, data: selected.data, split: selected.split, templates: templates,
      words: "\(model.folder.path) (\(model.configuration.architectureName))",
      modelFingerprint: model.folder.manifest.fingerprint, classNames: images.classNames,
      remarks: selected.remarks(with: images),
      metrics: measured.metrics,
      labelMetrics: words.scores == .softmax
        ? nil
        : try LabelMetrics(
          logits: classifier.logits(for: images.view()), bias: model.clip.logitBias ?? 0,
          truth: best == nil ? images.labels.map { [$0] } : images.classSets),
      unlabeled: best.map { images.count - $0.rows.count },
      groups: try measured.groups(best?.groups ?? images.groups))
  }
}

/// The metrics of zero-shot classification, with their subject.
package struct ZeroShotResult: Sendable {
  /// The display name of the images.
  package let name: String
  /// The name of the images in documents.
  package let data: String
  /// The split; nil for plain arrays.
  package let split: Split?
  /// The templates; empty for plain arrays.
  package let templates: [Template]
  /// The origin of the text features.
  package let words: String
  /// The fingerprint of the model; nil for plain arrays.
  package let modelFingerprint: String?
  /// The classes.
  package let classNames: [String]
  /// The remarks on the images.
  package let remarks: ImageRemarks
  /// The metrics.
  package let metrics: ClassificationMetrics
  /// The metrics of each label's probability alone; nil for softmax.
  package var labelMetrics: LabelMetrics?
  /// The number of images without a label, where images can have several; nil where each has one. ``metrics`` is then of
  /// the other images, and an image counts as correct if its best label is one of its own.
  package var unlabeled: Int?
  /// The accuracy by groups; nil where images aren't grouped.
  package var groups: GroupAccuracy?

  /// The repeated class names, each with its number of classes, sorted by name.
  package var sharedNames: [(name: String, count: Int)] {
    var counts: [String: Int] = [:]
    for name in classNames { counts[name, default: 0] += 1 }
    return counts.filter { $0.value > 1 }.sorted { $0.key < $1.key }.map { (name: $0.key, count: $0.value) }
  }
}

import PromptLensCheckpoints
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensTensors

/// An evaluation of a learned prompt or a stored classifier on images.
package struct ClassifierEvaluation: Sendable {
  /// A run folder, a context file, a checkpoint of prompts in deep layers, a folder of `probe` or a classifier file.
  package var path: String
  /// The images.
  package var images: ImageSelection
  /// The kind of a `.npy` array without a description; nil if the path isn't one.
  package var kind: PlainArray.Kind?
  /// The factor of the cosines of plain class weights; nil for the model's.
  package var scale: Double?
  /// The model's folder; nil for the one that a run recorded.
  package var model: String?
  /// A file of matching classes, for classifiers.
  package var map: String?
  /// The position of the class name, if not the context's own.
  package var classPosition: ClassPosition?
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// Creates an evaluation.
  ///
  /// - Parameters:
  ///   - path: a run folder, a context file, a folder of `probe` or a classifier file.
  ///   - images: the images.
  package init(_ path: String, images: ImageSelection) {
    self.path = path
    self.images = images
  }

  /// Whether the path is a stored classifier, not a prompt.
  package var isClassifier: Bool { StoredClassifier.path(of: path) != nil || kind == .classifier }

  /// Classifies the images.
  ///
  /// - Parameter observer: the receiver of progress and notes.
  /// - Returns: the metrics and their subject.
  /// - Throws: errors of inputs that cannot be read or don't go together.
  package func run(observer: ExperimentObserver = .silent) throws -> ClassifierEvaluationResult {
    if let path = StoredClassifier.path(of: path) {
      return try run(images.open(observer: observer), observer) { _ in try StoredClassifier(path) }
    }
    if PlainArray.exists(at: path) {
      guard let kind else { throw ExperimentError.unknownArrayKind(path: path) }
      if kind == .classifier { return try runOnPlainWeights(observer) }
    }
    if LearnedDeepPrompt.exists(at: path) { return try runOnDeepPrompts(observer) }
    let learned = try LearnedPrompt(path, model: model, precision: precision)
    if let note = learned.noteOnWords { observer.note(note) }
    let selected = try images.open(observer: observer)
    try selected.check(against: learned.model)
    // Detect a context for other classes before encoding images.
    let classifier = try learned.classifier(
      selected.classes.names, position: classPosition, observer: observer)
    let images = try selected.features(by: learned.model, observer: observer)
    let measured = try DomainAccuracy(of: classifier, on: images.view(), labels: images.labels)
    let repeated = try learned.run?.learnedImages.count(among: selected) ?? 0
    let result = ClassifierEvaluationResult(
      subject: .prompt(
        path: path, classPosition: classifier.classPosition, fingerprint: try Fingerprint.of(learned.context.vectors)),
      images: selected.name, remarks: selected.remarks(with: images), repeatedImages: repeated,
      modelFingerprint: learned.model.folder.manifest.fingerprint, classNames: images.classNames,
      metrics: measured.metrics, groups: try measured.groups(images.groups))
    if let warning = result.warning { observer.note("warning: \(warning)") }
    return result
  }

  /// Measures prompts in deep layers, whose class names stand at the end.
  private func runOnDeepPrompts(_ observer: ExperimentObserver) throws -> ClassifierEvaluationResult {
    let learned = try LearnedDeepPrompt(path, model: model, precision: precision, observer: observer)
    let selected = try images.open(observer: observer)
    try selected.check(against: learned.model)
    try learned.check(selected)
    let classifier = try learned.classifier(selected.classes.names)
    let images = try selected.features(by: learned.model, observer: observer)
    let measured = try DomainAccuracy(of: classifier, on: images.view(), labels: images.labels)
    let result = ClassifierEvaluationResult(
      subject: .prompt(path: path, classPosition: .end, fingerprint: learned.fingerprint), images: selected.name,
      remarks: selected.remarks(with: images),
      repeatedImages: try learned.run?.learnedImages.count(among: selected) ?? 0,
      modelFingerprint: learned.model.folder.manifest.fingerprint, classNames: images.classNames,
      metrics: measured.metrics, groups: try measured.groups(images.groups))
    if let warning = result.warning { observer.note("warning: \(warning)") }
    return result
  }

  /// Measures class weights of an array, whose rows are the images' classes in order.
  private func runOnPlainWeights(_ observer: ExperimentObserver) throws -> ClassifierEvaluationResult {
    let factor = try scale ?? model.map { try OpenedModel($0, precision: precision) }.map { Double($0.clip.logitScale) }
    guard let factor else { throw ExperimentError.unknownScale(path: path) }
    return try run(images.open(observer: observer), observer) { names in
      try StoredClassifier(weights: path, classNames: names, scale: factor)
    }
  }

  /// Measures a stored classifier, restricted to the classes that it shares with the images.
  private func run(
    _ selected: SelectedImages, _ observer: ExperimentObserver, open: ([String]) throws -> StoredClassifier
  ) throws -> ClassifierEvaluationResult {
    let stored = try open(selected.classes.names)
    var opened: OpenedModel?
    try selected.checkWidth(stored.classifier.width, of: stored.path)
    if let fingerprint = selected.modelFingerprint {
      try stored.check(modelFingerprint: fingerprint, of: selected.path ?? selected.name)
    } else if let model {
      let found = try OpenedModel(model, precision: precision)
      try stored.check(modelFingerprint: found.folder.manifest.fingerprint, of: model)
      opened = found
    }
    // Detect missing shared classes before encoding images.
    let map = try map.map { try ClassMap(contentsOf: $0) }
    try map?.check(against: [selected.classes])
    let shared = try SharedClasses(selected.classes, among: stored.classes, map: map)
    let all = try selected.features(by: opened, observer: observer)
    shared.noteLeftOut(selected.name, to: observer)
    let images = try shared.images(of: all)
    let measured = try DomainAccuracy(
      of: stored.classifier, on: images.view(), labels: images.labels, among: shared.classes)
    let repeated = try stored.learnedImages.count(among: selected, labels: shared.labels)
    let result = ClassifierEvaluationResult(
      subject: .classifier(path: stored.path, kind: stored.file.kind, leftOut: shared.unknown), images: selected.name,
      remarks: selected.remarks(with: all), repeatedImages: repeated,
      modelFingerprint: stored.file.modelFingerprint, classNames: images.classNames,
      metrics: measured.metrics, groups: try measured.groups(images.groups))
    if let warning = result.warning { observer.note("warning: \(warning)") }
    return result
  }
}

/// The metrics of a prompt or a classifier, with their subject.
package struct ClassifierEvaluationResult: Sendable {
  /// The measured prompt or classifier.
  package enum Subject: Sendable {
    /// A learned prompt: its path, the position of the class name and the SHA-256 of its vectors.
    case prompt(path: String, classPosition: ClassPosition, fingerprint: String)
    /// A stored classifier: its file, its kind and the images' classes that it doesn't have.
    case classifier(path: String, kind: String, leftOut: [String])
  }

  /// The measured prompt or classifier.
  package let subject: Subject
  /// The images' name.
  package let images: String
  /// The remarks on the images.
  package let remarks: ImageRemarks
  /// The number of images whose files are those that the prompt or classifier was learned from, where that is known.
  package let repeatedImages: Int
  /// The fingerprint of the model, where it is known.
  package let modelFingerprint: String?
  /// The classes to choose among.
  package let classNames: [String]
  /// The metrics.
  package let metrics: ClassificationMetrics
  /// The accuracy by groups; nil where images aren't grouped.
  package var groups: GroupAccuracy?

  /// A sentence on images that were learned from; nil when there is none.
  package var warning: String? {
    guard repeatedImages > 0 else { return nil }
    let learner =
      switch subject {
      case .prompt: "the prompt"
      case .classifier: "the classifier"
      }
    return LearnedImages.warning(repeatedImages, of: metrics.total, learner: learner)
  }
}

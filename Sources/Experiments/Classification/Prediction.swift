import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFiles
import PromptLensPrompts
import PromptLensTensors

/// The classification of image files with a learned prompt, a classifier, or words.
package struct Prediction: Sendable {
  /// A run folder, a context file, a classifier, or a model folder whose classes are words.
  package var prompt: String
  /// The kind of a `.npy` array without a description; nil if the prompt isn't one.
  package var kind: PlainArray.Kind?
  /// The model's folder; nil for the one that a run or a fit recorded.
  package var model: String?
  /// A file of class names; nil for the prompt's own classes.
  package var classes: String?
  /// The prompts of words.
  package var templates = TemplateRequest()
  /// The position of the class name, if not the context's own.
  package var classPosition: ClassPosition?
  /// The number of classes for each image.
  package var limit = 5
  /// The probability of the most probable class below which an image is unsure; nil to decide for all.
  package var leastProbability: Double?
  /// The folders into which images are sorted; nil to leave them where they are.
  package var placement: ImagePlacement?
  /// The way in which image files are read.
  package var reading = ImageReading()
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// Creates a prediction.
  ///
  /// - Parameter prompt: a run folder, a context file, a classifier, or a model folder.
  package init(_ prompt: String) { self.prompt = prompt }

  /// Opens the classifier and the model.
  ///
  /// - Throws: errors of inputs that cannot be read or don't go together.
  package func opened() throws -> OpenedPrediction {
    var reading = reading
    let parts = try self.parts()
    if parts.appliesOrientation { reading.appliesOrientation = true }
    return OpenedPrediction(
      classifier: parts.classifier, classNames: parts.names, model: parts.model, words: parts.words,
      threshold: parts.file?.unknownThreshold, scaling: parts.file?.temperatureScaling, reading: reading, settings: self
    )
  }
}

/// A prediction whose classifier and model are open.
package struct OpenedPrediction {
  /// The classifier.
  let classifier: any FeatureClassifier
  /// The classes.
  package let classNames: [String]
  let model: OpenedModel
  /// The classifier before learning, which explanations compare with.
  let words: Words
  let threshold: UnknownThreshold?
  /// The temperature of probabilities; nil where none was fitted.
  let scaling: TemperatureScaling?
  let reading: ImageReading
  let settings: Prediction

  /// The images that are classified at a time: few enough that results come soon.
  private static let pieceSize = 64

  /// Hand-written prompts for the classes of a classifier.
  enum Words {
    /// The classifier is itself of hand-written prompts.
    case own
    /// A template, on the model without prompts in its image tower.
    case template(Template, model: OpenedModel)
  }

  /// Whether images that belong to none of the classes are told.
  package var tellsUnknown: Bool { threshold != nil }

  /// Classifies images, and hands over results as they come.
  ///
  /// - Parameters:
  ///   - files: the image files.
  ///   - observer: the receiver of progress.
  ///   - each: called with the results of some images at a time, in the files' order; an image that was left out has no
  ///     classes.
  /// - Returns: the problems of images that were left out, sentences that begin with their paths.
  /// - Throws: errors of images that cannot be read, unless such are left out, and when none can be read; the errors of
  ///   `each`.
  @discardableResult
  package func run(
    _ files: [String], observer: ExperimentObserver = .silent, each: ([PredictedImage]) throws -> Void
  ) throws -> [String] {
    let loader = ViewLoader(
      files: files, views: .center, transform: try model.evaluationTransform(reading),
      appliesOrientation: reading.appliesOrientation, skipsUnreadable: reading.skipsUnreadable)
    let pieces = stride(from: 0, to: files.count, by: Self.pieceSize).map {
      $0..<min($0 + Self.pieceSize, files.count)
    }
    if let scaling {
      observer.note(
        "note: probabilities are at the temperature \(scaling.temperature) of \(settings.prompt), fitted on \(scaling.images) images"
      )
    }
    let progress = observer.begin("image features", total: files.count, unit: "images")
    var waiting: [Int: [PredictedImage]] = [:]
    // Nothing is handed over until an image could be read: where none can be, that is an error.
    var held: [PredictedImage] = []
    var (next, isAnyReadable) = (0, false)
    var problems: [String] = []
    try UnreadableImages.gathering(among: files) {
      try model.clip.imageEncoder().encode(pieces, of: loader) {
        progress.advance(by: $0)
      } finished: { piece, features in
        let images = pieces[piece]
        waiting[piece] = try classify(
          images.map { files[$0] }, features, problems: loader.outcomes(of: images).map(\.problem))
        while let found = waiting.removeValue(forKey: next) {
          next += 1
          problems += found.compactMap(\.problem)
          isAnyReadable = isAnyReadable || found.contains { $0.problem == nil }
          held += found
          guard isAnyReadable else { continue }
          try each(try place(held))
          held = []
        }
      }
    }
    progress.finish()
    guard isAnyReadable || files.isEmpty else {
      throw DatasetError.unreadableImages(total: files.count, problems: problems, areMissing: false)
    }
    return problems
  }

  /// Classifies some images by their features, `[paths.count, width]`.
  private func classify(_ paths: [String], _ features: Tensor, problems: [String?]) throws -> [PredictedImage] {
    let rows = reading.skipsUnreadable ? paths.indices.filter { problems[$0] == nil } : Array(paths.indices)
    var images = paths.map { PredictedImage(path: $0, classes: [], problem: "it cannot be read") }
    for (index, problem) in problems.enumerated() {
      if let problem { images[index] = PredictedImage(path: paths[index], classes: [], problem: problem) }
    }
    guard !rows.isEmpty else { return images }
    let readable = rows.count == paths.count ? features : try features.selecting(rows)
    let all = try classifier.logits(for: readable)
    let scale = (classifier as? LinearClassifier)?.cosineScale ?? 1
    let unknown = threshold?.areUnknown(logits: all, scale: scale)
    let (logits, count) = (all.floats(), classNames.count)
    let temperature = Float(scaling?.temperature ?? 1)
    for (row, index) in rows.enumerated() {
      let classes = PredictedImage.Class.mostProbable(
        logits[row * count..<(row + 1) * count].map { $0 / temperature }, names: classNames, limit: settings.limit)
      images[index] = PredictedImage(
        path: paths[index], isUnknown: unknown?[row],
        isUnsure: settings.leastProbability.map { (classes.first?.probability ?? 0) < $0 }, classes: classes,
        temperature: scaling?.temperature)
    }
    return images
  }

  /// Sorts images into folders, where that is asked for.
  private func place(_ images: [PredictedImage]) throws -> [PredictedImage] {
    guard let placement = settings.placement else { return images }
    return try images.map { image in
      guard let decision = image.decision else { return image }
      var placed = image
      placed.placed = try placement.place(image.path, in: decision)
      return placed
    }
  }
}

extension Prediction {
  /// Whether the path is a stored classifier, not a prompt.
  package var isClassifier: Bool { StoredClassifier.path(of: prompt) != nil || kind == .classifier }

  /// Whether the path is a model folder, whose classes are words.
  package var isModel: Bool { ModelFolder.isModelFolder(prompt) }

  /// A classifier with its classes and its model.
  private struct Parts {
    let classifier: any FeatureClassifier
    let names: [String]
    let model: OpenedModel
    let words: OpenedPrediction.Words
    var file: ClassifierFile?
    var appliesOrientation = false
  }

  /// Opens the prompt or classifier, with its classes and its model.
  private func parts() throws -> Parts {
    func opened(_ recorded: String? = nil) throws -> OpenedModel {
      guard let model = model ?? recorded else { throw ExperimentError.noModel(context: prompt) }
      return try OpenedModel(model, precision: precision)
    }
    if isModel {
      guard let classes else { throw ExperimentError.noClassNames(context: prompt) }
      let (names, model) = (try TextFile.classNames(classes), try OpenedModel(prompt, precision: precision))
      let words = try ZeroShotClassifier(classNames: names, templates: templates.resolved(own: nil)) {
        try model.features(ofTexts: $0)
      }
      let classifier = try LinearClassifier.cosine(text: words.weights, scale: model.clip.logitScale)
      return Parts(classifier: classifier, names: names, model: model, words: .own)
    }
    if let path = StoredClassifier.path(of: prompt) {
      let stored = try StoredClassifier(path)
      let model = try opened(stored.modelFolder)
      try stored.check(modelFingerprint: model.folder.manifest.fingerprint, of: model.folder.path)
      return Parts(
        classifier: stored.classifier, names: stored.file.classNames, model: model,
        words: .template(.photo, model: model), file: stored.file, appliesOrientation: stored.appliesOrientation)
    }
    if PlainArray.exists(at: prompt) {
      guard let kind else { throw ExperimentError.unknownArrayKind(path: prompt) }
      if kind == .classifier {
        guard let classes else { throw ExperimentError.noClassNames(context: prompt) }
        let (names, model) = (try TextFile.classNames(classes), try opened())
        let stored = try StoredClassifier(weights: prompt, classNames: names, scale: Double(model.clip.logitScale))
        return Parts(
          classifier: stored.classifier, names: names, model: model, words: .template(.photo, model: model))
      }
    }
    if LearnedDeepPrompt.exists(at: prompt) {
      let given = try classes.map { try TextFile.classNames($0) }
      let learned = try LearnedDeepPrompt(prompt, model: model, precision: precision, observer: .silent)
      guard let names = given ?? learned.classNames else { throw ExperimentError.noClassNames(context: prompt) }
      let template = try learned.run?.description.template.map { try Template($0) } ?? .photo
      return Parts(
        classifier: try learned.classifier(names), names: names, model: learned.model,
        words: .template(template, model: learned.plainModel))
    }
    let learned = try LearnedPrompt(prompt, model: model, precision: precision)
    let names = try learned.classNames(orIn: classes, of: prompt)
    let template = try learned.template.map { try Template($0) } ?? .photo
    return Parts(
      classifier: try learned.classifier(names, position: classPosition), names: names, model: learned.model,
      words: .template(template, model: learned.model))
  }
}

extension LearnedPrompt {
  /// Returns the class names of a file, or else the prompt's own.
  ///
  /// - Parameters:
  ///   - file: a file of class names; nil for the prompt's own.
  ///   - path: the prompt as the user names it, for errors.
  /// - Returns: the class names.
  /// - Throws: the errors of reading; ``ExperimentError/noClassNames(context:)`` when the class names are unknown.
  package func classNames(orIn file: String?, of path: String) throws -> [String] {
    guard let names = try file.map(TextFile.classNames) ?? classNames else {
      throw ExperimentError.noClassNames(context: path)
    }
    return names
  }
}

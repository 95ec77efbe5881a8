import PromptLensEvaluation
import PromptLensPrompts
import PromptLensTensors

/// The classification of individual images with a learned prompt.
package struct Prediction: Sendable {
  /// A run folder or a context file.
  package var prompt: String
  /// The image files.
  package var images: [String]
  /// The kind of a `.npy` array without a description; nil if the prompt isn't one.
  package var kind: PlainArray.Kind?
  /// The model's folder; nil for the one that a run recorded.
  package var model: String?
  /// A file of class names; nil for the prompt's own classes.
  package var classes: String?
  /// The position of the class name, if not the context's own.
  package var classPosition: ClassPosition?
  /// The number of classes for each image.
  package var limit = 5
  /// The way in which image files are read.
  package var reading = ImageReading()
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// Creates a prediction.
  ///
  /// - Parameters:
  ///   - prompt: a run folder or a context file.
  ///   - images: the image files.
  package init(_ prompt: String, images: [String]) {
    self.prompt = prompt
    self.images = images
  }

  /// Classifies the images.
  ///
  /// - Parameter observer: the receiver of progress.
  /// - Returns: the most probable classes of each image, and no classes of one that was left out, in the images' order.
  /// - Throws: errors of inputs that cannot be read or don't go together.
  package func run(observer: ExperimentObserver = .silent) throws -> [PredictedImage] {
    let (classifier, names, model, threshold) = try self.classifier(observer)
    let found = try model.readableFeatures(ofImages: images, reading: reading)
    observer.noteSkipped(found.problems, of: images.count)
    let all = try classifier.logits(for: found.features)
    let scale = (classifier as? LinearClassifier)?.cosineScale ?? 1
    let unknown = threshold?.areUnknown(logits: all, scale: scale)
    let logits = all.floats()
    let rows = Dictionary(uniqueKeysWithValues: found.rows.enumerated().map { ($0.element, $0.offset) })
    var problems = found.problems[...]
    return images.enumerated().map { image, path in
      guard let row = rows[image] else {
        return PredictedImage(path: path, classes: [], problem: problems.popFirst() ?? "it cannot be read")
      }
      return PredictedImage(
        path: path, isUnknown: unknown?[row],
        classes: PredictedImage.Class.mostProbable(
          Array(logits[row * names.count..<(row + 1) * names.count]), names: names, limit: limit))
    }
  }
}

extension Prediction {
  /// Whether the path is a stored classifier, not a prompt.
  package var isClassifier: Bool { StoredClassifier.path(of: prompt) != nil || kind == .classifier }

  /// Opens the prompt or classifier, with its classes and its model.
  private func classifier(
    _ observer: ExperimentObserver
  ) throws -> (
    classifier: any FeatureClassifier, names: [String], model: OpenedModel, threshold: UnknownThreshold?
  ) {
    func opened() throws -> OpenedModel {
      guard let model else { throw ExperimentError.noModel(context: prompt) }
      return try OpenedModel(model, precision: precision)
    }
    if let path = StoredClassifier.path(of: prompt) {
      let (stored, model) = (try StoredClassifier(path), try opened())
      try stored.check(modelFingerprint: model.folder.manifest.fingerprint, of: model.folder.path)
      return (stored.classifier, stored.file.classNames, model, stored.file.unknownThreshold)
    }
    if PlainArray.exists(at: prompt) {
      guard let kind else { throw ExperimentError.unknownArrayKind(path: prompt) }
      if kind == .classifier {
        guard let classes else { throw ExperimentError.noClassNames(context: prompt) }
        let (names, model) = (try TextFile.classNames(classes), try opened())
        let stored = try StoredClassifier(weights: prompt, classNames: names, scale: Double(model.clip.logitScale))
        return (stored.classifier, names, model, nil)
      }
    }
    if LearnedDeepPrompt.exists(at: prompt) {
      let given = try classes.map { try TextFile.classNames($0) }
      let learned = try LearnedDeepPrompt(prompt, model: model, precision: precision, observer: observer)
      guard let names = given ?? learned.classNames else { throw ExperimentError.noClassNames(context: prompt) }
      return (try learned.classifier(names), names, learned.model, nil)
    }
    let learned = try LearnedPrompt(prompt, model: model, precision: precision)
    let names = try learned.classNames(orIn: classes, of: prompt)
    return (try learned.classifier(names, position: classPosition, observer: observer), names, learned.model, nil)
  }
}

/// An image with its most probable classes.
package struct PredictedImage: Sendable, Equatable {
  /// A class and its probability.
  package struct Class: Sendable, Equatable {
    /// The class's name.
    package let name: String
    /// The class's index among all classes.
    package let label: Int
    /// The class's probability.
    package let probability: Double

    /// Returns the most probable classes, equal ones in their order.
    ///
    /// - Parameters:
    ///   - logits: a logit for each class.
    ///   - names: the classes.
    ///   - limit: the number of classes to return.
    /// - Returns: the classes, the most probable first.
    package static func mostProbable(_ logits: [Float], names: [String], limit: Int) -> [Class] {
      let probabilities = Softmax.probabilities(logits[...])
      let order = names.indices.sorted { (-probabilities[$0], $0) < (-probabilities[$1], $1) }
      return order.prefix(limit).map { Class(name: names[$0], label: $0, probability: probabilities[$0]) }
    }
  }

  /// The image file.
  package let path: String
  /// Whether the image belongs to none of the classes, by a classifier with a threshold; nil without one.
  package let isUnknown: Bool?
  /// The most probable classes, the most probable first.
  package let classes: [Class]
  /// Why the image was left out, a sentence; nil for one that was classified.
  package let problem: String?

  /// Creates an image's classification.
  package init(path: String, isUnknown: Bool? = nil, classes: [Class], problem: String? = nil) {
    self.path = path
    self.isUnknown = isUnknown
    self.classes = classes
    self.problem = problem
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

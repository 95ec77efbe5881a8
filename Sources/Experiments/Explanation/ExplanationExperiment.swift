import PromptLensCLIP
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensImages
import PromptLensInterpretation
import PromptLensTensors

/// The search for the patches of images that count, by a classifier and by hand-written prompts for the same classes.
package struct ExplanationExperiment {
  /// The settings of explanations.
  package struct Settings: Sendable {
    /// The method.
    package var method = ExplanationMethod.attention
    /// The class that is explained; nil for each image's most probable one.
    package var className: String?
    /// The class that it is compared with; nil for the logit alone.
    package var against: String?

    /// Creates settings.
    package init() {}
  }

  /// The document, without explanations.
  package let document: ExplanationDocument
  private let prediction: OpenedPrediction
  private let explainer: ImageExplainer
  private let label: Int?
  private let against: Int?

  /// Prepares explanations.
  ///
  /// - Parameters:
  ///   - prediction: the classifier with its model.
  ///   - settings: the settings.
  ///   - observer: told when there are no hand-written prompts to compare with.
  /// - Throws: `CLIPError.noImageGradients` for an image tower of another kind,
  ///   ``ExperimentError/noClassWeights(path:)`` for a classifier of another kind,
  ///   ``ExperimentError/unknownClass(name:option:known:)``.
  package init(_ prediction: OpenedPrediction, settings: Settings, observer: ExperimentObserver = .silent) throws {
    let (names, path) = (prediction.classNames, prediction.settings.prompt)
    func index(of name: String?, option: String) throws -> Int? {
      guard let name else { return nil }
      guard let index = names.firstIndex(of: name) else {
        throw ExperimentError.unknownClass(name: name, option: option, known: names)
      }
      return index
    }
    label = try index(of: settings.className, option: "--explain-class")
    against = try index(of: settings.against, option: "--explain-against")
    guard let linear = try (prediction.classifier as? any LinearForm)?.linear else {
      throw ExperimentError.noClassWeights(path: path)
    }
    let temperature = prediction.scaling?.temperature ?? 1
    var template: String?
    // The hand-written prompts where there are others, then the classifier.
    let sides: [ImageExplainer.Side]
    switch prediction.words {
    case .own:
      sides = [try ImageExplainer.Side(.words, linear, temperature: temperature, clip: prediction.model.clip)]
    case .template(let words, let model):
      let learned = try ImageExplainer.Side(.learned, linear, temperature: temperature, clip: prediction.model.clip)
      guard model.folder.tokenizerPath != nil else {
        observer.note(
          "note: \(model.folder.path) has no vocabulary, so explanations are of the classifier alone, without those of "
            + "hand-written prompts")
        sides = [learned]
        break
      }
      let rows = try ZeroShotClassifier(classNames: names, templates: [words]) { try model.features(ofTexts: $0) }
      let before = try LinearClassifier.cosine(text: rows.weights, scale: model.clip.logitScale)
      sides = [try ImageExplainer.Side(.words, before, clip: model.clip), learned]
      template = words.text
    }
    document = ExplanationDocument(
      prompt: path, modelFingerprint: prediction.model.folder.manifest.fingerprint, template: template,
      method: settings.method, isOfClassifier: prediction.settings.isClassifier)
    explainer = ImageExplainer(method: settings.method, classNames: names, sides: sides)
    self.prediction = prediction
  }

  /// An image and what is explained of it.
  package struct Item: Sendable {
    /// The image file.
    let path: String
    /// The file's name in results.
    let name: String
    /// The class; nil for the most probable one.
    let label: Int?
    /// The class that it is compared with; nil for the logit alone.
    let against: Int?

    /// Creates an item.
    package init(path: String, name: String? = nil, label: Int?, against: Int?) {
      self.path = path
      self.name = name ?? path
      self.label = label
      self.against = against
    }
  }

  /// Explains images, and hands over each as it is done.
  ///
  /// - Parameters:
  ///   - files: the image files.
  ///   - observer: the receiver of progress.
  ///   - each: called with each image's explanations and its picture.
  /// - Throws: errors of images that cannot be read, unless such are left out; the errors of `each`.
  package func run(
    _ files: [String], observer: ExperimentObserver = .silent, each: (ExplainedImage) throws -> Void
  ) throws {
    try run(files.map { Item(path: $0, label: label, against: against) }, observer: observer) { try each($1) }
  }

  /// Explains classes of images, and hands over each as it is done.
  ///
  /// - Parameters:
  ///   - items: the image files with their classes.
  ///   - observer: the receiver of progress.
  ///   - each: called with each image's index and explanations; not for an image that is left out.
  /// - Throws: errors of images that cannot be read, unless such are left out; the errors of `each`.
  package func run(
    _ items: [Item], observer: ExperimentObserver = .silent, each: (_ index: Int, ExplainedImage) throws -> Void
  ) throws {
    let files = items.map(\.path)
    let transform = try prediction.model.evaluationTransform(prediction.reading)
    let loader = ViewLoader(
      files: files, views: .center, transform: transform, appliesOrientation: prediction.reading.appliesOrientation,
      skipsUnreadable: prediction.reading.skipsUnreadable)
    let progress = observer.begin("explanations", total: files.count, unit: "images")
    for (index, item) in items.enumerated() {
      defer { progress.advance() }
      let decoded = try loader.decode(try loader.read(index), of: index)
      guard let decoded else { continue }
      let buffer = FloatBuffer(count: transform.outputCount)
      try loader.write(decoded, of: index, row: 0, to: buffer.elements)
      let pixels = buffer.floats
      try each(
        index,
        ExplainedImage(
          size: transform.inputSize, pixels: transform.bytes(of: pixels),
          explanations: try explainer.explanations(
            of: pixels, path: item.name, label: item.label, against: item.against)))
    }
    progress.finish()
  }
}

/// An image with the explanations of its classification.
package struct ExplainedImage: Sendable {
  /// The size of the picture.
  package let size: PixelSize
  /// The picture as the image tower sees it, red, green and blue, `[height, width, 3]`.
  package let pixels: [UInt8]
  /// An explanation for each classifier.
  package let explanations: [PatchExplanation]
}

import PromptLensFeatures
import PromptLensPrompts
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensDrawing
import PromptLensEvaluation
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensTensors

/// A demo in a folder: the model, the pictures, their features, and the runs.
package struct Demo {
  /// The path of the folder.
  package let folder: String
  package let settings: DemoSettings
  let model: OpenedModel
  /// Keeps other processes out of the folder.
  private let claim: Claim
  private let observer: ExperimentObserver
  private let cache = FeatureCache()
  private let parts = PromptPassPool()

  /// Writes the model and draws the pictures; those of an earlier demo with the same settings are reused.
  ///
  /// - Parameters:
  ///   - folder: the folder; it's made if it doesn't exist.
  ///   - settings: the settings.
  ///   - observer: the receiver of progress.
  /// - Throws: `FileError` when the folder contains other files or a demo with other settings, or can't be written;
  ///   `JSONError` when its demo.json is damaged.
  package init(_ folder: String, settings: DemoSettings, observer: ExperimentObserver = .silent) throws {
    self.folder = folder
    self.settings = settings
    self.observer = observer
    claim = try Claim.folder(folder)
    try Self.check(folder, for: settings)
    try ModelFolder.writeMiniCLIP(to: "\(folder)/model")
    model = try OpenedModel("\(folder)/model")
    try AtomicOutput.makeFolder(at: "\(folder)/features")
    let pictures = "\(folder)/pictures"
    guard !FileManager.default.fileExists(atPath: pictures) else { return }
    let dataset = DrawnDataset(
      things: settings.classes.compactMap(Thing.named), styles: PictureStyle.allCases,
      counts: [.train: settings.trainPictures, .test: settings.testPictures], seed: settings.seed,
      size: model.configuration.image.inputSize.height)
    let progress = observer.begin("pictures", total: dataset.count, unit: "pictures")
    try dataset.write(to: pictures) { progress.advance() }
    progress.finish()
  }

  /// Checks that a folder is empty, or an earlier demo's of the same settings.
  private static func check(_ folder: String, for settings: DemoSettings) throws {
    let path = "\(folder)/demo.json"
    if FileManager.default.fileExists(atPath: path) {
      guard try DemoSettings(contentsOf: path) == settings else {
        throw FileError.unwritable(
          path: folder, reason: "it contains a demo with other settings; give another --output, or remove it first")
      }
      return
    }
    let others = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard others.isEmpty else {
      throw FileError.unwritable(
        path: folder, reason: "it contains \(others.sorted()[0]), which isn't part of a demo; give another --output")
    }
    try AtomicOutput.text(settings.text, to: path)
  }

  // MARK: - Pictures

  /// Returns the value of `--data` for a style.
  package func data(_ style: PictureStyle = .photo) -> String {
    "csv:\(folder)/pictures/\(DrawnDataset.tableName)?domain=\(style.rawValue)"
  }

  private func images(_ style: PictureStyle, shots: Int?) throws -> LearningImages {
    LearningImages(
      source: try DataSource(data(style)), views: 1, shots: shots, seed: settings.seed, encodesAllImages: true,
      folder: "\(folder)/features", cache: cache, observer: observer)
  }

  /// Returns training and test photos.
  func learningData(shots: Int) throws -> LearningData {
    try images(.photo, shots: shots).features(LearningSettings(), model)
  }

  /// Returns the features of the test pictures of a style.
  func testFeatures(_ style: PictureStyle = .photo) throws -> LabeledFeatures {
    let source = try DataSource(data(style))
    let features = ImageFeatures(
      model: model, precision: .float32, reading: ImageReading(), views: 1, seed: settings.seed, observer: observer)
    return try features.store(
      cache.dataset(source, root: nil), split: .test, draw: nil, in: "\(folder)/features", cache: cache
    ).images
  }

  // MARK: - Classifiers

  /// Returns the classifier of one plain template.
  func zeroShot(_ classNames: [String], template: Template = .photo) throws -> CosineClassifier {
    try ZeroShotClassifier(classNames: classNames, templates: [template]) { try model.features(ofTexts: $0) }.classifier
  }

  /// Returns a learned context's classifier for some classes.
  func classifier(_ run: String, _ classNames: [String]) throws -> CosineClassifier {
    let prompt = try LearnedPrompt("\(folder)/runs/\(run)", on: model)
    return try CosineClassifier(weights: prompt.weights(classNames))
  }

  /// Returns the accuracy of a classifier on test images.
  func accuracy(_ classifier: CosineClassifier, _ images: LabeledFeatures) throws -> Double {
    try ClassificationMetrics(
      predictions: classifier.predictions(for: images.view()), labels: images.labels, classCount: classifier.classCount
    ).accuracy
  }

  // MARK: - Learning

  /// Returns the settings of learning a context.
  func learning(_ position: ClassPosition = .end, isClassSpecific: Bool = false) -> LearningSettings {
    var learning = LearningSettings()
    learning.contextLength = settings.contextLength
    learning.classPosition = position
    learning.isClassSpecific = isClassSpecific
    learning.epochs = settings.epochs
    learning.learningRate = settings.learningRate
    return learning
  }

  /// Learns a context in a run folder of this name, unless a finished one is there.
  func learn(_ name: String, _ learning: LearningSettings, _ data: LearningData) throws {
    let run = try LearningRun(learning, data: data, model: model, sharing: parts)
    try AtomicOutput.makeFolder(at: "\(folder)/runs")
    let folder = try RunFolder("\(folder)/runs/\(name)", for: run.description)
    // A damaged result is computed again, with the same bits.
    if case .finished = try folder.state { return }
    _ = try run.train(in: folder)
  }
}

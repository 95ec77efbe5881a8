import PromptLensFeatures
import PromptLensExperiments
import PromptLensPrompts
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensDrawing
import PromptLensEvaluation
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors

/// The demo's folder: the model, the pictures, their features, and the runs.
struct Demo {
  let folder: String
  let settings: DemoSettings
  let model: OpenedModel
  private let cache: FeatureShelf
  private let parts = PromptPassPool()

  /// Writes the model and draws the pictures; what an earlier demo of the same settings left is used again.
  init(_ folder: String, settings: DemoSettings) throws {
    self.folder = folder
    self.settings = settings
    try Self.claim(folder, for: settings)
    try ModelFolder.writeMiniCLIP(to: "\(folder)/model")
    model = try OpenedModel("\(folder)/model")
    cache = FeatureShelf()
    try AtomicOutput.makeFolder(at: "\(folder)/features")
    let pictures = "\(folder)/pictures"
    guard !FileManager.default.fileExists(atPath: pictures) else { return }
    let dataset = DrawnDataset(
      things: DemoSettings.classes.compactMap(Thing.named), styles: PictureStyle.allCases,
      counts: [.train: settings.trainPictures, .test: settings.testPictures], seed: settings.seed,
      size: model.configuration.image.resolution)
    let progress = ProgressBar("pictures", total: dataset.count, unit: "pictures")
    try dataset.write(to: pictures) { progress.advance() }
    progress.finish()
  }

  /// Takes a folder: one that is empty, or an earlier demo's of the same settings.
  private static func claim(_ folder: String, for settings: DemoSettings) throws {
    let path = "\(folder)/demo.json"
    if let found = try? JSONNode(contentsOf: path) {
      guard found.value == settings.json else {
        throw FileError.unwritable(
          path: folder, reason: "it holds a demo of other settings; give another --output, or remove it first")
      }
      return
    }
    let others = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard others.isEmpty else {
      throw FileError.unwritable(
        path: folder, reason: "it holds \(others.sorted()[0]) and is no demo's; give another --output")
    }
    try AtomicOutput.makeFolder(at: folder)
    let text = settings.json.serialized(pretty: true) + "\n"
    try AtomicOutput.text(text, to: path)
  }

  // MARK: - Pictures

  /// What `--data` takes for a style.
  func data(_ style: PictureStyle = .photo) -> String {
    "csv:\(folder)/pictures/\(DrawnDataset.tableName)?domain=\(style.rawValue)"
  }

  private func images(_ style: PictureStyle, shots: Int?) throws -> LearningImages {
    LearningImages(
      source: try DataSource(data(style)), views: 1, shots: shots, seed: settings.seed, encodesAllImages: true,
      folder: "\(folder)/features", observer: Console.observer)
  }

  /// Photos to learn from and to test on.
  func learningData(shots: Int) throws -> LearningData {
    try images(.photo, shots: shots).features(LearningSettings(), model)
  }

  /// Test pictures of a style.
  func testFeatures(_ style: PictureStyle = .photo) throws -> LabeledFeatures {
    try cache.features(style) {
      let dataset = try DataSource(data(style)).dataset()
      return try ImageFeatures(
        model: model, precision: .float32, reading: ImageReading(), views: 1, seed: settings.seed,
        observer: Console.observer
      ).store(dataset, split: .test, draw: nil, in: "\(folder)/features").images
    }
  }

  // MARK: - Classifiers

  /// The classifier of one plain wording.
  func zeroShot(_ classNames: [String], template: Template = .photo) throws -> CosineClassifier {
    try ZeroShotClassifier(classNames: classNames, templates: [template]) { try model.features(ofTexts: $0) }.classifier
  }

  /// A learned context's classifier for some classes.
  func classifier(_ run: String, _ classNames: [String]) throws -> CosineClassifier {
    let prompt = try LearnedPrompt("\(folder)/runs/\(run)", on: model)
    return try CosineClassifier(weights: prompt.weights(classNames))
  }

  /// The share of test images that a classifier finds the class of.
  func accuracy(_ classifier: CosineClassifier, _ images: LabeledFeatures) throws -> Double {
    try ClassificationMetrics(
      predictions: classifier.predictions(for: images.view()), labels: images.labels, ways: classifier.ways
    ).accuracy
  }

  // MARK: - Learning

  /// How a context is learned here.
  func learning(_ position: ClassPosition = .end, isClassSpecific: Bool = false) -> LearningSettings {
    var learning = LearningSettings()
    learning.contextLength = settings.contextLength
    learning.classPosition = position
    learning.isClassSpecific = isClassSpecific
    learning.epochs = settings.epochs
    learning.learningRate = settings.learningRate
    return learning
  }

  /// Learns a context in a run folder of this name, unless it stands there finished.
  func learn(_ name: String, _ learning: LearningSettings, _ data: LearningData) throws {
    let run = try LearningRun(learning, data: data, model: model, sharing: parts)
    try AtomicOutput.makeFolder(at: "\(folder)/runs")
    let folder = try RunFolder("\(folder)/runs/\(name)", for: run.description)
    // A damaged result is made again, with the same bits.
    if case .finished = try folder.state { return }
    _ = try run.train(in: folder)
  }

  /// How commands that learn are told to learn as the demo does.
  func learningOptions(shots: Int) -> String {
    "--model \(folder)/model --data \"\(data())\" --shots \(shots) --views 1 --context-length \(settings.contextLength)"
      + " --epochs \(settings.epochs) --learning-rate \(settings.learningRate)"
  }
}

/// Features that were opened already.
private final class FeatureShelf {
  private var found: [PictureStyle: LabeledFeatures] = [:]

  func features(_ style: PictureStyle, open: () throws -> LabeledFeatures) throws -> LabeledFeatures {
    if let features = found[style] { return features }
    let features = try open()
    found[style] = features
    return features
  }
}

extension DemoSettings {
  /// What a demo's folder remembers.
  var json: JSON {
    [
      "toolVersion": .string(ToolVersion.current), "seed": JSON(seed), "trainPictures": JSON(trainPictures),
      "testPictures": JSON(testPictures), "shots": .array(shots.map { JSON($0) }), "contextLength": JSON(contextLength),
      "epochs": JSON(epochs), "learningRate": .number(learningRate),
      "classes": .array(Self.classes.map { .string($0) }),
    ]
  }
}

import PromptLensFeatures
import PromptLensPresentation
import PromptLensExperiments
import PromptLensPrompts
import PromptLensTensorFiles
import ArgumentParser
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how a learned prompt classifies images, its own classes' or others'.",
    discussion: """
      PROMPT is a run folder of promptlens train, or a context file with --model. A unified context serves any list of \
      classes; one with vectors for each class serves those classes, found by name. PROMPT may also be a folder of \
      promptlens probe, or a classifier file, which serves those of its classes that the images have, \
      matched by WordNet ids where both say them, by name, or by the lines of --map FILE.

      Printed are the accuracy with its 95 % Wilson interval, the mean of the classes' accuracies, macro F1, top-5, the \
      expected calibration error in 15 bins, the negative log-likelihood, each class, and, as JSON, the confusion matrix.

      Example:
        promptlens evaluate runs/photo --data csv:pacs.csv?domain=sketch
        promptlens evaluate runs/pets --features pets-test.h5 --format json
        promptlens evaluate ctx.npy --model mini-clip --data oxford-pets:data --class-position middle
      """)

  @Argument(help: ArgumentHelp("A run folder or a context file.", valueName: "prompt"))
  var prompt: String

  @Option(help: ArgumentHelp("A model folder; by default the run's.", valueName: "dir"))
  var model: String?

  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource?

  @OptionGroup var rootOptions: RootOptions

  @Option(help: ArgumentHelp("Features, as promptlens extract writes them.", valueName: "file"))
  var features: String?

  @Option(help: "The split to classify, with --data: train, val or test.")
  var split: Split = .test

  @OptionGroup var mapOptions: ClassMapOptions

  @Option(help: "Where the class name stands, if not where the context says: end, middle or front.")
  var classPosition: ClassPosition?

  @Option(help: "How many of the most confused pairs of classes to list.")
  var confusions = 5

  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard (data == nil) != (features == nil) else {
      throw ValidationError("Give the images with either --data KIND:PATH or --features FILE.")
    }
    guard confusions >= 0 else { throw ValidationError("--confusions is \(confusions), expected 0 or more.") }
  }

  func run() throws {
    if let path = StoredClassifier.path(of: prompt) { return try evaluate(StoredClassifier(path)) }
    guard mapOptions.map == nil else {
      throw ValidationError("--map goes with classifiers; a prompt is made of the names that the images have.")
    }
    let learned = try LearnedPrompt(prompt, model: model, precision: computeOptions.precision)
    let images = try images(learned)
    let classifier = try learned.classifier(images.classNames, position: classPosition)
    let metrics = try ClassificationMetrics(
      logits: classifier.logits(
        for: images.features, scale: learned.model.clip.logitScale, observer: Console.observer),
      labels: images.labels)
    let found = MetricsResults(metrics: metrics, classNames: images.classNames)
    var summary = Table(columns: [.text("evaluation"), .text("")])
    summary.append("prompt", prompt)
    summary.append("images", images.name)
    for (name, value) in found.summary { summary.append(name, value) }
    var json = JSON.Object()
    json["prompt"] = .string(prompt)
    json["data"] = .string(images.name)
    json["class_position"] = .string(classifier.classPosition.rawValue)
    json["context_sha256"] = .string(try Fingerprint.of(learned.context.vectors))
    json["model_fingerprint"] = .string(learned.model.folder.manifest.fingerprint)
    for (name, value) in found.members { json[name] = value }
    let tables = [summary, found.readableClassTable] + (found.confusedTable(confusions).map { [$0] } ?? [])
    Console.print(
      Results(json: .object(json), tables: tables, csv: found.classTable), as: outputOptions.format)
  }

  private func images(
    _ learned: LearnedPrompt
  ) throws -> (name: String, features: Tensor, labels: [Int], classNames: [String]) {
    if let features {
      let store = try FeatureStore.open(features)
      try store.check(against: learned.model)
      return ("\(store.data), \(store.split)", try store.images.view(), store.labels, store.classNames)
    }
    guard let data else { throw ValidationError("Give the images with --data or --features.") }
    let dataset = try data.dataset(root: rootOptions.root)
    let items = try dataset.items(of: split)
    // A context that cannot serve these classes is refused before images are encoded.
    _ = try learned.classifier(dataset.classNames, position: classPosition)
    let features = try learned.model.features(
      of: items, in: dataset, reading: imageOptions.reading, observer: Console.observer)
    return ("\(data.description), \(split)", features, items.map(\.label), dataset.classNames)
  }

  /// Measures a classifier of `probe`, among those of its classes that the images have.
  private func evaluate(_ stored: StoredClassifier) throws {
    guard classPosition == nil else {
      throw ValidationError("--class-position goes with prompts; \(stored.path) is a classifier.")
    }
    let (name, images, shared) = try images(stored)
    shared.noteLeftOut(name, to: Console.observer)
    let measured = try shared.images(of: images)
    let metrics = try ClassificationMetrics(
      logits: stored.classifier.logits(for: measured.view(), among: shared.classes), labels: measured.labels)
    let found = MetricsResults(metrics: metrics, classNames: measured.classNames)
    var summary = Table(columns: [.text("evaluation"), .text("")])
    summary.append("classifier", "\(stored.path) (\(stored.file.kind))")
    summary.append("images", name)
    for (name, value) in found.summary { summary.append(name, value) }
    var json = JSON.Object()
    json["classifier"] = .string(stored.path)
    json["data"] = .string(name)
    json["model_fingerprint"] = stored.file.modelFingerprint.map { .string($0) } ?? .null
    json["classes_left_out"] = .array(shared.unknown.map { .string($0) })
    for (name, value) in found.members { json[name] = value }
    let tables = [summary, found.readableClassTable] + (found.confusedTable(confusions).map { [$0] } ?? [])
    Console.print(
      Results(json: .object(json), tables: tables, csv: found.classTable), as: outputOptions.format)
  }

  private func images(
    _ stored: StoredClassifier
  ) throws -> (name: String, images: LabeledFeatures, shared: SharedClasses) {
    func shared(_ classes: ClassMatching.Classes) throws -> SharedClasses {
      try SharedClasses(classes, among: stored.classes, map: mapOptions.read(for: [classes]))
    }
    if let features {
      let store = try FeatureStore.open(features)
      try stored.check(modelFingerprint: store.modelFingerprint, of: features)
      let name = "\(store.data), \(store.split)"
      return (name, store.images, try shared(ClassMatching.Classes(owner: name, names: store.classNames)))
    }
    guard let data, let model else {
      throw ValidationError("A classifier does not say where its model is: give --model DIR with --data.")
    }
    let dataset = try data.dataset(root: rootOptions.root)
    let items = try dataset.items(of: split)
    let opened = try OpenedModel(model, precision: computeOptions.precision)
    try stored.check(modelFingerprint: opened.folder.manifest.fingerprint, of: model)
    // Classes that do not meet are refused before images are encoded.
    let classes = try shared(dataset.classes(owner: data.description))
    let features = try opened.features(
      of: items, in: dataset, reading: imageOptions.reading, observer: Console.observer)
    return (
      "\(data.description), \(split)",
      try LabeledFeatures(features: features, labels: items.map(\.label), classNames: dataset.classNames),
      classes
    )
  }
}

import ArgumentParser
import Checkpoints
import Datasets
import Evaluation
import Foundation
import JSONDocuments
import PromptLearning
import Reporting
import Tensors

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how a learned prompt classifies images, its own classes' or others'.",
    discussion: """
      PROMPT is a run folder of promptlens train, or a context file with --model. A unified context serves any list of \
      classes; one with vectors for each class serves those classes, found by name.

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
    let learned = try LearnedPrompt(prompt, model: model, precision: computeOptions.compute)
    let images = try images(learned)
    let classifier = try learned.classifier(images.classNames, position: classPosition)
    let metrics = try ClassificationMetrics(
      logits: CosineClassifier(weights: classifier.weights).logits(
        for: images.features, scale: learned.model.clip.temperatureScale), labels: images.labels)
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
    let tables = [summary] + (found.confusedTable(confusions).map { [$0] } ?? [])
    Console.print(
      Results(json: .object(json), tables: tables, csv: found.classTable), as: outputOptions.format)
  }

  private func images(
    _ learned: LearnedPrompt
  ) throws -> (name: String, features: Tensor, labels: [Int], classNames: [String]) {
    if let features {
      let store = try FeatureStore.open(features)
      let fingerprint = learned.model.folder.manifest.fingerprint
      guard store.modelFingerprint == fingerprint else {
        throw CommandError.foreignFeatures(
          path: features, model: learned.model.folder.path,
          reason: "they are of the model \(store.modelFingerprint.prefix(12))…, this is \(fingerprint.prefix(12))…")
      }
      return ("\(store.data), \(store.split)", try store.view(0), store.labels, store.classNames)
    }
    guard let data else { throw ValidationError("Give the images with --data or --features.") }
    let dataset = try data.dataset(root: rootOptions.root)
    let items = try dataset.items(of: split)
    // A context that cannot serve these classes is refused before images are encoded.
    _ = try learned.classifier(dataset.classNames, position: classPosition)
    let progress = Progress("image features", total: items.count, unit: "images")
    let features = try learned.model.features(
      ofImages: items.map { dataset.file(of: $0) }, reading: imageOptions.reading
    ) { progress.advance() }
    progress.finish()
    return ("\(data.description), \(split)", features, items.map(\.label), dataset.classNames)
  }
}

import PromptLensFeatures
import PromptLensExperiments
import ArgumentParser
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensJSONDocuments
import PromptLensReporting

struct TemplatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates",
    abstract: "Measure how much the wording of a prompt matters.",
    discussion: """
      Classifies the same images by each template, "a photo of a {}." among them, and says what each is worth, how far they \
      lie apart, whether the best is better than "a photo of a {}." by more than chance, and which classes depend most on \
      the wording.

      Significance is McNemar's test over images, exact, and with χ² corrected for continuity; and a paired bootstrap of \
      10,000 draws of the images. The best template is picked on the same images, so p is also given times the number of \
      other templates (Bonferroni).

      Example:
        promptlens templates --model mini-clip --data csv:pacs.csv?domain=sketch
        promptlens templates --model mini-clip --features pets-test.h5 --file my-templates.txt --format json
      """)

  @OptionGroup var modelOptions: ModelOptions

  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource?

  @OptionGroup var rootOptions: RootOptions

  @Option(help: ArgumentHelp("Features, as promptlens extract writes them.", valueName: "file"))
  var features: String?

  @Option(help: "The split to classify, with --data: train, val or test.")
  var split: Split = .test

  @Option(
    help: ArgumentHelp(
      "The templates: a file with one a line, or clip-7 or clip-80, those of CLIP's authors for ImageNet.",
      valueName: "list"))
  var file = PublishedTemplates.clip80.rawValue

  @Option(help: "How many classes to list.")
  var classes = 10

  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard (data == nil) != (features == nil) else {
      throw ValidationError("Give the images with either --data KIND:PATH or --features FILE.")
    }
    guard classes >= 0 else { throw ValidationError("--classes is \(classes), expected 0 or more.") }
  }

  func run() throws {
    let templates = try TemplateOptions.list(file)
    let model = try OpenedModel(modelOptions.model, precision: computeOptions.precision)
    let (name, images) = try images(model)
    let comparison = try TemplateComparison(
      templates, classNames: images.classNames, features: images.view(), labels: images.labels
    ) { try model.features(ofTexts: $0) }
    Console.print(try results(comparison, name: name, images, model), as: outputOptions.format)
  }

  private func images(_ model: OpenedModel) throws -> (name: String, images: LabeledFeatures) {
    if let features {
      let store = try FeatureStore.open(features)
      try store.check(against: model)
      return ("\(store.data), \(store.split)", store.images)
    }
    guard let data else { throw ValidationError("Give the images with --data or --features.") }
    let dataset = try data.dataset(root: rootOptions.root)
    let items = try dataset.items(of: split)
    let features = try model.features(of: items, in: dataset, reading: imageOptions.reading, observer: Console.observer)
    return (
      "\(data), \(split)",
      try LabeledFeatures(features: features, labels: items.map(\.label), classNames: dataset.classNames)
    )
  }

  private func results(
    _ comparison: TemplateComparison, name: String, _ images: LabeledFeatures, _ model: OpenedModel
  ) throws -> Results {
    let (best, reference) = (comparison.best, comparison.reference)
    let accuracies = try SeedSummary(comparison.entries.map(\.metrics.accuracy))
    let lowest = comparison.entries.map(\.metrics.accuracy).min() ?? 0
    let bootstrap = try comparison.bootstrap()
    let corrected = min(comparison.test.exactP * Double(max(comparison.entries.count - 1, 1)), 1)

    var summary = Table(columns: [.text("templates"), .text("")])
    summary.append("images", "\(name): \(images.count.grouped), \(reference.metrics.ways) ways")
    summary.append("best", "\(best.metrics.accuracy.percentage)  \(best.template)")
    summary.append("reference", "\(reference.metrics.accuracy.percentage)  \(reference.template)")
    summary.append("lowest", lowest.percentage)
    summary.append("spread", "\((best.metrics.accuracy - lowest).percentage) between best and lowest")
    summary.append("mean of templates", accuracies.mean.percentage)
    summary.append("standard deviation", accuracies.standardDeviation?.percentage ?? "")
    summary.append("all ensembled", comparison.ensemble.accuracy.percentage)
    let interval = bootstrap.interval
    summary.append(
      "best − reference",
      "\(bootstrap.difference.percentage) (95 % from \(interval.lowerBound.percentage) to "
        + "\(interval.upperBound.percentage), bootstrap of images)")
    let test = comparison.test
    summary.append(
      "McNemar",
      "exact p \(test.exactP.scientific) (\(test.onlyFirst) lost, \(test.onlySecond) gained), corrected χ² p "
        + "\(test.correctedP.scientific)")
    summary.append("times other templates", "p \(corrected.scientific), since the best was picked on these images")

    var list = Table(
      title: "Templates", columns: [.text("template"), .number("accuracy"), .number("per class"), .number("McNemar p")])
    let sorted = comparison.entries.indices.sorted {
      (comparison.entries[$1].metrics.correct, $0) < (comparison.entries[$0].metrics.correct, $1)
    }
    var documents: [JSON] = []
    for index in sorted {
      let entry = comparison.entries[index]
      let test = try McNemarTest(first: reference.correct, second: entry.correct)
      list.append(
        entry.template.text, entry.metrics.accuracy.percentage, entry.metrics.meanPerClassAccuracy.percentage,
        test.exactP.scientific)
      documents.append([
        "template": .string(entry.template.text), "accuracy": .number(entry.metrics.accuracy),
        "correct": JSON(entry.metrics.correct),
        "mean_per_class_accuracy": .number(entry.metrics.meanPerClassAccuracy), "mcnemar_p": .number(test.exactP),
      ])
    }
    let movements = comparison.movements(classes)
    var moved = Table(
      title: "Classes that depend most on the wording",
      columns: [.text("class"), .number("lowest"), .number("highest"), .number("reference"), .number("best")])
    for movement in movements {
      moved.append(
        images.classNames[movement.label], movement.lowest.percentage, movement.highest.percentage,
        movement.reference.percentage, movement.best.percentage)
    }
    let json: JSON = [
      "data": .string(name), "n": JSON(images.count), "ways": JSON(reference.metrics.ways),
      "model_fingerprint": .string(model.folder.manifest.fingerprint),
      "best": .string(best.template.text), "best_accuracy": .number(best.metrics.accuracy),
      "reference": .string(reference.template.text), "reference_accuracy": .number(reference.metrics.accuracy),
      "lowest_accuracy": .number(lowest), "mean_accuracy": .number(accuracies.mean),
      "accuracy_deviation": accuracies.standardDeviation.map { .number($0) } ?? .null,
      "ensemble_accuracy": .number(comparison.ensemble.accuracy),
      "difference": .number(bootstrap.difference),
      "difference_interval": [.number(interval.lowerBound), .number(interval.upperBound)],
      "bootstrap_p": .number(bootstrap.p), "bootstrap_draws": JSON(bootstrap.resamples),
      "mcnemar_only_reference": JSON(test.onlyFirst), "mcnemar_only_best": JSON(test.onlySecond),
      "mcnemar_exact_p": .number(test.exactP), "mcnemar_corrected_p": .number(test.correctedP),
      "bonferroni_p": .number(corrected), "templates": .array(documents),
      "classes": .array(
        movements.map {
          [
            "name": .string(images.classNames[$0.label]), "lowest": .number($0.lowest),
            "highest": .number($0.highest), "reference": .number($0.reference), "best": .number($0.best),
          ]
        }),
    ]
    return Results(json: json, tables: [summary, list] + (movements.isEmpty ? [] : [moved]), csv: list)
  }
}

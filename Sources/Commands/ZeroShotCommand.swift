import ArgumentParser
import Datasets
import Evaluation
import JSONDocuments
import Reporting

struct ZeroShotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zero-shot",
    abstract: "Classify images by words alone, and measure the accuracy.",
    discussion: """
      --images DIR is short for --data folder:DIR: one folder of images for each class, which is called as its folder \
      unless --classes says otherwise. Several templates are ensembled as CLIP does: each prompt's feature is normalised, \
      the mean of a class's is its row of the classifier.

      A class list has one line for each class: its name, for the folders in alphabetical order; or the folder, a tab and \
      the name.

      Example:
        promptlens zero-shot --model mini-clip --images pictures
        promptlens zero-shot --model mini-clip --images pictures --template "a photo of a {}." "a sketch of a {}."
        promptlens zero-shot --model mini-clip --data csv:pacs.csv?domain=photo
        promptlens zero-shot --model mini-clip --data oxford-pets:data
      """)

  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var computeOptions: ComputeOptions
  @OptionGroup var cleaningOptions: CleaningOptions
  @OptionGroup var imageOptions: ImageOptions
  @OptionGroup var outputOptions: OutputOptions

  @Option(help: ArgumentHelp("A folder with one folder of images for each class.", valueName: "dir"))
  var images: String?

  @Option(help: DataOptions.help, transform: { try DataSource($0) })
  var data: DataSource?

  @OptionGroup var rootOptions: RootOptions

  @Option(help: "The split to classify: train, val or test.")
  var split: Split = .test

  @Option(
    name: [.short, .long], parsing: .upToNextOption,
    help: ArgumentHelp(
      "Prompts with {} for the class name (default: the data set's own, else \"\(Template.photo)\").",
      valueName: "template"),
    transform: { try Template($0) })
  var template: [Template] = []

  @Option(help: ArgumentHelp("A file of class names.", valueName: "file"))
  var classes: String?

  @Option(help: "How many of the most confused pairs of classes to list.")
  var confusions = 5

  func validate() throws {
    guard (images == nil) != (data == nil) else {
      throw ValidationError("Give the images with either --data KIND:PATH or --images DIR.")
    }
    guard confusions >= 0 else { throw ValidationError("--confusions is \(confusions), expected 0 or more.") }
  }

  func run() throws {
    guard let source = data ?? images.map({ DataSource(folder: $0) }) else { return }
    let dataset = try source.dataset(root: rootOptions.root, classes: classes.map { try ClassList(contentsOf: $0) })
    let items = try dataset.items(of: split)
    let own = try dataset.template.map { try Template($0) } ?? .photo
    let templates = template.isEmpty ? [own] : template
    let model = try OpenedModel(modelOptions.model, precision: computeOptions.compute)
    let classifier = try ZeroShotClassifier(classNames: dataset.classNames, templates: templates) {
      try model.features(ofTexts: $0, options: cleaningOptions)
    }
    let progress = Progress("image features", total: items.count, unit: "images")
    let features = try model.features(ofImages: items.map { dataset.file(of: $0) }, reading: imageOptions.reading) {
      progress.advance()
    }
    progress.finish()
    let metrics = try ClassificationMetrics(
      predictions: classifier.predictions(for: features), labels: items.map(\.label), ways: classifier.ways)
    Console.print(results(metrics, dataset, source, templates: templates, model), as: outputOptions.format)
    for name in Set(dataset.classNames).sorted() {
      let count = dataset.classNames.count { $0 == name }
      if count > 1 {
        Console.note("note: \(count) classes are called \"\(name)\"; no prompt can tell them apart")
      }
    }
  }

  private func results(
    _ metrics: ClassificationMetrics, _ dataset: Dataset, _ source: DataSource, templates: [Template],
    _ model: OpenedModel
  ) -> Results {
    let classNames = dataset.classNames
    var summary = Table(columns: [.text("zero-shot"), .text("")])
    summary.append("model", "\(modelOptions.model) (\(model.configuration.architectureName))")
    summary.append("images", images ?? "\(source), \(split)")
    for (index, template) in templates.enumerated() { summary.append(index == 0 ? "template" : "", "\(template)") }
    summary.append("accuracy", "\(metrics.accuracy.percentage) (\(metrics.correct) of \(metrics.total))")
    summary.append("mean per-class accuracy", metrics.meanPerClassAccuracy.percentage)
    summary.append("ways", "\(metrics.ways)")

    let mistakes = metrics.mostConfused(confusions)
    var confused = Table(
      title: "Most confused", columns: [.text("class"), .text("taken for"), .number("images"), .number("of its")])
    for mistake in mistakes {
      let share = Double(mistake.count) / Double(metrics.total(of: mistake.label))
      confused.append(
        classNames[mistake.label], classNames[mistake.prediction], "\(mistake.count)", share.percentage)
    }

    var classTable = Table(columns: [.text("class"), .number("n"), .number("accuracy")])
    for (label, name) in classNames.enumerated() {
      classTable.append(
        name, "\(metrics.total(of: label))", metrics.accuracy(of: label).map { "\($0)" } ?? "")
    }
    let json: JSON = [
      "accuracy": .number(metrics.accuracy), "n": JSON(metrics.total), "ways": JSON(metrics.ways),
      "correct": JSON(metrics.correct), "data": .string(source.description), "split": .string(split.rawValue),
      "mean_per_class_accuracy": .number(metrics.meanPerClassAccuracy),
      "templates": .array(templates.map { .string($0.text) }),
      "model_fingerprint": .string(model.folder.manifest.fingerprint),
      "classes": .array(
        classNames.enumerated().map { label, name in
          [
            "name": .string(name), "n": JSON(metrics.total(of: label)),
            "accuracy": metrics.accuracy(of: label).map { .number($0) } ?? .null,
          ]
        }),
      "most_confused": .array(
        mistakes.map {
          [
            "class": .string(classNames[$0.label]), "predicted": .string(classNames[$0.prediction]),
            "count": JSON($0.count),
          ]
        }),
    ]
    return Results(json: json, tables: [summary] + (mistakes.isEmpty ? [] : [confused]), csv: classTable)
  }
}

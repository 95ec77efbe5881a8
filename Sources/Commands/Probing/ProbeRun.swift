import PromptLensPresentation
import PromptLensExperiments
import PromptLensCheckpoints
import PromptLensEvaluation
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensReporting
import PromptLensTensors

/// A probe put together: fitted, measured, written.
struct ProbeRun {
  let command: ProbeCommand
  let model: OpenedModel?
  let data: ProbeData
  let targets: [ProbeTarget]

  init(_ command: ProbeCommand) throws {
    self.command = command
    if command.readsArrays {
      model = nil
      data = try ProbeData(arrays: command)
      targets = []
    } else {
      let model = try OpenedModel(command.model ?? "", precision: command.computeOptions.precision)
      // Targets that share no class are refused before images are encoded.
      if let source = command.data {
        let dataset = try source.dataset(root: command.rootOptions.root)
        _ = try ProbeTarget.all(of: command, known: dataset.classes(owner: "\(source)"), model: model)
      }
      self.model = model
      let data = try ProbeData(command, model: model)
      self.data = data
      targets = try ProbeTarget.all(of: command, known: data.classes, model: model)
    }
  }

  /// Fits the classifier and measures it.
  func result() throws -> (fitted: FittedClassifier, results: Results) {
    let method = command.method.method(command.settings)
    Console.note("fitting \(method.name) on \(data.task.train.count.grouped) images of \(data.task.ways) classes")
    let fitted = try method.fit(data.task)
    let words = try data.task.text.map { try LinearClassifier.cosine(text: $0, scale: data.task.scale) }
    let metrics = try data.test.map {
      try ClassificationMetrics(logits: fitted.classifier.logits(for: $0.view()), labels: $0.labels)
    }
    let zeroShot = try data.test.flatMap { test in
      try words.map { try ClassificationMetrics(logits: $0.logits(for: test.view()), labels: test.labels) }
    }
    let found = metrics.map { MetricsResults(metrics: $0, classNames: data.classNames) }
    let measured = try targets.map { try measure($0, fitted.classifier, words: words) }

    var summary = Table(columns: [.text("probe"), .text("")])
    summary.append("method", method.name)
    summary.append("learned from", "\(data.name): \(data.task.train.count.grouped) images")
    for choice in fitted.choices {
      let origin =
        fitted.selectionImages > 0
        ? "chosen on \(fitted.selectionImages) validation images"
        : command.inverseRegularization == nil ? "the method's own" : "given"
      summary.append(choice.name, "\(Self.written(choice.value)) (\(origin))")
    }
    for (name, value) in found?.summary ?? [("accuracy", "no test images")] { summary.append(name, value) }
    if let zeroShot { summary.append("zero-shot accuracy", zeroShot.accuracy.percentage) }

    var json = JSON.Object()
    json["method"] = .string(method.name)
    json["data"] = .string(data.name)
    json["shots"] = command.shots.map { JSON($0) } ?? .null
    json["seed"] = JSON(command.seed)
    json["train_images"] = JSON(data.task.train.count)
    json["settings"] = .object(
      fitted.choices.reduce(into: JSON.Object()) { $0[$1.name] = .number($1.value) })
    json["learning_rate"] = command.learningRate.map { .number($0) } ?? .null
    json["epochs"] = command.epochs.map { JSON($0) } ?? .null
    json["selection_images"] = JSON(fitted.selectionImages)
    json["templates"] = .array(data.templates.map { .string($0.text) })
    json["model_fingerprint"] = data.modelFingerprint.map { .string($0) } ?? .null
    for (name, value) in found?.members ?? [("accuracy", .null), ("n", 0), ("ways", JSON(data.task.ways))] {
      json[name] = value
    }
    json["zero_shot_accuracy"] = zeroShot.map { .number($0.accuracy) } ?? .null
    json["targets"] = .array(measured.map(\.json))

    var tables = [summary]
    if !measured.isEmpty {
      tables.append(
        Table(
          title: "Targets",
          columns: [
            .text("target"), .number("images"), .number("ways"), .number("accuracy"), .number("per class"),
            .number("ECE"), .number("zero-shot"),
          ], rows: measured.map(\.row)))
    }
    if let confused = found?.confusedTable(command.confusions) { tables.append(confused) }
    return (fitted, Results(json: .object(json), tables: tables, csv: found?.classTable ?? summary))
  }

  private func measure(
    _ target: ProbeTarget, _ classifier: any FeatureClassifier, words: LinearClassifier?
  ) throws -> (json: JSON, row: [String]) {
    guard let model else { throw EvaluationError.noImages }
    let images = try target.images(command, model: model)
    target.shared.noteLeftOut(target.name, to: Console.observer)
    let metrics = try ClassificationMetrics(
      logits: classifier.logits(for: images.view(), among: target.shared.classes), labels: images.labels)
    let zeroShot = try words.map {
      try ClassificationMetrics(
        logits: $0.logits(for: images.view(), among: target.shared.classes), labels: images.labels)
    }
    var json = JSON.Object()
    json["target"] = .string(target.name)
    json["classes_left_out"] = .array(target.shared.unknown.map { .string($0) })
    for (name, value) in MetricsResults(metrics: metrics, classNames: images.classNames).members { json[name] = value }
    json["zero_shot_accuracy"] = zeroShot.map { .number($0.accuracy) } ?? .null
    return (
      .object(json),
      [
        target.name, "\(metrics.total)", "\(metrics.ways)", metrics.accuracy.percentage,
        metrics.meanPerClassAccuracy.percentage, metrics.probabilities?.expectedCalibrationError.percentage ?? "",
        zeroShot?.accuracy.percentage ?? "",
      ]
    )
  }

  private static func written(_ value: Double) -> String { String(format: "%.4g", value) }

  /// Writes the classifier and the results.
  func write(_ fitted: FittedClassifier, json: JSON, to folder: String) throws {
    try AtomicOutput.makeFolder(at: folder)
    let classifier = fitted.classifier
    try ClassifierFile(
      kind: type(of: classifier).kind, parts: classifier.parts, settings: classifier.settings,
      classNames: data.classNames, classIdentifiers: data.classes.identifiers,
      modelFingerprint: data.modelFingerprint,
      notes: ProbeProvenance(command, data: data.name).notes + [("tool_version", ToolVersion.current)]
    ).write(to: "\(folder)/\(StoredClassifier.fileName)")
    try AtomicOutput.text((json.serialized() + "\n"), to: "\(folder)/result.json")
  }
}

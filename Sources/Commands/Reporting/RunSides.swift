import PromptLensFeatures
import PromptLensPresentation
import PromptLensExperiments
import PromptLensDiagnosis
import PromptLensDrawing
import PromptLensPrompts
import PromptLensDatasets
import PromptLensEvaluation
import Foundation
import PromptLensImages
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors

/// A run's test images under zero-shot CLIP and under the learned prompt: which changed sides, class by class.
struct RunSides {
  private let images: LabeledFeatures
  private let before: [Int]
  private let after: [Int]
  private let template: String
  private let changed: PredictionFlips
  /// The file of each image; none where the images are not to be found.
  private let files: [String?]

  /// Classifies the run's test images; nil when their features are not beside the run.
  init?(_ run: RunFolder, prompt: LearnedPrompt, root: String?) throws {
    guard let identifier = run.description.testFeatures,
      let store = Self.store(identifier, near: run.path)
    else { return nil }
    let images = try Self.images(of: store, run)
    self.images = images
    template = prompt.template ?? Template.photo.text
    let words = try ZeroShotClassifier(classNames: images.classNames, templates: [Template(template)]) {
      try prompt.model.features(ofTexts: $0)
    }
    before = try words.classifier.predictions(for: images.view())
    after = try CosineClassifier.predictions(
      ofLogits: prompt.classifier(images.classNames).logits(
        for: images.view(), scale: prompt.model.clip.logitScale))
    changed = PredictionFlips(before: before, after: after, labels: images.labels)
    files = Self.files(of: images, run, root: root)
  }

  /// Features are kept in the run's folder, or beside it where runs share them.
  private static func store(_ identifier: String, near run: String) -> FeatureStore? {
    for folder in ["\(run)/features", "\(run)/../features", "\(run)/../../features"] {
      let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".h5") }
      for name in names.sorted() {
        if let store = try? FeatureStore.open("\(folder)/\(name)"), store.key.identifier == identifier { return store }
      }
    }
    return nil
  }

  /// The test images that the run was measured on: of its own classes, where it learned a part of the data's.
  private static func images(of store: FeatureStore, _ run: RunFolder) throws -> LabeledFeatures {
    let all = store.images
    guard let subset = run.description.subset else { return all }
    return try all.keeping(subset.labels(of: all.classNames.indices))
  }

  private static func files(of images: LabeledFeatures, _ run: RunFolder, root: String?) -> [String?] {
    var folder = root
    if folder == nil, let data = run.description.data {
      folder = (try? DataSource(data).dataset())?.root
    }
    return images.paths.map { path in
      let file = path.hasPrefix("/") ? path : folder.map { "\($0)/\(path)" }
      return file.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
    }
  }

  // MARK: - In words

  /// How many images changed sides, and whether that could be chance.
  func finding(of name: String) throws -> Report.Finding {
    let labels = images.labels
    let bootstrap = try PairedBootstrap(
      differences: labels.indices.map { image in
        (after[image] == labels[image] ? 1 : 0) - (before[image] == labels[image] ? 1 : 0)
      })
    let test = McNemarTest(onlyFirst: changed.lost.count, onlySecond: changed.gained.count)
    let right = changed.bothRight + changed.gained.count
    let accuracy = Double(right) / Double(max(labels.count, 1))
    let zeroShot = Double(changed.bothRight + changed.lost.count) / Double(max(labels.count, 1))
    let verdict = test.exactP < 0.05 ? "" : ", which these images cannot tell from nothing"
    return Report.Finding(
      "\(name): the learned prompt classifies \(accuracy.percentage) of \(labels.count.grouped) test images rightly, "
        + "\"\(template)\" \(zeroShot.percentage): \(points(bootstrap.difference)) points (95 % interval over images "
        + "\(points(bootstrap.interval.lowerBound)) to \(points(bootstrap.interval.upperBound)); McNemar's "
        + "\(test.exactP < 1e-4 ? "p < 0.0001" : "p = \(test.exactP.formatted(decimals: 4))"))\(verdict). "
        + "From wrong to right: \(changed.gained.count.grouped); from right to wrong: \(changed.lost.count.grouped).",
      evidence: "run \(name), test images")
  }

  private func points(_ difference: Double) -> String {
    "\(difference > 0 ? "+" : "")\((difference * 100).formatted(decimals: 2))"
  }

  // MARK: - By class

  private struct ClassChange {
    let name: String
    let total: Int
    let before: Double
    let after: Double
  }

  private var classes: [ClassChange] {
    guard
      let first = try? ClassificationMetrics(predictions: before, labels: images.labels, ways: images.classNames.count),
      let second = try? ClassificationMetrics(predictions: after, labels: images.labels, ways: images.classNames.count)
    else { return [] }
    return images.classNames.indices.compactMap { label in
      guard let before = first.accuracy(of: label), let after = second.accuracy(of: label) else { return nil }
      return ClassChange(
        name: images.classNames[label], total: second.total(of: label), before: before, after: after)
    }
  }

  /// Each class's accuracy before and after.
  var classTable: Table {
    var table = Table(
      title: "Accuracy by class",
      columns: [.text("class"), .number("images"), .number("zero-shot"), .number("learned"), .number("change, points")])
    for change in classes {
      table.append(
        change.name, "\(change.total)", change.before.percentage, change.after.percentage,
        points(change.after - change.before))
    }
    return table
  }

  /// What is taken for what most often.
  var confusedTable: Table? {
    guard
      let metrics = try? ClassificationMetrics(predictions: after, labels: images.labels, ways: images.classNames.count)
    else { return nil }
    return MetricsResults(metrics: metrics, classNames: images.classNames).confusedTable(10)
  }

  /// More classes than this make cells too small to tell apart.
  private static let confusionLimit = 60

  /// What each class's images are taken for; nil for too many classes.
  private func confusion(of name: String) -> HeatMap? {
    guard images.classNames.count <= Self.confusionLimit,
      let metrics = try? ClassificationMetrics(predictions: after, labels: images.labels, ways: images.classNames.count)
    else { return nil }
    return HeatMap(
      title: "What the learned prompt takes images for",
      summary: "For each class, the share of its test images that \(name) takes for each class.",
      rows: ("class", images.classNames), columns: ("taken for", images.classNames),
      values: metrics.confusion.enumerated().map { label, row in
        row.map { Double($0) / Double(metrics.total(of: label)) }
      }, measure: Axis("% of the class's images", notation: .percent, range: 0...1))
  }

  /// The classes that gain and lose most, and what they are taken for.
  func charts(of name: String) -> [any Chart] {
    let sorted = classes.sorted { ($0.after - $0.before, $1.name) > ($1.after - $1.before, $0.name) }
    let shown = sorted.count > 20 ? Array(sorted.prefix(10)) + sorted.suffix(10) : sorted
    let changes = BarChart(
      title: sorted.count > 20 ? "The ten classes that gain and lose most" : "Change of accuracy by class",
      summary: "Accuracy of \(name) minus zero-shot accuracy, for each class.",
      axis: Axis("change of accuracy, percentage points", notation: .points),
      bars: shown.map { .init($0.name, $0.after - $0.before) }, signs: ("better than zero-shot", "worse"))
    return [changes] + (confusion(of: name).map { [$0] } ?? [])
  }

  // MARK: - Pictures

  /// Small copies of images that changed sides.
  func pictures(limit: Int) -> [Report.Block] {
    [
      ("From wrong to right", changed.gained), ("From right to wrong", changed.lost),
    ].compactMap { title, images in
      let shown = images.lazy.compactMap(picture).prefix(limit)
      guard !shown.isEmpty else { return nil }
      return .pictures(
        title: "\(title): \(images.count.grouped) of \(self.images.labels.count.grouped) images", Array(shown))
    }
  }

  private func picture(_ image: Int) -> Report.Picture? {
    guard let file = files[image], let small = try? Thumbnail.jpeg(path: file, side: 96) else { return nil }
    let names = images.classNames
    return Report.Picture(
      path: file, caption: "\(names[images.labels[image]]): \(names[before[image]]) → \(names[after[image]])",
      thumbnail: small)
  }
}

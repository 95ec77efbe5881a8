import Foundation
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensFiles
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors

/// An experiment that makes a classifier of a folder of photographs and measures it on some that it never saw.
package struct FitExperiment {
  /// The photographs.
  package var source: DataSource
  /// The folder that paths of a list start from; nil for the list's own.
  package var root: String?
  /// The model's folder.
  package var model: String
  /// The folder of the results, in which image features are kept.
  package var output: String
  /// The seed of divisions and initial values.
  package var seed = 1
  /// The seconds for all.
  package var seconds = 120.0
  /// The prompts of the text features.
  package var templates = TemplateRequest()
  /// The way in which image files are read; those that cannot be read are left out.
  package var reading = ImageReading()
  /// The arithmetic of the towers.
  package var precision = ComputePrecision.float32

  /// The fewest photographs of a class: one to measure on, and four to learn from and to compare with.
  package static let fewestImages = 5
  /// The share of each class that is held out.
  static let heldOutShare = 0.2
  /// The folds of the comparison.
  static let foldCount = 5

  /// Creates an experiment.
  ///
  /// - Parameters:
  ///   - source: the photographs.
  ///   - model: the model's folder.
  ///   - output: the folder of the results.
  package init(_ source: DataSource, model: String, output: String) {
    self.source = source
    self.model = model
    self.output = output
  }

  /// Refuses data with too few images, before anything is written.
  ///
  /// - Throws: ``ExperimentError/tooFewImages(data:reason:)``; the errors of reading the lists.
  package func checkCounts() throws {
    let pool = try source.dataset(root: root).pooled(as: .train)
    try check(pool[.train].map(\.label), classNames: pool.classNames)
  }

  /// Looks at the pictures, compares methods, keeps one and measures it once.
  ///
  /// - Parameter observer: the receiver of the plan, of progress and notes.
  /// - Returns: the classifier and its measures.
  /// - Throws: ``ExperimentError/tooFewImages(data:reason:)``; the errors of reading and learning.
  package func outcome(observer: ExperimentObserver = .silent) throws -> FitOutcome {
    let start = ContinuousClock.now
    let dataset = try source.dataset(root: root)
    dataset.reportNotes(to: observer)
    let own = ownTestImages(of: dataset)
    let pool = dataset.pooled(as: .train)
    let items = pool[.train]
    try check(items.map(\.label), classNames: pool.classNames)
    let model = try OpenedModel(model, precision: precision)
    let templates = try templates.resolved(own: dataset.template)
    let words = try ZeroShotClassifier(classNames: pool.classNames, templates: templates) {
      try model.features(ofTexts: $0)
    }
    var learner = FitLearner(
      model: model, classNames: pool.classNames, words: words, template: templates.first?.text, seed: seed)

    let pace = try FitPace(pool, model: model, reading: skipping)
    let prompts = try ContinuousClock().measure {
      _ = try model.features(ofTexts: pool.classNames.map { (templates.first ?? .photo).prompt(for: $0) })
    }
    let plan = plan(
      items.count, pace, prompts: PlanProgress.seconds(prompts), learner,
      elapsed: PlanProgress.seconds(start.duration(to: .now)))
    observer.note(plan.line)
    let progress = PlanProgress(plan, name: "fit", observer: observer)

    progress.next(total: items.count)
    let found = try ImageCheck(pool) { progress.advance() }
    for line in found.summary { observer.note(line) }
    progress.next(total: items.count)
    let store = try features(of: pool, model: model, observer: progress.counting)
    let division = try division(store, found, own: own)
    let (train, held) = (try store.images.selecting(division.train), try store.images.selecting(division.heldOut))
    let folds = FitFolds(train, groups: division.train.map { division.groups[$0] }, most: Self.foldCount, seed: seed)

    let (comparison, leftOut) = try compare(folds, &learner, progress, start: start, observer: observer)
    let kept = comparison.trials[comparison.choice]
    progress.next()
    let temperature = try Self.temperature(logits: kept.logits, labels: train.labels)
    let fitted = try learner.classifier(kept.method, on: train, groups: folds.groups)
    let classifier = try Self.divided(fitted.classifier, by: temperature)
    let logits = try classifier.logits(for: held.view())
    let metrics = try ClassificationMetrics(logits: logits, labels: held.labels)
    let hand = try learner.classifier(.zeroShot, on: train, groups: folds.groups).classifier
    let predictions = CosineClassifier.predictions(ofLogits: logits)
    let handPredictions = try hand.predictions(for: held.view())
    let handMetrics = try ClassificationMetrics(
      predictions: handPredictions, labels: held.labels, classCount: pool.classNames.count)
    progress.finish()

    var result = FitResult(
      method: kept.method.rawValue, data: source.portableName,
      model: URL(fileURLWithPath: model.folder.path).standardizedFileURL.path,
      modelFingerprint: model.folder.manifest.fingerprint, seed: seed,
      seconds: PlanProgress.seconds(start.duration(to: .now)), pictures: found.counts, trainImages: train.count,
      folds: folds.count, candidates: comparison.candidates(leftOut: leftOut), choices: fitted.choices,
      temperature: temperature, templates: templates.map(\.text), classNames: pool.classNames, metrics: metrics,
      zeroShotAccuracy: handMetrics.accuracy,
      zeroShotP: kept.method == .zeroShot
        ? nil
        : try McNemarTest(
          first: zip(predictions, held.labels).map { $0 == $1 },
          second: zip(handPredictions, held.labels).map { $0 == $1 }
        ).exactP)
    result.remarks = .joined([ImageRemarks(dataset), ImageRemarks(skipped: store.skipped)])
    result.warnings = warnings(result, found)
    for warning in result.warnings { observer.note("warning: \(warning)") }
    return FitOutcome(
      result: result, classifier: classifier, notes: notes(result), identifiers: dataset.classIdentifiers,
      trainingHashes: division.train.map { store.contentHashes[$0] },
      division: Dataset(
        name: dataset.name, root: pool.root, classNames: pool.classNames, template: dataset.template,
        splits: [
          .train: division.train.map { items[store.indices[$0]] },
          .test: division.heldOut.map { items[store.indices[$0]] },
        ]), name: source.portableName,
      mistakes: FitMistake.all(predictions, held, logits: logits))
  }
}

// MARK: - The data

extension FitExperiment {
  /// The way in which images are read, without those that cannot be read.
  private var skipping: ImageReading {
    var reading = reading
    reading.skipsUnreadable = true
    return reading
  }

  /// Returns the paths of the test images of data with splits of its own, which stay held out; nil for other data.
  private func ownTestImages(of dataset: Dataset) -> Set<String>? {
    guard !dataset[.test].isEmpty, !dataset[.train].isEmpty || !dataset[.val].isEmpty else { return nil }
    return Set(dataset[.test].map(\.path))
  }

  /// Refuses classes with too few images.
  private func check(_ labels: [Int], classNames: [String], readable: Bool = false) throws {
    var counts = [Int](repeating: 0, count: classNames.count)
    for label in labels { counts[label] += 1 }
    let few = classNames.indices.filter { counts[$0] < Self.fewestImages }
    guard !few.isEmpty else { return }
    let named = few.sorted { (counts[$0], $0) < (counts[$1], $1) }.prefix(5).map {
      "\"\(classNames[$0])\" has \(counts[$0])"
    }
    let more = few.count > named.count ? " and \(few.count - named.count) more classes have too few" : ""
    let (narrow, likely) = (FitResult.imagesForFivePoints(accuracy: 0.5), FitResult.imagesForFivePoints(accuracy: 0.9))
    func each(_ images: Int) -> Int {
      Int((Double(images) / Self.heldOutShare / Double(classNames.count)).rounded(.up))
    }
    throw ExperimentError.tooFewImages(
      data: source.description,
      reason:
        "\(named.joined(separator: ", "))\(more)\(readable ? " photographs that can be read" : ""); fit needs at least "
        + "\(Self.fewestImages) photographs of each class, one to measure on and four to learn from. For an accuracy "
        + "to ±5 points it takes about \(likely) held-out photographs if 90 % are classified correctly, \(each(likely)) of each of the "
        + "\(classNames.count) classes in all, and \(narrow) (\(each(narrow)) of each) at worst")
  }

  private func features(
    of pool: Dataset, model: OpenedModel, observer: ExperimentObserver
  ) throws -> FeatureStore {
    let folder = "\(output)/features"
    try AtomicOutput.makeFolder(at: folder)
    let images = ImageFeatures(
      model: model, precision: precision, reading: skipping, views: 1, seed: seed, observer: observer)
    return try images.store(pool, split: .train, draw: nil, in: folder)
  }

  /// Divides the images that can be read into those to learn from and those that are held out.
  private func division(
    _ store: FeatureStore, _ found: ImageCheck, own: Set<String>?
  ) throws -> (train: [Int], heldOut: [Int], groups: [Int]) {
    try check(store.labels, classNames: store.classNames, readable: true)
    let groups = found.groups(of: store.paths)
    var parts: [Int]
    if let own {
      let test = store.paths.map { own.contains($0) }
      // A copy of a test image teaches what is tested.
      let tested = Set(store.paths.indices.filter { test[$0] }.map { groups[$0] })
      parts = store.paths.indices.map { test[$0] ? 1 : tested.contains(groups[$0]) ? 2 : 0 }
    } else {
      parts = GroupedPartition.parts(
        labels: store.labels, groups: groups, shares: [1 - Self.heldOutShare, Self.heldOutShare], seed: seed)
    }
    let (train, heldOut) = (parts.indices.filter { parts[$0] == 0 }, parts.indices.filter { parts[$0] == 1 })
    for (label, name) in store.classNames.enumerated() {
      let left = Set(train.filter { store.labels[$0] == label }.map { groups[$0] }).count
      guard left < 2 else { continue }
      throw ExperimentError.tooFewImages(
        data: source.description,
        reason:
          "\"\(name)\" has \(left == 0 ? "no" : "one") photograph to learn from beside its copies and the held-out ones; "
          + "give at least \(Self.fewestImages) different photographs of each class")
    }
    guard !heldOut.isEmpty else {
      throw ExperimentError.tooFewImages(
        data: source.description, reason: "no photograph is left to measure on; give more that aren't copies")
    }
    return (train, heldOut, groups)
  }
}

// MARK: - The comparison

extension FitExperiment {
  private func plan(
    _ count: Int, _ pace: FitPace, prompts pass: Double, _ learner: FitLearner, elapsed: Double
  ) -> FitPlan {
    let (width, classes) = (learner.model.configuration.embedDimension, learner.classNames.count)
    let train = Int(Double(count) * (1 - Self.heldOutShare))
    let inFold = train * (Self.foldCount - 1) / Self.foldCount
    let methods = FitMethod.allCases.filter { $0 != .coop }.map { method in
      FitPlan.Step(
        method.title,
        seconds: Double(Self.foldCount)
          * method.seconds(images: inFold, width: width, classCount: classes, threads: Parallel.threadCount))
    }
    let (decoding, encoding) = (pace.decoding * Double(count), pace.encoding * Double(count))
    let simple = methods.reduce(0) { $0 + $1.seconds }
    let left = seconds - elapsed - decoding - encoding - simple - 1
    // A step passes forward and backward through the prompts, and repeats their forward pass.
    let steps = learner.stepsPerEpoch(inFold) * FitLearner.fullEpochs * (Self.foldCount + 1)
    let prompts = min(3 * pass * Double(steps), max(left, 0))
    return FitPlan(
      [.init("check \(count) pictures", seconds: decoding), .init("image features", seconds: encoding)] + methods
        + [.init("CoOp", seconds: prompts), .init("measure", seconds: 1)])
  }

  /// Tries every method for which there is time.
  private func compare(
    _ folds: FitFolds, _ learner: inout FitLearner, _ progress: PlanProgress, start: ContinuousClock.Instant,
    observer: ExperimentObserver
  ) throws -> (comparison: FitComparison, leftOut: [(method: FitMethod, reason: String)]) {
    var trials: [FitComparison.Trial] = []
    var leftOut: [(method: FitMethod, reason: String)] = []
    func left() -> Double { seconds - PlanProgress.seconds(start.duration(to: .now)) }
    let width = folds.images.width
    for method in FitMethod.allCases {
      progress.next(total: folds.count)
      let inFold = folds.images.count * (folds.count - 1) / folds.count
      let expected =
        Double(folds.count + 1)
        * method.seconds(
          images: inFold, width: width, classCount: learner.classNames.count, threads: Parallel.threadCount)
      // The first two are the answer where there is no time for any other.
      guard trials.count < 2 || expected <= left() else {
        leftOut.append(
          (
            method,
            "it would take \(expected < 1 ? "" : "about ")\(FitPlan.text(expected)), more than is left of the time"
          ))
        continue
      }
      guard method == .coop else {
        trials.append(try folds.trial(method, by: learner) { progress.advance() })
        continue
      }
      if let reason = try trial(ofPrompts: folds, &learner, progress, seconds: left(), &trials) {
        leftOut.append((method, reason))
      }
    }
    for (method, reason) in leftOut { observer.note("\(method.title) was left out: \(reason)") }
    return (try FitComparison(trials), leftOut)
  }

  /// Tries CoOp in the time that is left; returns why it was left out.
  private func trial(
    ofPrompts folds: FitFolds, _ learner: inout FitLearner, _ progress: PlanProgress, seconds: Double,
    _ trials: inout [FitComparison.Trial]
  ) throws -> String? {
    let inFold = folds.images.count * (folds.count - 1) / folds.count
    do {
      let step = try learner.secondsPerStep(folds.images)
      // The last tenth is for measuring, and for a step that takes longer.
      guard learner.chooseEpochs(images: inFold, trainings: folds.count + 1, seconds: 0.85 * seconds, step: step) else {
        return
          "there is time for \(learner.epochs) \(learner.epochs == 1 ? "epoch" : "epochs"), fewer than \(FitLearner.fewestEpochs)"
      }
      let (steps, epochs) = (learner.stepsPerEpoch(inFold), learner.epochs)
      progress.restart(total: steps * epochs * folds.count)
      trials.append(try folds.trial(.coop, by: learner, stepped: { progress.advance() }))
      return nil
    } catch let error as PromptError {
      return "\(error)"
    } catch let error as LearningError {
      return "\(error)"
    }
  }

  /// The temperatures that are kept: that of images that are all wrong has no end.
  private static let temperatures = 0.1...100.0

  /// Returns the temperature of the largest likelihood.
  ///
  /// The likelihood of images that are all right grows with any confidence. Their labels are then doubted by one of
  /// `images + 2`, so that a few images don't make a classifier certain.
  static func temperature(logits: Tensor, labels: [Int]) throws -> Double {
    let predictions = CosineClassifier.predictions(ofLogits: logits)
    let doubt = predictions == labels ? 1 / Double(labels.count + 2) : 0
    let found = try TemperatureScaling(logits: logits, labels: labels, doubt: doubt).temperature
    return min(max(found, temperatures.lowerBound), temperatures.upperBound)
  }

  /// Returns a classifier with its logits divided by a temperature, where its kind allows it.
  private static func divided(
    _ classifier: any StorableClassifier, by temperature: Double
  ) throws -> any StorableClassifier {
    switch classifier {
    case let linear as LinearClassifier: try linear.divided(by: temperature)
    case let cache as TipAdapterClassifier: try cache.divided(by: temperature)
    default: classifier
    }
  }
}

// MARK: - Remarks

extension FitExperiment {
  private func warnings(_ result: FitResult, _ found: ImageCheck) -> [String] {
    var warnings: [String] = []
    let (n, needed) = (result.metrics.total, result.imagesForFivePoints)
    if n < needed {
      let all = Int((Double(needed) / Self.heldOutShare).rounded(.up))
      warnings.append(
        "\(n) held-out photographs leave the accuracy uncertain; about \(needed), which takes \(all) photographs in all, "
          + "would narrow the interval to ±5 points")
    }
    if result.pictures.acrossClasses > 0 {
      warnings.append(
        "\(result.pictures.acrossClasses) groups of equal or alike pictures have different classes; promptlens suspects "
          + "shows which labels look wrong")
    }
    return warnings
  }

  /// The notes of the classifier's file.
  private func notes(_ result: FitResult) -> [(name: String, text: String)] {
    var notes: [(name: String, text: String)] = [
      ("method", result.method), ("data", result.data), ("shots", "all"), ("seed", "\(seed)"),
      ("tool_version", ToolVersion.current), (StoredClassifier.modelNote, result.model),
    ]
    if reading.appliesOrientation { notes.append((StoredClassifier.orientationNote, "1")) }
    return notes
  }
}

extension ImageCheck {
  /// The findings in numbers.
  var counts: FitResult.Pictures {
    FitResult.Pictures(
      decoded: decoded, unreadable: unreadable.count, duplicates: duplicates.count,
      nearDuplicates: nearDuplicates.count,
      acrossClasses: (duplicates + nearDuplicates).count(where: \.spansClasses))
  }

  /// The findings, a line each.
  var summary: [String] {
    var lines = ["\(decoded) pictures can be read"]
    for image in unreadable.prefix(10) { lines.append("left out, \(image.image.path): \(image.reason)") }
    if unreadable.count > 10 { lines.append("… and \(unreadable.count - 10) more that cannot be read") }
    let copies = duplicates.count + nearDuplicates.count
    if copies > 0 {
      lines.append(
        "\(duplicates.count) groups of equal pictures and \(nearDuplicates.count) of alike ones stay on one side of every "
          + "division")
    }
    for group in (duplicates + nearDuplicates).filter(\.spansClasses).prefix(5) {
      lines.append(
        "one picture, different classes: " + group.images.prefix(3).map(\.path).joined(separator: " = "))
    }
    if !small.isEmpty { lines.append("\(small.count) pictures have a side below \(Self.smallestSide) pixels") }
    return lines
  }
}

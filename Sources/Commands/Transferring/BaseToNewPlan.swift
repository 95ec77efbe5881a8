import PromptLensFeatures
import PromptLensExperiments
import PromptLensPrompts
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFiles
import PromptLensJSONDocuments
import PromptLensPresentation
import PromptLensPromptLearning
import Synchronization
import PromptLensTensors

/// Prompts of half of the classes, and perhaps of all, and what they are measured on; refused before any work where the
/// classes cannot be halved or an other data set has no images.
struct BaseToNewPlan {
  /// Tasks of the base classes, then of all.
  let tasks: [SweepTask]
  private let base: [SweepTask]
  private let whole: [SweepTask]
  private let cross: [TransferDomain]
  private let folder: SweepFolder
  private let runner: SweepRunner
  private let cache: FeatureCache

  /// Plans an experiment.
  ///
  /// - Parameters:
  ///   - base: tasks of the base classes.
  ///   - whole: tasks of all classes, for other data sets.
  ///   - cross: the other data sets.
  ///   - folder: where runs go.
  ///   - jobs: runs at a time.
  /// - Throws: ``ExperimentError/noTestImages(data:reason:)`` where a half has too few classes or no images, and what opening
  ///   throws.
  init(tasks base: [SweepTask], whole: [SweepTask], cross: [DataSource], folder: SweepFolder, jobs: Int) throws {
    self.base = base
    self.whole = whole
    self.folder = folder
    tasks = base + whole
    self.cross = try cross.map { try TransferDomain($0) }
    let cache = FeatureCache()
    self.cache = cache
    var known: Set<String> = []
    for task in base {
      let images = try task.images(in: folder.features, cache: cache, observer: Console.stageObserver)
      guard known.insert(images.source.description).inserted else { continue }
      try Self.check(try cache.dataset(images.source, root: images.root), images.source)
    }
    runner = try SweepRunner(tasks, of: tasks, in: folder, jobs: jobs, cache: cache, observer: Console.stageObserver)
  }

  private static func check(_ dataset: Dataset, _ source: DataSource) throws {
    _ = try dataset.items(of: .train)
    _ = try dataset.items(of: .test)
    for subset in [ClassSubset.base, .new] {
      let half = dataset.keeping(subset)
      guard half.classNames.count > 1 else {
        throw ExperimentError.noTestImages(
          data: source.description,
          reason: "its \(dataset.classNames.count) classes have no halves to choose among; expected at least 4 classes")
      }
      guard !half[.test].isEmpty else {
        throw ExperimentError.noTestImages(
          data: source.description, reason: "there are no test images of the \(subset.rawValue) classes")
      }
    }
  }

  /// Learns what is not learned yet.
  ///
  /// - Parameter report: called with a line for each task that has ended.
  /// - Returns: the tasks that failed.
  /// - Throws: `FileError` when the folder cannot be written.
  func learn(report: @escaping @Sendable (String) -> Void) throws -> [(id: String, reason: String)] {
    // Images that cannot be read should be told before hours of learning.
    if !cross.isEmpty { _ = try crossFeatures(runner.model(of: whole[0])) }
    let total = tasks.count
    let outcomes = try runner.run { task, outcome, done in
      report("[\(done)/\(total)] \(task.id) \(task.summary): \(outcome.words)")
    }
    return zip(tasks, outcomes).compactMap { task, outcome in
      if case .failed(let error) = outcome { return (task.id, "\(error)") }
      return nil
    }
  }

  // MARK: - Measuring

  /// Measures every prompt and zero-shot CLIP on both halves of each data set.
  func measure() throws -> BaseToNewDocument {
    BaseToNewDocument(sets: try Self.parted(base, by: \.data).map { try halves($0.key, $0.tasks) })
  }

  private func halves(_ data: String, _ tasks: [SweepTask]) throws -> BaseToNewDocument.DataSet {
    let images = try tasks[0].images(in: folder.features, cache: cache, observer: Console.stageObserver)
    let model = try runner.model(of: tasks[0])
    let dataset = try cache.dataset(images.source, root: images.root)
    let store = try images.stores(tasks[0].learning, model)
    guard let test = store.test?.images else {
      throw ExperimentError.noTestImages(data: data, reason: "there are no test images")
    }
    // The reference parts the classes that training images show.
    let shown = dataset[.train].map(\.label)
    let base = try test.keeping(ClassSubset.base.labels(of: shown))
    let new = try test.keeping(ClassSubset.new.labels(of: shown))
    let template = try dataset.template.map { try Template($0) } ?? .photo
    let zeroShot = (
      base: try accuracy(words(base.classNames, template, model), base, model),
      new: try accuracy(words(new.classNames, template, model), new, model)
    )
    let methods = try Self.parted(tasks, by: { $0.learning.method.rawValue }).map { method, tasks in
      try BaseToNewDocument.Method(
        name: method, seeds: tasks.map(\.seed), runs: tasks.map(\.id),
        accuracies: tasks.map { task in
          let prompt = try LearnedPrompt(folder.run(task.id), on: model)
          return (try accuracy(prompt, base, model), try accuracy(prompt, new, model))
        }, zeroShot: zeroShot)
    }
    return BaseToNewDocument.DataSet(
      name: images.source.portableName, data: data, base: base, new: new, zeroShot: zeroShot, methods: methods)
  }

  /// Measures the prompts of all classes on the source and on the other data sets; nil when there are none.
  func measureCross() throws -> CrossDatasetDocument? {
    guard !cross.isEmpty else { return nil }
    let first = whole[0]
    let model = try runner.model(of: first)
    let images = try first.images(in: folder.features, cache: cache, observer: Console.stageObserver)
    let domains = try TransferDomain.read([images.source] + cross.map(\.source))
    let methods = try Self.parted(whole, by: { $0.learning.method.rawValue }).map { method, tasks in
      (name: method, tasks: tasks, prompts: try tasks.map { try LearnedPrompt(folder.run($0.id), on: model) })
    }
    return CrossDatasetDocument(
      domains: try zip(domains, crossFeatures(model)).enumerated().map { index, measured in
        let (domain, features) = measured
        let zeroShot = try accuracy(words(features.classNames, domain.template, model), features, model)
        return CrossDatasetDocument.Domain(
          name: domain.name, images: features, isSource: index == 0, zeroShotAccuracy: zeroShot.accuracy,
          methods: try methods.map { method in
            try CrossDatasetDocument.Method(
              name: method.name, seeds: method.tasks.map(\.seed), runs: method.tasks.map(\.id),
              accuracies: method.prompts.map { try accuracy($0, features, model) }, zeroShot: zeroShot)
          })
      })
  }

  /// The test images of the source and of the other data sets.
  private func crossFeatures(_ model: OpenedModel) throws -> [LabeledFeatures] {
    let source = try TransferDomain(
      whole[0].images(in: folder.features, cache: cache, observer: Console.stageObserver).source)
    let encoding = ImageFeatures(
      model: model, precision: whole[0].precision, reading: ImageReading(), views: 1, seed: 1,
      observer: Console.observer)
    try AtomicOutput.makeFolder(at: folder.features)
    return try ([source] + cross).map { domain in
      try encoding.store(domain.dataset, split: .test, draw: nil, in: folder.features, cache: cache).images
    }
  }

  private func words(_ names: [String], _ template: Template, _ model: OpenedModel) throws -> CosineClassifier {
    try ZeroShotClassifier(classNames: names, templates: [template]) { try model.features(ofTexts: $0) }.classifier
  }

  private func accuracy(
    _ classifier: CosineClassifier, _ images: LabeledFeatures, _ model: OpenedModel
  ) throws -> DomainAccuracy {
    try DomainAccuracy(
      logits: classifier.logits(for: images.view(), scale: model.clip.logitScale), labels: images.labels)
  }

  private func accuracy(
    _ prompt: LearnedPrompt, _ images: LabeledFeatures, _ model: OpenedModel
  ) throws -> DomainAccuracy {
    try DomainAccuracy(
      logits: prompt.classifier(images.classNames).logits(
        for: images.view(), scale: model.clip.logitScale), labels: images.labels)
  }

  /// Tasks by a property, in the order in which its values come first.
  private static func parted(
    _ tasks: [SweepTask], by property: (SweepTask) -> String
  ) -> [(key: String, tasks: [SweepTask])] {
    var order: [String] = []
    for task in tasks where !order.contains(property(task)) { order.append(property(task)) }
    return order.map { key in (key, tasks.filter { property($0) == key }) }
  }
}

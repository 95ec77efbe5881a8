import PromptLensFeatures
import PromptLensPrompts
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFiles
import PromptLensJSONDocuments

/// A base-to-new experiment: prompts of half of the classes, and optionally of all classes for other data sets. Invalid
/// inputs are detected before any work.
package struct BaseToNewExperiment {
  /// The tasks of the base classes, then those of all classes.
  package let tasks: [SweepTask]
  private let base: [SweepTask]
  private let whole: [SweepTask]
  private let cross: [TransferDomain]
  private let folder: SweepFolder
  private let runner: SweepRunner
  private let cache: FeatureCache
  private let observer: ExperimentObserver

  /// Opens an experiment.
  ///
  /// - Parameters:
  ///   - base: the tasks of the base classes.
  ///   - whole: the tasks of all classes, for other data sets.
  ///   - cross: the other data sets.
  ///   - folder: the folder of runs.
  ///   - jobs: the number of runs at a time; nil for what suits their prompts.
  ///   - observer: the receiver of stages and notes.
  /// - Throws: ``ExperimentError/noTestImages(data:reason:)`` when a half has too few classes or no images, and the
  ///   errors of opening.
  package init(
    tasks base: [SweepTask], whole: [SweepTask], cross: [DataSource], folder: SweepFolder, jobs: Int?,
    observer: ExperimentObserver = .silent
  ) throws {
    self.observer = observer
    self.base = base
    self.whole = whole
    self.folder = folder
    tasks = base + whole
    self.cross = try cross.map { try TransferDomain($0, observer: observer) }
    let cache = FeatureCache()
    self.cache = cache
    var known: Set<String> = []
    for task in base {
      let images = try task.images(in: folder, cache: cache, observer: observer)
      guard known.insert(images.source.description).inserted else { continue }
      try Self.check(try cache.dataset(images.source, root: images.root, observer: observer), images.source)
    }
    runner = try SweepRunner(tasks, of: tasks, in: folder, jobs: jobs, cache: cache, observer: observer)
  }

  /// Returns a task for each data set, method and seed.
  ///
  /// - Parameters:
  ///   - request: the settings of all of them, with the classes that prompts are learned on.
  ///   - data: the data sets.
  ///   - methods: the methods.
  ///   - seeds: the seeds.
  /// - Returns: the tasks, the seed changing fastest.
  /// - Throws: `JSONError` for a value that a setting doesn't take.
  package static func tasks(
    _ request: RunRequest, data: [DataSource], methods: [MethodName], seeds: [Int]
  ) throws -> [SweepTask] {
    var request = request
    // CoOp's constants don't depend on the protocol.
    if request.subset == .all, methods != [.coop] { request.learning.studyProtocol = .crossData }
    return try SweepGrid(
      request,
      varying: [
        (.data, data.map { .string($0.description) }), (.method, methods.map { .string($0.rawValue) }),
        (.seed, seeds.map { JSON($0) }),
      ], source: "the options"
    ).tasks
  }

  private static func check(_ dataset: Dataset, _ source: DataSource) throws {
    _ = try dataset.items(of: .train)
    _ = try dataset.items(of: .test)
    for subset in [ClassSubset.base, .new] {
      let half = dataset.keeping(subset)
      guard half.classNames.count > 1 else {
        throw ExperimentError.noTestImages(
          data: source.description,
          reason: "its \(dataset.classNames.count) classes are too few for two halves; expected at least 4 classes")
      }
      guard !half[.test].isEmpty else {
        throw ExperimentError.noTestImages(
          data: source.description, reason: "there are no test images of the \(subset.rawValue) classes")
      }
    }
  }

  /// Learns the missing prompts.
  ///
  /// - Parameter report: called after each finished task, with the number of finished tasks.
  /// - Throws: ``ExperimentError/failedTasks(failed:total:first:reason:areUnwritable:)`` when some failed, `FileError` when the
  ///   folder cannot be written.
  package func learn(
    report: @escaping @Sendable (_ task: SweepTask, _ outcome: SweepRunner.Outcome, _ done: Int) -> Void
  ) throws {
    // Report unreadable images before hours of learning.
    if !cross.isEmpty { _ = try crossFeatures(runner.model(of: whole[0])) }
    try SweepRunner.check(tasks, runner.run(report: report))
  }

  // MARK: - Measuring

  /// Measures every prompt and zero-shot CLIP on both halves of each data set.
  package func measure() throws -> BaseToNewDocument {
    let results = try results(of: base)
    let names = DataNames(base.map(\.data))
    return BaseToNewDocument(
      sets: try Self.grouped(base, by: \.data).map { try halves($0.key, name: names($0.key), $0.tasks) },
      remarks: .joined(results.map(\.result.remarks)), warnings: results.flatMap { $0.result.warnings(of: $0.id) })
  }

  /// Returns the results of finished tasks.
  private func results(of tasks: [SweepTask]) throws -> [(id: String, result: RunResult)] {
    try tasks.compactMap { task in try RunFolder(folder.run(task.id)).result.map { (task.id, $0) } }
  }

  private func halves(_ data: String, name: String, _ tasks: [SweepTask]) throws -> BaseToNewDocument.DataSet {
    let images = try runner.images(of: tasks[0])
    let model = try runner.model(of: tasks[0])
    let dataset = try cache.dataset(images.source, root: images.root)
    let store = try images.stores(tasks[0].learning, model)
    guard let stored = store.test else {
      throw ExperimentError.noTestImages(data: data, reason: "there are no test images")
    }
    let test = try shown(stored, dataset, model)
    // The reference halves the classes that have training images.
    let shown = dataset[.train].map(\.label)
    let base = try test.keeping(ClassSubset.base.labels(of: shown))
    let new = try test.keeping(ClassSubset.new.labels(of: shown))
    let template = try dataset.template.map { try Template($0) } ?? .photo
    let zeroShot = (
      base: try accuracy(words(base.classNames, template, model), base, model),
      new: try accuracy(words(new.classNames, template, model), new, model)
    )
    let methods = try Self.grouped(tasks, by: { $0.learning.method.rawValue }).map { method, tasks in
      try BaseToNewDocument.Method(
        name: method, seeds: tasks.map(\.seed), runs: tasks.map(\.id),
        accuracies: tasks.map { task in
          let prompt = try model.prompt(folder.run(task.id))
          return (try accuracy(prompt, base, model), try accuracy(prompt, new, model))
        }, zeroShot: zeroShot)
    }
    return BaseToNewDocument.DataSet(
      name: name, data: data, base: base, new: new, zeroShot: zeroShot, methods: methods)
  }

  /// Measures the prompts of all classes on the source and on the other data sets; returns nil without other data sets.
  package func measureCross() throws -> CrossDatasetDocument? {
    guard !cross.isEmpty else { return nil }
    let first = whole[0]
    let model = try runner.model(of: first)
    let images = try first.images(in: folder, cache: cache, observer: observer)
    let domains = try TransferDomain.read([images.source] + cross.map(\.source))
    let methods = try Self.grouped(whole, by: { $0.learning.method.rawValue }).map { method, tasks in
      (name: method, tasks: tasks, prompts: try tasks.map { try model.prompt(folder.run($0.id)) })
    }
    let stores = try crossFeatures(model)
    let results = try results(of: whole)
    let remarks = results.map(\.result.remarks) + zip(domains, stores).map { ImageRemarks($0.dataset, [$1]) }
    return CrossDatasetDocument(
      domains: try zip(domains, zip(domains, stores).map { try shown($1, $0.dataset, model) }).enumerated().map {
        index, measured in
        let (domain, features) = measured
        let zeroShot = try accuracy(words(features.classNames, domain.template, model), features, model)
        return CrossDatasetDocument.Domain(
          name: domain.name, images: features, isSource: index == 0, zeroShotAccuracy: zeroShot.accuracy,
          methods: try methods.map { method in
            try CrossDatasetDocument.Method(
              name: method.name, seeds: method.tasks.map(\.seed), runs: method.tasks.map(\.id),
              accuracies: method.prompts.map { try accuracy($0, features, model) }, zeroShot: zeroShot)
          })
      }, remarks: .joined(remarks), warnings: results.flatMap { $0.result.warnings(of: $0.id) })
  }

  /// Returns the features of the test images of the source and of the other data sets.
  private func crossFeatures(_ model: OpenedModel) throws -> [FeatureStore] {
    let source = try TransferDomain(
      whole[0].images(in: folder, cache: cache, observer: observer).source)
    let encoding = ImageFeatures(
      model: model, precision: whole[0].precision, reading: ImageReading(skipsUnreadable: folder.skipsUnreadable),
      views: 1, seed: 1,
      observer: observer)
    try AtomicOutput.makeFolder(at: folder.features)
    return try ([source] + cross).map { domain in
      try encoding.store(domain.dataset, split: .test, draw: nil, in: folder.features, cache: cache)
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

  /// Returns test images with their pixels, which prompts in the image tower need.
  private func shown(_ store: FeatureStore, _ dataset: Dataset, _ model: OpenedModel) throws -> LabeledFeatures {
    store.images.showing(
      try store.pixels(
        in: dataset, split: .test, model: model, reading: ImageReading(skipsUnreadable: folder.skipsUnreadable),
        views: 1, seed: 1))
  }

  private func accuracy(
    _ prompt: any UsablePrompt, _ images: LabeledFeatures, _ model: OpenedModel
  ) throws -> DomainAccuracy {
    let classifier = try prompt.classifier(ofClasses: images.classNames)
    return try DomainAccuracy(logits: classifier.logits(for: classifier.features(of: images)), labels: images.labels)
  }

  /// Groups tasks by a property, in the order in which its values come first.
  private static func grouped(
    _ tasks: [SweepTask], by property: (SweepTask) -> String
  ) -> [(key: String, tasks: [SweepTask])] {
    var order: [String] = []
    for task in tasks where !order.contains(property(task)) { order.append(property(task)) }
    return order.map { key in (key, tasks.filter { property($0) == key }) }
  }
}

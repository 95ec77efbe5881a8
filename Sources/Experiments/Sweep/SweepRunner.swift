import PromptLensCLIP
import PromptLensDatasets
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import Synchronization
import PromptLensTensors

/// A runner of tasks, which runs each task once, even with other processes in the folder and after earlier runs.
///
/// A task is claimed before its folder is touched. Tasks claimed by other processes are postponed, waited for, and
/// run here if the others did not finish them.
package struct SweepRunner {
  /// The end of a task.
  package enum Outcome {
    case done(RunResult)
    case finishedBefore(RunResult)
    case failed(any Error)
  }

  package let folder: SweepFolder
  /// The number of parallel runs, or of groups of runs, which share the threads.
  package let jobs: Int
  /// About the number of rows of the largest prompts; nil if runs aren't grouped, since the number of parallel runs is
  /// given.
  private let groupedRows: Int?
  let tasks: [SweepTask]
  private let models: [ModelKey: OpenedModel]
  private let parts: [ModelKey: PromptPassPool]
  let cache: FeatureCache
  private let observer: ExperimentObserver
  private let encodesAllImages: Set<ImagesKey>

  /// A model and its arithmetic.
  private struct ModelKey: Hashable {
    let path: String
    let precision: ComputePrecision

    init(_ task: SweepTask) { (path, precision) = (task.model, task.precision) }
  }

  /// The key of training images whose views are shared by runs of several draws.
  private struct ImagesKey: Hashable {
    let model: ModelKey
    let data: String
    let views: Int
    /// The seed of the views; nil for the center crop, which is the same for all seeds.
    let seed: Int?

    init(_ task: SweepTask, _ images: LearningImages) {
      model = ModelKey(task)
      data = images.source.description
      views = images.views
      seed = images.views == 1 ? nil : images.seed
    }
  }

  /// Opens the models, lists of images and prompts of tasks before any work.
  ///
  /// - Parameters:
  ///   - tasks: those to do.
  ///   - all: those of all processes, by which all of them decide alike which features to share.
  ///   - folder: where results go.
  ///   - jobs: runs at a time; nil for a group of runs on each thread where every run's prompts are few, else one run.
  ///   - cache: the lists and features that were opened already.
  ///   - observer: the receiver of notes and of the progress of encoding images; it doesn't receive epochs.
  /// - Throws: the first fault of a model, of a list of images, or of class names that cannot be learned.
  package init(
    _ tasks: [SweepTask], of all: [SweepTask], in folder: SweepFolder, jobs: Int?, cache: FeatureCache = FeatureCache(),
    observer: ExperimentObserver
  ) throws {
    self.observer = observer
    self.tasks = tasks
    self.folder = folder
    self.cache = cache
    var models: [ModelKey: OpenedModel] = [:]
    for task in tasks where models[ModelKey(task)] == nil {
      models[ModelKey(task)] = try OpenedModel(task.model, precision: task.precision)
    }
    self.models = models
    parts = models.mapValues { _ in PromptPassPool() }
    var draws: [ImagesKey: Set<[Int?]>] = [:]
    for task in all {
      let images = try task.images(in: folder, cache: cache, observer: observer)
      draws[ImagesKey(task, images), default: []].insert([images.shots, images.seed])
    }
    var shared: Set<ImagesKey> = []
    var largestPrompts = 0
    for task in tasks {
      let images = try task.images(in: folder, cache: cache, observer: observer)
      let key = ImagesKey(task, images)
      guard let model = models[ModelKey(task)] else { continue }
      let dataset = try images.dataset(task.learning, model)
      largestPrompts = max(
        largestPrompts,
        task.learning.promptRows(classes: dataset.classNames.count, model.configuration.text))
      // Draws of their own would have more images to encode than there are.
      let wanted = (draws[key] ?? []).reduce(0) { sum, draw in
        sum + (draw[0].map { min($0, dataset[.train].count) * dataset.classNames.count } ?? dataset[.train].count)
      }
      if wanted >= dataset[.train].count { shared.insert(key) }
    }
    encodesAllImages = shared
    let isSmall = largestPrompts <= GroupedRuns.rowsOfSmallPrompts
    self.jobs = jobs ?? (isSmall ? Parallel.threadCount : 1)
    groupedRows = jobs == nil && isSmall ? largestPrompts : nil
  }

  /// Returns the opened model of a task that this runner was made for.
  package func model(of task: SweepTask) throws -> OpenedModel {
    guard let model = models[ModelKey(task)] else { throw ExperimentError.noModelFolder(path: task.model) }
    return model
  }

  /// Checks that no task failed.
  ///
  /// - Throws: ``ExperimentError/failedTasks(failed:total:first:reason:areUnwritable:)`` naming the first.
  package static func check(_ tasks: [SweepTask], _ outcomes: [Outcome]) throws(ExperimentError) {
    let names = DataNames(tasks.map(\.data))
    let failures = zip(tasks, outcomes).compactMap { task, outcome -> (task: String, error: any Error)? in
      if case .failed(let error) = outcome { (task.summary(names), error) } else { nil }
    }
    guard let first = failures.first else { return }
    throw .failedTasks(
      failed: failures.count, total: tasks.count, first: first.task, reason: "\(first.error)",
      areUnwritable: failures.allSatisfy { ErrorKind($0.error) == .cannotWrite })
  }

  // MARK: - Doing

  /// Does the tasks.
  ///
  /// - Parameter report: called when a task has ended, with how many have.
  /// - Returns: the outcomes, in the tasks' order.
  /// - Throws: `FileError` when the folder cannot be written.
  package func run(report: @escaping @Sendable (SweepTask, Outcome, _ done: Int) -> Void) throws -> [Outcome] {
    try folder.make()
    let outcomes = Mutex<[Int: Outcome]>([:])
    @Sendable func end(_ index: Int, _ outcome: Outcome) {
      let done = outcomes.withLock { outcomes in
        outcomes[index] = outcome
        return outcomes.count
      }
      report(tasks[index], outcome, done)
    }
    var open: [Int] = []
    for (index, task) in tasks.enumerated() {
      if let result = finishedResult(of: task) { end(index, result) } else { open.append(index) }
    }
    try prepareFeatures(of: open.map { tasks[$0] })
    let waiting = Mutex<[Int]>([])
    let order = open
    let runs =
      groupedRows.map { GroupedRuns(of: order.count, groups: jobs, rows: $0) } ?? GroupedRuns(alone: jobs)
    try runs.forEach(order.count) { position, member in
      let index = order[position]
      if let outcome = attempt(tasks[index], waits: false, in: member) {
        end(index, outcome)
      } else {
        waiting.withLock { $0.append(index) }
      }
    }
    let claimed = waiting.withLock { $0.sorted() }
    if !claimed.isEmpty {
      observer.note("\(claimed.count) tasks are running in other processes; waiting for them")
    }
    for index in claimed {
      if let outcome = attempt(tasks[index], waits: true) { end(index, outcome) }
    }
    return outcomes.withLock { outcomes in tasks.indices.compactMap { outcomes[$0] } }
  }

  /// Returns the result in a task's folder, if it is sound; one that was measured with another model is a failure.
  private func finishedResult(of task: SweepTask) -> Outcome? {
    let result: RunResult
    do {
      guard case .finished(let found) = try folder.state(of: task.id) else { return nil }
      result = found
    } catch {
      return .failed(error)
    }
    let fingerprint = models[ModelKey(task)]?.folder.manifest.fingerprint
    guard let fingerprint, result.settings["model_fingerprint"] == .string(fingerprint) else {
      return .failed(
        ExperimentError.foreignRun(
          path: folder.run(task.id), model: task.model,
          reason: "its result belongs to another model; give another --output, or remove the folder"))
    }
    return .finishedBefore(result)
  }

  /// Computes features one set after the other, each with all threads.
  private func prepareFeatures(of tasks: [SweepTask]) throws {
    for task in tasks {
      guard let model = models[ModelKey(task)] else { continue }
      _ = try images(of: task).stores(task.learning, model)
    }
  }

  /// Returns the images of a task, with the features that it shares with other tasks.
  ///
  /// - Throws: the errors of reading the lists.
  package func images(of task: SweepTask) throws -> LearningImages {
    var images = try task.images(in: folder, cache: cache, observer: observer)
    if encodesAllImages.contains(ImagesKey(task, images)) { images.encodesAllImages = true }
    return images
  }

  /// Does a task; nil when another process is at it.
  private func attempt(_ task: SweepTask, waits: Bool, in member: PassGroup.Member? = nil) -> Outcome? {
    do {
      guard let claim = try Claim(at: folder.claim(task.id), waits: waits) else { return nil }
      return try withExtendedLifetime(claim) {
        // Another process may have done it meanwhile.
        if let result = finishedResult(of: task) { return result }
        if let found = try folder.repair(task.id) { observer.note("\(task.summary(DataNames([task.data]))): \(found)") }
        guard let model = models[ModelKey(task)], let parts = parts[ModelKey(task)] else { return nil }
        let data = try images(of: task).features(task.learning, model)
        let run = try LearningRun(
          task.learning, data: data, model: model, noise: task.noiseRequest, sharing: parts, in: member)
        let runFolder = try RunFolder(folder.run(task.id), for: run.description)
        return .done(try run.train(in: runFolder, observer: .silent))
      }
    } catch {
      return .failed(error)
    }
  }
}

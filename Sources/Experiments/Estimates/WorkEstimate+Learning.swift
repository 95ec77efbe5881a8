import PromptLensDatasets
import PromptLensFeatures
import PromptLensJSONDocuments
import PromptLensTensors

extension WorkEstimate {
  /// The copies of a context in a run folder: the context and what a checkpoint holds.
  private static let contextCopies = 6
  /// The bytes of a run's documents.
  private static let documentBytes = 60_000

  /// Estimates a run by one pass over its prompts.
  ///
  /// - Parameter run: the run, whose features may be any numbers.
  /// - Throws: the tower's errors.
  package init(_ run: LearningRun) throws {
    self.init()
    let work = try run.withTrainer(run.model.clip.textEncoder()) { try run.work($0) }
    runs = 1
    steps = work.steps
    seconds = work.seconds
    memory = max(work.bytes, Self.peakMemory)
    disk = Self.contextCopies * MemoryLayout<Float>.stride * work.parameters + Self.documentBytes
  }

  /// Estimates a run on images whose features aren't known.
  ///
  /// - Parameters:
  ///   - settings: the settings of learning.
  ///   - classNames: the classes.
  ///   - images: the number of training images.
  ///   - shots: the images of each class; nil for all of them.
  ///   - seed: the seed.
  ///   - model: the model.
  ///   - pool: what runs on the model share.
  /// - Throws: `PromptError` when the prompts cannot be learned, and the tower's errors.
  init(
    learning settings: LearningSettings, classNames: [String], images: Int, shots: Int?, seed: Int,
    model: OpenedModel, sharing pool: PromptPassPool = PromptPassPool()
  ) throws {
    var settings = settings
    // These depend on labels and validation images, and not on the time of a step.
    settings.patience = nil
    settings.strategy = .all
    let width = model.configuration.embedDimension
    var state: UInt32 = 1
    let numbers = (0..<max(images, 1) * width).map { _ -> Float in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 24) - 0.5
    }
    let features = try LabeledFeatures(
      features: Tensor(numbers, shape: [max(images, 1), width], name: "features"),
      labels: (0..<max(images, 1)).map { $0 % classNames.count }, classNames: classNames)
    let data = try LearningData(
      features, shots: shots, drawsShots: false, seed: seed, test: nil, name: "dry run")
    try self.init(try LearningRun(settings, data: data, model: model, sharing: pool))
  }
}

extension SweepRunner {
  /// Estimates the work of tasks.
  ///
  /// - Returns: the work of all of them, one after the other.
  /// - Throws: the errors of reading the lists and some of the images, and of prompts that cannot be learned.
  package func estimate() throws -> WorkEstimate {
    var estimate = WorkEstimate()
    var paces: [String: FitPace] = [:]
    var encoded: [String: [Int: Int]] = [:]
    var known: [String: WorkEstimate] = [:]
    let pool = PromptPassPool()
    for task in tasks {
      let model = try model(of: task)
      let images = try task.images(in: folder, cache: cache)
      let dataset = try images.dataset(task.learning, model)
      let place = "\(task.model)\n\(task.data)"
      let pace = try paces[place] ?? FitPace(dataset.pooled(as: .train), model: model, reading: images.reading)
      paces[place] = pace
      let (parts, train) = try images.parts(dataset)
      // Runs share the features of equal images: of each list, at most all of its images are encoded.
      let stores = "\(place)\n\(images.views)\n\(images.views == 1 ? 0 : images.seed)"
      for (index, part) in parts.enumerated() {
        let most = index == 0 ? dataset[.train].count : dataset[.test].count + dataset[.val].count
        let before = encoded[stores, default: [:]][index, default: 0]
        let more = index == 0 ? min(part.images, most - before) : before == 0 ? part.images : 0
        encoded[stores, default: [:]][index] = before + more
        if more > 0 { estimate = estimate + WorkEstimate(encoding: [(more, part.views)], pace, model) }
      }
      var settings = task.settings
      settings[RunField.seed.name] = nil
      let key = JSON.object(settings).serialized()
      let run =
        try known[key]
        ?? WorkEstimate(
          learning: task.learning, classNames: dataset.classNames, images: train, shots: task.shots, seed: task.seed,
          model: model, sharing: pool)
      known[key] = run
      estimate = estimate + run
    }
    return estimate
  }
}

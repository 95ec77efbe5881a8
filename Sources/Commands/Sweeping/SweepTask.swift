import PromptLensExperiments
import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensTensors

/// One run of a sweep: its settings, and the name that they give it.
struct SweepTask: Sendable, Equatable {
  /// Every setting of ``SweepField/all``, in that order, but for later ones that have their fallbacks.
  let settings: JSON.Object
  /// The first 16 hexadecimal digits of the settings' SHA-256: equal settings are one task, wherever they are planned.
  let id: String

  /// The digits of an ``id``.
  static let idLength = 16

  /// A task of some settings; those that are not given have their fallbacks.
  ///
  /// - Parameters:
  ///   - given: values of fields, in their one form.
  ///   - source: where they come from, for errors.
  /// - Throws: `JSONError` when a setting that must be given is missing, `DatasetError` when the data are none.
  init(_ given: JSON.Object, source: String) throws {
    var settings = JSON.Object()
    for field in SweepField.all {
      guard let value = given[field.name] ?? field.fallback else {
        throw JSONError.missing(source: source, path: field.name, expected: field.expected)
      }
      if !field.isLater || value != field.fallback { settings[field.name] = value }
    }
    // Words bring their own number of vectors; random numbers need one.
    settings["context_length"] =
      settings["init"] != .null ? .null : settings["context_length"] == .null ? 16 : settings["context_length"]
    self.settings = settings
    id = Array(JSON.object(settings).serialized().utf8).withUnsafeBytes {
      String(Fingerprint.of($0).prefix(Self.idLength))
    }
    _ = try DataSource(text("data"))
    try check(source: source)
  }

  /// Refuses settings that exclude each other.
  private func check(source: String) throws(JSONError) {
    func unexpected(_ name: String, expected: String) -> JSONError {
      let value = settings[name] ?? .null
      return JSONNode(source: source, path: name, value: value).unexpected(
        expected: expected, found: value.serialized())
    }
    if learning.method == .cocoop {
      guard learning.strategy == .all else {
        throw unexpected("strategy", expected: "all with method cocoop, which has another prompt for each image")
      }
      guard !learning.isClassSpecific else {
        throw unexpected(
          "class_specific", expected: "false with method cocoop, which learns one context for all classes")
      }
    }
    switch learning.strategy {
    case .smallLoss(nil) where noise == nil, .coTeaching(nil) where noise == nil:
      throw unexpected("strategy", expected: "the rate of wrong labels where noise does not say it, as small-loss:0.3")
    default: return
    }
  }

  /// A line of a task file.
  var line: String {
    var object = JSON.Object()
    object["id"] = .string(id)
    for (name, value) in settings { object[name] = value }
    return JSON.object(object).serialized()
  }

  /// Reads a file of tasks, a JSON object in each line, as `sweep plan` prints them.
  ///
  /// - Throws: `FileError`, `JSONError` or ``ExperimentError/badTasks(path:line:reason:)`` for the first line that is none.
  static func read(_ path: String) throws -> [SweepTask] {
    let bytes = try MappedFile.contents(
      of: path, limit: 1 << 30, expected: "tasks, as promptlens sweep plan prints them")
    var places: [String: Int] = [:]
    var tasks: [SweepTask] = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    where !line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) {
      let source = "\(path), line \(index + 1)"
      let root = JSONNode(source: source, value: try JSON(parsing: Array(line), source: source))
      let object = try root.object()
      var given = JSON.Object()
      for name in object.keys where name != "id" {
        guard let field = SweepField.all.first(where: { $0.name == name }) else {
          throw ExperimentError.unknownSetting(source: source, name: name, known: SweepField.names)
        }
        given[name] = try field.value(JSONNode(source: source, path: name, value: object[name] ?? .null))
      }
      let task = try SweepTask(given, source: source)
      let id = try root.string("id")
      guard id == task.id else {
        throw ExperimentError.badTasks(
          path: path, line: index + 1,
          reason: "the id \(id.prefix(40)) is not that of the settings, \(task.id); plan the grid again")
      }
      guard places.updateValue(index + 1, forKey: id) == nil else {
        throw ExperimentError.badTasks(path: path, line: index + 1, reason: "the task \(id) stands there again")
      }
      tasks.append(task)
    }
    guard !tasks.isEmpty else { throw ExperimentError.badTasks(path: path, line: 1, reason: "there are no tasks") }
    return tasks
  }
}

// MARK: - Values

extension SweepTask {
  private func text(_ name: String) -> String {
    if case .string(let text)? = settings[name] { return text }
    return ""
  }

  private func wholeNumber(_ name: String) -> Int? {
    if case .integer(let number)? = settings[name] { return Int(number) }
    return nil
  }

  /// The model's folder.
  var model: String { text("model") }
  /// The images, as after `--data`.
  var data: String { text("data") }
  /// The arithmetic of the towers.
  var precision: ComputePrecision { ComputePrecision(rawValue: text("precision")) ?? .float32 }
  /// The seed.
  var seed: Int { wholeNumber("seed") ?? 1 }
  /// Training images of each class.
  var shots: Int? { wholeNumber("shots") }

  /// What is learned and how.
  var learning: LearningSettings {
    var learning = LearningSettings()
    learning.contextLength = wholeNumber("context_length")
    if case .string(let words)? = settings["init"] { learning.initialization = words }
    learning.classPosition = ClassPosition(rawValue: text("class_position")) ?? .end
    learning.isClassSpecific = settings["class_specific"] == .bool(true)
    learning.method = MethodName(rawValue: text("method")) ?? .coop
    learning.epochs = wholeNumber("epochs")
    learning.batchSize = wholeNumber("batch_size")
    if case .number(let rate)? = settings["learning_rate"] { learning.learningRate = rate }
    learning.precision = precision
    if case .string(let name)? = settings["loss"], let loss = try? LossName.loss(name) { learning.loss = loss }
    if case .string(let name)? = settings["strategy"], let strategy = try? StrategyName(name) {
      learning.strategy = strategy
    }
    // The rate that was asked for, not what rounding leaves of it: runs of all seeds have the same settings.
    if case .rate(let rate)? = noise?.amount {
      switch learning.strategy {
      case .smallLoss(nil): learning.strategy = .smallLoss(rate)
      case .coTeaching(nil): learning.strategy = .coTeaching(rate)
      default: break
      }
    }
    return learning
  }

  private var noise: NoiseSpecification? {
    guard case .string(let text)? = settings["noise"] else { return nil }
    return try? NoiseSpecification(text)
  }

  /// What is made of the labels; nil for nothing.
  var noiseRequest: NoiseRequest? { noise.map { NoiseRequest(source: .made($0, seed: nil)) } }

  /// The images.
  ///
  /// - Parameters:
  ///   - folder: where features are kept.
  ///   - cache: what was opened already.
  /// - Returns: the images of the draw.
  /// - Throws: `DatasetError` when the text names no data, which ``init(_:source:)`` refuses.
  func images(in folder: String, cache: FeatureCache) throws -> LearningImages {
    var images = LearningImages(
      source: try DataSource(text("data")), folder: folder, cache: cache, observer: Console.stageObserver)
    images.views = wholeNumber("views") ?? images.views
    images.shots = shots
    images.seed = seed
    images.encodesAllImages = noiseRequest?.needsAllImages ?? false
    images.subset = ClassSubset(rawValue: text("classes")) ?? .all
    return images
  }

  /// The task in a few words: its images, method and numbers.
  var summary: String {
    let shots = shots.map { "\($0)-shot" } ?? "all images"
    let name = (try? DataSource(data))?.portableName ?? data
    let later = SweepField.all.filter(\.isLater).map { text($0.name) }.filter { !$0.isEmpty }
    return ([text("method"), name, shots, "seed \(seed)"] + later).joined(separator: ", ")
  }
}

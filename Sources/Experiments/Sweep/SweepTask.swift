import PromptLensPrompts
import PromptLensTensorFiles
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensTensors

/// A run of a sweep: its settings, and the name that they give it.
package struct SweepTask: Sendable, Equatable {
  /// The settings of the axes of ``RunField``, in that order, without later settings that have their defaults.
  package let settings: JSON.Object
  /// The first 16 hexadecimal digits of the settings' SHA-256: equal settings are one task, wherever they are planned.
  package let id: String

  /// The digits of an ``id``.
  package static let idLength = 16

  /// Returns a Boolean value that indicates whether a text has the form of an ``id``.
  package static func isID(_ text: String) -> Bool {
    text.utf8.count == idLength && text.allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }

  /// Creates a task of some settings; those that aren't given have their defaults.
  ///
  /// - Parameters:
  ///   - given: values of fields, in their one form.
  ///   - source: their source, for errors.
  /// - Throws: `JSONError` when a setting that must be given is missing, `DatasetError` when the data can't be any.
  package init(_ given: JSON.Object, source: String) throws {
    var settings = JSON.Object()
    for field in RunField.axes {
      guard let value = given[field.name] ?? field.fallback else {
        throw JSONError.missing(source: source, path: field.name, expected: field.expected)
      }
      if !field.isLater || value != field.fallback { settings[field.name] = value }
    }
    // Words bring their own number of vectors, as recipes do; CoOp's random numbers need one.
    if settings["init"] != .null {
      settings["context_length"] = .null
    } else if settings["context_length"] == .null, Self.beginsRandomly(settings) {
      settings["context_length"] = 16
    }
    self.settings = settings
    id = Array(JSON.object(settings).serialized().utf8).withUnsafeBytes {
      String(Fingerprint.of($0).prefix(Self.idLength))
    }
    _ = try DataSource(data)
    try check(source: source)
  }

  /// Returns whether a task's context begins with random numbers unless words are given.
  private static func beginsRandomly(_ settings: JSON.Object) -> Bool {
    var request = RunRequest()
    for name in [RunField.method.name, RunField.recipe.name] {
      if let value = settings[name] { RunField.named(name)?.setting?.set(&request, value) }
    }
    return request.learning.constants().start == .random(16)
  }

  /// Refuses settings that exclude each other.
  private func check(source: String) throws(JSONError) {
    func unexpected(_ name: String, expected: String) -> JSONError {
      let value = settings[name] ?? .null
      return JSONNode(source: source, path: name, value: value).unexpected(
        expected: expected, found: value.serialized())
    }
    let learning = learning
    if learning.method == .cocoop {
      guard learning.recipe != .fast else {
        throw unexpected(
          "recipe", expected: "paper or coop with method cocoop, whose steps pass over the prompts for each image")
      }
      guard learning.patience == nil else {
        throw unexpected(
          "early_stopping", expected: "null with method cocoop, which has a different prompt for each image")
      }
      guard learning.strategy == .all else {
        throw unexpected("strategy", expected: "all with method cocoop, which has a different prompt for each image")
      }
      guard !learning.isClassSpecific else {
        throw unexpected(
          "class_specific", expected: "false with method cocoop, which learns one context for all classes")
      }
    }
    if let contradiction = learning.contradiction {
      throw unexpected("method", expected: "settings that go together: \(contradiction)")
    }
    switch learning.strategy {
    case .smallLoss(nil) where noise == nil, .coTeaching(nil) where noise == nil:
      throw unexpected("strategy", expected: "a rate of wrong labels if noise doesn't give it, as small-loss:0.3")
    default: return
    }
  }

  /// A line of a task file.
  package var line: String {
    var object = JSON.Object()
    object["id"] = .string(id)
    for (name, value) in settings { object[name] = value }
    return JSON.object(object).serialized()
  }

  /// Reads tasks from a file of them or from a grid, a JSON object without an id.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - holdOut: the parts of each data set's classes to set aside; nil for what the file says.
  /// - Returns: the tasks.
  /// - Throws: the errors of ``read(_:holdOut:)`` and of grids.
  package static func planned(in path: String, holdOut: HoldOut? = nil) throws -> [SweepTask] {
    let bytes = try MappedFile.contents(
      of: path, limit: 1 << 30, expected: "tasks, as promptlens sweep plan prints them, or a grid")
    // A file of several tasks is no JSON document, and one of a single task has an id.
    let document = try? JSON(parsing: Array(bytes), source: path)
    guard case .object(let members)? = document, members["id"] == nil else { return try read(path, holdOut: holdOut) }
    return try SweepGrid(JSONNode(source: path, value: .object(members)), holdOut: holdOut).tasks
  }

  /// Reads a file of tasks, a JSON object in each line, as `sweep plan` prints them.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - holdOut: the parts of each data set's classes to set aside; nil for what the tasks say.
  /// - Returns: the tasks, which have other ids with a hold-out that they don't say themselves.
  /// - Throws: `FileError`, `JSONError` or ``ExperimentError/badTasks(path:line:reason:)`` for the first line that
  ///   isn't a task; `DatasetError` when a task says another hold-out.
  package static func read(_ path: String, holdOut: HoldOut? = nil) throws -> [SweepTask] {
    let bytes = try MappedFile.contents(
      of: path, limit: 1 << 30, expected: "tasks, as promptlens sweep plan prints them")
    var lineNumbers: [String: Int] = [:]
    var tasks: [SweepTask] = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    where !line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) {
      let source = "\(path), line \(index + 1)"
      let root = JSONNode(source: source, value: try JSON(parsing: Array(line), source: source))
      let object = try root.object()
      var given = JSON.Object()
      for name in object.keys where name != "id" {
        guard let field = RunField.axes.first(where: { $0.name == name }) else {
          throw ExperimentError.unknownSetting(source: source, name: name, known: RunField.axisNames)
        }
        given[name] = try field.value(JSONNode(source: source, path: name, value: object[name] ?? .null))
      }
      let task = try SweepTask(given, source: source)
      let id = try root.string("id")
      guard id == task.id else {
        throw ExperimentError.badTasks(
          path: path, line: index + 1,
          reason: "the id \(id.prefix(40)) doesn't match the settings, \(task.id); plan the grid again")
      }
      guard lineNumbers.updateValue(index + 1, forKey: id) == nil else {
        throw ExperimentError.badTasks(path: path, line: index + 1, reason: "the task \(id) is repeated")
      }
      tasks.append(task)
    }
    guard !tasks.isEmpty else { throw ExperimentError.badTasks(path: path, line: 1, reason: "there are no tasks") }
    guard let holdOut else { return tasks }
    var known: Set<String> = []
    return try tasks.map { try $0.holding(out: holdOut) }.filter { known.insert($0.id).inserted }
  }

  /// Returns the task with parts of its data set aside.
  private func holding(out holdOut: HoldOut) throws -> SweepTask {
    var given = settings
    given[RunField.data.name] = .string(try DataSource(data).holding(out: holdOut).description)
    return try SweepTask(given, source: "task \(id)")
  }
}

// MARK: - Values

extension SweepTask {
  /// The request that the settings make.
  private var request: RunRequest {
    var request = RunRequest()
    for axis in RunField.axes {
      if let value = settings[axis.name] { axis.set(&request, value) }
    }
    return request
  }

  /// The path of the model folder.
  package var model: String { request.model }
  /// The source of the images, as after `--data`.
  package var data: String { request.data }
  /// The arithmetic of the towers.
  package var precision: ComputePrecision { request.learning.precision }
  /// The seed.
  package var seed: Int { request.seed }
  /// The number of training images of each class; nil for all of them.
  package var shots: Int? { request.shots }

  /// The settings of learning.
  package var learning: LearningSettings {
    let request = request
    var learning = request.learning
    learning.usesFoundValidation = true
    // The rate that was asked for, not the one that rounding leaves: runs of all seeds have the same settings.
    if case .rate(let rate)? = request.noise?.amount {
      switch learning.strategy {
      case .smallLoss(nil): learning.strategy = .smallLoss(rate)
      case .coTeaching(nil): learning.strategy = .coTeaching(rate)
      default: break
      }
    }
    return learning
  }

  private var noise: NoiseSpecification? { request.noise }

  /// The noise to make; nil for none.
  package var noiseRequest: NoiseRequest? { noise.map { NoiseRequest(source: .made($0, seed: nil)) } }

  /// Returns the images of the draw.
  ///
  /// - Parameters:
  ///   - folder: the sweep, which says where features are kept.
  ///   - cache: the lists and features that were opened already.
  ///   - observer: the receiver of progress.
  /// - Returns: the images.
  /// - Throws: `DatasetError` when the text doesn't name data, which ``init(_:source:)`` refuses.
  package func images(
    in folder: SweepFolder, cache: FeatureCache, observer: ExperimentObserver = .silent
  ) throws -> LearningImages {
    let request = request
    var images = LearningImages(
      source: try DataSource(request.data), reading: ImageReading(skipsUnreadable: folder.skipsUnreadable),
      views: request.views, shots: request.shots, seed: request.seed,
      subset: request.subset, encodesAllImages: noiseRequest?.needsAllImages ?? false,
      needsValidation: request.learning.patience != nil, folder: folder.features, cache: cache,
      observer: observer)
    images.patchSpace = folder.patchSpace
    return images
  }

  /// The task in a few words: its images, method and numbers.
  package var summary: String { summary(DataNames(data)) }

  /// Returns the task in a few words: its images, method and numbers.
  ///
  /// - Parameter names: the names of the data sets of all tasks.
  /// - Returns: the words.
  package func summary(_ names: DataNames) -> String {
    let request = request
    let shots = request.shots.map { "\($0)-shot" } ?? "all images"
    let name = names(request.data)
    let later = RunField.axes.filter(\.isLater).compactMap { axis -> String? in
      switch settings[axis.name] {
      case nil: nil
      case .string(let text)?: text
      case let value?: "\(axis.name) \(value.serialized())"
      }
    }
    let classes = request.subset == .base ? ["base classes"] : []
    return ([request.learning.method.rawValue, name] + classes + [shots, "seed \(request.seed)"] + later)
      .joined(separator: ", ")
  }
}

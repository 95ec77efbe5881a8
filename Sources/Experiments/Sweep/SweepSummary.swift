import Foundation
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFiles
import PromptLensJSONDocuments

/// The results of a sweep, the file `sweep.json`: each run, and each cell of runs that differ only in their seed.
package struct SweepSummary: Sendable {
  /// A finished run.
  package struct Run: Sendable {
    /// The task's name.
    package let id: String
    package let result: RunResult

    /// Creates a finished run.
    package init(id: String, result: RunResult) {
      self.id = id
      self.result = result
    }
  }

  /// A measure of a result, by its name in documents.
  package typealias Metric = (name: String, path: KeyPath<RunResult, Double?> & Sendable)

  /// The measures that are pooled over seeds, where results have them.
  package static let metrics: [Metric] = [
    ("accuracy", \.accuracy), ("zero_shot_accuracy", \.zeroShotAccuracy),
    ("mean_per_class_accuracy", \.meanPerClassAccuracy), ("macro_f1", \.macroF1),
    ("expected_calibration_error", \.expectedCalibrationError),
  ]

  /// The runs, in the order of their ids.
  package let runs: [Run]
  /// The cells.
  package let groups: [RunGroup]
  /// The settings that differ between cells.
  package let columns: [String]
  /// The names of the data sets: those that distinguish them, among others beside which they are shown, too.
  package var dataNames: DataNames

  /// Pools runs.
  package init(_ runs: [Run]) {
    self.runs = runs
    groups = RunGroup.groups(of: runs.map(\.result.settings))
    columns = RunGroup.columns(of: groups)
    dataNames = DataNames(groups.map { $0.text(RunField.data.name) })
  }

  /// The warnings of the runs.
  package var warnings: [RunWarning] { runs.flatMap { $0.result.warnings(of: $0.id, names: dataNames) } }

  /// Returns a measure over the seeds of a group; nil when one of its results doesn't have it.
  package func pooled(_ metric: KeyPath<RunResult, Double?>, in group: RunGroup) -> SeedSummary? {
    let values = group.members.compactMap { runs[$0.index].result[keyPath: metric] }
    return values.count == group.members.count ? try? SeedSummary(values) : nil
  }
}

extension RunGroup {
  /// The seeds of the runs, in order.
  package var seeds: [Int] { members.compactMap(\.seed) }
}

// MARK: - The document

extension SweepSummary: JSONDocument {
  package static let format = "promptlens-sweep"
  package static let version = 3

  package func encode() -> JSON.Object {
    let cells = groups.map { group -> JSON in
      var object = JSON.Object()
      object["settings"] = .object(group.settings)
      object["seeds"] = .array(group.seeds.map { JSON($0) })
      object["runs"] = .array(group.members.map { .string(runs[$0.index].id) })
      for metric in Self.metrics { object[metric.name] = pooled(metric.path, in: group)?.json ?? .null }
      let warned = group.members.filter { !runs[$0.index].result.warnings.isEmpty }
      object["runs_with_warnings"] = .array(warned.map { .string(runs[$0.index].id) })
      return .object(object)
    }
    let list = runs.map { run -> JSON in
      var object = JSON.Object()
      object["id"] = .string(run.id)
      for (name, value) in run.result.encode() { object[name] = value }
      return .object(object)
    }
    var object = JSON.Object()
    object["cells"] = .array(cells)
    object["runs"] = .array(list)
    object["warnings"] = .array(warnings.map(\.json))
    ImageRemarks.joined(runs.map(\.result.remarks)).write(to: &object)
    return object
  }

  /// Decodes the runs; cells follow from them.
  package init(decoding document: JSONNode) throws {
    self.init(
      try document.array("runs").map { Run(id: try $0.string("id"), result: try RunResult(decoding: $0)) })
  }

  /// Renames `top5` of runs in documents without a version to `top5_accuracy`, and `skipped_images` in version 1 to
  /// `skipped`.
  package static func upgrade(_ document: JSON, from version: Int) -> JSON {
    guard version < 2, case .object(var object) = document, case .array(let runs)? = object["runs"] else {
      return document
    }
    object["runs"] = .array(runs.map { RunResult.upgrade($0, from: version) })
    return .object(object)
  }
}

// MARK: - Collecting

extension SweepFolder {
  /// A task without a sound result, and the reason.
  package typealias Missing = (id: String, reason: String)

  /// Collects the results of a sweep.
  ///
  /// - Parameter asked: the tasks that should be finished; nil for all that were begun.
  /// - Returns: the results in the order of ids, independent of the order in which they finished, and the tasks that
  ///   are left out.
  /// - Throws: ``ExperimentError/noResults(path:)`` when the folder doesn't hold results; `JSONError` for a result of a
  ///   newer version.
  package func summary(of asked: [SweepTask]?) throws -> (summary: SweepSummary, missing: [Missing]) {
    var runs: [SweepSummary.Run] = []
    var missing: [Missing] = []
    for id in (asked?.map(\.id) ?? ids).sorted() {
      switch try state(of: id) {
      case .finished(let result): runs.append(SweepSummary.Run(id: id, result: result))
      case .begun: missing.append((id, "not finished"))
      case .new: missing.append((id, "not begun"))
      case .damaged(let reason): missing.append((id, "damaged: \(reason)"))
      }
    }
    guard !runs.isEmpty else {
      guard FileManager.default.fileExists(atPath: path) else {
        throw FileError.missing(path: path, expected: "the --output folder of promptlens sweep run")
      }
      throw ExperimentError.noResults(path: path)
    }
    return (SweepSummary(runs), missing)
  }

  /// Reads the predictions of tasks, as far as their runs keep them.
  ///
  /// - Parameter ids: The tasks.
  /// - Returns: The predictions by the tasks' ids.
  /// - Throws: `JSONError` when a file is damaged or of a newer version.
  package func predictions(of ids: [String]) throws -> [String: RunPredictions] {
    var found: [String: RunPredictions] = [:]
    for id in ids { found[id] = try RunFolder(run(id)).predictions }
    return found
  }
}

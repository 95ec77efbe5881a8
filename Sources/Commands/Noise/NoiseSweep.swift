import PromptLensExperiments
import PromptLensDatasets
import PromptLensFiles
import Foundation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting
import Synchronization
import PromptLensTensors

/// Makes the runs of a grid side by side, each on one core; those that are done already are read.
struct NoiseSweep {
  let grid: NoiseGrid
  let bench: NoiseBench
  /// Where everything is written.
  let folder: RunFolder

  /// What a sweep's runs have in common, which a folder holds one of; the grid may grow.
  ///
  /// `words` are the text features' file and scale where these stand in place of a model.
  static func description(
    _ settings: LearningSettings, data: LearningData, model: OpenedModel?, shots: Int?, epochs: Int,
    hasNoisyValidation: Bool, words: (fingerprint: String, scale: Double)?
  ) -> RunDescription {
    var object = JSON.Object()
    object["noisyValidation"] = hasNoisyValidation ? true : nil
    let length = settings.initialization.map { JSON.string($0) } ?? JSON(settings.contextLength ?? 16)
    let entries: [(String, JSON)] = [
      ("kind", "noise"), ("data", .string(data.name)), ("shots", shots.map { JSON($0) } ?? .null),
      ("views", JSON(data.train.views)), ("context", length),
      ("classPosition", .string(settings.classPosition.rawValue)), ("classSpecific", .bool(settings.isClassSpecific)),
      ("method", .string(settings.method.rawValue)), ("epochs", JSON(epochs)),
      ("batchSize", JSON(settings.batchSize ?? 32)),
      ("learningRate", .number(settings.learningRate)), ("precision", .string(settings.precision.rawValue)),
      ("modelFingerprint", model.map { .string($0.folder.manifest.fingerprint) } ?? .null),
      ("testFeatures", data.test.map { .string($0.identifier) } ?? .null),
    ]
    for (name, value) in entries { object[name] = value }
    if let words {
      object["textFeatures"] = .string(words.fingerprint)
      object["scale"] = .number(words.scale)
    }
    var record = JSON.Object()
    record["toolVersion"] = .string(ToolVersion.current)
    record["model"] = model.map { .string(URL(fileURLWithPath: $0.folder.path).standardizedFileURL.path) } ?? .null
    return RunDescription(settings: object, record: record, classNames: data.classNames)
  }

  /// Makes the runs that are missing.
  ///
  /// - Returns: the results in the order of the grid's cells.
  func results() throws -> [NoiseCellResult] {
    for part in ["runs", "noise"] { try AtomicOutput.makeFolder(at: "\(folder.path)/\(part)") }
    for (name, noise) in bench.manifests { try noise.write(to: "\(folder.path)/noise/\(name).json") }
    let cells = try grid.cells()
    for learner in grid.learners {
      if let cell = cells.first(where: { $0.learner == learner }) { try bench.check(cell) }
    }
    let paths = cells.map { "\(folder.path)/runs/\($0.name).json" }
    let found = zip(cells, paths).map { NoiseCellResult(contentsOf: $1, cell: $0) }
    for (cell, (path, result)) in zip(cells, zip(paths, found)) {
      guard let result else { continue }
      let data = try bench.data(of: cell)
      if result.trainFingerprint == data.trainFingerprint,
        result.validationFingerprint == cell.learner.validationFingerprint(of: data)
      {
        continue
      }
      throw LearningError.otherSettings(path: path, differences: ["other images or labels than are asked for"])
    }
    let missing = found.indices.filter { found[$0] == nil }
    if missing.count < cells.count { Console.note("\(cells.count - missing.count) of \(cells.count) runs are done") }
    let progress = Progress("runs", total: missing.count, unit: "runs")
    let bench = bench
    let made = try Parallel.map(missing.count) { index in
      let result = try bench.result(of: cells[missing[index]])
      try result.write(to: paths[missing[index]])
      progress.advance()
      return result
    }
    if !missing.isEmpty { progress.finish() }
    var results = found
    for (place, result) in zip(missing, made) { results[place] = result }
    return results.compactMap(\.self)
  }
}

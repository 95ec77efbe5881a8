import PromptLensExperiments
import PromptLensReporting

// The sections of a report, by the kind of folder.

extension FolderReport {
  /// The maximum number of runs with their own sections; of more runs, only a selection has one.
  private static let runLimit = 6

  /// Returns the sections of folders: comparisons of runs first, then runs, then other results.
  ///
  /// - Throws: `JSONError` when a document is damaged or of a newer version.
  func sections(on folders: [ReportedFolder]) throws -> [Report.Section] {
    var runs: [RunFolder] = []
    var sweeps: [SweepFolder] = []
    var results: [ResultFolder] = []
    for folder in folders {
      switch folder {
      case .run(let run): runs.append(run)
      case .sweep(let sweep): sweeps.append(sweep)
      case .results(let folder): results.append(folder)
      }
    }
    let probes = results.compactMap(\.probe)
    let models = OpenedModels(override: model)
    var sections = try sweeps.flatMap { try self.sections(on: $0, beside: probes, models) }
    sections += try self.sections(on: runs, beside: probes, models)
    // Probes that are lines of a figure aren't read one by one.
    let areFolded = probes.count > 2 && !(runs.isEmpty && sweeps.isEmpty)
    return sections
      + results.map { folder in
        var section = pictured(folder.section(beside: probes), root: root, folder: folder.path)
        if areFolded, folder.probe != nil {
          section.isFolded = true
          section.verdicts = []
        }
        return section
      }
  }

  /// Returns the section of a sweep, and those of some of its runs.
  private func sections(
    on sweep: SweepFolder, beside probes: [ProbeResult], _ models: OpenedModels
  ) throws -> [Report.Section] {
    let (summary, missing) = try sweep.summary(of: nil)
    var section = summary.section(
      baselines: probes, predictions: try sweep.predictions(of: summary.headlineRuns))
    if !missing.isEmpty {
      section.doubts.append(
        "\(missing.count.counting("run")) of the sweep \(missing.count == 1 ? "is" : "are") omitted, since "
          + "\(missing.count == 1 ? "it is" : "they are") unfinished or damaged; promptlens sweep run finishes them.")
    }
    let comparison = try RunComparison(summary.runs.map { try RunFolder(sweep.run($0.id)) })
    let (sections, note) = try exemplars(of: comparison, models)
    section.doubts += note
    return [section] + sections
  }

  /// Returns the comparison of runs, and the sections of some of them.
  private func sections(
    on runs: [RunFolder], beside probes: [ProbeResult], _ models: OpenedModels
  ) throws -> [Report.Section] {
    let comparison = try RunComparison(runs)
    guard runs.count > 1 else { return try exemplars(of: comparison, models).sections }
    var section = try comparison.section(baselines: probes)
    let (sections, note) = try exemplars(of: comparison, models)
    section.doubts += note
    return [section] + sections
  }

  /// Returns the sections of runs that represent the others, and a limitation where they are fewer.
  private func exemplars(
    of comparison: RunComparison, _ models: OpenedModels
  ) throws -> (sections: [Report.Section], note: [String]) {
    let sections = try comparison.exemplars(Self.runLimit).map { run in
      let section = try RunSection(
        run.run, name: run.name, isAlone: comparison.runs.count == 1, models: models)
      return pictured(try section.section(), root: root ?? run.run.imageRoot())
    }
    let finished = comparison.runs.count { $0.result != nil }
    guard finished > Self.runLimit else { return (sections, []) }
    return (
      sections,
      [
        "Only \(Self.runLimit) of \(finished) runs have sections of their own: one of each recipe, the most "
          + "accurate recipes first; promptlens report RUN shows any of the others."
      ]
    )
  }
}

import Foundation
import PromptLensDatasets
import PromptLensExperiments
import PromptLensFiles
import PromptLensReporting

// The sections of a report, by the kind of folder.

extension FolderReport {
  /// The maximum number of runs with their own sections; of more runs, only a selection has one.
  private static let runLimit = 6

  /// A sweep with its results.
  private struct Sweep {
    let folder: SweepFolder
    let summary: SweepSummary
    let missing: [SweepFolder.Missing]

    init(_ folder: SweepFolder) throws {
      self.folder = folder
      (summary, missing) = try folder.summary(of: nil)
    }
  }

  /// Returns the sections of folders: comparisons of runs first, then runs, then other results.
  ///
  /// - Throws: `JSONError` when a document is damaged or of a newer version.
  func sections(on folders: [ReportedFolder]) throws -> [Report.Section] {
    var runs: [RunFolder] = []
    var sweeps: [Sweep] = []
    var results: [ResultFolder] = []
    for folder in folders {
      switch folder {
      case .run(let run): runs.append(run)
      case .sweep(let sweep): sweeps.append(try Sweep(sweep))
      case .results(let folder): results.append(folder)
      }
    }
    let probes = results.compactMap(\.probe)
    let models = OpenedModels(override: model)
    // Data sets have the same names in all sections.
    let data = DataNames(
      runs.map { $0.description.text("data") } + sweeps.flatMap { $0.summary.dataTexts }
        + results.flatMap { $0.sweep?.dataTexts ?? [] })
    var sections: [Report.Section] = []
    for (sweep, name) in zip(sweeps, Self.names(of: sweeps.map(\.folder.path))) {
      var own = try self.sections(on: sweep, beside: probes, data, models)
      if sweeps.count > 1 { own[0].title = "\(name): \(sweep.summary.runs.count.counting("run"))" }
      sections += own
    }
    sections += try self.sections(on: runs, beside: probes, data, models)
    // Probes that are lines of a figure aren't read one by one.
    let areFolded = probes.count > 2 && !(runs.isEmpty && sweeps.isEmpty)
    sections += zip(results, Self.names(of: results.map(\.path))).map { folder, name in
      var section = pictured(
        folder.section(named: name, beside: probes, data), root: root ?? folder.root, folder: folder.path)
      if areFolded, folder.probe != nil {
        section.isFolded = true
        section.verdicts = []
      }
      return section
    }
    return sections.distinguishingVerdicts
  }

  /// Returns the names of folders: their last parts, or as many as distinguish them.
  static func names(of folders: [String]) -> [String] {
    PathEnds.names(of: folders.map { URL(fileURLWithPath: $0).standardizedFileURL.path })
  }

  /// Returns the section of a sweep, and those of some of its runs.
  private func sections(
    on sweep: Sweep, beside probes: [ProbeResult], _ data: DataNames, _ models: OpenedModels
  ) throws -> [Report.Section] {
    var summary = sweep.summary
    summary.dataNames = data
    var section = summary.section(
      baselines: probes, predictions: try sweep.folder.predictions(of: summary.headlineRuns))
    let missing = sweep.missing.count
    if missing > 0 {
      section.doubts.append(
        "\(missing.counting("run")) of the sweep \(missing == 1 ? "is" : "are") omitted, since "
          + "\(missing == 1 ? "it is" : "they are") unfinished or damaged; promptlens sweep run finishes them.")
    }
    var comparison = try RunComparison(summary.runs.map { try RunFolder(sweep.folder.run($0.id)) })
    comparison.dataNames = data
    let (sections, note) = try exemplars(of: comparison, models)
    section.doubts += note
    return [section] + sections
  }

  /// Returns the comparison of runs, and the sections of some of them.
  private func sections(
    on runs: [RunFolder], beside probes: [ProbeResult], _ data: DataNames, _ models: OpenedModels
  ) throws -> [Report.Section] {
    var comparison = try RunComparison(runs)
    comparison.dataNames = data
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
        run.run, name: run.name, isAlone: comparison.runs.count == 1, dataNames: comparison.dataNames, models: models,
        explanations: explains
          ? GalleryExplanations(model: model, root: root ?? run.run.imageRoot(), limit: pictures, observer: observer)
          : nil)
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

extension SweepSummary {
  /// The data sets of the runs, as they are recorded.
  fileprivate var dataTexts: [String] { groups.map { $0.text("data") } }
}

import PromptLensExperiments
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensJSONDocuments
import PromptLensReporting

/// A sweep's results: each run, and each cell of runs that differ by their seed alone.
struct SweepSummary {
  /// A finished run.
  struct Run {
    let id: String
    let result: RunResult
  }

  /// A measure of a result, by its name in documents.
  private typealias Metric = (name: String, path: KeyPath<RunResult, Double?> & Sendable)

  /// The measures that are pooled over seeds, where results have them.
  private static let metrics: [Metric] = [
    ("accuracy", \.accuracy), ("zero_shot_accuracy", \.zeroShotAccuracy),
    ("mean_per_class_accuracy", \.meanPerClassAccuracy), ("macro_f1", \.macroF1),
    ("expected_calibration_error", \.expectedCalibrationError),
  ]
  /// The measures that only the list of all runs has.
  private static let runMetrics: [Metric] =
    metrics + [("top5_accuracy", \.top5Accuracy), ("negative_log_likelihood", \.negativeLogLikelihood)]

  private let runs: [Run]
  private let groups: [RunGroup]
  private let columns: [String]

  /// Pools runs.
  init(_ runs: [Run]) {
    self.runs = runs
    groups = RunGroup.groups(of: runs.map(\.result.settings))
    columns = RunGroup.columns(of: groups)
  }

  /// Returns a measure over the seeds of a group; nil when one of its results doesn't have it.
  private func pooled(_ metric: KeyPath<RunResult, Double?>, in group: RunGroup) -> SeedSummary? {
    let values = group.members.compactMap { runs[$0.place].result[keyPath: metric] }
    return values.count == group.members.count ? try? SeedSummary(values) : nil
  }

  private func seeds(of group: RunGroup) -> [Int] { group.members.compactMap(\.seed) }

  // MARK: - For programs

  /// A row for each cell, in full precision.
  var cells: Table {
    let headings = Self.metrics.flatMap { SeedSummary.headings($0.name) }
    var table = Table(
      columns: columns.map { Table.Column.text($0) } + [.number("runs"), .text("seeds"), .number("n"), .number("ways")]
        + headings.map { Table.Column.number($0) })
    for group in groups {
      var row = columns.map { group.text($0) }
      row.append("\(group.members.count)")
      row.append(seeds(of: group).map { "\($0)" }.joined(separator: " "))
      let first = group.members.first.map { runs[$0.place].result }
      row.append(first.map { "\($0.total)" } ?? "")
      row.append(first.map { "\($0.ways)" } ?? "")
      for metric in Self.metrics { row += pooled(metric.path, in: group)?.cells ?? ["", "", "", ""] }
      table.append(row)
    }
    return table
  }

  /// A row for each run, in full precision.
  var runTable: Table {
    var table = Table(
      columns: [.text("id")] + columns.map { Table.Column.text($0) } + [.number("seed"), .number("n"), .number("ways")]
        + Self.runMetrics.map { Table.Column.number($0.name) })
    for group in groups {
      for member in group.members {
        let run = runs[member.place]
        var row = [run.id] + columns.map { group.text($0) }
        row.append(member.seed.map { "\($0)" } ?? "")
        row.append("\(run.result.total)")
        row.append("\(run.result.ways)")
        for metric in Self.runMetrics { row.append(run.result[keyPath: metric.path].map { "\($0)" } ?? "") }
        table.append(row)
      }
    }
    return table
  }

  /// Cells and runs.
  var json: JSON {
    let cells = groups.map { group -> JSON in
      var object = JSON.Object()
      object["settings"] = .object(group.settings)
      object["seeds"] = .array(seeds(of: group).map { JSON($0) })
      object["runs"] = .array(group.members.map { .string(runs[$0.place].id) })
      for metric in Self.metrics { object[metric.name] = pooled(metric.path, in: group)?.json ?? .null }
      return .object(object)
    }
    return [
      "cells": .array(cells),
      "runs": .array(
        runs.map { run in
          var object = JSON.Object()
          object["id"] = .string(run.id)
          for (name, value) in run.result.encode() { object[name] = value }
          return .object(object)
        }),
    ]
  }

  // MARK: - For people

  /// The groups of each data set.
  private var byData: [(data: String, groups: [RunGroup])] {
    var order: [String] = []
    var parts: [String: [RunGroup]] = [:]
    for group in groups {
      let data = group.text("data")
      if parts[data] == nil { order.append(data) }
      parts[data, default: []].append(group)
    }
    return order.map { ($0, parts[$0] ?? []) }
  }

  /// A data set's name without folders, where the text is one of a source.
  private static func name(_ data: String) -> String { (try? DataSource(data))?.portableName ?? data }

  /// The columns that tell the lines of a chart apart: all that differ but the data and the shots.
  private var apart: [String] {
    RunGroup.differing(groups, in: columns).filter {
      // Epochs that follow from the shots set no lines apart.
      !["data", "shots", "method"].contains($0) && !($0 == "epochs" && epochsFollowShots)
    }
  }

  private var epochsFollowShots: Bool {
    var epochs: [String: String] = [:]
    return groups.allSatisfy { group in
      let known = epochs.updateValue(group.text("epochs"), forKey: group.text("shots"))
      return known == nil || known == group.text("epochs")
    }
  }

  /// A table for each data set as papers have it: a row for each method, a column for each number of shots.
  var tables: [Table] {
    let apart = apart
    return byData.map { data, groups in
      let shots = groups.map { $0.settings["shots"] ?? .null }.reduce(into: [JSON]()) {
        if !$0.contains($1) { $0.append($1) }
      }
      var table = Table(
        title: "\(Self.name(data)): accuracy in %, mean ± standard deviation over seeds",
        columns: [.text("method")] + shots.map { .number($0 == .null ? "all images" : "\($0.serialized())-shot") })
      let zeroShot = shots.map { shots in
        groups.first { $0.settings["shots"] ?? .null == shots }.flatMap { pooled(\.zeroShotAccuracy, in: $0) }
      }
      table.append(["zero-shot CLIP"] + zeroShot.map { $0.map { ($0.mean * 100).formatted(decimals: 2) } ?? "" })
      for (name, line) in lines(groups, apart) {
        table.append(
          [name]
            + shots.map { shots in
              line.first { $0.settings["shots"] ?? .null == shots }.flatMap { pooled(\.accuracy, in: $0) }?.percentages
                ?? ""
            })
      }
      return table
    }
  }

  private func lines(_ groups: [RunGroup], _ apart: [String]) -> [(name: String, groups: [RunGroup])] {
    var order: [String] = []
    var parts: [String: [RunGroup]] = [:]
    for group in groups {
      let name = group.name(apart)
      if parts[name] == nil { order.append(name) }
      parts[name, default: []].append(group)
    }
    return order.map { ($0, parts[$0] ?? []) }
  }

  /// For each data set accuracy against shots by method, with the seeds' intervals as bands; none with fewer than two numbers
  /// of shots.
  var charts: [(data: String, chart: LineChart)] {
    let apart = apart
    return byData.compactMap { data, groups in
      func shots(_ group: RunGroup) -> Double? {
        if case .integer(let number)? = group.settings["shots"] { return Double(number) }
        return nil
      }
      let ticks = Set(groups.compactMap(shots)).sorted()
      guard ticks.count > 1 else { return nil }
      let series = lines(groups, apart).map { name, line in
        LineChart.Series(
          name,
          line.compactMap { group in
            guard let shots = shots(group), let accuracy = pooled(\.accuracy, in: group) else { return nil }
            return LineChart.Point(
              shots, accuracy.mean, band: accuracy.interval.map { ($0.lowerBound, $0.upperBound) })
          })
      }
      let zeroShot = groups.lazy.compactMap { pooled(\.zeroShotAccuracy, in: $0) }.first
      return (
        Self.name(data),
        LineChart(
          title: Self.name(data),
          summary:
            "Test accuracy against training images of each class, by method; bands are 95 % t intervals over seeds.",
          x: Axis("training images of each class", scale: .logarithmic, ticks: ticks),
          y: Axis("accuracy", notation: .percent), series: series,
          levels: zeroShot.map { [LineChart.Level("zero-shot CLIP", $0.mean)] } ?? [])
      )
    }
  }
}

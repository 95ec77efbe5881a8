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
    let result: JSON
  }

  /// What is pooled over seeds, where results say it.
  private static let metrics = [
    "accuracy", "zeroShotAccuracy", "meanPerClassAccuracy", "macroF1", "expectedCalibrationError",
  ]

  private let runs: [Run]
  private let groups: [RunGroup]
  private let columns: [String]

  /// Pools runs.
  ///
  /// - Throws: `JSONError` when a result has no settings.
  init(_ runs: [Run]) throws {
    self.runs = runs
    groups = RunGroup.groups(
      of: try runs.map { try JSONNode(source: $0.id, value: $0.result).object("settings") })
    columns = RunGroup.columns(of: groups)
  }

  private func value(_ metric: String, ofRun place: Int) -> Double? {
    (try? JSONNode(source: runs[place].id, value: runs[place].result).optionalNumber(metric)) ?? nil
  }

  private func pooled(_ metric: String, in group: RunGroup) -> SeedSummary? {
    let values = group.members.compactMap { value(metric, ofRun: $0.place) }
    return values.count == group.members.count ? try? SeedSummary(values) : nil
  }

  private func seeds(of group: RunGroup) -> [Int] { group.members.compactMap(\.seed) }

  // MARK: - For programs

  /// A row for each cell, in full precision.
  var cells: Table {
    var table = Table(
      columns: columns.map { .text($0.snakeCase) } + [.number("runs"), .text("seeds"), .number("n"), .number("ways")]
        + Self.metrics.flatMap { SeedSummary.headings($0.snakeCase).map { .number($0) } })
    for group in groups {
      let first = group.members.first.map { JSONNode(source: runs[$0.place].id, value: runs[$0.place].result) }
      let sizes = ["n", "ways"].map { name in ((try? first?.optionalInteger(name)) ?? nil).map { "\($0)" } ?? "" }
      table.append(
        columns.map { group.text($0) } + ["\(group.members.count)"]
          + [seeds(of: group).map { "\($0)" }.joined(separator: " ")] + sizes
          + Self.metrics.flatMap { pooled($0, in: group)?.cells ?? ["", "", "", ""] })
    }
    return table
  }

  /// A row for each run, in full precision.
  var runTable: Table {
    let metrics = Self.metrics + ["top5", "negativeLogLikelihood"]
    var table = Table(
      columns: [.text("id")] + columns.map { .text($0.snakeCase) } + [.number("seed"), .number("n"), .number("ways")]
        + metrics.map { .number($0.snakeCase) })
    for group in groups {
      for member in group.members {
        let root = JSONNode(source: runs[member.place].id, value: runs[member.place].result)
        table.append(
          [runs[member.place].id] + columns.map { group.text($0) } + [member.seed.map { "\($0)" } ?? ""]
            + ["n", "ways"].map { name in ((try? root.optionalInteger(name)) ?? nil).map { "\($0)" } ?? "" }
            + metrics.map { value($0, ofRun: member.place).map { "\($0)" } ?? "" })
      }
    }
    return table
  }

  /// Cells and runs.
  var json: JSON {
    let cells = groups.map { group -> JSON in
      var object = JSON.Object()
      var settings = JSON.Object()
      for (name, value) in group.settings { settings[name.snakeCase] = value }
      object["settings"] = .object(settings)
      object["seeds"] = .array(seeds(of: group).map { JSON($0) })
      object["runs"] = .array(group.members.map { .string(runs[$0.place].id) })
      for metric in Self.metrics { object[metric.snakeCase] = pooled(metric, in: group)?.json ?? .null }
      return .object(object)
    }
    return [
      "cells": .array(cells),
      "runs": .array(
        runs.map { run in
          var object = JSON.Object()
          object["id"] = .string(run.id)
          if case .object(let members) = run.result {
            for (name, value) in members {
              if name == "settings", case .object(let settings) = value {
                var renamed = JSON.Object()
                for (name, value) in settings { renamed[name.snakeCase] = value }
                object[name] = .object(renamed)
              } else {
                object[name.snakeCase] = value
              }
            }
          }
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
        groups.first { $0.settings["shots"] ?? .null == shots }.flatMap { pooled("zeroShotAccuracy", in: $0) }
      }
      table.append(["zero-shot CLIP"] + zeroShot.map { $0.map { ($0.mean * 100).formatted(decimals: 2) } ?? "" })
      for (name, line) in lines(groups, apart) {
        table.append(
          [name]
            + shots.map { shots in
              line.first { $0.settings["shots"] ?? .null == shots }.flatMap { pooled("accuracy", in: $0) }?.percentages
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
            guard let shots = shots(group), let accuracy = pooled("accuracy", in: group) else { return nil }
            return LineChart.Point(
              shots, accuracy.mean, band: accuracy.interval.map { ($0.lowerBound, $0.upperBound) })
          })
      }
      let zeroShot = groups.lazy.compactMap { pooled("zeroShotAccuracy", in: $0) }.first
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

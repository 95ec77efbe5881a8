import PromptLensDatasets
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

extension SweepSummary {
  /// The measures that only the list of all runs has.
  private static let runMetrics: [Metric] =
    metrics + [("top5_accuracy", \.top5Accuracy), ("negative_log_likelihood", \.negativeLogLikelihood)]

  /// The summary as tables and data.
  package var results: Results {
    Results(json: json, tables: tables + tables.notesOnEqualSeeds + warnings.tables, csv: cellTable)
  }

  /// A row for each cell, in full precision.
  package var cellTable: Table {
    let headings = Self.metrics.flatMap { SeedSummary.headings($0.name) }
    var table = Table(
      columns: columns.map { Table.Column.text($0) } + [
        .number("runs"), .text("seeds"), .number("n"), .number("class_count"),
      ]
        + headings.map { Table.Column.number($0) } + [.number("runs_with_warnings")])
    for group in groups {
      var row = columns.map { group.text($0) }
      row.append("\(group.members.count)")
      row.append(group.seeds.map { "\($0)" }.joined(separator: " "))
      let first = group.members.first.map { runs[$0.index].result }
      row.append(first.map { "\($0.total)" } ?? "")
      row.append(first.map { "\($0.classCount)" } ?? "")
      for metric in Self.metrics { row += pooled(metric.path, in: group)?.cells ?? ["", "", "", ""] }
      row.append("\(group.members.count { !runs[$0.index].result.warnings.isEmpty })")
      table.append(row)
    }
    return table
  }

  /// A row for each run, in full precision.
  package var runTable: Table {
    var table = Table(
      columns: [.text("id")] + columns.map { Table.Column.text($0) } + [
        .number("seed"), .number("n"), .number("class_count"),
      ]
        + Self.runMetrics.map { Table.Column.number($0.name) } + [.number("warnings")])
    for group in groups {
      for member in group.members {
        let run = runs[member.index]
        var row = [run.id] + columns.map { group.text($0) }
        row.append(member.seed.map { "\($0)" } ?? "")
        row.append("\(run.result.total)")
        row.append("\(run.result.classCount)")
        for metric in Self.runMetrics { row.append(run.result[keyPath: metric.path].map { "\($0)" } ?? "") }
        row.append("\(run.result.warnings.count)")
        table.append(row)
      }
    }
    return table
  }

  /// A table for each data set as papers have it: a row for each method, a column for each number of shots.
  package var tables: [Table] {
    let apart = apart
    return byData.map { part in
      let (data, groups) = part
      let shots = groups.map { $0.settings["shots"] ?? .null }.reduce(into: [JSON]()) {
        if !$0.contains($1) { $0.append($1) }
      }
      var table = Table(
        title: "\(data): accuracy in %, mean ± standard deviation over seeds",
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
}

// MARK: - Lines of a data set

extension SweepSummary {
  /// The groups of each data set, under its name; groups that were tested on other classes or images of the same data
  /// set are apart, since their accuracies aren't comparable.
  var byData: [(data: String, groups: [RunGroup])] {
    struct TestSet: Hashable {
      let data: String
      let classes: String
      let classCount: Int
      let images: Int
    }
    var order: [TestSet] = []
    var parts: [TestSet: [RunGroup]] = [:]
    for group in groups {
      let result = group.members.first.map { runs[$0.index].result }
      let set = TestSet(
        data: group.text("data"), classes: group.text("classes"), classCount: result?.classCount ?? 0,
        images: result?.total ?? 0)
      if parts[set] == nil { order.append(set) }
      parts[set, default: []].append(group)
    }
    return order.map { set in
      let alike = order.filter { $0.data == set.data }
      let classes = set.classes.isEmpty ? "" : "\(set.classes), "
      let apart =
        alike.count > 1
        ? " (\(classes)\(set.classCount.counting("class", plural: "classes")), n = \(set.images.grouped))" : ""
      return (dataNames(set.data) + apart, parts[set] ?? [])
    }
  }

  /// The names of runs; those of a sweep's tasks say what differs between them.
  var names: SweepNames { SweepNames(runs.filter { SweepTask.isID($0.id) }.map { ($0.id, $0.result.settings) }) }

  /// The columns that distinguish the lines of a chart: all that differ but the data, the shots, and what follows from the
  /// shots or the method.
  var apart: [String] {
    let settings = groups.map(\.settings)
    return RunGroup.differing(groups, in: columns).filter {
      !["data", "classes", "shots", "method"].contains($0) && !RunGroup.isImplied($0, in: settings)
    }
  }

  /// Returns the groups of each line: those that differ only in the number of shots.
  func lines(_ groups: [RunGroup], _ apart: [String]) -> [(name: String, groups: [RunGroup])] {
    var order: [String] = []
    var parts: [String: [RunGroup]] = [:]
    for group in groups {
      let name = group.name(apart)
      if parts[name] == nil { order.append(name) }
      parts[name, default: []].append(group)
    }
    return order.map { ($0, parts[$0] ?? []) }
  }
}

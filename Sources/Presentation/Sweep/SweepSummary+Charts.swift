import PromptLensDatasets
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension SweepSummary {
  private static let axis = Axis("training images of each class", scale: .logarithmicFromZero)
  private static let bands =
    "Bands are 95 % t intervals over seeds, cut where they leave the frame; the star is zero-shot CLIP."

  /// A chart for each data set of accuracy against shots by method, with the seeds' intervals as bands; empty with
  /// fewer than two numbers of shots.
  package var charts: [(data: String, chart: LineChart)] { charts(baselines: []) }

  /// Returns the charts with classifiers without prompts as dashed lines.
  private func charts(baselines: [ProbeResult]) -> [(data: String, chart: LineChart)] {
    let apart = apart
    return byData.compactMap { data, groups in
      let ticks = Set(groups.compactMap(Self.shots)).sorted()
      guard ticks.count > 1 else { return nil }
      let series = lines(groups, apart).map { name, line in
        LineChart.Series(
          name,
          line.compactMap { group in
            guard let shots = Self.shots(group), let accuracy = pooled(\.accuracy, in: group) else { return nil }
            return Self.point(shots, accuracy)
          })
      }
      let zeroShot = groups.lazy.compactMap { pooled(\.zeroShotAccuracy, in: $0)?.mean }.first
      return (
        data,
        Self.chart(
          title: data, ticks: ticks, series: series + probes(baselines, beside: groups),
          zeroShot: zeroShot)
      )
    }
  }

  private static func chart(
    title: String, ticks: [Double], series: [LineChart.Series], zeroShot: Double?
  ) -> LineChart {
    LineChart(
      title: title,
      summary: "Test accuracy against training images of each class, by method. \(bands)",
      x: Axis(axis.label, scale: axis.scale, ticks: [0] + ticks),
      y: Axis("accuracy", notation: .percent, range: range(of: series, zeroShot)),
      series: series, stars: zeroShot.map { [LineChart.Star("zero-shot CLIP", x: 0, y: $0)] } ?? [])
  }

  /// Returns the accuracies at the ends of the axis: all means, and intervals as far as they leave the means their room,
  /// since those of two seeds may be wider than all accuracies.
  private static func range(of series: [LineChart.Series], _ zeroShot: Double?) -> ClosedRange<Double>? {
    let means = series.flatMap(\.values) + (zeroShot.map { [$0] } ?? [])
    guard let low = means.min(), let high = means.max() else { return nil }
    let room = max(high - low, 0.04) * 0.5
    let ends = series.flatMap(\.ends) + means
    let bottom = max(ends.min() ?? low, low - room) - 0.1 * room
    let top = min(ends.max() ?? high, high + room) + 0.1 * room
    return max(bottom, 0)...min(top, 1)
  }

  /// Returns a measurement with its interval, as far as it is a share.
  private static func point(_ x: Double, _ accuracy: SeedSummary) -> LineChart.Point {
    LineChart.Point(
      x, accuracy.mean, band: accuracy.interval.map { (max($0.lowerBound, 0), min($0.upperBound, 1)) })
  }

  // MARK: - Classifiers without prompts

  /// Returns the lines of classifiers that were tested on the same images as some groups.
  private func probes(_ probes: [ProbeResult], beside groups: [RunGroup]) -> [LineChart.Series] {
    guard let group = groups.first, let run = group.members.first.map({ runs[$0.index].result }) else { return [] }
    let alike = probes.filter {
      isSame($0.data, as: group.text("data"), among: probes) && $0.metrics?.total == run.total
        && $0.classCount == run.classCount && $0.shots != nil
    }
    let methods = alike.map(\.method).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return methods.map { method in
      let byShots = Dictionary(grouping: alike.filter { $0.method == method }) { $0.shots ?? 0 }
      return LineChart.Series(
        method == ProbeMethod.linear.rawValue ? "linear probe" : method,
        byShots.sorted { $0.key < $1.key }.compactMap { shots, probes in
          (try? SeedSummary(probes.compactMap { $0.metrics?.accuracy })).map { Self.point(Double(shots), $0) }
        }, isBaseline: true)
    }
  }

  /// Returns a Boolean value that indicates whether a classifier's data are those of a group: the same text, or the same
  /// name, as of a folder that has moved, where no others have it.
  private func isSame(_ data: String, as own: String, among probes: [ProbeResult]) -> Bool {
    guard data != own else { return true }
    let name = DataNames(own)(own)
    func isOnly(_ texts: [String]) -> Bool { Set(texts.filter { DataNames($0)($0) == name }).count == 1 }
    return DataNames(data)(data) == name && isOnly(groups.map { $0.text("data") }) && isOnly(probes.map(\.data))
  }

  // MARK: - The paper's figure

  /// Returns the figure over shots: zero-shot CLIP as a star at 0, classifiers without prompts dashed, and over several
  /// data sets a panel for each after one of their average; nil with fewer than two numbers of shots.
  package func shotsFigure(baselines: [ProbeResult] = []) -> Report.Figure? {
    let charts = charts(baselines: baselines)
    guard charts.count > 1 else {
      return charts.first.map { Report.Figure($0.chart, name: "shots-\($0.data.fileNamePart)") }
    }
    return Report.Figure(
      PanelChart(
        title: "Accuracy against training images of each class",
        summary: "A panel for each data set. \(Self.bands)",
        panels: (averagePanel(charts.map(\.chart)).map { [$0] } ?? []) + charts.map(\.chart)), name: "shots")
  }

  /// Returns the panel of the data sets' mean; nil where they have no line in common.
  private func averagePanel(_ charts: [LineChart]) -> LineChart? {
    let parts = byData.filter { part in Set(part.groups.compactMap(Self.shots)).count > 1 }
    let averages = averages(of: parts).filter(\.shots.isFinite)
    guard !averages.isEmpty, Self.areDifferentData(parts) else { return nil }
    let names = averages.map(\.line).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let series = names.map { name in
      LineChart.Series(name, averages.filter { $0.line == name }.map { Self.point($0.shots, $0.accuracy) })
    }
    return Self.chart(
      title: "Average of \(parts.count) data sets", ticks: Set(averages.map(\.shots)).sorted(),
      series: series + LineChart.Series.means(of: charts), zeroShot: averageZeroShot(of: parts))
  }

  // MARK: - The length of the context

  /// The figure of accuracy against the number of vectors M, a line for each data set and method; nil where M doesn't
  /// differ.
  package var lengthFigure: Report.Figure? {
    func length(_ group: RunGroup) -> Double? {
      if case .integer(let number)? = group.settings["context_length"] { return Double(number) }
      return nil
    }
    let ticks = Set(groups.compactMap(length)).sorted()
    guard ticks.count > 1 else { return nil }
    let others =
      apart.filter { $0 != "context_length" } + (Set(groups.map { $0.text("shots") }).count > 1 ? ["shots"] : [])
    let parts = byData
    let series = parts.flatMap { data, groups -> [LineChart.Series] in
      var order: [String] = []
      var lines: [String: [RunGroup]] = [:]
      for group in groups {
        let name = (parts.count > 1 ? "\(data), " : "") + group.name(others)
        if lines[name] == nil { order.append(name) }
        lines[name, default: []].append(group)
      }
      return order.map { name in
        LineChart.Series(
          name,
          (lines[name] ?? []).compactMap { group in
            guard let length = length(group), let accuracy = pooled(\.accuracy, in: group) else { return nil }
            return Self.point(length, accuracy)
          })
      }
    }.filter { $0.count > 1 }
    guard !series.isEmpty else { return nil }
    return Report.Figure(
      LineChart(
        title: "Accuracy against the length of the context",
        summary: "Test accuracy against the number of learned vectors M; bands are 95 % t intervals over seeds.",
        x: Axis("vectors in the context, M", scale: .logarithmic, ticks: ticks),
        y: Axis("accuracy", notation: .percent), series: series), name: "context-length")
  }
}

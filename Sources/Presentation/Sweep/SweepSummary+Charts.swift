import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension SweepSummary {
  /// A chart for each data set of accuracy against shots by method, with the seeds' intervals as bands; empty with
  /// fewer than two numbers of shots.
  package var charts: [(data: String, chart: LineChart)] {
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

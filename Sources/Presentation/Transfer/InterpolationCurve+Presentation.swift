import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension InterpolationCurve {
  /// A row for each context.
  package var table: Table {
    var table = Table(
      title: "\(name): accuracy in % at (1 − α) · start + α · learned; the start is \(start)",
      columns: [.number("α")] + domains.map { .number($0) })
    for step in steps {
      table.append([step.alpha.formatted(decimals: 2)] + step.accuracies.map(\.percentages))
    }
    return table
  }

  /// Returns the rows of several curves in full precision.
  package static func fullPrecision(_ curves: [InterpolationCurve]) -> Table {
    var table = Table(
      columns: [.text("name"), .number("alpha"), .text("data")]
        + SeedSummary.headings("accuracy").map { .number($0) })
    for curve in curves {
      for step in curve.steps {
        for (domain, accuracy) in zip(curve.domains, step.accuracies) {
          table.append([curve.name, "\(step.alpha)", domain] + accuracy.cells)
        }
      }
    }
    return table
  }

  /// The accuracies against α.
  package var chart: LineChart {
    LineChart(
      title: "\(name): from \(start) to the learned context",
      summary:
        "Accuracy on the source and on each target at (1 − α) · start + α · learned; bands are 95 % t intervals over "
        + "seeds.",
      x: Axis("α", range: 0...1), y: Axis("accuracy", notation: .percent),
      series: domains.enumerated().map { index, domain in
        LineChart.Series(
          domain,
          steps.map { step in
            let accuracy = step.accuracies[index]
            return LineChart.Point(
              step.alpha, accuracy.mean, band: accuracy.interval.map { ($0.lowerBound, $0.upperBound) })
          })
      })
  }
}

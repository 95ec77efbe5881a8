import PromptLensDiagnosis
import PromptLensDatasets
import PromptLensExperiments
import PromptLensReporting

extension NoiseResult {
  /// The charts with the names of their files: accuracy and detection for noise of several rates, and memorization.
  package var charts: [(name: String, chart: any Chart)] {
    kinds.flatMap { kind -> [(name: String, chart: any Chart)] in
      // Given or replayed labels have one rate, as others may, which isn't a curve.
      let hasRates = NoiseKind(rawValue: kind) != nil && curves(of: kind).contains { $0.points.count > 1 }
      return (hasRates ? [("accuracy-\(kind)", accuracyChart(kind)), ("detection-\(kind)", detectionChart(kind))] : [])
        + (memorizationChart(kind).map { [("memorization-\(kind)", $0)] } ?? [])
    }
  }

  private func accuracyChart(_ kind: String) -> any Chart {
    LineChart(
      title: "Accuracy under \(kind) noise",
      summary:
        "Accuracy on clean test images against the rate of wrong training labels, a line for each learner; bands "
        + "are 95 % intervals of the mean over seeds.",
      x: rateAxis(of: kind), y: Axis("accuracy", notation: .percent),
      series: curves(of: kind).map { curve in
        LineChart.Series(
          curve.learner,
          curve.points.map { point in
            LineChart.Point(
              point.rate, point.accuracy,
              band: point.halfWidth.map { (max(point.accuracy - $0, 0), min(point.accuracy + $0, 1)) })
          })
      }, levels: [.init("zero-shot", zeroShotAccuracy)])
  }

  /// Returns the axis of the rates, with a tick at each rate.
  private func rateAxis(of kind: String) -> Axis {
    Axis("wrong training labels", notation: .percent, ticks: curves(of: kind).first.map { $0.points.map(\.rate) })
  }

  private func detectionChart(_ kind: String) -> any Chart {
    LineChart(
      title: "Detection of wrong labels under \(kind) noise",
      summary:
        "Area under the ROC curve of the margin, the mean over epochs, as a score of wrong labels, a line for each "
        + "learner, and of frozen CLIP's agreement.",
      x: rateAxis(of: kind), y: Axis("AUROC"),
      series: curves(of: kind).map { series($0, "margin", name: $0.learner) }
        + (curves(of: kind).first.map { [series($0, "agreement", name: "zero-shot agreement")] } ?? []),
      levels: [.init("chance", 0.5)])
  }

  private func series(_ curve: Curve, _ score: String, name: String) -> LineChart.Series {
    LineChart.Series(
      name,
      curve.points.compactMap { point in
        point.detections[score]?.areaUnderCurve.map { LineChart.Point(point.rate, $0) }
      })
  }

  /// Returns the chart of memorization by epoch at the middle rate; nil if no learner has several epochs.
  private func memorizationChart(_ kind: String) -> (any Chart)? {
    let memorizations = memorizations.filter { $0.kind == kind }
    guard let noise = memorizations.first?.noise else { return nil }
    return LineChart(
      title: "Wrong labels memorized, \(noise)",
      summary:
        "The share of wrong training labels that are predicted as given after each epoch, a line for each learner.",
      x: Axis("epoch"), y: Axis("memorized", notation: .percent),
      series: memorizations.map { memorization in
        let epochs = memorization.shares.count
        return LineChart.Series(
          memorization.learner,
          // About thirty points form a line; two hundred would be a stripe of markers.
          (0..<epochs).filter { ($0 + 1) % max(epochs / 30, 1) == 0 || $0 == 0 || $0 == epochs - 1 }.map {
            LineChart.Point(Double($0 + 1), memorization.shares[$0])
          })
      })
  }
}

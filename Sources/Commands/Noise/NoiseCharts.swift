import PromptLensDiagnosis
import PromptLensReporting

// What a sweep found, as pictures.

extension NoiseSummary {
  /// The charts with the names of their files.
  func charts() -> [(name: String, chart: any Chart)] {
    if let kind = grid.fixed?.kind { return memorization(kind).map { [("memorization-\(kind)", $0)] } ?? [] }
    return kinds.flatMap { kind -> [(name: String, chart: any Chart)] in
      [("accuracy-\(kind)", accuracy(kind)), ("detection-\(kind)", detection(kind))]
        + (memorization(kind).map { [("memorization-\(kind)", $0)] } ?? [])
    }
  }

  private func accuracy(_ kind: String) -> any Chart {
    LineChart(
      title: "Accuracy under \(kind) noise",
      summary:
        "Accuracy on clean test images against the rate of wrong training labels, a line for each learner; bands "
        + "are 95 % intervals of the mean over seeds.",
      x: axis(of: kind), y: Axis("accuracy", notation: .percent),
      series: curves(of: kind).map { curve in
        LineChart.Series(
          curve.learner,
          curve.points.map { point in
            LineChart.Point(
              point.rate, point.seeds.mean,
              band: point.seeds.interval.map { (max($0.lowerBound, 0), min($0.upperBound, 1)) })
          })
      }, levels: [.init("zero-shot", zeroShotAccuracy)])
  }

  /// The rates, with ticks where they are.
  private func axis(of kind: String) -> Axis {
    Axis(
      "wrong training labels", notation: .percent, ticks: curves(of: kind).first.map { $0.points.map(\.rate) })
  }

  private func detection(_ kind: String) -> any Chart {
    LineChart(
      title: "Finding the wrong labels under \(kind) noise",
      summary:
        "Area under the ROC curve of the margin, the mean over epochs, as a score of wrong labels, a line for each "
        + "learner, and of frozen CLIP's agreement.",
      x: axis(of: kind), y: Axis("AUROC"),
      series: curves(of: kind).map { series($0, "margin", name: $0.learner) }
        + (curves(of: kind).first.map { [series($0, "agreement", name: "zero-shot agreement")] } ?? []),
      levels: [.init("chance", 0.5)])
  }

  private func series(_ curve: Curve, _ score: String, name: String) -> LineChart.Series {
    LineChart.Series(
      name,
      zip(curve.points, curve.detections).compactMap { point, detections in
        detections[score]?.areaUnderCurve.map { LineChart.Point(point.rate, $0) }
      })
  }

  /// Memorisation by epoch at the middle one of the rates.
  private func memorization(_ kind: String) -> (any Chart)? {
    var rates: [String: Double] = [:]
    for result in results where result.noise.hasPrefix(kind) && !result.memorized.isEmpty {
      rates[result.noise.split(separator: "_").first.map(String.init) ?? result.noise] = result.rate
    }
    let names = rates.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    guard !names.isEmpty else { return nil }
    let middle = names[names.count / 2]
    let series = grid.learners.compactMap { learner -> LineChart.Series? in
      let runs = results.filter { $0.noise.hasPrefix("\(middle)_") && $0.learner == learner.name }
      guard let epochs = runs.map(\.memorized.count).min(), epochs > 1 else { return nil }
      return LineChart.Series(
        learner.name,
        // Some thirty points are a line; two hundred are a stripe of markers.
        (0..<epochs).filter { ($0 + 1) % max(epochs / 30, 1) == 0 || $0 == 0 || $0 == epochs - 1 }.map { epoch in
          LineChart.Point(
            Double(epoch + 1), runs.reduce(0) { $0 + $1.memorized[epoch] } / Double(runs.count))
        })
    }
    guard !series.isEmpty else { return nil }
    return LineChart(
      title: "Wrong labels memorised, \(middle)",
      summary:
        "The share of wrong training labels that are predicted as given after each epoch, a line for each learner.",
      x: Axis("epoch"), y: Axis("memorised", notation: .percent), series: series)
  }
}

import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension TransferDocument {
  /// The targets whose images aren't corrupted.
  private var domains: [Target] { targets.filter { !$0.isCorrupted } }

  /// A verdict on each learned prompt and classifier on each target.
  var verdicts: [Report.Verdict] {
    domains.flatMap { target -> [Report.Verdict] in
      let zeroShot = target.results.first { $0.kind == .zeroShot }?.measures[.targetAccuracy]?.mean
      return target.results.filter(\.kind.isFitted).compactMap { result in
        guard let accuracy = result.measures[.targetAccuracy] else { return nil }
        return Report.Verdict(
          method: result.name, data: "\(target.name), \(target.classNames.count.counting("class", plural: "classes"))",
          accuracy: accuracy.mean, deviation: accuracy.standardDeviation, seeds: accuracy.count, zeroShot: zeroShot,
          gain: result.againstZeroShot?.difference.interval, images: target.targetImageCount,
          p: result.againstZeroShot?.difference.p, test: "paired bootstrap over images")
      }
    }
  }

  /// The figure of the gains over zero-shot CLIP on every target, with their intervals; nil without learned candidates.
  var gainFigure: Report.Figure? {
    let names = Set(domains.flatMap { $0.results.filter(\.kind.isFitted).map(\.name) })
    let bars = domains.flatMap { target in
      target.results.filter(\.kind.isFitted).compactMap { result -> BarChart.Bar? in
        guard let gain = result.againstZeroShot?.difference else { return nil }
        return BarChart.Bar(
          names.count > 1 ? "\(target.name): \(result.name)" : target.name, gain.difference, interval: gain.interval)
      }
    }
    guard !bars.isEmpty else { return nil }
    return Report.Figure(
      BarChart(
        title: "Gain over zero-shot CLIP by target",
        summary:
          "Accuracy on each target minus that of zero-shot CLIP, the mean over runs, with 95 % bootstrap intervals "
          + "over images.",
        axis: Axis("gain in percentage points", notation: .points), bars: bars,
        signs: ("better than zero-shot", "worse than zero-shot")), name: "gains")
  }
}

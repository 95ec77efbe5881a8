import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension BaseToNewDocument {
  /// The figure of the accuracy on new classes against that on base classes, a color for each method and a point for each
  /// data set.
  var scatterFigure: Report.Figure? {
    let methods = sets.flatMap { $0.methods.map(\.name) }.reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    guard !methods.isEmpty else { return nil }
    let isSingle = sets.count == 1
    let learned = methods.map { name in
      ScatterChart.Group(
        name,
        sets.compactMap { set in
          set.methods.first { $0.name == name }.map { method in
            ScatterChart.Point(
              isSingle ? "" : set.name, x: method.accuracies.base.mean, y: method.accuracies.new.mean,
              xInterval: method.accuracies.base.interval, yInterval: method.accuracies.new.interval)
          }
        })
    }
    let zeroShot = ScatterChart.Group(
      TransferCandidate.zeroShotName,
      sets.map { ScatterChart.Point(isSingle ? "" : $0.name, x: $0.zeroShot.base, y: $0.zeroShot.new) })
    return Report.Figure(
      ScatterChart(
        title: "Base and new classes",
        summary:
          "Accuracy on new classes against accuracy on base classes, a point for each data set, the mean over seeds; "
          + "bars are 95 % t intervals over seeds. Base and new classes are different tasks, so the line of equality is no "
          + "ideal.",
        x: Axis("accuracy on base classes", notation: .percent), y: Axis("accuracy on new classes", notation: .percent),
        groups: learned + [zeroShot]), name: "base-new")
  }

  /// A verdict on each half of each data set, of the method with the highest harmonic mean.
  var verdicts: [Report.Verdict] {
    sets.flatMap { set -> [Report.Verdict] in
      guard let best = set.methods.max(by: { $0.harmonicMean.mean < $1.harmonicMean.mean }) else { return [] }
      func verdict(
        _ half: String, _ accuracy: SeedSummary, _ zeroShot: Double, _ gain: ZeroShotGain, _ classes: Int, _ images: Int
      ) -> Report.Verdict {
        Report.Verdict(
          method: best.name, data: "\(set.name), \(classes) \(half) classes", accuracy: accuracy.mean,
          deviation: accuracy.standardDeviation, seeds: accuracy.count, zeroShot: zeroShot,
          gain: gain.difference.interval, images: images, p: gain.difference.p, test: "paired bootstrap over images")
      }
      return [
        verdict(
          "base", best.accuracies.base, set.zeroShot.base, best.gains.base, set.classCounts.base, set.imageCounts.base),
        verdict(
          "new", best.accuracies.new, set.zeroShot.new, best.gains.new, set.classCounts.new, set.imageCounts.new),
      ]
    }
  }
}

extension CrossDatasetDocument {
  /// The figure of the gains over zero-shot CLIP on the source and every target, with their intervals.
  var gainFigure: Report.Figure? {
    let names = Set(domains.flatMap { $0.methods.map(\.name) })
    let bars = domains.flatMap { domain in
      domain.methods.map { method in
        BarChart.Bar(
          names.count > 1 ? "\(domain.name): \(method.name)" : domain.name, method.gain.difference.difference,
          interval: method.gain.difference.interval)
      }
    }
    guard !bars.isEmpty else { return nil }
    return Report.Figure(
      BarChart(
        title: "Gain over zero-shot CLIP by data set",
        summary:
          "Accuracy on the source and on each other data set minus that of zero-shot CLIP, the mean over seeds, with "
          + "95 % bootstrap intervals over images.",
        axis: Axis("gain in percentage points", notation: .points), bars: bars,
        signs: ("better than zero-shot", "worse than zero-shot")), name: "cross-gains")
  }

  /// A verdict on each method on each target.
  var verdicts: [Report.Verdict] {
    domains.filter { !$0.isSource }.flatMap { domain in
      domain.methods.map { method in
        Report.Verdict(
          method: method.name, data: "\(domain.name), \(domain.classCount.counting("class", plural: "classes"))",
          accuracy: method.accuracy.mean, deviation: method.accuracy.standardDeviation, seeds: method.accuracy.count,
          zeroShot: domain.zeroShotAccuracy, gain: method.gain.difference.interval, images: domain.imageCount,
          p: method.gain.difference.p, test: "paired bootstrap over images")
      }
    }
  }
}

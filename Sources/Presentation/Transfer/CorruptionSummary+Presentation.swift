import PromptLensDatasets
import PromptLensExperiments
import PromptLensImages
import PromptLensReporting

extension TransferDocument.Target {
  /// Whether the target's images are corrupted, so that it is shown with the other corruptions.
  var isCorrupted: Bool { (try? DataSource(data))?.corruption != nil }
}

extension TransferDocument {
  /// The data sets that are corrupted, in order.
  private var corruptedData: [String] {
    corruptions.map(\.data).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// For each data set that is corrupted: the mean error of each candidate by kind, and the mean corruption errors.
  package var corruptionTables: [Table] {
    corruptedData.map { data in
      let columns = corruptions.filter { $0.data == data && $0.origin != .template }
      var table = Table(
        title: "Errors on corruptions of \(data) in %, means over severities",
        columns: [.text("")] + columns.map { .number($0.name) })
      func row(_ name: String, _ value: (CorruptionSummary) -> Double?) {
        guard columns.contains(where: { value($0) != nil }) else { return }
        table.append([name] + columns.map { value($0).map { ($0 * 100).formatted(decimals: 2) } ?? "" })
      }
      row("clean") { $0.cleanError }
      for (index, kind) in (columns.first?.kinds ?? []).enumerated() {
        let severities = kind.errors.map { "\($0.severity)" }.joined(separator: ", ")
        row("\(kind.kind.rawValue) (\(severities))") { $0.kinds[index].mean }
      }
      // The paper's measure is that of all fifteen common kinds; of others the number is stated.
      let kinds = columns.first?.kinds.map(\.kind) ?? []
      func over(_ kinds: [CorruptionKind]) -> String {
        Set(kinds) == Set(CorruptionKind.common) ? "" : " over \(kinds.count.counting("kind"))"
      }
      let (all, common) = (over(kinds), over(kinds.filter(CorruptionKind.common.contains)))
      row("mCE\(all), zero-shot CLIP = 100") { $0.zeroShotMean }
      row("relative mCE\(all), zero-shot CLIP = 100") { $0.relativeZeroShotMean }
      row("mCE\(common), AlexNet on ImageNet = 100") { $0.alexNetMean }
      row("relative mCE\(common), AlexNet on ImageNet = 100") { $0.relativeAlexNetMean }
      return table
    }
  }

  /// A small chart for each kind: accuracy against severity, 0 for images without a corruption.
  package var corruptionFigures: [Report.Figure] {
    corruptedData.flatMap { data -> [Report.Figure] in
      let candidates = corruptions.filter { $0.data == data && $0.origin != .template }
      return (candidates.first?.kinds ?? []).enumerated().map { index, kind in
        let series = candidates.map { candidate in
          LineChart.Series(
            candidate.name,
            (candidate.cleanError.map { [LineChart.Point(0, 1 - $0)] } ?? [])
              + candidate.kinds[index].errors.map { LineChart.Point(Double($0.severity), 1 - $0.error) })
        }
        return Report.Figure(
          LineChart(
            title: kind.kind.rawValue.replacing("_", with: " "),
            summary: "Accuracy on \(data) against the severity of the corruption, 0 for none, the mean over runs.",
            x: Axis("severity", range: 0...5), y: Axis("accuracy", notation: .percent, range: 0...1), series: series),
          name: "corruption-\(kind.kind.rawValue)\(corruptedData.count > 1 ? "-\(data.fileNamePart)" : "")")
      }
    }
  }

  /// A sentence for each learned prompt and classifier.
  package var corruptionFindings: [String] {
    corruptions.filter(\.origin.isFitted).compactMap { summary in
      guard let mean = summary.zeroShotMean else { return nil }
      let count = summary.kinds.reduce(0) { $0 + $1.errors.count }
      let error = summary.kinds.reduce(0) { $0 + $1.mean } / Double(summary.kinds.count)
      let images = targets.first { $0.isCorrupted }?.targetImageCount ?? 0
      return
        "Over \(count) corruptions of \(summary.data) \(summary.name) errs on \(error.percentage), "
        + "\((mean * 100).formatted(decimals: 1)) % of zero-shot CLIP's corruption error (n = \(images.counting("image")) each)."
    }
  }
}

import PromptLensExperiments
import PromptLensReporting

extension ProbeResult {
  /// The verdict on the test images; nil without them.
  private var verdict: Report.Verdict? {
    metrics.map { metrics in
      Report.Verdict(
        method: method + (shots.map { ", \($0)-shot" } ?? ", all images"),
        data: "\(data), \(classCount.counting("class", plural: "classes"))", accuracy: metrics.accuracy,
        zeroShot: zeroShotAccuracy, images: metrics.total)
    }
  }

  /// The section of a report.
  package var section: Report.Section {
    let tables = results(confusions: 5).tables
    return Report.Section(
      "Probe", verdicts: verdict.map { [$0] } ?? [],
      findings: warnings.map { Report.Finding("\($0).", evidence: "result.json") },
      blocks: [.facts(Report.facts(of: json))] + tables.map { .table($0) } + (remarks.block.map { [$0] } ?? []),
      doubts: targets.isEmpty
        ? []
        : ["a gain on these targets may not carry over to others; effective robustness depends on its baselines."])
  }
}

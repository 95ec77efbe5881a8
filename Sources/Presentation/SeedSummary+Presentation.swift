import PromptLensEvaluation
import PromptLensReporting

extension SeedSummary {
  /// The mean with its standard deviation, as in papers: `72.02 ± 0.31`.
  package var percentages: String {
    let deviation = standardDeviation.map { " ± \(($0 * 100).formatted(decimals: 2))" } ?? ""
    return "\((mean * 100).formatted(decimals: 2))\(deviation)"
  }

  /// Mean, deviation and interval as cells in full precision.
  package var cells: [String] {
    [
      "\(mean)", standardDeviation.map { "\($0)" } ?? "", interval.map { "\($0.lowerBound)" } ?? "",
      interval.map { "\($0.upperBound)" } ?? "",
    ]
  }

  /// Returns the headings of ``cells``.
  package static func headings(_ name: String) -> [String] { ["mean", "sd", "low", "high"].map { "\(name)_\($0)" } }
}

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

extension [Table] {
  /// A table that explains deviations of zero over seeds; empty where these tables show none.
  package var notesOnEqualSeeds: [Table] {
    let isShown = contains { $0.rows.contains { $0.contains { $0.hasSuffix("± 0.00") || $0.hasSuffix("± 0.0") } } }
    guard isShown else { return [] }
    var table = Table(columns: [.text("note"), .text("")])
    table.append(
      "± 0.00",
      "all seeds have the same accuracy, so the deviation and the interval over seeds are zero; the "
        + "uncertainty over images remains")
    return [table]
  }
}

import PromptLensEvaluation
import PromptLensReporting

extension GroupAccuracy {
  /// The accuracy of each group, the worst first.
  package var table: Table {
    var table = Table(
      title: "Groups", columns: [.text("group"), .number("images"), .number("accuracy"), .text("95 % interval")])
    for group in groups.sorted(by: { ($0.accuracy, $0.name) < ($1.accuracy, $1.name) }) {
      let interval = group.interval
      table.append(
        group.name, group.count.grouped, group.accuracy.percentage,
        "\(interval.lowerBound.percentage) to \(interval.upperBound.percentage)")
    }
    return table
  }

  /// The rows of a summary.
  package var summary: [(String, String)] {
    [
      ("worst group", "\(worst.name): \(worst.accuracy.percentage)"),
      (
        "without the bias of choosing it",
        "\(worst.corrected.percentage), 95 % interval \(worst.interval.lowerBound.percentage) to "
          + worst.interval.upperBound.percentage
      ), ("gap to the mean", "\((gap * 100).formatted(decimals: 2)) points"),
      ("mean of the groups", meanOfGroups.percentage),
    ]
  }

  /// A sentence on the worst group, with its interval and number of images.
  ///
  /// - Parameter subject: what was measured, such as "zero-shot CLIP".
  /// - Returns: the sentence.
  package func sentence(_ subject: String) -> String {
    let n = groups.first { $0.name == worst.name }?.count ?? 0
    return
      "Of \(groups.count) groups \(subject) is worst on \(worst.name), \(worst.accuracy.percentage), "
      + "\((gap * 100).formatted(decimals: 1)) points below its mean of \(mean.percentage) (n = \(n); corrected for the "
      + "bias of choosing the worst group \(worst.corrected.percentage), 95 % CI \(worst.interval.lowerBound.percentage) to "
      + "\(worst.interval.upperBound.percentage), bootstrap of the images of each group)."
  }
}

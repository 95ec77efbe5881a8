import PromptLensEvaluation
import PromptLensJSONDocuments
import PromptLensReporting

/// The metrics of a classifier, as tables and data.
package struct MetricsResults {
  package let metrics: ClassificationMetrics
  package let classNames: [String]

  /// Creates the results of metrics with the names of their classes.
  package init(metrics: ClassificationMetrics, classNames: [String]) {
    self.metrics = metrics
    self.classNames = classNames
  }

  /// The summary's rows.
  package var summary: [(String, String)] {
    var rows = [("accuracy", "\(metrics.accuracy.percentage) (\(metrics.correct) of \(metrics.total))")]
    if let interval = metrics.wilsonInterval {
      rows.append(("95 % interval", "\(interval.lowerBound.percentage) to \(interval.upperBound.percentage)"))
    }
    rows.append(("mean per-class accuracy", metrics.meanPerClassAccuracy.percentage))
    rows.append(("macro F1", metrics.macroF1.percentage))
    if let probabilities = metrics.probabilities {
      // With five classes or fewer it is always 100 %.
      if metrics.classCount > 5 { rows.append(("top-5 accuracy", probabilities.top5.percentage)) }
      rows.append(("expected calibration error", probabilities.expectedCalibrationError.percentage))
      rows.append(("negative log-likelihood", probabilities.negativeLogLikelihood.formatted(decimals: 4)))
    }
    rows.append(("classes", "\(metrics.classCount)"))
    return rows
  }

  /// The members of the document, with stable keys for scripts.
  package var members: [(String, JSON)] { metrics.members(classNames: classNames) }

  /// A row for each class and one for all of them, in full precision.
  package var classTable: Table {
    var table = Table(columns: [.text("class"), .number("n"), .number("accuracy")])
    for (label, name) in classNames.enumerated() {
      table.append(name, "\(metrics.total(of: label))", metrics.accuracy(of: label).map { "\($0)" } ?? "")
    }
    table.append(Self.allClasses, "\(metrics.total)", "\(metrics.accuracy)")
    return table
  }

  /// The first cell of the row for all classes.
  package static let allClasses = "(all classes)"

  /// The maximum number of classes listed on a terminal.
  private static let readableClasses = 100

  /// A row for each class, or for those with the lowest accuracy if there are very many.
  package var readableClassTable: Table {
    let isLong = classNames.count > Self.readableClasses
    let worstFirst = classNames.indices.sorted {
      (metrics.accuracy(of: $0) ?? 2, $0) < (metrics.accuracy(of: $1) ?? 2, $1)
    }
    var table = Table(
      title: isLong
        ? "The \(Self.readableClasses) of \(classNames.count.grouped) classes with the lowest accuracy; --format csv lists all"
        : "Classes", columns: [.text("class"), .number("images"), .number("accuracy")])
    for label in isLong ? Array(worstFirst.prefix(Self.readableClasses)) : Array(classNames.indices) {
      table.append(
        classNames[label], metrics.total(of: label).grouped,
        metrics.accuracy(of: label).map(\.percentage) ?? "no images")
    }
    return table
  }

  /// Returns the table of the most frequent mistakes; nil without mistakes.
  package func confusedTable(_ limit: Int) -> Table? {
    let mistakes = metrics.mostConfused(limit)
    guard !mistakes.isEmpty else { return nil }
    var table = Table(
      title: "Most confused", columns: [.text("class"), .text("predicted"), .number("images"), .number("share")])
    for mistake in mistakes {
      let share = Double(mistake.count) / Double(metrics.total(of: mistake.label))
      table.append(
        classNames[mistake.label], classNames[mistake.prediction], "\(mistake.count)", share.percentage)
    }
    return table
  }
}

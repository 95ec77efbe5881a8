import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension ContextControls {
  /// Returns the nearest words with their controls, as `interpretation.json` has them.
  func wordsJSON(_ subject: InterpretationSubject) -> JSON {
    var json = subject.decoded.members
    json["controls"] = self.json(subject.decoded)
    return .object(json)
  }

  /// Returns the section on the nearest words.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    let decoded = subject.decoded
    let words = decoded.csv
    return Report.Section(
      "Nearest words", findings: findings(subject),
      blocks: [
        .table(Table(title: "Nearest words", columns: words.columns, rows: words.rows), name: "words"),
        .table(tables(decoded)[0], name: "controls"),
      ])
  }

  private func findings(_ subject: InterpretationSubject) -> [Report.Finding] {
    let decoded = subject.decoded
    var findings: [Report.Finding] = []
    if !subject.isClassSpecific {
      let list = decoded.plain(decoded.nearestWords)
      findings.append(
        Report.Finding("The words nearest to the \(subject.length) vectors are: \(list).", evidence: "words.csv"))
    } else if let first = decoded.sharedWords.first {
      findings.append(
        Report.Finding(
          "The word that is near vectors of the most classes is \"\(decoded.plain([first.id]))\": near those of "
            + "\(first.classes.count) of \(subject.classNames.count.counting("class", plural: "classes")).",
          evidence: "words.csv"))
    }
    findings.append(Report.Finding(sentence, evidence: "controls.csv"))
    let ratios = Sample(vectors.map(\.normRatio))
    let ranks = Sample(effectiveRanks)
    findings.append(
      Report.Finding(
        "On average the vectors are \(ratios.mean.formatted(decimals: 2)) times as long as the median word (from "
          + "\((ratios.values.first ?? 0).formatted(decimals: 2)) to \((ratios.values.last ?? 0).formatted(decimals: 2))) and "
          + "spread over \(ranks.mean.formatted(decimals: 1)) of \(subject.length) directions.",
        evidence: "controls.csv"))
    return findings
  }
}

extension ProjectionAnalysis {
  /// Returns the section on the accuracy of the nearest words.
  ///
  /// - Parameters:
  ///   - subject: The prompt.
  ///   - projected: The context of nearest words against the learned one.
  /// - Returns: The section.
  func section(_ subject: InterpretationSubject, projected: ContextOutcome) -> Report.Section {
    let tables = tables(subject.decoded)
    let chart = LineChart(
      title: "From the context to its nearest words",
      summary: "Accuracy of contexts between the learned vectors, at 0, and their nearest words, at 1.",
      x: Axis("share of the words"), y: Axis("accuracy", notation: .percent),
      series: [LineChart.Series("context", projection.curve.map { LineChart.Point($0.share, $0.accuracy) })],
      levels: [LineChart.Level("zero-shot", subject.zeroShotAccuracy)])
    return Report.Section(
      "Nearest words instead of vectors", findings: findings(subject, projected),
      blocks: [
        .charts([Report.Figure(chart, name: "snapping-curve")]), .table(tables[0], name: "snapping"),
        .table(tables[1], name: "snapping-curve"),
      ])
  }

  private func findings(_ subject: InterpretationSubject, _ projected: ContextOutcome) -> [Report.Finding] {
    var findings = [
      Report.Finding(
        "With all vectors replaced by their nearest words, the accuracy is \(projected.accuracy.percentage) instead of "
          + "\(projection.accuracy.percentage) (\(projected.flips.verdict(images: subject.images))); the hand-written prompt "
          + "has \(subject.zeroShotAccuracy.percentage).", evidence: "snapping.csv", "snapping-curve.svg")
    ]
    if let worst = projection.oneByOne.enumerated().min(by: { $0.element < $1.element }),
      worst.element < projection.accuracy
    {
      findings.append(
        Report.Finding(
          "Of single replacements, that of vector \(worst.offset + 1) costs the most accuracy: "
            + "\((worst.element - projection.accuracy).points).", evidence: "snapping.csv"))
    }
    return findings
  }
}

import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensReporting

extension VectorWorthAnalysis {
  /// Returns the section on the accuracy that each vector is worth.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    Report.Section(
      "Ablation and Shapley values", findings: findings(subject),
      blocks: [
        .charts([
          Report.Figure(shapleyChart(subject), name: "shapley"),
          Report.Figure(interactionMap(subject), name: "interactions"),
        ]),
        .table(tables[0], name: "ablation"), .table(interactionTable(subject), name: "interactions"),
      ])
  }

  private func shapleyChart(_ subject: InterpretationSubject) -> BarChart {
    BarChart(
      title: "What each vector adds to the accuracy",
      summary: "Shapley values of the context's vectors with twice their standard errors, the mean word instead of a "
        + "missing vector.",
      axis: Axis("accuracy", notation: .points),
      bars: zip(subject.vectorNames, zip(shapley.values, shapley.errors)).map { name, value in
        BarChart.Bar(name, value.0, interval: value.0 - 2 * value.1...value.0 + 2 * value.1)
      }, signs: ("adds", "takes away"))
  }

  private func interactionMap(_ subject: InterpretationSubject) -> HeatMap {
    HeatMap(
      title: "Pairs of vectors",
      summary:
        "Interaction of each pair of vectors when both are replaced by the mean word: above 0 either suffices, "
        + "below 0 they need each other.",
      rows: ("vector", subject.vectorNames), columns: ("vector", subject.vectorNames), values: ablation.interactions,
      measure: Axis("accuracy", notation: .points), colors: .diverging(center: 0))
  }

  private func findings(_ subject: InterpretationSubject) -> [Report.Finding] {
    var findings = [
      Report.Finding(
        "Accuracy is \(shapley.nothing.percentage) with the mean word in place of every vector, with the context "
          + "\(shapley.everything.percentage): the vectors add \((shapley.everything - shapley.nothing).points).",
        evidence: "ablation.csv")
    ]
    let clear = shapley.values.indices.filter { abs(shapley.values[$0]) > 2 * shapley.errors[$0] }
    if let best = clear.max(by: { shapley.values[$0] < shapley.values[$1] }), shapley.values[best] > 0 {
      findings.append(
        Report.Finding(
          "Vector \(best + 1) adds most by Shapley values, \(shapley.values[best].points) ± "
            + "\((shapley.errors[best] * 100).formatted(decimals: 2)); \(clear.count) of \(subject.length) differ from 0 by "
            + "more than two standard errors.", evidence: "ablation.csv", "shapley.svg"))
    } else {
      findings.append(
        Report.Finding(
          "No vector adds more than twice the standard error of its Shapley value.",
          evidence: "ablation.csv", "shapley.svg"))
    }
    return findings
  }

  private func interactionTable(_ subject: InterpretationSubject) -> Table {
    var table = Table(
      title: "Interactions of pairs", columns: [.text("vector")] + subject.vectorNames.map { .number($0) })
    for (name, row) in zip(subject.vectorNames, ablation.interactions) { table.append([name] + row.map { "\($0)" }) }
    return table
  }
}

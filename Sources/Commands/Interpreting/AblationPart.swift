import PromptLensDiagnosis
import PromptLensInterpretation
import PromptLensReporting

/// What each vector is worth in accuracy.
struct AblationPart {
  let prompt: InterpretedPrompt
  let permutations: Int

  func part() throws -> ReportPart {
    let bench = prompt.bench
    let found = try bench.ablation(meanWord: prompt.meanWord, seed: prompt.seed)
    let shapley = try bench.shapley(meanWord: prompt.meanWord, permutations: permutations, seed: prompt.seed)
    let section = bench.section(of: found, shapley)
    var part = ReportPart(key: section.key, json: section.json)
    part.tables = [("ablation", section.tables[0]), ("interactions", interactions(found))]
    part.charts = [
      (
        "shapley",
        BarChart(
          title: "What each vector adds to the accuracy",
          summary: "Shapley values of the context's vectors with twice their standard errors, a mean word in a missing "
            + "vector's place.",
          axis: Axis("accuracy", notation: .points),
          bars: zip(prompt.vectorNames, zip(shapley.values, shapley.errors)).map { name, value in
            BarChart.Bar(name, value.0, interval: value.0 - 2 * value.1...value.0 + 2 * value.1)
          }, signs: ("adds", "takes away"))
      ),
      (
        "interactions",
        HeatMap(
          title: "Pairs of vectors",
          summary:
            "Interaction of each pair of vectors when both are replaced by the mean word: above 0 either suffices, "
            + "below 0 they need each other.",
          rows: ("vector", prompt.vectorNames), columns: ("vector", prompt.vectorNames), values: found.interactions,
          measure: Axis("accuracy", notation: .points), colours: .diverging(centre: 0))
      ),
    ]
    part.findings = [
      Finding(
        "With the mean word in every vector's place \(shapley.nothing.percentage) are classified rightly, with the context "
          + "\(shapley.everything.percentage): the vectors add \((shapley.everything - shapley.nothing).points).",
        "ablation.csv")
    ]
    let clear = shapley.values.indices.filter { abs(shapley.values[$0]) > 2 * shapley.errors[$0] }
    if let best = clear.max(by: { shapley.values[$0] < shapley.values[$1] }), shapley.values[best] > 0 {
      part.findings.append(
        Finding(
          "Vector \(best + 1) adds most by Shapley values, \(shapley.values[best].points) ± "
            + "\((shapley.errors[best] * 100).formatted(decimals: 2)); \(clear.count) of \(prompt.length) differ from 0 by "
            + "more than two standard errors.", "ablation.csv", "shapley.svg"))
    } else {
      part.findings.append(
        Finding(
          "No vector adds more than twice the standard error of its Shapley value.", "ablation.csv", "shapley.svg"))
    }
    return part
  }

  private func interactions(_ found: Ablation) -> Table {
    var table = Table(columns: [.text("vector")] + prompt.vectorNames.map { .number($0) })
    for (name, row) in zip(prompt.vectorNames, found.interactions) { table.append([name] + row.map { "\($0)" }) }
    return table
  }
}

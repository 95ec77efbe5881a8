import PromptLensEvaluation
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

/// The effects of the vectors by three measures beside the patching map, and what attention says of them.
struct VectorEffects {
  let interpretation: Interpretation

  /// The section with the figure.
  var section: Report.Section {
    var table = Table(
      title: "Rank correlation of attention with effects",
      columns: [.text("account"), .text("effect"), .number("Spearman's correlation")])
    for row in interpretation.comparison.rows {
      table.append(row.account, row.effect, row.correlation.map { "\($0)" } ?? "")
    }
    return Report.Section(
      "Effects of the vectors", findings: [Report.Finding(sentence, evidence: "attention-effects.csv", "effects.svg")],
      blocks: [
        .charts([Report.Figure(chart, name: "effects"), Report.Figure(interpretation.patching.map(.residual).chart)]),
        .table(table, name: "attention-effects"),
      ])
  }

  private var chart: BarChart {
    let (subject, worth, attribution) = (interpretation.subject, interpretation.worth, interpretation.attribution)
    let bars = (0..<subject.length).flatMap { position -> [BarChart.Bar] in
      let name = subject.vectorNames[position]
      let loss = worth.ablation.losses(.mean, .margin)[position]
      let share = worth.shapley.shares.margin[position]
      return [
        BarChart.Bar("\(name), ablation", loss.value, interval: loss.interval),
        BarChart.Bar("\(name), Shapley", share.value, interval: share.interval),
        BarChart.Bar(
          "\(name), gradients", attribution.contextOnly.integrated[position],
          interval: attribution.intervals.indices.contains(position) ? attribution.intervals[position] : nil),
      ]
    }
    return BarChart(
      title: "Effects of the vectors, in margin",
      summary:
        "What each vector adds to the mean margin, by ablation with the mean word, Shapley values and integrated "
        + "gradients, with 95 % intervals over the images.",
      axis: EffectUnit.margin.axis, bars: bars, signs: ("adds", "takes away"))
  }

  private var sentence: String {
    let known = interpretation.comparison.rows.filter { $0.correlation != nil }
    guard !known.isEmpty else {
      return
        "Attention and rollout need not agree with effects; with \(interpretation.subject.length.counting("vector")), or vectors "
        + "without different effects, no rank correlation can be computed."
    }
    let list = known.map { row in
      "\(row.account) with \(row.effect.replacing("_", with: " ")) \((row.correlation ?? 0).formatted(decimals: 2))"
    }
    return
      "Attention and rollout need not agree with effects: over the \(interpretation.subject.length) vectors the rank "
      + "correlation with their sizes is, of \(list.joined(separator: ", "))."
  }

  /// The correlations as JSON.
  var json: JSON {
    .array(
      interpretation.comparison.rows.map {
        ["account": .string($0.account), "effect": .string($0.effect), "correlation": .optional($0.correlation)]
      })
  }
}

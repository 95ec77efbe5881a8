import PromptLensDiagnosis
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensReporting

extension VectorWorthAnalysis {
  /// Returns the section on the effect of each vector.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    Report.Section(
      "Ablation and Shapley values", findings: findings(subject),
      blocks: [
        .charts(
          EffectUnit.allCases.reversed().map {
            Report.Figure(shapleyChart(subject, $0), name: $0 == .margin ? "shapley" : "shapley-accuracy")
          } + [Report.Figure(interactionMap(subject), name: "interactions")]),
        .table(tables[1], name: "ablation"), .table(tables[0], name: "ablation-accuracy"),
        .table(interactionTable(subject), name: "interactions"),
      ])
  }

  private func shapleyChart(_ subject: InterpretationSubject, _ unit: EffectUnit) -> BarChart {
    BarChart(
      title: "Shapley values of the vectors, in \(unit.rawValue)",
      summary: "Shapley values of the context's vectors with 95 % intervals over the images, a mean word in a missing "
        + "vector's place.",
      axis: unit.axis,
      bars: zip(subject.vectorNames, shapley.shares[unit]).map { name, share in
        BarChart.Bar(name, share.value, interval: share.interval)
      }, signs: ("adds", "takes away"))
  }

  private func interactionMap(_ subject: InterpretationSubject) -> HeatMap {
    HeatMap(
      title: "Interactions of pairs of vectors, in margin",
      summary:
        "Interaction of each pair of vectors when both are replaced by the mean word: above 0 either suffices, "
        + "below 0 they need each other.",
      rows: ("vector", subject.vectorNames), columns: ("vector", subject.vectorNames),
      values: ablation.interactions(.margin), measure: EffectUnit.margin.axis, colors: .diverging(center: 0))
  }

  private func findings(_ subject: InterpretationSubject) -> [Report.Finding] {
    let (added, images) = (ablation.added, "over \(subject.images.counting("image"))")
    let isClear = EffectUnit.allCases.contains { added[$0].isClear($0) }
    return [
      Report.Finding(
        "Accuracy is \(ablation.meanWords.accuracy.percentage) with the mean word in place of every vector and "
          + "\(ablation.whole.accuracy.percentage) with the context: \(images), the vectors add "
          + "\(added.accuracy.sentence(.accuracy)) and \(added.margin.sentence(.margin))"
          + (isClear ? "." : "; neither is shown to differ from 0."),
        evidence: "ablation.csv", "ablation-accuracy.csv"),
      shapleyFinding(subject), lossFinding(subject),
    ] + interactionFinding(subject)
  }

  private func shapleyFinding(_ subject: InterpretationSubject) -> Report.Finding {
    let shares = shapley.shares.margin
    let method =
      shapley.permutations.map { "\($0) random orders" } ?? "all \(shapley.coalitions.grouped) coalitions"
    let clear = shares.indices.filter { shares[$0].isClear(.margin) }
    let start = "By Shapley values in margin, from \(method) on \(subject.images.counting("image")), "
    guard let best = clear.max(by: { abs(shares[$0].value) < abs(shares[$1].value) }) else {
      return Report.Finding(
        start + "no vector is shown to add anything: every 95 % interval contains 0.", evidence: "ablation.csv",
        "shapley.svg")
    }
    return Report.Finding(
      start + "\(subject.vectorNames[best]) has the largest part, \(shares[best].plain(.margin)); "
        + "\(clear.count) of \(subject.length) vectors have an interval that leaves out 0"
        + (clear.count < subject.length ? ": \(clear.map { subject.vectorNames[$0] }.joined(separator: ", "))." : "."),
      evidence: "ablation.csv", "shapley.svg")
  }

  private func lossFinding(_ subject: InterpretationSubject) -> Report.Finding {
    let losses = ablation.losses(.mean, .margin)
    let clear = losses.indices.filter { losses[$0].isClear(.margin) }
    guard let worst = clear.max(by: { losses[$0].value < losses[$1].value }) else {
      return Report.Finding(
        "With one vector at a time replaced by the mean word, no change of the margin is shown on "
          + "\(subject.images.counting("image")).", evidence: "ablation.csv")
    }
    return Report.Finding(
      "With one vector at a time replaced by the mean word, the margin falls most without "
        + "\(subject.vectorNames[worst]): by \(losses[worst].plain(.margin)), accuracy by "
        + "\(ablation.losses(.mean, .accuracy)[worst].sentence(.accuracy)).",
      evidence: "ablation.csv", "ablation-accuracy.csv")
  }

  private func interactionFinding(_ subject: InterpretationSubject) -> [Report.Finding] {
    guard let pair = pairs.first(where: { $0.interaction.isClear(.margin) }) else { return [] }
    let names = "\(subject.vectorNames[pair.first]) and \(subject.vectorNames[pair.second])"
    return [
      Report.Finding(
        "Of all pairs \(names) interact most, \(pair.interaction.sentence(.margin)): "
          + (pair.interaction.value > 0
            ? "each does in part what the other does, so the loss of one understates it."
            : "one needs the other."),
        evidence: "interactions.csv", "interactions.svg")
    ]
  }

  private func interactionTable(_ subject: InterpretationSubject) -> Table {
    var table = Table(
      title: "Interactions of pairs, in margin", columns: [.text("vector")] + subject.vectorNames.map { .number($0) })
    for (name, row) in zip(subject.vectorNames, ablation.interactions(.margin)) {
      table.append([name] + row.map { "\($0)" })
    }
    return table
  }
}

import PromptLensCLIP
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension FeatureTerm {
  /// The term in a table.
  fileprivate var name: String {
    switch self {
    case .embedding: "embedding"
    case .head(let layer, let head): "layer \(layer + 1), head \(head + 1)"
    case .attentionBias(let layer): "layer \(layer + 1), attention bias"
    case .mlp(let layer): "layer \(layer + 1), MLP"
    case .finalShift: "shift of the final norm"
    }
  }
}

extension LogitAttributionAnalysis {
  /// The most bars of a chart.
  private static let barCount = 24

  /// Returns the section on the parts of the logits.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    Report.Section(
      "Direct logit attribution", findings: findings(subject.readPosition),
      blocks: [
        .charts([Report.Figure(chart(subject.readPosition), name: "logit-attribution")]),
        .table(table, name: "logit-attribution"),
        .table(headTable, name: "heads"),
      ])
  }

  /// The terms, those with the largest parts first.
  private var order: [Int] {
    attribution.terms.indices.sorted { abs(attribution.parts[$0].value) > abs(attribution.parts[$1].value) }
  }

  private func chart(_ position: String) -> BarChart {
    BarChart(
      title: "Direct contributions of heads and MLPs to the logits",
      summary:
        "The largest parts of the mean logit of the label less the others' mean, by term of \(position)'s state, with "
        + "95 % intervals over \(images.counting("image")).", axis: Axis("logit"),
      bars: order.prefix(Self.barCount).map {
        BarChart.Bar(
          attribution.terms[$0].name, attribution.parts[$0].value, interval: attribution.parts[$0].interval)
      }, signs: ("for the label", "against it"))
  }

  private var table: Table {
    var table = Table(
      title: "Direct logit attribution",
      columns: [.text("term"), .number("logit"), .number("low"), .number("high")])
    for (term, part) in zip(attribution.terms, attribution.parts) {
      table.append(term.name, "\(part.value)", "\(part.interval.lowerBound)", "\(part.interval.upperBound)")
    }
    table.append("all", "\(attribution.total)", "", "")
    return table
  }

  private var headTable: Table {
    var table = Table(
      title: "Heads described by words",
      columns: [
        .text("head"), .text("words"), .number("variance explained"), .number("by random directions"),
      ])
    for head in heads {
      table.append(
        attribution.terms[head.term].name, head.description.words.map { words[$0] }.joined(separator: ", "),
        "\(head.description.explained.last ?? 0)", "\(head.randomlyExplained)")
    }
    return table
  }

  private func findings(_ position: String) -> [Report.Finding] {
    func number(_ value: Double) -> String { value.formatted(decimals: 3) }
    var findings = [
      Report.Finding(
        "What heads and MLPs write to \(position) adds up to the class features to "
          + "\(attribution.largestError.scientific); of the label's logit less the others' mean, "
          + "\(number(attribution.total)) on \(images.counting("image")), the largest direct parts are "
          + order.prefix(3).map {
            let part = attribution.parts[$0]
            return "\(attribution.terms[$0].name) \(number(part.value)) (\(number(part.interval.lowerBound)) to "
              + "\(number(part.interval.upperBound)))"
          }.joined(separator: "; ") + ". What works by way of later layers is not in these.",
        evidence: "logit-attribution.csv", "logit-attribution.svg")
    ]
    if let head = heads.first {
      let explained = head.description.explained.last ?? 0
      let named = head.description.words.map { "\"\(words[$0])\"" }.joined(separator: ", ")
      findings.append(
        Report.Finding(
          "Of \(words.count.grouped) words, \(named) describe best what \(attribution.terms[head.term].name) writes about the "
            + "classes: they explain \(explained.percentage) of its variance, as many random directions "
            + "\(head.randomlyExplained.percentage)"
            + (explained > 2 * head.randomlyExplained ? "." : ", so the words are not informative."),
          evidence: "heads.csv"))
    }
    return findings
  }

  /// The parts as JSON.
  var json: JSON {
    [
      "images": JSON(images), "total": .number(attribution.total), "largest_error": .number(attribution.largestError),
      "terms": .array(
        zip(attribution.terms, attribution.parts).map { term, part in
          ["term": .string(term.name), "part": part.json]
        }),
      "heads": .array(
        heads.map { head in
          [
            "term": .string(attribution.terms[head.term].name),
            "words": .array(head.description.words.map { .string(words[$0]) }),
            "explained": .numbers(head.description.explained), "randomly_explained": .number(head.randomlyExplained),
          ]
        }),
    ]
  }
}

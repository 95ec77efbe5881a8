import PromptLensCLIP
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension ImageHeadsAnalysis {
  /// The most bars of a chart.
  private static let barCount = 24

  /// The section on the terms of images' features.
  var section: Report.Section {
    Report.Section(
      "Heads of the image tower", findings: findings,
      blocks: [.charts([Report.Figure(chart, name: "image-terms")]), .table(table, name: "image-terms")]
        + (described.isEmpty ? [] : [.table(headTable, name: "image-heads")]))
  }

  /// The terms, those with the largest parts after learning first.
  private var order: [Int] { heads.terms.indices.sorted { abs(after[$0].value) > abs(after[$1].value) } }

  /// A sentence where the parts don't sum to the features as they should.
  private var doubt: String {
    heads.largestError <= ImageHeads.tolerance
      ? ""
      : " That is more than \(ImageHeads.tolerance.scientific), which f32 keeps: in bf16 the parts are rounded, so don't add them up."
  }

  private var chart: BarChart {
    BarChart(
      title: "What the image tower's heads and MLPs write to the logits",
      summary:
        "The largest parts of the mean logit of the label less the others' mean, by term of the class token's state, "
        + "with 95 % intervals over \(images.counting("image")).", axis: Axis("logit"),
      bars: order.prefix(Self.barCount).map {
        BarChart.Bar(heads.terms[$0].imageName, after[$0].value, interval: after[$0].interval)
      }, signs: ("for the label", "against it"))
  }

  private var table: Table {
    var table = Table(
      title: "Terms of images' features",
      columns: [
        .text("term"), .number("share of the feature"), .number("logit, words"), .number("low"), .number("high"),
        .number("logit, learned"), .number("low"), .number("high"),
      ])
    for (index, term) in heads.terms.enumerated() {
      table.append([term.imageName, "\(heads.shares[index])"] + Self.cells(before[index]) + Self.cells(after[index]))
    }
    return table
  }

  private static func cells(_ part: ImageBootstrap.Estimate) -> [String] {
    ["\(part.value)", "\(part.interval.lowerBound)", "\(part.interval.upperBound)"]
  }

  private var headTable: Table {
    var table = Table(
      title: "Heads of the image tower described by words",
      columns: [
        .text("head"), .number("share of the feature"), .text("words"), .number("variance explained"),
        .number("by random directions"),
      ])
    for head in described {
      table.append(
        heads.terms[head.term].imageName, "\(heads.shares[head.term])",
        head.description.words.map { words[$0] }.joined(separator: ", "),
        "\(head.description.explained.last ?? 0)", "\(head.randomlyExplained)")
    }
    return table
  }

  private var findings: [Report.Finding] {
    func number(_ part: ImageBootstrap.Estimate) -> String {
      "\(part.value.formatted(decimals: 3)) (\(part.interval.lowerBound.formatted(decimals: 3)) to "
        + "\(part.interval.upperBound.formatted(decimals: 3)))"
    }
    var findings = [
      Report.Finding(
        "What the image tower's heads and MLPs write to the class token adds up to the features of \(images.counting("image")) to "
          + "\(heads.largestError.scientific), relative; of the label's logit less the others' mean, the largest direct parts "
          + "are "
          + order.prefix(3).map {
            "\(heads.terms[$0].imageName) \(number(after[$0])), with words \(number(before[$0]))"
          }.joined(separator: "; ") + ". What works by way of later layers is not in these." + doubt,
        evidence: "image-terms.csv", "image-terms.svg")
    ]
    func gain(_ head: Head) -> Double { (head.description.explained.last ?? 0) - head.randomlyExplained }
    let best = described.max { gain($0) < gain($1) }
    if let best {
      let explained = best.description.explained.last ?? 0
      let named = best.description.words.map { "\"\(words[$0])\"" }.joined(separator: ", ")
      let better = described.count { ($0.description.explained.last ?? 0) > 2 * $0.randomlyExplained }
      findings.append(
        Report.Finding(
          "Of \(words.count.grouped) words, \(named) describe best what \(heads.terms[best.term].imageName) writes about the "
            + "images: they explain \(explained.percentage) of its variance, as many random directions "
            + "\(best.randomlyExplained.percentage); \(better) of \(described.count.counting("head")) are explained more than "
            + "twice as well by words as by random directions.", evidence: "image-heads.csv"))
    }
    return findings
  }

  /// The numbers as JSON.
  var json: JSON {
    [
      "data": .string(data), "images": JSON(images), "largest_error": .number(heads.largestError),
      "terms": .array(
        heads.terms.indices.map { index in
          [
            "term": .string(heads.terms[index].imageName), "share": .number(heads.shares[index]),
            "words": before[index].json, "learned": after[index].json,
          ]
        }),
      "heads": .array(
        described.map { head in
          [
            "term": .string(heads.terms[head.term].imageName),
            "words": .array(head.description.words.map { .string(words[$0]) }),
            "explained": .numbers(head.description.explained), "randomly_explained": .number(head.randomlyExplained),
          ]
        }),
    ]
  }
}

extension FeatureTerm {
  /// The name of a term of an image's feature.
  fileprivate var imageName: String {
    switch self {
    case .embedding: "class token"
    case .head(let layer, let head): "layer \(layer + 1), head \(head + 1)"
    case .attentionBias(let layer): "layer \(layer + 1), attention bias"
    case .mlp(let layer): "layer \(layer + 1), MLP"
    case .finalShift: "shift of the final norm"
    }
  }
}

import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension AgreementAnalysis {
  /// The section on the agreement of prompts.
  var section: Report.Section {
    var table = Table(
      title: "Agreement of prompts",
      columns: [
        .text("first"), .text("second"), .number("cosine by position"), .number("cosine paired"),
        .number("cosine paired, random"), .number("CKA of class features"), .number("same predictions"),
        .number("accuracy of the first"), .number("of the second"), .number("half-way"),
      ])
    for pair in pairs {
      let found = pair.agreement
      table.append(
        pair.first, pair.second, "\(found.samePositionCosine)", "\(found.matchedCosine)",
        "\(found.randomMatchedCosine)",
        found.featureAlignment.map { "\($0)" } ?? "", "\(found.samePredictions)", "\(found.accuracies.first)",
        "\(found.accuracies.second)", "\(found.accuracies.midpoint)")
    }
    return Report.Section(
      "Agreement of prompts", findings: pairs.map { Report.Finding($0.sentence, evidence: "agreement.csv") },
      blocks: [.table(table, name: "agreement")])
  }

  /// The agreement of each pair as JSON.
  var json: JSON { .array(pairs.map(\.json)) }
}

extension AgreementAnalysis.Pair {
  fileprivate var json: JSON {
    [
      "first": .string(first), "second": .string(second), "same_position_cosine": .number(agreement.samePositionCosine),
      "paired_cosine": .number(agreement.matchedCosine), "random_paired_cosine": .number(agreement.randomMatchedCosine),
      "feature_cka": .optional(agreement.featureAlignment), "same_predictions": .number(agreement.samePredictions),
      "accuracies": [
        "first": .number(agreement.accuracies.first), "second": .number(agreement.accuracies.second),
        "midpoint": .number(agreement.accuracies.midpoint),
      ],
    ]
  }

  fileprivate var sentence: String {
    let accuracies = agreement.accuracies
    let worse = min(accuracies.first, accuracies.second)
    let alignment =
      agreement.featureAlignment.map { ", their class features have a CKA of \($0.formatted(decimals: 3))" } ?? ""
    return "\(first) and \(second): vectors paired as they fit best have a mean cosine of "
      + "\(agreement.matchedCosine.formatted(decimals: 3)), where random ones have "
      + "\(agreement.randomMatchedCosine.formatted(decimals: 3))\(alignment), and they predict the same for "
      + "\(agreement.samePredictions.percentage) of the images; half-way between them the accuracy is "
      + "\(accuracies.midpoint.percentage), \(accuracies.midpoint >= worse ? "no less than the worse one's" : "less than either's")"
      + " (\(accuracies.first.percentage) and \(accuracies.second.percentage))."
  }
}

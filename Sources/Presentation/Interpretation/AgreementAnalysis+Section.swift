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
        .text("first"), .text("second"), .number("cosine at the same position"), .number("cosine paired"),
        .number("cosine paired, random"), .number("movement of vectors"), .number("movement of class features"),
        .number("movement, random words"), .number("CKA of class features"), .number("CKA, classes shuffled"),
        .number("CKA, random words"), .number("CKA, zero-shot"), .number("same predictions"),
        .number("accuracy of the first"), .number("of the second"), .number("half-way"),
      ])
    func cell(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    for pair in pairs {
      let found = pair.agreement
      table.append(
        pair.first, pair.second, "\(found.samePositionCosine)", "\(found.matchedCosine)",
        "\(found.randomMatchedCosine)",
        cell(pair.vectorDirections), cell(pair.featureDirections), cell(pair.randomWordDirections),
        cell(found.featureAlignment), "\(found.shuffledAlignments.mean)", cell(pair.randomWordAlignment),
        cell(pair.zeroShotAlignment), "\(found.samePredictions)", "\(found.accuracies.first)",
        "\(found.accuracies.second)", "\(found.accuracies.midpoint)")
    }
    return Report.Section(
      "Agreement of prompts",
      findings: pairs.flatMap(\.sentences).map { Report.Finding($0, evidence: "agreement.csv") },
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
      "vector_movement_cosine": .optional(vectorDirections), "feature_movement_cosine": .optional(featureDirections),
      "random_word_movement_cosine": .optional(randomWordDirections),
      "feature_cka": .optional(agreement.featureAlignment),
      "shuffled_cka": .numbers(agreement.shuffledAlignments.values),
      "random_word_cka": .optional(randomWordAlignment), "zero_shot_cka": .optional(zeroShotAlignment),
      "same_predictions": .number(agreement.samePredictions),
      "accuracies": [
        "first": .number(agreement.accuracies.first), "second": .number(agreement.accuracies.second),
        "midpoint": .number(agreement.accuracies.midpoint),
      ],
    ]
  }

  fileprivate var sentences: [String] {
    func number(_ value: Double?) -> String { value?.formatted(decimals: 3) ?? "not known" }
    let accuracies = agreement.accuracies
    let worse = min(accuracies.first, accuracies.second)
    let moved =
      vectorDirections.map { "their vectors moved from the start in directions of cosine \(number($0)); " } ?? ""
    let shuffled = agreement.shuffledAlignments.values
    return [
      "\(first) and \(second): vectors paired as they fit best have a mean cosine of \(number(agreement.matchedCosine)), "
        + "where random ones have \(number(agreement.randomMatchedCosine)); \(moved)from the zero-shot features, their class "
        + "features moved in directions of cosine \(number(featureDirections)), contexts of random words in directions of "
        + "cosine \(number(randomWordDirections)) with theirs.",
      "\(first) and \(second): class features have a debiased CKA of \(number(agreement.featureAlignment)), where shuffled "
        + "classes have \(number(agreement.shuffledAlignments.mean)) (at most \(number(shuffled.last))), contexts of random "
        + "words \(number(randomWordAlignment)) and zero-shot \(number(zeroShotAlignment)): only what exceeds these is "
        + "agreement of the seeds.",
      "\(first) and \(second) predict the same for \(agreement.samePredictions.percentage) of the images; half-way between "
        + "them the accuracy is \(accuracies.midpoint.percentage), "
        + "\(accuracies.midpoint >= worse ? "no less than the worse one's" : "less than either's")"
        + " (\(accuracies.first.percentage) and \(accuracies.second.percentage)).",
    ]
  }
}

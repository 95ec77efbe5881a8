import PromptLensExperiments
import PromptLensDiagnosis
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting
import PromptLensTensors

/// How far prompts that were learned alike agree.
struct AgreementPart {
  let prompt: InterpretedPrompt
  let others: [LearnedPrompt]

  private struct Member {
    let name: String
    let matrix: ContextMatrix
    let features: Tensor
    let predictions: [Int]
  }

  func part() throws -> ReportPart {
    let names = ContextNames.short(([prompt.learned] + others).map(\.path))
    let members = try zip([prompt.learned] + others, names).map { learned, name in
      let matrix = try ContextMatrix(learned.contextServing(prompt.classNames).vectors)
      return Member(
        name: name, matrix: matrix,
        features: try learned.weights(prompt.classNames, position: prompt.bench.assembly.classPosition),
        predictions: try prompt.bench.measure.predictions(of: [matrix])[0])
    }
    var table = Table(
      columns: [
        .text("first"), .text("second"), .number("cosine in place"), .number("cosine paired"),
        .number("cosine paired, random"), .number("CKA of class features"), .number("same predictions"),
        .number("accuracy of the first"), .number("of the second"), .number("half-way"),
      ])
    var json: [JSON] = []
    var findings: [Finding] = []
    for second in members.indices {
      for first in 0..<second {
        let (left, right) = (members[first], members[second])
        let found = try SeedAgreement(
          left.matrix, right.matrix, features: (left.features, right.features),
          predictions: (left.predictions, right.predictions), seed: prompt.seed, measure: prompt.bench.measure)
        table.append(
          left.name, right.name, "\(found.inPlaceCosine)", "\(found.matchedCosine)", "\(found.randomMatchedCosine)",
          found.featureAlignment.map { "\($0)" } ?? "", "\(found.samePredictions)", "\(found.accuracies.first)",
          "\(found.accuracies.second)", "\(found.accuracies.midpoint)")
        json.append([
          "first": .string(left.name), "second": .string(right.name), "in_place_cosine": .number(found.inPlaceCosine),
          "paired_cosine": .number(found.matchedCosine), "random_paired_cosine": .number(found.randomMatchedCosine),
          "feature_cka": .optional(found.featureAlignment), "same_predictions": .number(found.samePredictions),
          "accuracies": [
            "first": .number(found.accuracies.first), "second": .number(found.accuracies.second),
            "midpoint": .number(found.accuracies.midpoint),
          ],
        ])
        findings.append(Finding(sentence(left.name, right.name, found), "agreement.csv"))
      }
    }
    var part = ReportPart(key: "agreement", json: .array(json))
    part.tables = [("agreement", table)]
    part.findings = findings
    return part
  }

  private func sentence(_ left: String, _ right: String, _ found: SeedAgreement) -> String {
    let worse = min(found.accuracies.first, found.accuracies.second)
    let alignment =
      found.featureAlignment.map { ", their class features have a CKA of \($0.formatted(decimals: 3))" } ?? ""
    return "\(left) and \(right): vectors paired as they fit best have a mean cosine of "
      + "\(found.matchedCosine.formatted(decimals: 3)), where random ones have "
      + "\(found.randomMatchedCosine.formatted(decimals: 3))\(alignment), and they predict the same for "
      + "\(found.samePredictions.percentage) of the images; half-way between them the accuracy is "
      + "\(found.accuracies.midpoint.percentage), \(found.accuracies.midpoint >= worse ? "no less than the worse one's" : "less than either's")"
      + " (\(found.accuracies.first.percentage) and \(found.accuracies.second.percentage))."
  }
}

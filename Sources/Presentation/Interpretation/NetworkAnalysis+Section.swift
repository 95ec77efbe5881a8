import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension NetworkAnalysis {
  /// Returns the section on the movement of the vectors by a network.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    Report.Section(
      "The network", findings: findings(subject), blocks: [.table(table(subject), name: "network")])
  }

  private func findings(_ subject: InterpretationSubject) -> [Report.Finding] {
    let relative = shifts.relativeLength.map { ", \($0.formatted(decimals: 2)) times their own length" } ?? ""
    let common = shifts.commonShare.map { "; \($0.percentage) of the squared movement is common to all images" } ?? ""
    let kept = shifts.kept.reduce(0, +) / Double(max(shifts.kept.count, 1))
    let reading =
      kept > 0.5
      ? "the words listed here mostly are those of the prompts in use"
      : "the words listed here are not those of the prompts in use"
    let after = subject.decoded.plain(shifts.words.map(\.after.id))
    return [
      Report.Finding(
        "A network moves all vectors for each image, by \(shifts.length.formatted(decimals: 4)) on average\(relative), over "
          + "\(shifts.images.counting("image"))\(common).", evidence: "network.csv"),
      Report.Finding(
        "A moved vector keeps its nearest word for \(kept.percentage) of the images: \(reading). After the mean "
          + "movement the nearest words are: \(after).", evidence: "network.csv"),
      Report.Finding(
        "Accuracy on these images is \(accuracy.percentage) with the network and "
          + "\(accuracyAlone.percentage) without it (McNemar's \(test.exactP.asProbability)); the rest of this report is about "
          + "the vectors without the network.", evidence: "network.csv"),
    ]
  }

  private func table(_ subject: InterpretationSubject) -> Table {
    var table = Table(
      title: "Words before and after the mean movement",
      columns: [
        .text("vector"), .text("nearest"), .number("distance"), .number("kept"), .text("nearest after mean movement"),
        .number("distance after"),
      ])
    for (index, words) in shifts.words.enumerated() {
      table.append(
        subject.vectorNames[index], subject.decoded.label(words.before.id), "\(words.before.distance)",
        "\(shifts.kept[index])", subject.decoded.label(words.after.id), "\(words.after.distance)")
    }
    return table
  }

  /// Returns the movement as JSON.
  func json(_ subject: InterpretationSubject) -> JSON {
    func word(_ word: WordNeighbor) -> JSON {
      [
        "piece": .string(subject.decoded.piece(word.id)), "id": JSON(word.id), "distance": .number(word.distance),
      ]
    }
    return [
      "images": JSON(shifts.images), "accuracy": .number(accuracy), "mcnemar_exact_p": .number(test.exactP),
      "shift_length": .number(shifts.length), "relative_length": .optional(shifts.relativeLength),
      "common_share": .optional(shifts.commonShare),
      "vectors": .array(
        zip(shifts.words, shifts.kept).map { words, kept in
          ["nearest": word(words.before), "kept": .number(kept), "nearest_after_mean_shift": word(words.after)]
        }),
    ]
  }
}

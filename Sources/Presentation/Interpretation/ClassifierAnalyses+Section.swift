import PromptLensDrawing
import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

// MARK: - Drift

extension DriftAnalysis {
  /// Returns the section on the movement of the classes' features.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    var table = Table(
      title: "Movement of the classes' features",
      columns: [.text("class"), .number("cosine with zero-shot"), .text("moved towards")])
    for (label, name) in subject.classNames.enumerated() {
      table.append(
        name, "\(drift.cosines[label])",
        drift.towards[label].map { "\(subject.classNames[$0.label]) (\($0.gain.formatted(decimals: 4)))" }
          .joined(separator: ", "))
    }
    let maps = [
      map("cosines-before", "Cosines of classes, zero-shot", before, subject),
      map("cosines-after", "Cosines of classes, learned", after, subject),
    ]
    return Report.Section(
      "Drift", findings: findings(subject),
      blocks: [.charts(maps), .table(table, name: "drift")]
        + maps.map { .table($0.chart.data(), name: $0.name) })
  }

  private func findings(_ subject: InterpretationSubject) -> [Report.Finding] {
    guard let farthest = drift.farthest else {
      return [
        Report.Finding(
          "No class feature differs from its zero-shot one by more than rounding: there is no drift.",
          evidence: "drift.csv")
      ]
    }
    func interval(_ range: ClosedRange<Double>) -> String {
      "95 % interval over classes \(range.lowerBound.formatted(decimals: 3)) to \(range.upperBound.formatted(decimals: 3))"
    }
    let moved =
      "the mean cosine between different classes went from \(before.meanOfOthers.formatted(decimals: 3)) to "
      + after.meanOfOthers.formatted(decimals: 3)
    let range = change.interval.map { ", a change of \(change.change.formatted(decimals: 3)) (\(interval($0)))" } ?? ""
    let conclusion =
      change.isClear
      ? "the classes' features stand \(change.change < 0 ? "farther apart" : "closer together")"
      : "no change is shown"
    let attractor = drift.towards[farthest].first.map {
      "; apart from what all classes share, most towards \(subject.classNames[$0.label])"
    }
    return [
      Report.Finding(
        "Class features have a mean cosine of \(drift.meanCosine.formatted(decimals: 3)) with their zero-shot ones "
          + "(\(interval(meanCosine.interval))); \(drift.commonShare.percentage) of the squared drift is common to all "
          + "\(subject.classNames.count.counting("class", plural: "classes")).", evidence: "drift.csv"),
      Report.Finding(
        "Over \(subject.classNames.count.counting("class", plural: "classes")) \(moved)\(range): \(conclusion).",
        evidence: "cosines-before.svg", "cosines-after.svg"),
      Report.Finding(
        "The class \(subject.classNames[farthest]) moved farthest (cosine "
          + "\(drift.cosines[farthest].formatted(decimals: 3))\(attractor ?? "")).", evidence: "drift.csv"),
    ]
  }

  private func map(
    _ name: String, _ title: String, _ cosines: ClassCosines, _ subject: InterpretationSubject
  ) -> Report.Figure {
    Report.Figure(
      HeatMap(
        title: title, summary: "\(title): the cosine of each class's text feature with every other's.",
        rows: ("class", subject.classNames), columns: ("class", subject.classNames), values: cosines.matrix,
        measure: Axis("cosine")), name: name)
  }

  /// Returns the movement as JSON.
  func json(_ subject: InterpretationSubject) -> JSON {
    [
      "mean_cosine": .number(drift.meanCosine), "common_share": .number(drift.commonShare),
      "mean_cosine_between_classes_before": .number(before.meanOfOthers),
      "mean_cosine_between_classes_after": .number(after.meanOfOthers),
      "mean_cosine_interval": .numbers([meanCosine.interval.lowerBound, meanCosine.interval.upperBound]),
      "change_between_classes": [
        "value": .number(change.change),
        "interval": change.interval.map { .numbers([$0.lowerBound, $0.upperBound]) } ?? .null,
      ],
      "moved": JSON(drift.hasMoved.count { $0 }),
      "classes": .array(
        subject.classNames.enumerated().map { label, name in
          [
            "class": .string(name), "cosine": .number(drift.cosines[label]),
            "towards": .array(
              drift.towards[label].map {
                ["class": .string(subject.classNames[$0.label]), "gain": .number($0.gain)]
              }),
          ]
        }), "cosines_before": .matrix(before.matrix), "cosines_after": .matrix(after.matrix),
    ]
  }
}

// MARK: - Flips

extension PredictionFlips {
  /// Returns the section on the images whose predictions flip from the zero-shot classifier to the learned prompt.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    let names = subject.classNames
    var table = Table(
      title: "Changed predictions",
      columns: [.text("change"), .text("path"), .text("class"), .text("zero-shot"), .text("learned")])
    let lists = [
      ("wrong to right", gained), ("right to wrong", lost), ("wrong to otherwise wrong", otherwiseWrong),
    ]
    for (change, images) in lists {
      for image in images {
        table.append(
          change, subject.imagePaths[image], names[subject.labels[image]], names[subject.zeroShotPredictions[image]],
          names[subject.predictions[image]])
      }
    }
    let pictures = lists.prefix(2).map { change, images in
      Report.Block.pictures(
        title: "From \(change): \(images.count.counting("image"))",
        images.map { image in
          Report.Picture(
            path: subject.imagePaths[image],
            caption: "\(names[subject.labels[image]]): \(names[subject.zeroShotPredictions[image]]) → "
              + names[subject.predictions[image]])
        })
    }
    return Report.Section(
      "Changed predictions",
      findings: [
        Report.Finding(
          "Against \"\(subject.template)\", \(gained.count.counting("image")) went from wrong to right and \(lost.count) from right "
            + "to wrong, of \(subject.images.grouped) (\(verdict(images: subject.images))).",
          evidence: "changed-sides.csv")
      ],
      blocks: [.table(table, name: "changed-sides")] + pictures)
  }

  /// Returns the images as JSON.
  func json(_ subject: InterpretationSubject) -> JSON {
    func list(_ images: [Int]) -> JSON { .array(images.map { .string(subject.imagePaths[$0]) }) }
    return [
      "template": .string(subject.template.text), "zero_shot_accuracy": .number(subject.zeroShotAccuracy),
      "accuracy": .number(subject.accuracy), "images": JSON(subject.images),
      "wrong_to_right": list(gained), "right_to_wrong": list(lost),
      "wrong_to_otherwise_wrong": list(otherwiseWrong), "both_right": JSON(bothRight),
      "mcnemar_p": .number(test.exactP),
    ]
  }
}

// MARK: - Words of class features

extension DecompositionAnalysis {
  /// The classes whose words the findings name.
  private static let namedClasses = 3

  /// Returns the section on the words that the classes' features are sums of.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    var table = Table(
      title: "Words of the classes' features",
      columns: [
        .text("class"), .text("feature"), .text("words"), .number("cosine"), .number("penalty"), .number("duality gap"),
      ])
    func spoken(_ found: SparseDecomposition) -> String {
      found.terms.prefix(8).map { "\(words[$0.word]) \($0.weight.formatted(decimals: 2))" }.joined(separator: ", ")
    }
    for (label, name) in subject.classNames.enumerated() {
      for (feature, found) in [("zero-shot", before[label]), ("learned", after[label])] {
        table.append(
          name, feature, spoken(found), "\(found.cosine)", "\(found.penalty)", found.dualityGap.scientific)
      }
    }
    return Report.Section(
      "Words of the classes' features", findings: findings(subject), blocks: [.table(table, name: "decomposition")])
  }

  /// Returns the decompositions as JSON.
  func json(_ subject: InterpretationSubject) -> JSON {
    func json(_ found: SparseDecomposition) -> JSON {
      [
        "words": .array(found.terms.map { ["word": .string(words[$0.word]), "weight": .number($0.weight)] }),
        "cosine": .number(found.cosine), "penalty": .number(found.penalty), "duality_gap": .number(found.dualityGap),
      ]
    }
    return [
      "dictionary": JSON(words.count), "template": .string(subject.template.text),
      "names_in_dictionary": JSON(knownNames),
      "own_names": ["zero_shot": JSON(ownNames(before)), "learned": JSON(ownNames(after))],
      "classes": .array(
        subject.classNames.enumerated().map { label, name in
          ["class": .string(name), "zero_shot": json(before[label]), "learned": json(after[label])]
        }),
    ]
  }

  private func findings(_ subject: InterpretationSubject) -> [Report.Finding] {
    func summary(_ found: [SparseDecomposition]) -> String {
      let count = Sample(found.map { Double($0.terms.count) }).mean.formatted(decimals: 1)
      return
        "sums of \(count) words with a mean cosine of \(Sample(found.map(\.cosine)).mean.formatted(decimals: 3)), the heaviest "
        + "being the class's own name for \(ownNames(found)) of the \(knownNames) names among the words"
    }
    var findings = [
      Report.Finding(
        "After removing what all words share, and with \(words.count.grouped) common words (entries that end a word, and so some endings) in the names' place of the same "
          + "prompt, zero-shot class features are \(summary(before)); learned ones are \(summary(after)).",
        evidence: "decomposition.csv")
    ]
    let farthest = subject.classNames.indices.sorted {
      before[$0].shared(with: after[$0]) < before[$1].shared(with: after[$1])
    }
    func first(_ found: SparseDecomposition) -> String {
      found.terms.isEmpty ? "no word" : found.terms.prefix(4).map { words[$0.word] }.joined(separator: ", ")
    }
    for label in farthest.prefix(Self.namedClasses) where before[label].shared(with: after[label]) < 0.999 {
      findings.append(
        Report.Finding(
          "After removing what all words share, the class \(subject.classNames[label]) is nearest to a sum of "
            + "\(first(before[label])) zero-shot (cosine \(before[label].cosine.formatted(decimals: 2))), and to one of "
            + "\(first(after[label])) learned (\(after[label].cosine.formatted(decimals: 2))).",
          evidence: "decomposition.csv"))
    }
    return findings
  }
}

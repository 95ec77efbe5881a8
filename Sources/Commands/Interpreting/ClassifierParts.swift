import PromptLensDiagnosis
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting
import PromptLensTensors

/// What learning did to the classes' features and to the images' predictions.
struct ClassifierParts {
  let prompt: InterpretedPrompt

  /// Words that features are decomposed into, at most.
  private static let dictionaryWords = 3000
  /// Classes whose words the findings name.
  private static let namedClasses = 3

  var all: [() throws -> ReportPart?] { [drift, sides, decomposition] }

  // MARK: - Drift

  private func drift() throws -> ReportPart {
    let found = try ClassDrift(before: prompt.zeroShot, after: prompt.weights)
    let before = try ClassCosines(prompt.zeroShot)
    let after = try ClassCosines(prompt.weights)
    var table = Table(columns: [.text("class"), .number("cosine with zero-shot"), .text("moved towards")])
    for (label, name) in prompt.classNames.enumerated() {
      table.append(
        name, "\(found.cosines[label])",
        found.towards[label].map { "\(prompt.classNames[$0.label]) (\($0.gain.formatted(decimals: 4)))" }
          .joined(separator: ", "))
    }
    var part = ReportPart(
      key: "drift",
      json: [
        "mean_cosine": .number(found.meanCosine), "common_share": .number(found.commonShare),
        "mean_cosine_between_classes_before": .number(before.meanOfOthers),
        "mean_cosine_between_classes_after": .number(after.meanOfOthers),
        "classes": .array(
          prompt.classNames.enumerated().map { label, name in
            [
              "class": .string(name), "cosine": .number(found.cosines[label]),
              "towards": .array(
                found.towards[label].map {
                  ["class": .string(prompt.classNames[$0.label]), "gain": .number($0.gain)]
                }),
            ]
          }), "cosines_before": .matrix(before.matrix), "cosines_after": .matrix(after.matrix),
      ])
    let maps = [
      cosines("cosines-before", "Cosines of classes, zero-shot", before),
      cosines("cosines-after", "Cosines of classes, learned", after),
    ]
    part.tables = [("drift", table)] + maps.map { ($0.name, $0.chart.data()) }
    part.charts = maps
    part.findings = [
      Finding(
        "Class features have a mean cosine of \(found.meanCosine.formatted(decimals: 3)) with their zero-shot ones; "
          + "\(found.commonShare.percentage) of the squared drift is common to all classes.", "drift.csv"),
      Finding(
        "The mean cosine between different classes went from \(before.meanOfOthers.formatted(decimals: 3)) to "
          + "\(after.meanOfOthers.formatted(decimals: 3)): the classes' features stand "
          + (after.meanOfOthers < before.meanOfOthers ? "farther apart." : "no farther apart."), "cosines-before.svg",
        "cosines-after.svg"),
    ]
    if let farthest = found.cosines.enumerated().min(by: { $0.element < $1.element }) {
      let towards = found.towards[farthest.offset].first.map {
        "; apart from what all classes share, most towards \(prompt.classNames[$0.label])"
      }
      part.findings.append(
        Finding(
          "The class \(prompt.classNames[farthest.offset]) moved farthest (cosine "
            + "\(farthest.element.formatted(decimals: 3))\(towards ?? "")).", "drift.csv"))
    }
    return part
  }

  private func cosines(_ name: String, _ title: String, _ found: ClassCosines) -> (name: String, chart: any Chart) {
    (
      name,
      HeatMap(
        title: title, summary: "\(title): the cosine of each class's text feature with every other's.",
        rows: ("class", prompt.classNames), columns: ("class", prompt.classNames), values: found.matrix,
        measure: Axis("cosine"))
    )
  }

  // MARK: - Images that change sides

  private func sides() -> ReportPart {
    let found = PredictionFlips(
      before: prompt.zeroShotPredictions, after: prompt.predictions, labels: prompt.labels)
    let paths = prompt.bench.store.paths
    var table = Table(
      columns: [.text("change"), .text("path"), .text("class"), .text("zero-shot"), .text("learned")])
    let lists = [
      ("wrong to right", found.gained), ("right to wrong", found.lost),
      ("wrong to otherwise wrong", found.otherwiseWrong),
    ]
    for (change, images) in lists {
      for image in images {
        table.append(
          change, paths[image], prompt.classNames[prompt.labels[image]],
          prompt.classNames[prompt.zeroShotPredictions[image]], prompt.classNames[prompt.predictions[image]])
      }
    }
    func list(_ images: [Int]) -> JSON { .array(images.map { .string(paths[$0]) }) }
    var part = ReportPart(
      key: "changed_sides",
      json: [
        "template": .string(prompt.template.text),
        "zero_shot_accuracy": .number(prompt.accuracy(prompt.zeroShotPredictions)),
        "accuracy": .number(prompt.accuracy(prompt.predictions)), "images": JSON(prompt.images),
        "wrong_to_right": list(found.gained), "right_to_wrong": list(found.lost),
        "wrong_to_otherwise_wrong": list(found.otherwiseWrong), "both_right": JSON(found.bothRight),
        "mcnemar_p": .number(found.test.exactP),
      ])
    part.tables = [("changed-sides", table)]
    part.findings = [
      Finding(
        "Against \"\(prompt.template)\", \(found.gained.count) images went from wrong to right and \(found.lost.count) from right "
          + "to wrong, of \(prompt.images.grouped) (\(found.verdict(images: prompt.images))).", "changed-sides.csv")
    ]
    return part
  }

  // MARK: - Words of class features

  private func decomposition() throws -> ReportPart? {
    let words = prompt.commonWords(limit: Self.dictionaryWords)
    guard words.count > 1 else { return nil }
    let dictionary = try WordDictionary(
      words: words, features: prompt.learned.model.features(ofTexts: words.map { prompt.template.prompt(for: $0) }))
    let before = try SparseDecomposition.all(prompt.zeroShot, dictionary: dictionary)
    let after = try SparseDecomposition.all(prompt.weights, dictionary: dictionary)
    var table = Table(
      columns: [
        .text("class"), .text("feature"), .text("words"), .number("cosine"), .number("penalty"), .number("duality gap"),
      ])
    func spoken(_ found: SparseDecomposition) -> String {
      found.terms.prefix(8).map { "\(words[$0.word]) \($0.weight.formatted(decimals: 2))" }.joined(separator: ", ")
    }
    for (label, name) in prompt.classNames.enumerated() {
      for (feature, found) in [("zero-shot", before[label]), ("learned", after[label])] {
        table.append(
          name, feature, spoken(found), "\(found.cosine)", "\(found.penalty)", found.dualityGap.scientific)
      }
    }
    func json(_ found: SparseDecomposition) -> JSON {
      [
        "words": .array(found.terms.map { ["word": .string(words[$0.word]), "weight": .number($0.weight)] }),
        "cosine": .number(found.cosine), "penalty": .number(found.penalty), "duality_gap": .number(found.dualityGap),
      ]
    }
    var part = ReportPart(
      key: "decomposition",
      json: [
        "dictionary": JSON(words.count), "template": .string(prompt.template.text),
        "classes": .array(
          prompt.classNames.enumerated().map { label, name in
            ["class": .string(name), "zero_shot": json(before[label]), "learned": json(after[label])]
          }),
      ])
    part.tables = [("decomposition", table)]
    func summary(_ found: [SparseDecomposition]) -> String {
      let own = found.indices.count { label in
        found[label].terms.first.map { words[$0.word] == prompt.classNames[label].lowercased() } ?? false
      }
      let count = Sample(found.map { Double($0.terms.count) }).mean.formatted(decimals: 1)
      return
        "of \(count) words with a mean cosine of \(Sample(found.map(\.cosine)).mean.formatted(decimals: 2)), the heaviest "
        + "being the class's own name for \(own) of \(found.count)"
    }
    part.findings = [
      Finding(
        "From \(words.count.grouped) common words, zero-shot class features are reproduced as sums \(summary(before)); learned "
          + "ones as sums \(summary(after)).", "decomposition.csv")
    ]
    let farthest = prompt.classNames.indices.sorted {
      before[$0].shared(with: after[$0]) < before[$1].shared(with: after[$1])
    }
    for label in farthest.prefix(Self.namedClasses) {
      func first(_ found: SparseDecomposition) -> String {
        found.terms.isEmpty ? "no word" : found.terms.prefix(4).map { words[$0.word] }.joined(separator: ", ")
      }
      part.findings.append(
        Finding(
          "The class \(prompt.classNames[label]) reads as \(first(before[label])) zero-shot and as \(first(after[label])) "
            + "learned.", "decomposition.csv"))
    }
    return part
  }
}

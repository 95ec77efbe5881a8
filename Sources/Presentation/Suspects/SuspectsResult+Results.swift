import PromptLensExperiments
import PromptLensReporting

extension SuspectsResult {
  /// The findings in sentences.
  package var sentences: [String] {
    let rate = falseDiscoveryRate.map {
      "; about \(($0 * 100).formatted(decimals: 0)) % of these are expected to be correct"
    }
    let across = copies.count(where: \.spansClasses)
    let leaks = copies.count(where: \.spansSplits)
    let sentences = [
      "\(flagged.counting("label")) of \(count.grouped) look\(flagged == 1 ? "s" : "") wrong\(rate ?? "").",
      "\(across.counting("group")) of equal or alike pictures \(across == 1 ? "has" : "have") different classes, "
        + "\(leaks.grouped) \(leaks == 1 ? "is" : "are") in different splits.",
      "\(outliers.counting("picture")) look\(outliers == 1 ? "s" : "") like none of the others.",
    ]
    return sentences + (truth.map { [$0.sentence] } ?? [])
  }

  /// Returns the findings in every output format.
  ///
  /// - Parameter limit: the number of labels and outliers to list.
  /// - Returns: the findings.
  package func results(top limit: Int) -> Results {
    var summary = Table(columns: [.text("suspects"), .text("")])
    summary.append("images", "\(data): \(count.grouped), \(classNames.count.counting("class", plural: "classes"))")
    remarks.append(to: &summary)
    for (name, sentence) in zip(["labels", "copies", "outliers", "truth"], sentences) { summary.append(name, sentence) }
    summary.append("classifier", "agrees with \(agreement.percentage) of the labels in \(folds)-fold cross-validation")
    var tables = [summary]
    if !labels.isEmpty { tables.append(Self.table(labels.prefix(limit), title: "The most suspicious labels")) }
    if !copies.isEmpty { tables.append(copyTable(limit)) }
    if !outlying.isEmpty { tables.append(outlierTable(limit)) }
    return Results(json: json, tables: tables, csv: Self.csv(labels))
  }

  private static func table(_ labels: some Sequence<ScoredLabel>, title: String) -> Table {
    var table = Table(
      title: title,
      columns: [
        .number("rank"), .text("image"), .text("given"), .text("suggested"), .number("given's probability"),
        .number("neighbors that differ"), .text(""),
      ])
    for label in labels {
      table.append(
        "\(label.rank)", label.path, label.given, label.suggested, label.selfConfidence.percentage,
        label.disagreement.percentage, label.isFlagged ? "flagged" : "")
    }
    return table
  }

  private func copyTable(_ limit: Int) -> Table {
    var table = Table(
      title: "Duplicates with different labels or splits",
      columns: [.text("pictures"), .text("differ in"), .text("which")])
    for group in copies.prefix(limit) {
      let differences = (group.spansClasses ? ["class"] : []) + (group.spansSplits ? ["split"] : [])
      table.append(
        group.areEqual ? "equal" : "alike", differences.joined(separator: " and "),
        group.images.prefix(4).map { "\($0.path) (\($0.className), \($0.split))" }.joined(separator: " = "))
    }
    return table
  }

  private func outlierTable(_ limit: Int) -> Table {
    var table = Table(
      title: "Outliers", columns: [.text("image"), .text("class"), .number("deviations from the median distance")])
    for label in outlying.prefix(limit) {
      table.append(label.path, label.given, label.outlyingness.formatted(decimals: 1))
    }
    return table
  }

  /// Returns a row for each label, with numbers in full precision. The column `label` has the suggestion where a label is
  /// flagged, and the given one elsewhere, so that the table can be read as a list of images. Splits are told where there
  /// are several: a folder without any is read as one that the user names.
  package static func csv(_ labels: [ScoredLabel]) -> Table {
    let tellsSplits = Set(labels.map(\.split)).count > 1
    var table = Table(
      columns: [.text("path"), .text("label")] + (tellsSplits ? [.text("split")] : []) + [
        .text("given"), .text("suggested"), .number("rank"), .text("flagged"), .number("score"),
        .number("self_confidence"), .number("margin"), .number("disagreement"), .number("zero_shot"),
        .number("false_discovery_rate"), .number("outlyingness"), .text("outlier"),
      ])
    for label in labels {
      let first = [label.path, label.isFlagged ? label.suggested : label.given] + (tellsSplits ? [label.split] : [])
      table.append(
        first + [
          label.given, label.suggested, "\(label.rank)", "\(label.isFlagged)", "\(label.score)",
          "\(label.selfConfidence)", "\(label.margin)",
          "\(label.disagreement)", "\(label.zeroShot)", "\(label.falseDiscoveryRate)", "\(label.outlyingness)",
          "\(label.isOutlier)",
        ])
    }
    return table
  }

  /// The section of a report.
  package var section: Report.Section {
    var blocks: [Report.Block] = [
      .facts([
        ("images", count.grouped), ("classes", "\(classNames.count)"), ("flagged", flagged.grouped),
        ("expected false discoveries", falseDiscoveryRate?.percentage ?? "none"),
        ("limit of false discoveries", limit.percentage), ("estimated share of wrong labels", noiseRate.percentage),
        ("folds", "\(folds)"), ("C", "\(inverseRegularization)"), ("agreement with the labels", agreement.percentage),
        ("copies of one class and split", "\(harmlessCopies.grouped) groups"),
      ])
    ]
    blocks.append(
      .pictures(
        title: "Labels that look wrong, the most suspicious first",
        labels.map {
          Report.Picture(
            path: $0.path,
            caption: "\($0.rank). \($0.given)\($0.suggested == $0.given ? "" : " → \($0.suggested)")"
              + " (\(($0.selfConfidence * 100).formatted(decimals: 1)) %)\($0.isFlagged ? "" : ", not flagged")")
        }))
    blocks.append(.table(Self.table(labels, title: "Labels")))
    for (title, isChosen) in [
      ("Copies with different classes", { (group: ContradictingCopies) in group.spansClasses }),
      ("Copies in different splits", { (group: ContradictingCopies) in group.spansSplits }),
    ] {
      let pictures = copies.filter(isChosen).enumerated().flatMap { index, group in
        group.images.map { image in
          Report.Picture(path: image.path, caption: "group \(index + 1): \(image.className), \(image.split)")
        }
      }
      if !pictures.isEmpty { blocks.append(.pictures(title: title, pictures)) }
    }
    if !copies.isEmpty { blocks.append(.table(copyTable(.max))) }
    if !outlying.isEmpty {
      blocks.append(
        .pictures(
          title: "Outliers, the furthest first",
          outlying.map {
            Report.Picture(path: $0.path, caption: "\($0.given) (\($0.outlyingness.formatted(decimals: 1)))")
          }))
      blocks.append(.table(outlierTable(.max)))
    }
    if let remarks = remarks.block { blocks.append(remarks) }
    return Report.Section(
      "Suspects", findings: sentences.map { Report.Finding($0, evidence: "suspects.csv") }, blocks: blocks,
      doubts: [
        "The classifier is fitted on the same labels: a mistake that runs through a whole class looks correct.",
        "The share of false discoveries assumes evenly spread mistakes; look at the pictures before you change labels.",
      ])
  }
}

extension SuspectsResult.Truth {
  /// How well the order finds the labels that differ from the data set's own, in a sentence.
  package var sentence: String {
    let area = detection.areaUnderCurve.map { "; AUC \($0.formatted(decimals: 3))" } ?? ""
    return
      "\(wrong.counting("label")) of \(given) differ\(wrong == 1 ? "s" : "") from the data set's own; of the first \(first) in the "
      + "order of suspicion \(precisionOfFirst.percentage) do\(area)."
  }
}

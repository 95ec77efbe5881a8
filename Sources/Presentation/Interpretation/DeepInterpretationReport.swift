import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

/// The findings on prompts in deeper layers in all their forms.
package struct DeepInterpretationReport: InterpretationPage {
  private let interpretation: DeepInterpretation

  /// Creates the report on an interpretation.
  package init(_ interpretation: DeepInterpretation) { self.interpretation = interpretation }

  /// The title of `findings.md`.
  package var title: String { "What prompts in deeper layers do and say" }

  /// The rows that say which prompts the findings are about.
  package var facts: [(name: String, value: String)] {
    let found = interpretation
    let images =
      found.images == found.available
      ? found.images.grouped : "\(found.images.grouped), evenly spaced, of \(found.available.grouped)"
    return [
      ("prompt", found.path), ("method", found.method), ("model", found.modelPath),
      ("images", "\(images) of \(found.data), \(found.split)"), ("classes", "\(found.classNames.count)"),
      ("prompt as written", "\(found.template)"), ("accuracy", found.ablation.whole.accuracy.percentage),
      ("zero-shot accuracy", "\(found.zeroShotAccuracy.percentage) (\(found.zeroShotTemplate))"),
    ] + InterpretationDocument.facts(of: found.precision)
  }

  /// The sections, one for each kind of question.
  package var sections: [Report.Section] {
    let decoded = interpretation.decoded
    var sections = [interpretation.ablation.section(images: interpretation.images)]
    if let controls = decoded.controls {
      sections.append(
        Report.Section(
          "Words of the text tower's prompts", findings: [Report.Finding(controls.sentence, evidence: "words.csv")],
          blocks: decoded.tables(ofPatches: false).enumerated().map { index, table in
            .table(table, name: index == 0 ? "words" : nil)
          }))
    }
    if let patches = decoded.patches { sections.append(patches.section) }
    return sections
  }

  /// The analyses that could not be made, and why.
  package var omissions: [String] {
    var omissions: [String] = []
    if interpretation.images < interpretation.available {
      omissions.append(
        "\(interpretation.available - interpretation.images) of \(interpretation.available.counting("image")): each goes through the image "
          + "tower once for every way of taking prompts away.")
    }
    if interpretation.ablation.layers.contains(where: { $0.initial == nil }) {
      omissions.append(
        "The prompts that training began with in place of the learned ones: only a run folder says what they were.")
    }
    if !interpretation.decoded.imageBlocks.isEmpty, interpretation.decoded.patches == nil {
      omissions.append("Patches near the image tower's prompts: there are only features; give images with --data.")
    }
    return omissions
  }

  /// The document for programs.
  package var document: InterpretationDocument {
    var analyses = JSON.Object()
    analyses["method"] = .string(interpretation.method)
    analyses["layers"] = interpretation.ablation.json
    analyses["decoded"] = .object(interpretation.decoded.members)
    return InterpretationDocument(
      prompt: interpretation.path, modelFingerprint: interpretation.modelFingerprint, data: interpretation.data,
      split: interpretation.split.rawValue, images: interpretation.images, classNames: interpretation.classNames,
      classPosition: .end, accuracy: interpretation.ablation.whole.accuracy,
      zeroShotAccuracy: interpretation.zeroShotAccuracy, precision: interpretation.precision.rawValue,
      findings: sections.flatMap(\.allFindings),
      omissions: omissions, remarks: interpretation.remarks, analyses: analyses)
  }
}

extension PatchAnalysis {
  /// The most pictures of a token.
  private static let pictures = 3

  /// The section with the nearest patches, framed in their pictures.
  fileprivate var section: Report.Section {
    let pictures = readings.flatMap { reading in
      reading.nearest.prefix(Self.pictures).map { picture(of: $0, in: reading) }
    }
    var blocks: [Report.Block] = [.pictures(title: "The nearest patches of each token, framed", pictures)]
    for (index, table) in tables.enumerated() { blocks.append(.table(table, name: index == 0 ? "patches" : nil)) }
    return Report.Section(
      "Patches near the image tower's prompts", findings: [Report.Finding(sentence, evidence: "patches.csv")],
      blocks: blocks)
  }

  private func picture(of patch: PatchNeighbor, in reading: PatchReading) -> Report.Picture {
    let (row, column) = (row(of: patch), column(of: patch))
    return Report.Picture(
      path: files[patch.image],
      caption:
        "layer \(reading.block), token \(reading.index + 1): \(paths[patch.image]), row \(row), column \(column), "
        + "cosine \(patch.similarity.formatted(decimals: 2))",
      frame: Report.Frame(row: row - 1, column: column - 1, rows: grid.height, columns: grid.width))
  }
}

import PromptLensPromptLearning
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

/// The findings on a learned prompt in all their forms: a document, tables, and a report's section.
package struct InterpretationReport: InterpretationPage {
  private let interpretation: Interpretation

  /// Creates the report on an interpretation.
  package init(_ interpretation: Interpretation) { self.interpretation = interpretation }

  private var subject: InterpretationSubject { interpretation.subject }

  /// The title of `findings.md`.
  package var title: String { "Interpretation of a learned context" }

  /// The rows that say which prompt the findings are about.
  package var facts: [(name: String, value: String)] {
    let evaluation = subject.evaluation
    return [
      ("prompt", subject.path), ("model", subject.modelPath),
      ("images", "\(evaluation.images.grouped) of \(evaluation.data), \(evaluation.split)"),
      ("classes", "\(subject.classNames.count)"),
      (
        "context",
        "\(subject.length.counting("vector"))\(subject.isClassSpecific ? " for each class" : ""), class name at the "
          + evaluation.classPosition.rawValue
      ),
      (subject.isConditional ? "accuracy of the vectors alone" : "accuracy", subject.accuracy.percentage),
      ("zero-shot accuracy", "\(subject.zeroShotAccuracy.percentage) (\(subject.template))"),
    ] + InterpretationDocument.facts(of: subject.precision)
  }

  /// The sections, one for each kind of question.
  package var sections: [Report.Section] {
    let found = interpretation
    var sections = [
      Report.Section(
        "Words",
        subsections: [found.controls.section(subject), found.projection.section(subject, projected: found.projected)]
          + [found.randomWords.section(subject, RandomWordAnalysis.entries(found))]
          + (found.network.map { [$0.section(subject)] } ?? [])),
      Report.Section(
        "Effects of vectors",
        subsections: [
          found.worth.section(subject), found.attribution.section(subject),
          VectorEffects(interpretation: found).section,
        ]),
    ]
    if let search = found.search {
      sections.append(
        Report.Section(
          "Other words",
          subsections: [search.hardPrompt.section(subject)] + (search.waywardness.map { [$0.section(subject)] } ?? [])))
    }
    sections += [
      Report.Section(
        "Inside the tower",
        subsections: [
          found.patching.section, found.logits.section(subject), found.attention.section(subject),
          found.lens.section(subject),
          found.hiddenWords.section(subject),
        ]),
      Report.Section(
        "In the classifier",
        subsections: [found.drift.section(subject), found.flips.section(subject)]
          + (found.decomposition.map { [$0.section(subject)] } ?? [])),
    ]
    if let imageHeads = found.imageHeads {
      sections.append(
        Report.Section("Inside the image tower", subsections: [imageHeads.section] + patchSections))
    }
    if let agreement = found.agreement {
      sections.append(Report.Section("Agreement of seeds", subsections: [agreement.section]))
    }
    return sections
  }

  /// The section on the patches of images; none without them, or where a picture can't be encoded.
  private var patchSections: [Report.Section] {
    (interpretation.imageHeads?.patches).flatMap { try? $0.section(subject) }.map { [$0] } ?? []
  }

  /// The explanations of images with the files of their pictures; nil without any.
  package var explanations: (document: ExplanationDocument, files: [(name: String, bytes: [UInt8])])? {
    get throws { try interpretation.imageHeads?.patches.document(subject) }
  }

  /// The analyses that could not be made, and why.
  package var omissions: [String] {
    var omissions: [String] = []
    if interpretation.search == nil {
      omissions.append(
        "Hard words and waywardness: there are no training images to search on; give --data with training images, or "
          + "--train-features.")
    }
    if let omission = interpretation.search?.omittedTraining { omissions.append(omission.sentence) }
    if interpretation.agreement == nil {
      omissions.append("Agreement of seeds: no other prompt is given; give some with --against.")
    }
    if subject.isConditional {
      omissions.append(
        "What CoCoOp's network does to attention, lens, attribution and class features: beyond the findings that name the "
          + "network, everything here is about the vectors before an image moves them.")
    }
    return omissions
  }

  /// The numbers of every analysis, under its key.
  private var analyses: JSON.Object {
    let found = interpretation
    var members = JSON.Object()
    members["words"] = found.controls.wordsJSON(subject)
    members["snapping"] = found.projection.json(subject.decoded)
    members["network"] = found.network?.json(subject)
    members["ablation"] = found.worth.json
    members["hard_words"] = found.search?.hardPrompt.json(subject)
    members["waywardness"] = found.search?.waywardness?.json(subject)
    members["random_words"] = found.randomWords.json(RandomWordAnalysis.entries(found))
    members["attention"] = found.attention.json
    members["lens"] = found.lens.json
    members["hidden_words"] = found.hiddenWords.json(subject)
    members["attribution"] = found.attribution.json(subject)
    members["patching"] = found.patching.json
    members["logit_attribution"] = found.logits.json
    members["attention_effects"] = VectorEffects(interpretation: found).json
    members["drift"] = found.drift.json(subject)
    members["changed_sides"] = found.flips.json(subject)
    members["decomposition"] = found.decomposition?.json(subject)
    members["agreement"] = found.agreement?.json
    members["image_heads"] = found.imageHeads?.json
    members["image_patches"] = (found.imageHeads?.patches).flatMap { try? $0.json(subject) }
    return members
  }

  /// The document for programs.
  package var document: InterpretationDocument {
    InterpretationDocument(
      prompt: subject.path, modelFingerprint: subject.modelFingerprint, data: subject.evaluation.data,
      split: subject.evaluation.split.rawValue, images: subject.images, classNames: subject.classNames,
      classPosition: subject.evaluation.classPosition, accuracy: subject.accuracy,
      zeroShotAccuracy: subject.zeroShotAccuracy, precision: subject.precision.rawValue,
      findings: sections.flatMap(\.allFindings), omissions: omissions,
      remarks: interpretation.remarks, analyses: analyses)
  }
}

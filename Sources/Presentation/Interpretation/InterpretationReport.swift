import PromptLensPromptLearning
import PromptLensExperiments
import PromptLensJSONDocuments
import PromptLensReporting

/// The findings on a learned prompt in all their forms: a document, tables, and a report's section.
package struct InterpretationReport {
  private let interpretation: Interpretation

  /// Creates the report on an interpretation.
  package init(_ interpretation: Interpretation) { self.interpretation = interpretation }

  private var subject: InterpretationSubject { interpretation.subject }

  /// The rows that say which prompt the findings are about.
  var facts: [(name: String, value: String)] {
    let evaluation = subject.evaluation
    return [
      ("prompt", subject.path), ("model", subject.modelPath),
      ("images", "\(evaluation.images.grouped) of \(evaluation.data), \(evaluation.split)"),
      ("classes", "\(subject.classNames.count)"),
      (
        "context",
        "\(subject.length) vectors\(subject.isClassSpecific ? " for each class" : ""), class name at the "
          + evaluation.classPosition.rawValue
      ),
      (subject.isConditional ? "accuracy of the vectors alone" : "accuracy", subject.accuracy.percentage),
      ("zero-shot accuracy", "\(subject.zeroShotAccuracy.percentage) (\(subject.template))"),
    ]
  }

  /// The sections, one for each kind of question.
  var sections: [Report.Section] {
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
    if let agreement = found.agreement {
      sections.append(Report.Section("Agreement of seeds", subsections: [agreement.section]))
    }
    return sections
  }

  /// The analyses that could not be made, and why.
  var omissions: [String] {
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
    return members
  }

  /// The document for programs.
  var document: InterpretationDocument {
    InterpretationDocument(
      prompt: subject.path, modelFingerprint: subject.modelFingerprint, data: subject.evaluation.data,
      split: subject.evaluation.split.rawValue, images: subject.images, classNames: subject.classNames,
      classPosition: subject.evaluation.classPosition, accuracy: subject.accuracy,
      zeroShotAccuracy: subject.zeroShotAccuracy, findings: sections.flatMap(\.allFindings), omissions: omissions,
      remarks: interpretation.remarks, analyses: analyses)
  }

  /// The section of `promptlens report`.
  var section: Report.Section {
    Report.Section("Interpretation", blocks: [.facts(facts)], doubts: omissions, subsections: sections)
  }

  /// The text of `findings.md`.
  var markdown: String {
    Markdown.folderPage(
      title: "What a learned context says", facts: facts,
      sections: sections
        + (omissions.isEmpty ? [] : [Report.Section("Not measured", blocks: [.list(omissions)])]))
  }

  /// The tables that `interpret` prints.
  package var results: Results {
    var table = Table(columns: [.text("interpretation"), .text("")])
    for (name, value) in facts { table.append(name, value) }
    var list = Table(title: "Findings", columns: [.text("finding"), .text("evidence")])
    var csv = list
    let document = document
    for finding in document.findings {
      let evidence = finding.evidence.joined(separator: " ")
      csv.append(finding.sentence, evidence)
      for (row, line) in Self.lines(of: finding.sentence).enumerated() { list.append(line, row == 0 ? evidence : "") }
    }
    return Results(json: document.json, tables: [table, list], csv: csv)
  }

  /// Returns a sentence in lines that a terminal shows whole, those after the first indented.
  private static func lines(of sentence: String) -> [String] {
    var lines: [String] = []
    for word in sentence.split(separator: " ") {
      if let last = lines.last, last.count + word.count < 100 {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(lines.isEmpty ? String(word) : "  \(word)")
      }
    }
    return lines
  }
}

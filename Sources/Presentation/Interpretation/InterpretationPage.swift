import PromptLensJSONDocuments
import PromptLensExperiments
import PromptLensReporting

/// The findings of an interpretation in all their forms: a document, tables, and a report's section.
package protocol InterpretationPage {
  /// The title of `findings.md`.
  var title: String { get }
  /// The rows that say which prompt the findings are about.
  var facts: [(name: String, value: String)] { get }
  /// The sections, one for each kind of question.
  var sections: [Report.Section] { get }
  /// The analyses that could not be made, and why.
  var omissions: [String] { get }
  /// The document for programs.
  var document: InterpretationDocument { get }
  /// The explanations of images with the files of their pictures; nil without any.
  ///
  /// - Throws: the errors of writing a picture's bytes.
  var explanations: (document: ExplanationDocument, files: [(name: String, bytes: [UInt8])])? { get throws }
}

extension InterpretationPage {
  package var explanations: (document: ExplanationDocument, files: [(name: String, bytes: [UInt8])])? { nil }

  /// The section of `promptlens report`.
  var section: Report.Section {
    Report.Section("Interpretation", blocks: [.facts(facts)], doubts: omissions, subsections: sections)
  }

  /// The text of `findings.md`.
  var markdown: String {
    Markdown.folderPage(
      title: title, facts: facts,
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
      for (row, line) in lines(of: finding.sentence).enumerated() { list.append(line, row == 0 ? evidence : "") }
    }
    return Results(json: document.json, tables: [table, list], csv: csv)
  }

  /// Returns a sentence in lines that a terminal shows whole, those after the first indented.
  private func lines(of sentence: String) -> [String] {
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

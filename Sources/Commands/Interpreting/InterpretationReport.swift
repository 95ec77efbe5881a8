import PromptLensDiagnosis
import PromptLensJSONDocuments
import PromptLensReporting

/// Everything that was found about a context, in the forms in which it is told.
struct InterpretationReport {
  let prompt: InterpretedPrompt
  let chapters: [ReportChapter]
  /// What could not be looked at, and why.
  let omissions: [String]

  /// What the report is about, in rows.
  private var subject: [(String, String)] {
    let store = prompt.bench.store
    return [
      ("prompt", prompt.learned.path), ("model", prompt.learned.model.folder.path),
      ("images", "\(store.count.grouped) of \(store.data), \(store.split)"),
      ("classes", "\(prompt.classNames.count)"),
      (
        "context",
        "\(prompt.length) vectors\(prompt.isClassSpecific ? " for each class" : ""), class name at the "
          + prompt.bench.assembly.classPosition.rawValue
      ),
      (
        prompt.learned.context.isConditional ? "accuracy of the vectors alone" : "accuracy",
        prompt.accuracy(prompt.predictions).percentage
      ),
      ("zero-shot accuracy", "\(prompt.accuracy(prompt.zeroShotPredictions).percentage) (\(prompt.template))"),
    ]
  }

  private var findings: [Finding] { chapters.flatMap(\.parts).flatMap(\.findings) }

  /// `interpretation.json`.
  var json: JSON {
    var json = JSON.Object()
    json["prompt"] = .string(prompt.learned.path)
    json["model_fingerprint"] = .string(prompt.learned.model.folder.manifest.fingerprint)
    json["data"] = .string(prompt.bench.store.data)
    json["split"] = .string("\(prompt.bench.store.split)")
    json["images"] = JSON(prompt.images)
    json["classes"] = .array(prompt.classNames.map { .string($0) })
    json["class_position"] = .string(prompt.bench.assembly.classPosition.rawValue)
    json["accuracy"] = .number(prompt.accuracy(prompt.predictions))
    json["zero_shot_accuracy"] = .number(prompt.accuracy(prompt.zeroShotPredictions))
    json["findings"] = .array(findings.map(\.json))
    json["not_measured"] = .array(omissions.map { .string($0) })
    for part in chapters.flatMap(\.parts) { json[part.key] = part.json }
    return .object(json)
  }

  /// What is printed.
  var results: Results {
    var table = Table(columns: [.text("interpretation"), .text("")])
    for (name, value) in subject { table.append(name, value) }
    var list = Table(title: "Findings", columns: [.text("finding"), .text("evidence")])
    var csv = list
    for finding in findings {
      let evidence = finding.evidence.joined(separator: " ")
      csv.append(finding.sentence, evidence)
      for (row, line) in Self.lines(of: finding.sentence).enumerated() { list.append(line, row == 0 ? evidence : "") }
    }
    return Results(json: json, tables: [table, list], csv: csv)
  }

  /// A sentence in lines that a terminal shows whole, those after the first indented.
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

  /// `findings.md`.
  var markdown: String {
    var lines = ["# What a learned context says", ""]
    lines += ["| | |", "|---|---|"]
    lines += subject.map { "| \($0) | \(Self.escaped($1)) |" }
    lines.append("")
    for chapter in chapters {
      lines += ["## \(chapter.title)", ""]
      for part in chapter.parts {
        lines += part.findings.map { finding in
          let evidence = finding.evidence.map { "[\($0)](\($0))" }.joined(separator: ", ")
          return "- \(Self.escaped(finding.sentence)) Evidence: \(evidence)"
        }
      }
      lines.append("")
      lines += chapter.parts.flatMap(\.charts).map { "![\($0.chart.title)](\($0.name).svg)" }
      lines.append("")
    }
    if !omissions.isEmpty {
      lines += ["## Not measured", ""]
      lines += omissions.map { "- \(Self.escaped($0))" }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }

  /// Words and names cannot become markup.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~": result += "\\\(character)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\n", "\r": result += " "
      default: result.append(character)
      }
    }
  }
}

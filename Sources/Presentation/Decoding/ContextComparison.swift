import Foundation
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

/// The nearest words of several contexts, laid out as in the paper: vectors down, contexts across.
///
/// With class-specific contexts among them there is a row for each vector of each class; a unified context has the same
/// words in the rows of all classes.
///
/// Source: Zhou et al., "Learning to Prompt for Vision-Language Models" (2022), table 4.
struct ContextComparison {
  let contexts: [DecodedContext]
  let paths: [String]
  /// The comparison of each context with controls; empty without.
  let controls: [ContextControls]

  var results: Results {
    let names = ContextNames.short(paths)
    var csv = Table(columns: [.text("context")] + (contexts.first?.csv.columns ?? []))
    for (context, name) in zip(contexts, names) {
      for row in context.csv.rows { csv.append([name] + row) }
    }
    let json = zip(contexts, zip(paths, names)).enumerated().map { index, each -> JSON in
      var members = JSON.Object()
      members["context"] = .string(each.1.0)
      members["name"] = .string(each.1.1)
      for (key, value) in each.0.members { members[key] = value }
      if controls.indices.contains(index) { members["controls"] = controls[index].json(each.0) }
      return .object(members)
    }
    return Results(
      json: ["contexts": .array(json)],
      tables: [words(names)] + (controls.isEmpty ? [] : [verdicts(names)]), csv: csv)
  }

  // MARK: - Words

  private func words(_ names: [String]) -> Table {
    let vectors = 0..<(contexts.map(\.context.length).max() ?? 0)
    guard contexts.contains(where: { $0.context.classCount != nil }) else {
      var table = Table(columns: [.number("#")] + names.map { .text($0) })
      for vector in vectors { table.append(["\(vector + 1)"] + contexts.map { cell($0, vector) }) }
      return table
    }
    let classes = contexts.map(classNames)
    let labels = classes.map { names in
      Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
    var seen = Set<String>()
    var table = Table(columns: [.text("class"), .number("#")] + names.map { .text($0) })
    for name in classes.joined() where seen.insert(name).inserted {
      for vector in vectors {
        let cells = zip(contexts, labels).map { context, labels -> String in
          guard context.context.classCount != nil else { return cell(context, vector) }
          guard let label = labels[name], vector < context.context.length else { return "" }
          return cell(context, label * context.context.length + vector)
        }
        table.append([name, "\(vector + 1)"] + cells)
      }
    }
    return table
  }

  /// Returns the names of a class-specific context's classes: its own, those of another with as many classes, or numbers.
  private func classNames(of context: DecodedContext) -> [String] {
    guard let count = context.context.classCount else { return [] }
    let known =
      context.classNames ?? contexts.first { $0.context.classCount == count && $0.classNames != nil }?.classNames
    return known ?? (0..<count).map { context.name(ofClass: $0) }
  }

  /// Returns "word (distance)", or N/A for words in other than Latin script; nothing if the context is shorter.
  private func cell(_ context: DecodedContext, _ vector: Int) -> String {
    guard context.words.indices.contains(vector), let word = context.words[vector].first else { return "" }
    let text = context.text(word.id).trimmingCharacters(in: .whitespaces)
    guard text.isLatin else { return "N/A" }
    // White space and special tokens have no text.
    return "\(text.isEmpty ? context.label(word.id) : text) (\(word.distance.formatted(decimals: 4)))"
  }

  // MARK: - Controls

  private func verdicts(_ names: [String]) -> Table {
    var table = Table(
      title: "Nearest words against controls",
      columns: [
        .text("context"), .number("vectors"), .number("equal to an entry"), .number("near"), .number("by chance"),
        .number("p random"), .number("p mixtures"), .number("explained"), .text("verdict"),
      ])
    for (name, controls) in zip(names, controls) {
      table.append(
        name, "\(controls.distinctCount)", "\(controls.vectors.count(where: \.isEntry))", "\(controls.closeCount)",
        controls.closeByChance.formatted(decimals: 1), controls.chanceProbability.probabilityCell,
        controls.mixtureProbability.probabilityCell, Sample(controls.vectors.map(\.explained)).mean.percentage,
        controls.sentence)
    }
    return table
  }
}

extension String {
  /// Whether all characters are ASCII, Latin letters or Western signs: no other script, no picture, and no piece of one.
  var isLatin: Bool { unicodeScalars.allSatisfy { $0.value < 0x250 || (0x1E00...0x1EFF).contains($0.value) } }
}

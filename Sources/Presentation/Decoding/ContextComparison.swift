import Foundation
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

/// The nearest words of several contexts, laid out as in the paper: vectors down, contexts across.
///
/// Source: Zhou et al., "Learning to Prompt for Vision-Language Models" (2022), table 4.
struct ContextComparison {
  let contexts: [DecodedContext]
  let paths: [String]

  var results: Results {
    let names = ContextNames.short(paths)
    var table = Table(columns: [.number("#")] + names.map { .text($0) })
    for vector in 0..<(contexts.map(\.words.count).max() ?? 0) {
      table.append(["\(vector + 1)"] + contexts.map { cell($0, vector) })
    }
    var csv = Table(columns: [.text("context")] + (contexts.first?.csv.columns ?? []))
    for (context, name) in zip(contexts, names) {
      for row in context.csv.rows { csv.append([name] + row) }
    }
    let json: [JSON] = zip(contexts, zip(paths, names)).map { context, file in
      [
        "context": .string(file.0), "name": .string(file.1), "metric": .string(context.metric.rawValue),
        "centered": .bool(context.isCentered), "vectors": .array(context.words.indices.map(context.vectorJSON)),
      ]
    }
    return Results(json: ["contexts": .array(json)], tables: [table], csv: csv)
  }

  /// Returns "word (distance)", or N/A for words in other than Latin script; nothing if the context is shorter.
  private func cell(_ context: DecodedContext, _ vector: Int) -> String {
    guard context.words.indices.contains(vector), let word = context.words[vector].first else { return "" }
    let text = context.text(word.id).trimmingCharacters(in: .whitespaces)
    return text.isLatin ? "\(text) (\(word.distance.formatted(decimals: 4)))" : "N/A"
  }
}

extension String {
  /// Whether all characters are ASCII, Latin letters or Western signs: no other script, no picture, and no piece of one.
  var isLatin: Bool { unicodeScalars.allSatisfy { $0.value < 0x250 || (0x1E00...0x1EFF).contains($0.value) } }
}

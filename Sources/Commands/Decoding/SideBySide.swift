import PromptLensExperiments
import Foundation
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

/// The nearest words of several contexts, laid out as in the paper: vectors down, contexts across.
///
/// Source: Zhou et al., "Learning to Prompt for Vision-Language Models" (2022), table 4.
struct SideBySide {
  private let contexts: [DecodedContext]
  private let paths: [String]

  /// - Throws: ``ExperimentError/contextForEachClass(path:classes:)``, whose words have no single column.
  init(_ contexts: [DecodedContext], paths: [String]) throws(ExperimentError) {
    for (context, path) in zip(contexts, paths) {
      if let count = context.context.classCount { throw .contextForEachClass(path: path, classes: count) }
    }
    self.contexts = contexts
    self.paths = paths
  }

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
    let json: [JSON] = zip(contexts, zip(paths, names)).map { context, place in
      [
        "context": .string(place.0), "name": .string(place.1), "metric": .string(context.metric.rawValue),
        "centred": .bool(context.isCentered), "vectors": .array(context.words.indices.map(context.vectorJSON)),
      ]
    }
    return Results(json: ["contexts": .array(json)], tables: [table], csv: csv)
  }

  /// "word (distance)", or N/A for words in other than Latin script; nothing where the context is shorter.
  private func cell(_ context: DecodedContext, _ vector: Int) -> String {
    guard context.words.indices.contains(vector), let word = context.words[vector].first else { return "" }
    let text = context.tokenizer.decode([Int32(word.id)]).trimmingCharacters(in: .whitespaces)
    return text.isLatin ? "\(text) (\(word.distance.formatted(decimals: 4)))" : "N/A"
  }
}

/// What contexts are called where there is little room.
enum ContextNames {
  /// The names of runs, of CoOp's output folders, or of files; whole paths where these do not tell them apart.
  static func short(_ paths: [String]) -> [String] {
    let names = paths.map { path in
      var parts = path.split(separator: "/").map(String.init)
      if parts.last == "context.h5", parts.count > 1 { parts.removeLast() }
      if parts.dropLast().last == "prompt_learner", parts.count > 2 { parts.removeLast(2) }
      return parts.last ?? path
    }
    return Set(names).count == names.count ? names : paths
  }
}

extension String {
  /// Whether all characters are ASCII, Latin letters or Western signs: no other script, no picture, and no piece of one.
  var isLatin: Bool { unicodeScalars.allSatisfy { $0.value < 0x250 || (0x1E00...0x1EFF).contains($0.value) } }
}

import PromptLensExperiments
import PromptLensInterpretation
import PromptLensReporting

/// The meaning of the columns and marks that `decode` prints.
struct DecodingLegend {
  private var table = Table(columns: [.text("legend"), .text("")])

  /// Creates the legend of some contexts.
  ///
  /// - Parameters:
  ///   - contexts: the contexts.
  ///   - controls: the comparison of the only one with controls; nil without, and of several contexts.
  init(_ contexts: [DecodedContext], controls: ContextControls?) {
    let hasWordEnds = contexts.contains { context in
      context.words.joined().contains { context.label($0.id).hasSuffix("</w>") }
    }
    if hasWordEnds {
      table.append("</w>", "the end of a word; an entry without it is a piece of words")
    }
    if let metric = contexts.first?.metric { table.append(metric.rawValue, metric.meaning) }
    guard let controls else { return }
    if contexts.first?.metric != .l2 { table.append("l2", WordMetric.l2.meaning) }
    table.append("explained", "the share of the vector's squared length in the entry's direction (squared cosine)")
    table.append(
      "p random, p mixtures",
      "the probability that a random vector, or a mixture of \(ContextControls.mixtureSize) words, of this length is as near "
        + "to an entry; corrected for \(controls.correctedCount.counting("vector"))")
    table.append("z random", "l2 in standard deviations from the mean of random vectors; negative is nearer")
    table.append("z words", "l2 in standard deviations from the mean distance of words to their nearest words")
    table.append("length", "the vector's length over the median length of words")
    guard controls.vectors.contains(where: { $0.initial != nil }) else { return }
    table.append("z initial", "l2 in standard deviations from the mean of the initial vectors")
    table.append("moved", "the distance from the initial vector to the learned one")
    table.append("initial word", "kept: the nearest entry is that of the initial vector; left: it is another")
  }

  /// The legend as tables; empty without anything to explain.
  var tables: [Table] { table.rows.isEmpty ? [] : [table] }
}

extension WordMetric {
  /// The metric in words.
  fileprivate var meaning: String {
    switch self {
    case .l2: "the Euclidean distance from the vector to the entry of the vocabulary"
    case .cosine: "one minus the cosine of the vector and the entry of the vocabulary"
    case .dot: "minus the dot product of the vector and the entry of the vocabulary"
    }
  }
}

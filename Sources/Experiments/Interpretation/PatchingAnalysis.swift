import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensPrompts
import PromptLensTensors

/// The activations of the learned prompt put into the hand-written one.
package struct PatchingAnalysis {
  /// The effects.
  package let patching: ActivationPatching
  /// The classes that images are told apart by.
  package let classes: Int
  /// The hand-written words at the end of the context's positions.
  package let words: String
  /// The number of mean words before them.
  package let padding: Int

  /// The most classes, evenly spaced: every activation costs a pass over their prompts.
  private static let classLimit = 20
  /// The most images.
  private static let imageLimit = 1000

  /// Patches the prompts of some classes.
  ///
  /// The hand-written prompt gets the context's length: mean words stand before its words, or its first words are left
  /// out.
  init(of prompt: InterpretedPrompt) throws {
    let text = String(prompt.subject.template.text.split(separator: "{}", omittingEmptySubsequences: false).first ?? "")
    let length = prompt.matrix.length
    let ids = Array(prompt.learned.tokenizer.encode(text).map(Int.init).suffix(length))
    let padding = length - ids.count
    let rows = try (0..<length).flatMap { position -> [Float] in
      guard position >= padding else { return prompt.meanWord }
      let id = ids[position - padding]
      return try prompt.embedding.rows(id..<id + 1).floats()
    }
    let handwritten = (0..<prompt.matrix.rows / max(length, 1)).flatMap { _ in rows }
    let withImages = prompt.classNames.indices.filter(Set(prompt.labels).contains)
    let chosen = EvenlySpaced.indices(withImages.count, limit: Self.classLimit).map { withImages[$0] }
    let indices = prompt.labels.indices.filter { chosen.contains(prompt.labels[$0]) }
    let images = EvenlySpaced.indices(indices.count, limit: Self.imageLimit).map { indices[$0] }
    let places = Dictionary(uniqueKeysWithValues: chosen.enumerated().map { ($1, $0) })
    patching = try ActivationPatching(
      encoder: prompt.encoder, prompts: chosen.map { prompt.assembly.prompts[$0] },
      promptRoles: chosen.map { prompt.assembly.roles[$0] }, contextLength: length, learned: prompt.matrix.vectors,
      handwritten: handwritten,
      images: ImageScorer(
        features: prompt.evaluator.store.images.view().selecting(images),
        labels: images.map { places[prompt.labels[$0]] ?? 0 }),
      scale: prompt.scale, seed: prompt.seed)
    self.padding = padding
    classes = chosen.count
    words = text.split(separator: " ").joined(separator: " ")
  }
}

/// The parts of the logits that heads and MLPs write directly, and the words that describe the heads with most.
package struct LogitAttributionAnalysis {
  /// A head with the words that describe what it writes.
  package struct Head {
    /// The index of its term.
    package let term: Int
    /// The words.
    package let description: HeadWords
    /// The share of variance that as many random directions of the same number explain.
    package let randomlyExplained: Double
  }

  /// The parts.
  package let attribution: DirectLogitAttribution
  /// The words to describe heads by.
  package let words: [String]
  /// The heads with the largest parts.
  package let heads: [Head]
  /// The number of images.
  package let images: Int

  /// The most images.
  private static let imageLimit = 2000
  /// The most classes whose prompts are divided.
  private static let classLimit = 200
  private static let wordLimit = 1500
  private static let headCount = 6

  /// Attributes the logits of test images.
  init(of prompt: InterpretedPrompt) throws {
    let withImages = prompt.classNames.indices.filter(Set(prompt.labels).contains)
    let chosen = EvenlySpaced.indices(withImages.count, limit: Self.classLimit).map { withImages[$0] }
    let places = Dictionary(uniqueKeysWithValues: chosen.enumerated().map { ($1, $0) })
    let indices = prompt.labels.indices.filter { places[prompt.labels[$0]] != nil }
    let sampled = EvenlySpaced.indices(indices.count, limit: Self.imageLimit).map { indices[$0] }
    let images = prompt.unitImages(sampled)
    attribution = try DirectLogitAttribution(
      encoder: prompt.encoder, prompts: chosen.map { prompt.assembly.prompts[$0] }, context: prompt.matrix.vectors,
      images: images.images, labels: images.labels.map { places[$0] ?? 0 }, scale: prompt.scale, seed: prompt.seed)
    self.images = sampled.count
    words = prompt.commonWords(limit: Self.wordLimit)
    guard words.count > 1, chosen.count > 2 else {
      heads = []
      return
    }
    let features = try prompt.features(ofWords: words).unitRows().floats()
    let width = prompt.encoder.embedDimension
    let rows = words.indices.map { features[$0 * width..<($0 + 1) * width].map(Double.init) }
    let mean = (0..<width).map { column in rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
    let directions = rows.map { $0.subtracting(mean) }
    var draws = SplitMix64(seed: prompt.seed)
    let random = words.indices.map { _ in draws.vector(width: width, length: 1).map(Double.init) }
    let attribution = attribution
    let largest = attribution.terms.indices.filter {
      if case .head = attribution.terms[$0] { true } else { false }
    }.sorted { abs(attribution.parts[$0].value) > abs(attribution.parts[$1].value) }.prefix(Self.headCount)
    heads = try Parallel.map(largest.count) { index in
      let outputs = attribution.outputs[largest[index]]
      return Head(
        term: largest[index], description: HeadWords(outputs, directions: directions),
        randomlyExplained: HeadWords(outputs, directions: random).explained.last ?? 0)
    }
  }
}

/// The rank correlations of what attention gives the vectors with the effects of the vectors.
package struct AttentionComparison: Sendable, Equatable {
  /// An account of attention against a measure of effects.
  package struct Row: Sendable, Equatable {
    /// The account: `attention` or `rollout`.
    package let account: String
    /// The measure: `ablation`, `shapley` or `integrated_gradients`.
    package let effect: String
    /// Spearman's correlation over the vectors, of sizes; `nil` for fewer than three vectors or equal values.
    package let correlation: Double?
  }

  /// The correlations.
  package let rows: [Row]

  /// Compares attention with effects.
  init(_ attention: TowerAttention, _ worth: VectorWorthAnalysis, _ attribution: AttributionAnalysis) {
    let places = attention.roles.indices.filter { if case .context = attention.roles[$0] { true } else { false } }
    let layers = TowerAttention.meanOverHeads(attention.fromEnd)
    let mean = places.map { place in layers.reduce(0) { $0 + $1[place] } }
    let rollout = places.map { attention.rollout.last?[$0] ?? 0 }
    let effects = [
      ("ablation", worth.ablation.losses(.mean, .margin).map(\.value)),
      ("shapley", worth.shapley.shares.margin.map(\.value)),
      ("integrated_gradients", attribution.contextOnly.integrated),
    ]
    rows = [("attention", mean), ("rollout", rollout)].flatMap { account, values in
      effects.map { effect, sizes in
        Row(account: account, effect: effect, correlation: RankCorrelation.between(values, sizes.map { abs($0) }))
      }
    }
  }
}

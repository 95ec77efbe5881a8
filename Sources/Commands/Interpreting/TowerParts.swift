import PromptLensDiagnosis
import PromptLensPrompts
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPromptLearning
import PromptLensReporting

/// What happens inside the text tower.
struct TowerParts {
  let prompt: InterpretedPrompt

  /// Prompts that attention is the mean of, at most.
  private static let attentionLimit = 100
  /// Words whose prompts translators are fitted on, at most.
  private static let translatorWords = 1200
  /// Classes whose contexts' hidden words are listed, where each has its own.
  private static let hiddenWordClasses = 5

  var all: [() throws -> ReportPart?] { [attention, lens, hiddenWords] }

  private var layerNames: [String] { (1...prompt.encoder.layers).map { "\($0)" } }

  // MARK: - Attention

  private func attention() throws -> ReportPart {
    let found = try TowerAttention(
      encoder: prompt.encoder, assembly: prompt.bench.assembly, context: prompt.bench.matrix.vectors,
      classes: EvenlySpaced.indices(prompt.classNames.count, limit: Self.attentionLimit))
    let roles = found.roles.map(prompt.name)
    let end = TowerAttention.meanOverHeads(found.fromEnd)
    let name = TowerAttention.meanOverHeads(found.fromClassName)
    var table = Table(columns: [.text("from"), .number("layer"), .text("head")] + roles.map { .number($0) })
    for (from, lists) in [("end", found.fromEnd), ("class name", found.fromClassName)] {
      for (layer, heads) in lists.enumerated() {
        for (head, list) in heads.enumerated() {
          table.append([from, "\(layer + 1)", "\(head + 1)"] + list.map { "\($0)" })
        }
      }
    }
    for (layer, list) in found.rollout.enumerated() {
      table.append(["end, rollout", "\(layer + 1)", "all"] + list.map { "\($0)" })
    }
    table.append(["end, were it even", "", ""] + found.uniform.map { "\($0)" })
    var part = ReportPart(
      key: "attention",
      json: [
        "prompts": JSON(found.promptCount), "roles": .array(roles.map { .string($0) }),
        "from_end": .array(found.fromEnd.map { .matrix($0) }),
        "from_class_name": .array(found.fromClassName.map { .matrix($0) }),
        "rollout": .matrix(found.rollout), "uniform": .numbers(found.uniform),
      ])
    part.tables = [("attention", table)]
    part.charts =
      [
        map("attention-end", "What the end token looks at", end, roles),
        map("attention-class-name", "What the class name looks at", name, roles),
        map("rollout", "Rollout: what the end token is made of", found.rollout, roles),
      ] + heads(found.fromEnd, roles)
    part.findings = findings(found, end)
    return part
  }

  private func map(_ name: String, _ title: String, _ values: [[Double]], _ roles: [String]) -> (
    name: String, chart: any Chart
  ) {
    (
      name,
      HeatMap(
        title: title, summary: "\(title), by layer and place of the prompt, mean over heads and classes.",
        rows: ("layer", layerNames), columns: ("place", roles), values: values,
        measure: Axis("attention", notation: .percent))
    )
  }

  /// By layer and head together.
  private func heads(_ attention: [[[Double]]], _ roles: [String]) -> [(name: String, chart: any Chart)] {
    let rows = attention.enumerated().flatMap { layer, heads in heads.indices.map { "\(layer + 1).\($0 + 1)" } }
    return [
      (
        "attention-end-heads",
        HeatMap(
          title: "What each head of the end token looks at",
          summary: "Attention of the end token by layer and head, and place of the prompt, mean over classes.",
          rows: ("layer.head", rows), columns: ("place", roles), values: attention.flatMap { $0 },
          measure: Axis("attention", notation: .percent))
      )
    ]
  }

  private func findings(_ found: TowerAttention, _ end: [[Double]]) -> [Finding] {
    func share(_ list: [Double], _ isWanted: (PromptRole) -> Bool) -> Double {
      zip(found.roles, list).reduce(0) { $0 + (isWanted($1.0) ? $1.1 : 0) }
    }
    func context(_ role: PromptRole) -> Bool { if case .context = role { true } else { false } }
    let layers = end.isEmpty ? 1 : Double(end.count)
    func mean(_ isWanted: (PromptRole) -> Bool) -> Double { end.reduce(0) { $0 + share($1, isWanted) / layers } }
    let rollout = found.rollout.last ?? []
    var findings = [
      Finding(
        "The end token gives \(mean(context).percentage) of its attention to the context, "
          + "\(mean { $0 == .className }.percentage) to the class name and \(mean { $0 == .start }.percentage) to the start "
          + "token, mean over layers and heads; even attention would give \(share(found.uniform, context).percentage), "
          + "\(share(found.uniform) { $0 == .className }.percentage) and \(share(found.uniform) { $0 == .start }.percentage).",
        "attention.csv", "attention-end.svg"),
      Finding(
        "By rollout the end token is made of \(share(rollout, context).percentage) context, "
          + "\(share(rollout) { $0 == .className }.percentage) class name and \(share(rollout) { $0 == .start }.percentage) "
          + "start token; attention is no proof of influence.", "attention.csv", "rollout.svg"),
    ]
    let heads = found.fromEnd.enumerated().flatMap { layer, heads in
      heads.enumerated().flatMap { head, list in
        zip(found.roles, list).filter { context($0.0) }.map { (layer, head, $0.0, $0.1) }
      }
    }
    if let most = heads.max(by: { $0.3 < $1.3 }) {
      findings.append(
        Finding(
          "Head \(most.1 + 1) of layer \(most.0 + 1) looks most at a single vector: \(most.3.percentage) at "
            + "\(prompt.name(most.2)).", "attention.csv", "attention-end-heads.svg"))
    }
    return findings
  }

  // MARK: - The lens

  private func lens() throws -> ReportPart {
    let words = prompt.commonWords(limit: Self.translatorWords, leavingOutClassNames: true)
    let assembly = prompt.bench.assembly
    let context = prompt.bench.matrix.vectors
    let found = try LogitLens(
      encoder: prompt.encoder, prompts: assembly.prompts, context: context,
      images: CachedImages(features: prompt.bench.store.images.view(), labels: prompt.labels),
      translatorPrompts: assembly.prompts(
        ofWords: words, tokenizer: prompt.learned.tokenizer, contextLimit: prompt.contextLimit),
      translatorContext: context)
    var table = Table(
      columns: [
        .number("layers"), .number("accuracy"), .number("cosine"), .number("translated accuracy"),
        .number("translated cosine"), .number("explained variance"),
      ])
    for layer in found.layers {
      table.append(
        "\(layer.depth)", "\(layer.accuracy)", "\(layer.cosine)", layer.translatedAccuracy.map { "\($0)" } ?? "",
        layer.translatedCosine.map { "\($0)" } ?? "", layer.explained.map { "\($0)" } ?? "")
    }
    let fitted =
      "the same context with \(words.count.grouped) common words in the class name's place, none of them in a class name, and "
      + "no image"
    var part = ReportPart(
      key: "lens",
      json: [
        "translators_fitted_on": .string(fitted), "translator_words": JSON(words.count),
        "layers": .array(
          found.layers.map {
            [
              "layers": JSON($0.depth), "accuracy": .number($0.accuracy), "cosine": .number($0.cosine),
              "translated_accuracy": .optional($0.translatedAccuracy),
              "translated_cosine": .optional($0.translatedCosine), "explained_variance": .optional($0.explained),
            ]
          }),
      ])
    part.tables = [("lens", table)]
    func points(_ value: (LogitLens.Layer) -> Double?) -> [LineChart.Point] {
      found.layers.compactMap { layer in value(layer).map { LineChart.Point(Double(layer.depth), $0) } }
    }
    part.charts = [
      (
        "lens",
        LineChart(
          title: "What the end token's state knows",
          summary: "Accuracy of the end tokens' states after each layer, raw and through a ridge translator.",
          x: Axis("layers", ticks: found.layers.map { Double($0.depth) }), y: Axis("accuracy", notation: .percent),
          series: [LineChart.Series("raw", points { $0.accuracy })]
            + (found.layers.contains { $0.translatedAccuracy != nil }
              ? [LineChart.Series("translated", points { $0.translatedAccuracy })] : []))
      )
    ]
    part.findings = lensFindings(found, fitted)
    return part
  }

  private func lensFindings(_ found: LogitLens, _ fitted: String) -> [Finding] {
    guard let last = found.layers.last else { return [] }
    /// From which layer on the accuracy stays within two points of the end's.
    func settled(_ value: (LogitLens.Layer) -> Double?) -> String {
      let first = (found.layers.last { (value($0) ?? 0) < last.accuracy - 0.02 }?.depth ?? -1) + 1
      return first > last.depth ? "after no layer" : "from layer \(first) of \(last.depth) on"
    }
    var findings = [
      Finding(
        "Read raw, the end token's state classifies within two points of the whole tower "
          + "(\(last.accuracy.percentage)) \(settled { $0.accuracy }).", "lens.csv", "lens.svg")
    ]
    guard last.translatedAccuracy != nil else { return findings }
    let fits = found.layers.dropFirst().dropLast().compactMap { layer in
      layer.explained.map { "\($0.formatted(decimals: 2))" }
    }
    findings.append(
      Finding(
        "Through a ridge translator, fitted on \(fitted), it does so \(settled { $0.translatedAccuracy })"
          + (fits.isEmpty
            ? "."
            : "; the translators of the layers between explain \(fits.joined(separator: ", ")) of the variance on words kept "
              + "back."),
        "lens.csv", "lens.svg"))
    return findings
  }

  // MARK: - Hidden words

  private func hiddenWords() throws -> ReportPart {
    let words = try NearestWords(
      embedding: prompt.embedding, metric: .cosine, isCentered: true, where: prompt.isWord)
    let classes = Array(prompt.classNames.indices.prefix(prompt.isClassSpecific ? Self.hiddenWordClasses : 1))
    let found = try classes.map { label in
      try HiddenWords(
        encoder: prompt.encoder, prompt: prompt.bench.assembly.prompts[label],
        roles: prompt.bench.assembly.roles[label], context: prompt.bench.matrix.vectors, words: words, count: 3)
    }
    var table = Table(
      columns: [
        .text("class"), .number("layers"), .number("vector"), .number("rank"), .text("word"),
        .number("cosine distance"),
      ])
    var json: [JSON] = []
    for (label, hidden) in zip(classes, found) {
      for place in hidden.places {
        for (rank, word) in place.words.enumerated() {
          table.append(
            prompt.classNames[label], "\(place.depth)", "\(place.vector + 1)", "\(rank + 1)",
            prompt.decoded.piece(word.id), "\(word.distance)")
        }
        json.append([
          "class": .string(prompt.classNames[label]), "layers": JSON(place.depth), "vector": JSON(place.vector + 1),
          "words": .array(
            place.words.map { ["piece": .string(prompt.decoded.piece($0.id)), "distance": .number($0.distance)] }),
        ])
      }
    }
    var part = ReportPart(key: "hidden_words", json: .array(json))
    part.tables = [("hidden-words", table)]
    let kept = found.map(\.keptWords)
    let layers = prompt.encoder.layers
    let sums = (1...layers).map { depth in kept.reduce(0) { $0 + $1[depth] } }
    part.findings = [
      Finding(
        "Inside the \(classes.count == 1 ? "prompt of the class" : "prompts of the classes") "
          + "\(classes.map { prompt.classNames[$0] }.joined(separator: ", ")), \(sums[0]) of \(classes.count * prompt.length) "
          + "vectors still have their own nearest word after layer 1, \(sums[layers - 1]) after layer \(layers) (by cosine, "
          + "centred).", "hidden-words.csv")
    ]
    return part
  }
}

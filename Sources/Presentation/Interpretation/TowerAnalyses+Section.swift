import PromptLensDiagnosis
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensReporting

extension PromptRole {
  /// The role in a table or a chart.
  var name: String {
    switch self {
    case .start: "start"
    case .context(let index): "v\(index + 1)"
    case .className: "class name"
    case .fullStop: "full stop"
    case .end: "end"
    case .padding: "padding"
    }
  }

  fileprivate var isContext: Bool { if case .context = self { true } else { false } }
}

// MARK: - Attention

extension TowerAttention {
  /// Returns the section on attention.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    let end = Self.meanOverHeads(fromEnd)
    let position = subject.readPosition
    let maps = [
      map("attention-end", "Attention of \(position)", end),
      map("attention-class-name", "Attention of the class name", Self.meanOverHeads(fromClassName)),
      map("rollout", "Rollout of \(position)", rollout), heads(position),
    ]
    return Report.Section(
      "Attention", findings: findings(end, position), blocks: [.charts(maps), .table(table, name: "attention")])
  }

  private var table: Table {
    var table = Table(
      title: "Attention", columns: [.text("from"), .number("layer"), .text("head")] + roles.map { .number($0.name) })
    for (from, lists) in [("end", fromEnd), ("class name", fromClassName)] {
      for (layer, heads) in lists.enumerated() {
        for (head, list) in heads.enumerated() {
          table.append([from, "\(layer + 1)", "\(head + 1)"] + list.map { "\($0)" })
        }
      }
    }
    for (layer, list) in rollout.enumerated() {
      table.append(["end, rollout", "\(layer + 1)", "all"] + list.map { "\($0)" })
    }
    table.append(["end, were it even", "", ""] + uniform.map { "\($0)" })
    return table
  }

  /// The attention as JSON.
  var json: JSON {
    [
      "prompts": JSON(promptCount), "roles": .array(roles.map { .string($0.name) }),
      "from_end": .array(fromEnd.map { .matrix($0) }),
      "from_class_name": .array(fromClassName.map { .matrix($0) }),
      "rollout": .matrix(rollout), "uniform": .numbers(uniform),
    ]
  }

  private func map(_ name: String, _ title: String, _ values: [[Double]]) -> Report.Figure {
    Report.Figure(
      HeatMap(
        title: title, summary: "\(title), by layer and position in the prompt, mean over heads and classes.",
        rows: ("layer", fromEnd.indices.map { "\($0 + 1)" }), columns: ("position", roles.map(\.name)), values: values,
        measure: Axis("attention", notation: .percent)), name: name)
  }

  /// The map by layer and head together.
  private func heads(_ position: String) -> Report.Figure {
    let rows = fromEnd.enumerated().flatMap { layer, heads in heads.indices.map { "\(layer + 1).\($0 + 1)" } }
    return Report.Figure(
      HeatMap(
        title: "Attention of \(position) by head",
        summary: "Attention of \(position) by layer and head, and position in the prompt, mean over classes.",
        rows: ("layer.head", rows), columns: ("position", roles.map(\.name)), values: fromEnd.flatMap { $0 },
        measure: Axis("attention", notation: .percent)), name: "attention-end-heads")
  }

  private func findings(_ end: [[Double]], _ position: String) -> [Report.Finding] {
    // SigLIP's, a position that some token takes in full prompts alone.
    let subject =
      position.prefix(1).uppercased() + position.dropFirst()
      + (roles.contains(.padding) ? ", which padding mostly takes," : "")
    func share(_ list: [Double], _ isWanted: (PromptRole) -> Bool) -> Double {
      zip(roles, list).reduce(0) { $0 + (isWanted($1.0) ? $1.1 : 0) }
    }
    let layers = end.isEmpty ? 1 : Double(end.count)
    func mean(_ isWanted: (PromptRole) -> Bool) -> Double { end.reduce(0) { $0 + share($1, isWanted) / layers } }
    let last = rollout.last ?? []
    // Other vocabularies than CLIP's may put nothing before a text.
    let (third, isThird): (String, (PromptRole) -> Bool) =
      roles.contains(.start) || !roles.contains(.padding)
      ? ("start token", { $0 == .start }) : ("padding", { $0 == .padding })
    let toThird = third == "padding" ? third : "the \(third)"
    var findings = [
      Report.Finding(
        "\(subject) gives \(mean(\.isContext).percentage) of its attention to the context, "
          + "\(mean { $0 == .className }.percentage) to the class name and \(mean(isThird).percentage) to \(toThird), "
          + "mean over layers and heads; even attention would give \(share(uniform, \.isContext).percentage), "
          + "\(share(uniform) { $0 == .className }.percentage) and \(share(uniform, isThird).percentage).",
        evidence: "attention.csv", "attention-end.svg"),
      Report.Finding(
        "By rollout \(position) takes in \(share(last, \.isContext).percentage) context, "
          + "\(share(last) { $0 == .className }.percentage) class name and \(share(last, isThird).percentage) "
          + "\(third); neither need agree with effects.", evidence: "attention.csv", "rollout.svg"),
    ]
    let heads = fromEnd.enumerated().flatMap { layer, heads in
      heads.enumerated().flatMap { head, list in
        zip(roles, list).filter(\.0.isContext).map { (layer, head, $0.0, $0.1) }
      }
    }
    if let most = heads.max(by: { $0.3 < $1.3 }) {
      findings.append(
        Report.Finding(
          "Head \(most.1 + 1) of layer \(most.0 + 1) gives most of its attention to a single vector: \(most.3.percentage) to "
            + "\(most.2.name).", evidence: "attention.csv", "attention-end-heads.svg"))
    }
    return findings
  }
}

// MARK: - The lens

extension LensAnalysis {
  /// The prompts that translators were fitted on, in words.
  private var fittedOn: String {
    "the same context with \(translatorWords.grouped) common words instead of the class name, none of them in a class name, "
      + "and no image"
  }

  /// Returns the section on the states after each layer.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    let position = subject.readPosition
    func points(_ value: (LogitLens.Layer) -> Double?) -> [LineChart.Point] {
      lens.layers.compactMap { layer in value(layer).map { LineChart.Point(Double(layer.depth), $0) } }
    }
    let chart = LineChart(
      title: "Accuracy of \(position)'s states",
      summary: "Accuracy of \(position)s' states after each layer, raw and through a ridge translator.",
      x: Axis("layers", ticks: lens.layers.map { Double($0.depth) }), y: Axis("accuracy", notation: .percent),
      series: [LineChart.Series("raw", points { $0.accuracy })]
        + (lens.layers.contains { $0.translatedAccuracy != nil }
          ? [LineChart.Series("translated", points { $0.translatedAccuracy })] : []))
    return Report.Section(
      "The lens", findings: findings(position),
      blocks: [.charts([Report.Figure(chart, name: "lens")]), .table(table, name: "lens")])
  }

  private var table: Table {
    var table = Table(
      title: "Accuracy of the states after each layer",
      columns: [
        .number("layers"), .number("accuracy"), .number("cosine"), .number("translated accuracy"),
        .number("translated cosine"), .number("explained variance"),
      ])
    for layer in lens.layers {
      table.append(
        "\(layer.depth)", "\(layer.accuracy)", "\(layer.cosine)", layer.translatedAccuracy.map { "\($0)" } ?? "",
        layer.translatedCosine.map { "\($0)" } ?? "", layer.explained.map { "\($0)" } ?? "")
    }
    return table
  }

  /// The accuracies as JSON.
  var json: JSON {
    [
      "translators_fitted_on": .string(fittedOn), "translator_words": JSON(translatorWords),
      "layers": .array(
        lens.layers.map {
          [
            "layers": JSON($0.depth), "accuracy": .number($0.accuracy), "cosine": .number($0.cosine),
            "translated_accuracy": .optional($0.translatedAccuracy),
            "translated_cosine": .optional($0.translatedCosine), "explained_variance": .optional($0.explained),
          ]
        }),
    ]
  }

  private func findings(_ position: String) -> [Report.Finding] {
    guard let last = lens.layers.last else { return [] }
    /// Returns from which layer on the accuracy stays within two points of the end's.
    func settled(_ value: (LogitLens.Layer) -> Double?) -> String {
      let first = (lens.layers.last { (value($0) ?? 0) < last.accuracy - 0.02 }?.depth ?? -1) + 1
      return first > last.depth ? "after no layer" : "from layer \(first) of \(last.depth) on"
    }
    var findings = [
      Report.Finding(
        "Read raw, \(position)'s state classifies within two points of the whole tower "
          + "(\(last.accuracy.percentage)) \(settled { $0.accuracy }).", evidence: "lens.csv", "lens.svg")
    ]
    guard last.translatedAccuracy != nil else { return findings }
    let fits = lens.layers.dropFirst().dropLast().compactMap { layer in
      layer.explained.map { "\($0.formatted(decimals: 2))" }
    }
    findings.append(
      Report.Finding(
        "Through a ridge translator, fitted on \(fittedOn), it does so \(settled { $0.translatedAccuracy })"
          + (fits.isEmpty
            ? "."
            : "; the translators of the layers between explain \(fits.joined(separator: ", ")) of the variance on words kept "
              + "back."),
        evidence: "lens.csv", "lens.svg"))
    return findings
  }
}

// MARK: - Hidden words

extension HiddenWordsAnalysis {
  /// Returns the section on the words nearest to the context's states.
  func section(_ subject: InterpretationSubject) -> Report.Section {
    var table = Table(
      title: "Words nearest to the context's states",
      columns: [
        .text("class"), .number("layers"), .number("vector"), .number("rank"), .text("word"),
        .number("cosine distance"),
      ])
    for prompt in prompts {
      for reading in prompt.words.readings {
        for (rank, word) in reading.words.enumerated() {
          table.append(
            subject.classNames[prompt.label], "\(reading.depth)", "\(reading.vector + 1)", "\(rank + 1)",
            subject.decoded.label(word.id), "\(word.distance)")
        }
      }
    }
    return Report.Section(
      "Hidden words", findings: [Report.Finding(sentence(subject), evidence: "hidden-words.csv")],
      blocks: [.table(table, name: "hidden-words")])
  }

  private func sentence(_ subject: InterpretationSubject) -> String {
    let names = prompts.map { subject.classNames[$0.label] }.joined(separator: ", ")
    let layers = max(kept.count - 1, 1)
    func share(_ values: [Double], _ depth: Int) -> String {
      values.indices.contains(depth) ? values[depth].percentage : "none"
    }
    let finding =
      "Inside the \(prompts.count == 1 ? "prompt of the class" : "prompts of the classes") \(names), "
      + "\(share(kept, 1)) of the vectors still have their own nearest word after layer 1 and \(share(kept, layers)) after "
      + "layer \(layers) (by cosine, centered); real words in their place: \(share(keptOfWords, 1)) and "
      + "\(share(keptOfWords, layers))."
    return (keptOfWords.last ?? 0) < 0.5
      ? "\(finding) As real words don't keep themselves either, words read in later layers say nothing about the vectors."
      : finding
  }

  /// Returns the words as JSON.
  func json(_ subject: InterpretationSubject) -> JSON {
    [
      "kept": .numbers(kept), "kept_of_real_words": .numbers(keptOfWords),
      "readings": .array(
        prompts.flatMap { prompt in
          prompt.words.readings.map { reading in
            [
              "class": .string(subject.classNames[prompt.label]), "layers": JSON(reading.depth),
              "vector": JSON(reading.vector + 1),
              "words": .array(
                reading.words.map {
                  ["piece": .string(subject.decoded.piece($0.id)), "distance": .number($0.distance)]
                }),
            ]
          }
        }),
    ]
  }
}

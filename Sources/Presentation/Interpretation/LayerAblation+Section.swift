import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensReporting

extension LayerAblation {
  /// Returns the section on the effects of layers and towers.
  func section(images: Int) -> Report.Section {
    Report.Section(
      "Effects of layers", findings: findings(images: images),
      blocks: [
        .charts(
          EffectUnit.allCases.reversed().map {
            Report.Figure(chart($0), name: $0 == .margin ? "layers" : "layers-accuracy")
          }), .table(table(.margin), name: "layers"), .table(table(.accuracy), name: "layers-accuracy"),
        .text(
          "Without a layer's prompts the tower has what it would have there: the written words before the first block of the text "
            + "tower, the states of the block before in deeper ones, no tokens in the image tower until a block that has some. "
            + "\"Alone\" is what they add to the towers without any others. Effects needn't add up: layers can do the same work, "
            + "or need each other."),
      ])
  }

  private func findings(images: Int) -> [Report.Finding] {
    let isClear = EffectUnit.allCases.contains { added[$0].isClear($0) }
    var findings = [
      Report.Finding(
        "Accuracy is \(nothing.accuracy.percentage) with the written words and no tokens, and \(whole.accuracy.percentage) "
          + "with the prompts: over \(images.counting("image")) they add \(added.accuracy.sentence(.accuracy)) and "
          + "\(added.margin.sentence(.margin))" + (isClear ? "." : "; neither is shown to differ from 0."),
        evidence: "layers.csv", "layers-accuracy.csv")
    ]
    let separate = towers.filter { $0.part.tower != .both }
    if separate.count > 1 {
      let without = separate.map { effect in
        "\(effect.without.margin.negated.plain(.margin)) for the \(effect.part.tower.rawValue) tower's"
      }.joined(separator: " and ")
      let alone = separate.map { effect in
        "\(effect.alone.margin.plain(.margin)) in the \(effect.part.tower.rawValue) tower"
      }.joined(separator: " and ")
      findings.append(
        Report.Finding(
          "Without the prompts of one tower, the margin changes by \(without); alone, they add \(alone).",
          evidence: "layers.csv"))
    }
    for tower in PromptedTower.allCases where tower != .both {
      let own = layers.filter { $0.part.tower == tower }
      if !own.isEmpty { findings.append(finding(tower, own, images: images)) }
    }
    return findings
  }

  private func finding(_ tower: PromptedTower, _ own: [Effect], images: Int) -> Report.Finding {
    let shown = own.filter { $0.isShown(.margin) && $0.without.margin.value > 0 }.sorted {
      $0.without.margin.value > $1.without.margin.value
    }
    let name = "the \(tower.rawValue) tower"
    guard let largest = shown.first, let block = largest.part.block else {
      return Report.Finding(
        "No single layer of \(name) is shown to carry the gain: without the prompts of any one of \(own.count), no loss of "
          + "margin is shown on \(images.counting("image")), corrected for \(layers.count.counting("layer")).",
        evidence: "layers.csv",
        "layers.svg")
    }
    let list = shown.compactMap(\.part.block).map(String.init).joined(separator: ", ")
    let carriers = "layer\(shown.count == 1 ? "" : "s") \(list) of \(own.count)"
    // Without a gain of all together, single layers may still add to what the others take away.
    let isGain = added.margin.value > 0
    return Report.Finding(
      "In \(name) \(isGain ? "the gain is carried by \(carriers)" : "only \(carriers) add to the margin"): it falls most "
        + "without layer \(block), by \(largest.without.margin.plain(.margin)), accuracy by "
        + "\(largest.without.accuracy.sentence(.accuracy)); corrected for \(layers.count.counting("layer")).",
      evidence: "layers.csv", "layers.svg")
  }

  private func chart(_ unit: EffectUnit) -> BarChart {
    BarChart(
      title: "What is lost without a layer's prompts, in \(unit.rawValue)",
      summary: "The loss of \(unit.rawValue) without the prompts of each layer, with 95 % intervals over the images.",
      axis: unit.axis,
      bars: layers.map { BarChart.Bar($0.part.name, $0.without[unit].value, interval: $0.without[unit].interval) },
      signs: ("adds", "takes away"))
  }

  private func table(_ unit: EffectUnit) -> Table {
    let hasInitial = (towers + layers).contains { $0.initial != nil }
    var table = Table(
      title: unit == .margin ? "Effects on the mean margin" : "Effects on accuracy, in points",
      columns: [
        .text("prompts"), .number("lost without them"), .number("p, corrected"), .number("added alone"),
      ] + (hasInitial ? [.number("gained in training")] : []))
    for effect in towers + layers {
      table.append(
        [
          effect.part.name, effect.without[unit].cell(unit), effect.correctedP[unit].formatted(decimals: 4),
          effect.alone[unit].cell(unit),
        ] + (hasInitial ? [effect.initial?[unit].cell(unit) ?? "–"] : []))
    }
    return table
  }

  /// The effects as JSON.
  var json: JSON {
    func effect(_ effect: Effect) -> JSON {
      func both(_ pair: UnitPair<ImageBootstrap.Estimate>) -> JSON {
        ["accuracy": pair.accuracy.json, "margin": pair.margin.json]
      }
      return [
        "tower": .string(effect.part.tower.rawValue), "layer": effect.part.block.map { JSON($0) } ?? .null,
        "without": both(effect.without), "alone": both(effect.alone),
        "initial": effect.initial.map(both) ?? .null,
        "corrected_p": ["accuracy": .number(effect.correctedP.accuracy), "margin": .number(effect.correctedP.margin)],
      ]
    }
    func both(_ pair: UnitPair<Double>) -> JSON {
      ["accuracy": .number(pair.accuracy), "margin": .number(pair.margin)]
    }
    return [
      "whole": both(whole), "nothing": both(nothing),
      "added": ["accuracy": added.accuracy.json, "margin": added.margin.json],
      "towers": .array(towers.map(effect)), "layers": .array(layers.map(effect)),
    ]
  }
}

extension LayerAblation.Part {
  /// The part in tables and charts.
  fileprivate var name: String {
    let towers = tower == .both ? "both towers" : "\(tower.rawValue) tower"
    return block.map { "\(towers), layer \($0)" } ?? "\(towers), all layers"
  }
}

extension ImageBootstrap.Estimate {
  /// The same difference the other way round.
  fileprivate var negated: ImageBootstrap.Estimate {
    ImageBootstrap.Estimate(value: -value, interval: -interval.upperBound...(-interval.lowerBound), p: p)
  }
}

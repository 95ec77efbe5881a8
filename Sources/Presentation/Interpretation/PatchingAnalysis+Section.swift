import PromptLensCLIP
import PromptLensEvaluation
import PromptLensExperiments
import PromptLensInterpretation
import PromptLensJSONDocuments
import PromptLensPrompts
import PromptLensReporting

extension ActivationSite {
  /// The site in a title.
  fileprivate var title: String {
    switch self {
    case .residual: "residual stream"
    case .attention: "attention"
    case .mlp: "MLP"
    }
  }

  /// The name of its map's file.
  fileprivate var file: String { "patching-\(rawValue)" }
}

extension PatchingAnalysis {
  /// The section on the activations put into the hand-written prompt.
  var section: Report.Section {
    Report.Section(
      "Activation patching", findings: findings,
      blocks: [
        .charts(ActivationSite.allCases.map(map)), .table(table, name: "patching"),
      ])
  }

  /// The map of a site: the effect of each activation by depth and place.
  func map(_ site: ActivationSite) -> Report.Figure {
    let effects = patching.effects[site] ?? []
    return Report.Figure(
      HeatMap(
        title: "Patching the \(site.title)",
        summary: "Change of the margin when the learned prompt's \(site.title) at one layer and place is put into the "
          + "hand-written prompt, over \(patching.images.counting("image")) of \(classes.counting("class", plural: "classes")).",
        rows: (
          "layer", effects.indices.map { site == .residual ? ($0 == 0 ? "input" : "\($0)") : "\($0 + 1)" }
        ), columns: ("place", patching.roles.map(\.name)), values: effects.map { $0.map(\.value) },
        measure: EffectUnit.margin.axis, colors: .diverging(center: 0)), name: site.file)
  }

  private var table: Table {
    var table = Table(
      title: "Activation patching",
      columns: [
        .text("site"), .number("layers before"), .text("place"), .number("margin"), .number("low"), .number("high"),
        .number("share of the difference"),
      ])
    for site in ActivationSite.allCases {
      for (depth, row) in (patching.effects[site] ?? []).enumerated() {
        for (role, effect) in zip(patching.roles, row) {
          table.append(
            site.rawValue, "\(depth)", role.name, "\(effect.value)", "\(effect.interval.lowerBound)",
            "\(effect.interval.upperBound)", patching.share(effect).map { "\($0)" } ?? "")
        }
      }
    }
    return table
  }

  /// The hand-written prompt in words.
  private var handwritten: String {
    "\"\(words)\"" + (padding > 0 ? " behind \(padding) mean words" : "")
  }

  private var findings: [Report.Finding] {
    let start =
      "Between the hand-written context \(handwritten) and the learned one the margin differs by "
      + "\(patching.difference.plain(.margin)) on \(patching.images.counting("image")) of \(classes.counting("class", plural: "classes"))"
    guard patching.share(patching.difference) != nil else {
      return [
        Report.Finding(
          "The hand-written context \(handwritten) and the learned one are the same to within rounding: no activation has an "
            + "effect.", evidence: "patching.csv")
      ]
    }
    var findings = [Report.Finding(start + ".", evidence: "patching.csv")]
    func best(_ site: ActivationSite, _ isWanted: (PromptRole) -> Bool) -> String? {
      let entries = (patching.effects[site] ?? []).enumerated().flatMap { depth, row in
        zip(patching.roles, row).filter { isWanted($0.0) && $0.1.isClear(.margin) }.map { (depth, $0.0, $0.1) }
      }
      return entries.max { abs($0.2.value) < abs($1.2.value) }.map { depth, role, effect in
        let place =
          site == .residual ? (depth == 0 ? "in the input" : "after layer \(depth)") : "in layer \(depth + 1)"
        let share = patching.share(effect).map { ", \($0.percentage) of the difference" } ?? ""
        return "\(role.name) \(place), \(effect.plain(.margin))\(share)"
      }
    }
    func isVector(_ role: PromptRole) -> Bool { if case .context = role { true } else { false } }
    if let vector = best(.residual, isVector) {
      findings.append(
        Report.Finding(
          "By itself, the residual stream of the context with the largest effect is that of \(vector).",
          evidence: "patching.csv", "patching-residual.svg"))
    }
    for site in [ActivationSite.attention, .mlp] {
      if let found = best(site, { _ in true }) {
        findings.append(
          Report.Finding(
            "Of the \(site == .mlp ? "MLPs" : "attention layers") the largest effect is at \(found).",
            evidence: "patching.csv", "\(site.file).svg"))
      }
    }
    return findings
  }

  /// The effects as JSON.
  var json: JSON {
    var sites = JSON.Object()
    for site in ActivationSite.allCases {
      let effects = patching.effects[site] ?? []
      sites[site.rawValue] = [
        "values": .matrix(effects.map { $0.map(\.value) }),
        "intervals": .array(effects.map { .intervals($0.map(\.interval)) }),
        "shares": .array(effects.map { .array($0.map { .optional(patching.share($0)) }) }),
      ]
    }
    return [
      "handwritten": .string(words), "mean_words_before": JSON(padding), "images": JSON(patching.images),
      "classes": JSON(classes), "difference": patching.difference.json,
      "roles": .array(patching.roles.map { .string($0.name) }), "sites": .object(sites),
    ]
  }
}

import PromptLensDiagnosis
import PromptLensJSONDocuments
import PromptLensReporting
import PromptLensPresentation
import PromptLensExperiments

/// Plain sentences about a result document, read from its members; documents that bring `findings` of their own keep those.
struct ResultFindings {
  private let document: JSONNode
  private let name: String

  init(_ document: JSONNode, of name: String) {
    self.document = document
    self.name = name
  }

  var findings: [Report.Finding] {
    if document["findings"] != nil { return stated }
    return (noise + transfer + sweep).map { Report.Finding($0, evidence: name) }
  }

  /// What not to conclude.
  var doubts: [String] {
    var doubts = strings("doubts") + strings("not_measured").map { "\(name): \($0)" }
    if document["curves"] != nil {
      doubts.append(
        "\(name): labels were made wrong by a program; people's mistakes are of other kinds, and mostly harder to find."
      )
    }
    if document["targets"] != nil {
      doubts.append(
        "\(name): a gain on these targets says nothing about others; effective robustness depends on its baselines.")
    }
    return doubts
  }

  /// `findings`: sentences, or objects with a sentence and its evidence.
  private var stated: [Report.Finding] {
    ((try? document.array("findings")) ?? []).compactMap { entry in
      if let sentence = try? entry.string() { return Report.Finding(sentence, evidence: name) }
      guard let sentence = try? entry.string("finding") else { return nil }
      let evidence = ((try? entry.array("evidence")) ?? []).compactMap { try? $0.string() }
      return Report.Finding(sentence, evidence: [name] + evidence)
    }
  }

  private func strings(_ member: String) -> [String] {
    ((try? document.array(member)) ?? []).compactMap { try? $0.string() }
  }

  // MARK: - Noise

  /// The sentences of a noise experiment.
  private var noise: [String] {
    document["curves"] == nil ? [] : (try? NoiseResult(document))?.findings ?? []
  }

  // MARK: - Transfer

  /// For each target, what each learned prompt gains over zero-shot CLIP there.
  private var transfer: [String] {
    ((try? document.array("targets")) ?? []).flatMap { target -> [String] in
      guard let data = try? target.string("data"), let results = try? target.array("results") else { return [] }
      let place = data.split(separator: "/").last.map(String.init) ?? data
      // Wordings have a command of their own; what was learned is the question here.
      return results.filter { (try? $0.string("kind")) == "learned" }.compactMap { result in
        guard let candidate = try? result.string("name"), let against = result["against_zero_shot"],
          let difference = try? against.number("difference"), let low = try? against.number("low"),
          let high = try? against.number("high")
        else { return nil }
        let verdict = low > 0 ? "better than" : high < 0 ? "worse than" : "not to be told from"
        return "On \(place) \(candidate) is \(verdict) zero-shot CLIP: \(points(difference)) points (95 % interval "
          + "\(points(low)) to \(points(high)))."
      }
    }
  }

  // MARK: - Sweeps

  /// The cell with the highest mean accuracy.
  private var sweep: [String] {
    let cells = ((try? document.array("cells")) ?? []).compactMap { cell -> (JSONNode, mean: Double)? in
      guard let mean = try? cell["accuracy"]?.number("mean") else { return nil }
      return (cell, mean)
    }
    guard let best = cells.max(by: { $0.mean < $1.mean }), let settings = best.0["settings"] else { return [] }
    func text(_ name: String) -> String? {
      switch settings[name]?.value {
      case .string(let text)?: text
      case .integer(let number)?: "\(number)"
      default: nil
      }
    }
    let shots = text("shots").map { "\($0) shots" } ?? "all images"
    let zeroShot = (try? best.0["zero_shot_accuracy"]?.number("mean")) ?? nil
    return [
      "Of \(cells.count) settings \(text("method") ?? "one") with \(shots) on \(text("data") ?? "its data") has the highest "
        + "accuracy, \(best.mean.percentage) on average over seeds"
        + (zeroShot.map { "; zero-shot CLIP has \($0.percentage)." } ?? ".")
    ]
  }

  private func points(_ difference: Double) -> String {
    "\(difference > 0 ? "+" : "")\((difference * 100).formatted(decimals: 2))"
  }
}

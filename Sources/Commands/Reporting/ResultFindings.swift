import PromptLensDiagnosis
import PromptLensJSONDocuments
import PromptLensReporting

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
      return Report.Finding(sentence, evidence: ([name] + evidence).joined(separator: ", "))
    }
  }

  private func strings(_ member: String) -> [String] {
    ((try? document.array(member)) ?? []).compactMap { try? $0.string() }
  }

  // MARK: - Noise

  /// For each kind of noise the learner that keeps most of its accuracy, and where others fall under zero-shot CLIP.
  private var noise: [String] {
    let curves = ((try? document.array("curves")) ?? []).compactMap {
      curve -> (kind: String, learner: String, JSONNode)? in
      guard let kind = try? curve.string("noise"), let learner = try? curve.string("learner") else { return nil }
      return (kind, learner, curve)
    }
    let kinds = curves.map(\.kind).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return kinds.flatMap { kind -> [String] in
      let areas = curves.filter { $0.kind == kind }.compactMap { curve in
        ((try? curve.2.optionalNumber("area")) ?? nil).map { (learner: curve.learner, area: $0) }
      }.sorted { $0.area > $1.area }
      guard let best = areas.first, let worst = areas.last else { return [] }
      var sentences = [
        areas.count > 1
          ? "Under \(kind) noise \(best.learner) keeps most (area under its curve \(best.area.formatted(decimals: 3))), "
            + "\(worst.learner) least (\(worst.area.formatted(decimals: 3)))."
          : "Under \(kind) noise the area under the curve of \(best.learner) is \(best.area.formatted(decimals: 3))."
      ]
      let falls = curves.filter { $0.kind == kind }.compactMap { curve in
        ((try? curve.2.optionalNumber("critical_rate")) ?? nil).map { (learner: curve.learner, rate: $0) }
      }.sorted { $0.rate < $1.rate }
      let (below, later) = (falls.filter { $0.rate <= 0 }.map(\.learner), falls.filter { $0.rate > 0 })
      if !below.isEmpty {
        sentences.append("Not above zero-shot CLIP even without \(kind) noise: \(below.joined(separator: ", ")).")
      }
      if !later.isEmpty {
        let list = later.map { "\($0.learner) at \(($0.rate * 100).formatted(decimals: 1)) %" }.joined(separator: ", ")
        sentences.append(
          "Under \(kind) noise learners fall under zero-shot CLIP at these shares of wrong labels: \(list).")
      }
      return sentences
    }
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

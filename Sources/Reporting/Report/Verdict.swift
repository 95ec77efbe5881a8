import PromptLensJSONDocuments

extension Report {
  /// The main result of a study on one data set: a method's accuracy beside that of zero-shot CLIP on the same images and
  /// classes.
  package struct Verdict: Sendable, Equatable {
    /// The method with its settings: "coop, 16-shot".
    package var method: String
    /// The data set, with its number of classes.
    package var data: String
    /// The accuracy, the mean over seeds.
    package var accuracy: Double
    /// The standard deviation over seeds; nil for a single run.
    package var deviation: Double?
    /// The number of seeds.
    package var seeds: Int
    /// The accuracy of zero-shot CLIP; nil where it isn't measured.
    package var zeroShot: Double?
    /// The 95 % interval of the difference from zero-shot CLIP.
    package var gain: ClosedRange<Double>?
    /// The number of test images.
    package var images: Int
    /// The probability of such a difference, or a larger one, if there were none.
    package var p: Double?
    /// The test that ``p`` is of: "McNemar's test".
    package var test: String

    /// Creates a verdict.
    package init(
      method: String, data: String, accuracy: Double, deviation: Double? = nil, seeds: Int = 1, zeroShot: Double? = nil,
      gain: ClosedRange<Double>? = nil, images: Int, p: Double? = nil, test: String = ""
    ) {
      self.method = method
      self.data = data
      self.accuracy = accuracy
      self.deviation = deviation
      self.seeds = seeds
      self.zeroShot = zeroShot
      self.gain = gain
      self.images = images
      self.p = p
      self.test = test
    }
  }
}

extension Report.Verdict {
  /// The outcome of the comparison with zero-shot CLIP.
  enum Outcome: String {
    case better
    case worse
    case unclear
  }

  /// The outcome at a level of 5 %; nil without a test.
  var outcome: Outcome? {
    guard let p, let zeroShot else { return nil }
    return p >= 0.05 || accuracy == zeroShot ? .unclear : accuracy > zeroShot ? .better : .worse
  }

  /// The accuracy with its deviation: `72.02 ± 0.31 %`.
  var accuracyText: String {
    let deviation = deviation.map { " ± \(($0 * 100).formatted(decimals: 2))" } ?? ""
    return "\((accuracy * 100).formatted(decimals: 2))\(deviation) %"
  }

  /// The number of runs behind the accuracy: "mean ± standard deviation over 3 seeds".
  var seedsText: String {
    seeds > 1 ? "mean ± standard deviation over \(seeds.counting("seed"))" : "one seed"
  }

  /// The difference from zero-shot CLIP with its interval: `+2.40 points (95 % interval +0.40 to +4.40)`.
  var gainText: String? {
    zeroShot.map { zeroShot in
      let interval =
        gain.map { " (95 % interval \($0.lowerBound.signedPoints) to \($0.upperBound.signedPoints))" } ?? ""
      return "\((accuracy - zeroShot).signedPoints) points\(interval)"
    }
  }

  /// The outcome in words.
  var outcomeText: String {
    switch outcome {
    case .better: "better than zero-shot CLIP"
    case .worse: "worse than zero-shot CLIP"
    case .unclear: "not significantly different from zero-shot CLIP"
    case nil: zeroShot == nil ? "zero-shot CLIP is not measured" : "difference from zero-shot CLIP not tested"
    }
  }

  /// The probability with its test.
  var pText: String? {
    p.map { "\($0 < 0.0001 ? "< 0.0001" : $0.formatted(decimals: 4))\(test.isEmpty ? "" : ", \(test)")" }
  }

  /// The verdict as names with values.
  var facts: [(name: String, value: String)] {
    [
      ("method", method), ("data", data), ("accuracy", "\(accuracyText), \(seedsText)"),
      ("zero-shot CLIP", zeroShot.map(\.percentage) ?? "not measured"), ("difference", gainText ?? "not measured"),
      ("n", "\(images.counting("test image"))"), ("p", pText ?? "not tested"),
    ]
  }

  /// A table of verdicts, a row for each.
  static func table(_ verdicts: [Report.Verdict]) -> Table {
    var table = Table(
      columns: [
        .text("data"), .text("method"), .number("accuracy, %"), .number("seeds"), .number("zero-shot"),
        .number("difference, points"), .number("n"), .number("p"), .text("verdict"),
      ])
    for verdict in verdicts {
      table.append(
        verdict.data, verdict.method, String(verdict.accuracyText.dropLast(2)), "\(verdict.seeds)",
        verdict.zeroShot.map { ($0 * 100).formatted(decimals: 2) } ?? "",
        verdict.zeroShot.map { (verdict.accuracy - $0).signedPoints } ?? "", verdict.images.grouped,
        verdict.p.map { $0 < 0.0001 ? "< 0.0001" : $0.formatted(decimals: 4) } ?? "", verdict.outcomeText)
    }
    return table
  }
}

// MARK: - Beside others

extension Report.Verdict {
  /// Takes the test and its interval from a verdict on the same result.
  package mutating func takeTest(of other: Report.Verdict) {
    gain = other.gain
    p = other.p
    test = other.test
  }
}

extension Report.Section {
  /// Replaces the verdicts of the section and its subsections.
  fileprivate mutating func replaceVerdicts(_ transform: (Report.Verdict) -> Report.Verdict) {
    verdicts = verdicts.map(transform)
    for index in subsections.indices { subsections[index].replaceVerdicts(transform) }
  }
}

extension [Report.Section] {
  /// The sections, in which verdicts that have the same data and method as those of other sections name their section.
  package var distinguishingVerdicts: [Report.Section] {
    func key(_ verdict: Report.Verdict) -> [String] { [verdict.data, verdict.method] }
    let counts = Dictionary(flatMap { Set($0.allVerdicts.map(key)) }.map { ($0, 1) }, uniquingKeysWith: +)
    return map { section in
      var section = section
      let title = section.title
      section.replaceVerdicts { verdict in
        guard let count = counts[key(verdict)], count > 1 else { return verdict }
        var verdict = verdict
        verdict.data += " (\(title))"
        return verdict
      }
      return section
    }
  }
}

// MARK: - As data

extension Report.Verdict {
  /// The verdict as JSON.
  var json: JSON {
    [
      "method": .string(method), "data": .string(data), "accuracy": .measurement(accuracy),
      "sd": deviation.map(JSON.measurement) ?? .null, "seeds": JSON(seeds),
      "zero_shot_accuracy": zeroShot.map(JSON.measurement) ?? .null, "gain": .interval(gain), "n": JSON(images),
      "p": p.map(JSON.measurement) ?? .null, "test": .string(test),
    ]
  }

  /// Decodes a verdict.
  init(decoding node: JSONNode) throws {
    self.init(
      method: try node.string("method"), data: try node.string("data"), accuracy: try node.measurement("accuracy"),
      deviation: try node["sd"]?.measurement(), seeds: try node.integer("seeds"),
      zeroShot: try node["zero_shot_accuracy"]?.measurement(), gain: try node.interval("gain"),
      images: try node.integer("n"), p: try node["p"]?.measurement(), test: try node.string("test"))
  }
}

import PromptLensEvaluation
import PromptLensJSONDocuments

/// The outcome of a noise experiment, `result.json`: for each kind of noise and each learner the accuracy by rate,
/// pooled over seeds.
package struct NoiseResult: Sendable, Equatable {
  /// A learner's accuracies under a kind of noise.
  package struct Curve: Sendable, Equatable {
    /// The kind of noise.
    package let kind: String
    /// The learner's name.
    package let learner: String
    /// The normalized area under the curve, `NoiseCurve/normalizedArea`.
    package let area: Double?
    /// The lowest rate at which the curve falls below zero-shot CLIP; nil if it doesn't.
    package let criticalRate: Double?
    /// The points by rate.
    package let points: [Point]

    /// Creates a curve.
    package init(kind: String, learner: String, area: Double?, criticalRate: Double?, points: [Point]) {
      self.kind = kind
      self.learner = learner
      self.area = area
      self.criticalRate = criticalRate
      self.points = points
    }
  }

  /// The runs of all seeds at one rate.
  package struct Point: Sendable, Equatable {
    /// The rate of wrong labels, after rounding to whole images.
    package let rate: Double
    /// The mean accuracy.
    package let accuracy: Double
    /// Half the width of the mean's 95 % interval; nil for a single seed.
    package let halfWidth: Double?
    /// The number of seeds.
    package let seeds: Int

    /// The standard deviation over seeds, of which ``halfWidth`` is a multiple; nil for a single seed.
    package var standardDeviation: Double? {
      halfWidth.map {
        $0 * Double(seeds).squareRoot() / StudentDistribution(degrees: max(seeds - 1, 1)).bound(of: 0.95)
      }
    }
    /// The share of wrong labels that are predicted as given at the end; nil when none is wrong.
    package let memorized: Double?
    /// The detection of wrong labels by each score, by name.
    package let detections: [String: Detection]

    /// Creates a point.
    package init(
      rate: Double, accuracy: Double, halfWidth: Double?, seeds: Int, memorized: Double?,
      detections: [String: Detection]
    ) {
      self.rate = rate
      self.accuracy = accuracy
      self.halfWidth = halfWidth
      self.seeds = seeds
      self.memorized = memorized
      self.detections = detections
    }
  }

  /// The detection of wrong labels by a score, as means over seeds.
  package struct Detection: Sendable, Equatable {
    /// The area under the ROC curve.
    package let areaUnderCurve: Double?
    /// The average precision.
    package let averagePrecision: Double?

    /// Creates a detection.
    package init(areaUnderCurve: Double?, averagePrecision: Double?) {
      self.areaUnderCurve = areaUnderCurve
      self.averagePrecision = averagePrecision
    }
  }

  /// The share of wrong labels that a learner predicts as given, epoch by epoch, at the middle rate of a kind.
  package struct Memorization: Sendable, Equatable {
    /// The kind of noise.
    package let kind: String
    /// The noise with its amount, "symmetric-0.5".
    package let noise: String
    /// The learner's name.
    package let learner: String
    /// The share after each epoch, the mean over seeds.
    package let shares: [Double]

    /// Creates a memorization.
    package init(kind: String, noise: String, learner: String, shares: [Double]) {
      self.kind = kind
      self.noise = noise
      self.learner = learner
      self.shares = shares
    }
  }

  /// The folder of the experiment.
  package let output: String
  /// The accuracy of hand-written prompts.
  package let zeroShotAccuracy: Double
  /// The number of runs.
  package let runs: Int
  /// The curves, by kind and learner.
  package let curves: [Curve]
  /// The memorization by epoch, by kind and learner; empty for documents of version 0.
  package let memorizations: [Memorization]

  /// The remarks on the images.
  package let remarks: ImageRemarks
  /// The warnings of draws, "seed 1", and of runs.
  package let warnings: [RunWarning]

  /// Creates a result.
  package init(
    output: String, zeroShotAccuracy: Double, runs: Int, curves: [Curve], memorizations: [Memorization],
    remarks: ImageRemarks = ImageRemarks(), warnings: [RunWarning] = []
  ) {
    self.output = output
    self.zeroShotAccuracy = zeroShotAccuracy
    self.runs = runs
    self.curves = curves
    self.memorizations = memorizations
    self.remarks = remarks
    self.warnings = warnings
  }

  /// The kinds of noise, in order.
  package var kinds: [String] { curves.map(\.kind).reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }

  /// Returns the curves of a kind, in the learners' order.
  package func curves(of kind: String) -> [Curve] { curves.filter { $0.kind == kind } }
}

// MARK: - Pooling runs

extension NoiseResult {
  /// Pools the runs of a grid over its seeds.
  ///
  /// - Parameters:
  ///   - grid: the runs.
  ///   - results: their outcomes, in the order of ``NoiseGrid/cells()``.
  ///   - zeroShotAccuracy: the accuracy of hand-written prompts.
  ///   - output: the folder.
  ///   - remarks: the remarks on the images.
  ///   - warnings: the warnings of draws and runs.
  /// - Throws: `DatasetError` when the grid has impossible noise.
  init(
    _ grid: NoiseGrid, results: [NoiseCellResult], zeroShotAccuracy: Double, output: String,
    remarks: ImageRemarks = ImageRemarks(), warnings: [RunWarning] = []
  ) throws {
    var byCell: [String: NoiseCellResult] = [:]
    for (cell, result) in zip(try grid.cells(), results) { byCell[cell.name] = result }
    let kinds = try grid.noisesByKind()
    self.init(
      output: output, zeroShotAccuracy: zeroShotAccuracy, runs: results.count,
      curves: try kinds.flatMap { kind, noises in
        try grid.learners.map { learner in
          let cells = noises.map { noise in
            grid.seeds.compactMap { byCell[NoiseCell(noise: noise, learner: learner, seed: $0).name] }
          }.filter { !$0.isEmpty }
          return try Curve(kind: kind, learner: learner.name, cells: cells, zeroShotAccuracy: zeroShotAccuracy)
        }
      },
      memorizations: kinds.flatMap { Self.memorizations(of: $0.kind, results, grid.learners) }, remarks: remarks,
      warnings: warnings)
  }

  /// Returns the memorization by epoch at the middle rate of a kind, for learners of more than one epoch.
  private static func memorizations(
    of kind: String, _ results: [NoiseCellResult], _ learners: [NoiseLearner]
  ) -> [Memorization] {
    var rates: [String: Double] = [:]
    for result in results where result.noise.hasPrefix(kind) && !result.memorized.isEmpty {
      rates[result.noise.split(separator: "_").first.map(String.init) ?? result.noise] = result.rate
    }
    let names = rates.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    guard !names.isEmpty else { return [] }
    let middle = names[names.count / 2]
    return learners.compactMap { learner in
      let runs = results.filter { $0.noise.hasPrefix("\(middle)_") && $0.learner == learner.name }
      guard let epochs = runs.map(\.memorized.count).min(), epochs > 1 else { return nil }
      return Memorization(
        kind: kind, noise: middle, learner: learner.name,
        shares: (0..<epochs).map { epoch in runs.reduce(0) { $0 + $1.memorized[epoch] } / Double(runs.count) })
    }
  }
}

extension NoiseResult.Curve {
  /// Pools a learner's runs under a kind of noise, the seeds of each rate together.
  init(kind: String, learner: String, cells: [[NoiseCellResult]], zeroShotAccuracy: Double) throws {
    func mean(_ numbers: [Double]) -> Double? {
      numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
    }
    let points = try cells.map { runs in
      let accuracies = try SeedSummary(runs.map(\.accuracy))
      let detections = NoiseCellResult.scores.map { score in
        let found = runs.compactMap { $0.detections[score] }
        return (
          score,
          NoiseResult.Detection(
            areaUnderCurve: mean(found.compactMap(\.areaUnderCurve)),
            averagePrecision: mean(found.compactMap(\.averagePrecision)))
        )
      }
      return NoiseResult.Point(
        rate: mean(runs.map(\.rate)) ?? 0, accuracy: accuracies.mean, halfWidth: accuracies.halfWidth,
        seeds: accuracies.count, memorized: mean(runs.compactMap(\.finallyMemorized)),
        detections: Dictionary(uniqueKeysWithValues: detections))
    }
    let curve = NoiseCurve(points.map { .init(rate: $0.rate, accuracy: $0.accuracy) })
    self.init(
      kind: kind, learner: learner, area: curve.normalizedArea,
      criticalRate: curve.criticalRate(under: zeroShotAccuracy), points: points)
  }
}

// MARK: - The document

extension NoiseResult: JSONDocument {
  package static let format = "promptlens-noise-result"
  package static let version = 1

  package func encode() -> JSON.Object {
    var object = JSON.Object()
    object["output"] = .string(output)
    object["zero_shot_accuracy"] = .number(zeroShotAccuracy)
    object["runs"] = JSON(runs)
    object["curves"] = .array(curves.map(\.json))
    object["memorization"] = .array(
      memorizations.map {
        [
          "noise": .string($0.kind), "name": .string($0.noise), "learner": .string($0.learner),
          "by_epoch": .numbers($0.shares),
        ]
      })
    remarks.write(to: &object)
    object["warnings"] = .array(warnings.map(\.json))
    return object
  }

  package init(decoding document: JSONNode) throws {
    self.init(
      output: try document.string("output"), zeroShotAccuracy: try document.share("zero_shot_accuracy"),
      runs: try document.integer("runs"), curves: try document.array("curves").map { try Curve($0) },
      memorizations: try document["memorization"]?.array().map {
        Memorization(
          kind: try $0.string("noise"), noise: try $0.string("name"), learner: try $0.string("learner"),
          shares: try $0.numbers("by_epoch"))
      } ?? [], remarks: try ImageRemarks(decoding: document), warnings: try RunWarning.all(in: document))
  }
}

extension NoiseResult.Curve {
  fileprivate var json: JSON {
    [
      "noise": .string(kind), "learner": .string(learner), "area": .optional(area),
      "critical_rate": .optional(criticalRate), "points": .array(points.map(\.json)),
    ]
  }

  fileprivate init(_ node: JSONNode) throws {
    self.init(
      kind: try node.string("noise"), learner: try node.string("learner"), area: try node.optionalNumber("area"),
      criticalRate: try node.optionalNumber("critical_rate"),
      points: try node.array("points").map { try NoiseResult.Point($0) })
  }
}

extension NoiseResult.Point {
  fileprivate var json: JSON {
    [
      "rate": .number(rate), "accuracy": .number(accuracy), "half_width": .optional(halfWidth), "seeds": JSON(seeds),
      "memorized": .optional(memorized),
      "detection": .array(
        detections.sorted { $0.key < $1.key }.map { score, detection in
          [
            "score": .string(score), "auroc": .optional(detection.areaUnderCurve),
            "average_precision": .optional(detection.averagePrecision),
          ]
        }),
    ]
  }

  fileprivate init(_ node: JSONNode) throws {
    self.init(
      rate: try node.share("rate"), accuracy: try node.share("accuracy"),
      halfWidth: try node.optionalNumber("half_width"), seeds: try node.integer("seeds"),
      memorized: try node.optionalShare("memorized"),
      detections: try node.array("detection").reduce(into: [:]) { found, score in
        found[try score.string("score")] = NoiseResult.Detection(
          areaUnderCurve: try score.optionalShare("auroc"),
          averagePrecision: try score.optionalShare("average_precision"))
      })
  }
}

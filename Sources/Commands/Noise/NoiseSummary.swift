import PromptLensDatasets
import PromptLensEvaluation
import Foundation
import PromptLensJSONDocuments
import PromptLensReporting

/// The curves of a sweep: for each kind of noise and each learner the accuracy by rate, pooled over seeds.
struct NoiseSummary {
  /// A learner's accuracies under a kind of noise.
  struct Curve {
    let kind: String
    let learner: String
    /// By rate: the rate after rounding, and the seeds' accuracies.
    let points: [(rate: Double, seeds: SeedSummary)]
    /// The curve of the seeds' means.
    let mean: NoiseCurve
    let criticalRate: Double?
    /// By rate: the share of wrong labels that are predicted as given at the end; nil without wrong labels.
    let memorized: [Double?]
    /// By rate and score: the area under the curve and the average precision, means over seeds.
    let detections: [[String: (areaUnderCurve: Double?, averagePrecision: Double?)]]
  }

  let grid: NoiseGrid
  let results: [NoiseCellResult]
  let zeroShotAccuracy: Double
  let curves: [Curve]

  init(_ grid: NoiseGrid, results: [NoiseCellResult], zeroShotAccuracy: Double) throws {
    self.grid = grid
    self.results = results
    self.zeroShotAccuracy = zeroShotAccuracy
    var byCell: [String: NoiseCellResult] = [:]
    for (cell, result) in zip(try grid.cells(), results) { byCell[cell.name] = result }
    let kinds: [(name: String, noises: [NoiseCell.Noise])] =
      try grid.fixed.map { [($0.kind, [$0])] } ?? grid.kinds.map { ($0.rawValue, try grid.noises(of: $0)) }
    curves = try kinds.flatMap { kind in
      try grid.learners.map { learner in
        let cells = kind.noises.map { noise in
          grid.seeds.compactMap { byCell[NoiseCell(noise: noise, learner: learner, seed: $0).name] }
        }.filter { !$0.isEmpty }
        return try Self.curve(kind.name, learner.name, cells, zeroShotAccuracy)
      }
    }
  }

  private static func curve(
    _ kind: String, _ learner: String, _ cells: [[NoiseCellResult]], _ zeroShot: Double
  ) throws -> Curve {
    func mean(_ numbers: [Double]) -> Double? {
      numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
    }
    let points = try cells.map { (mean($0.map(\.rate)) ?? 0, try SeedSummary($0.map(\.accuracy))) }
    let curve = NoiseCurve(points.map { .init(rate: $0.0, accuracy: $0.1.mean) })
    let detections = cells.map { runs in
      Dictionary(
        uniqueKeysWithValues: ["loss", "margin", "agreement"].map { name in
          let found = runs.flatMap { $0.detections.filter { $0.name == name } }
          return (name, (mean(found.compactMap(\.areaUnderCurve)), mean(found.compactMap(\.averagePrecision))))
        })
    }
    return Curve(
      kind: kind, learner: learner, points: points, mean: curve, criticalRate: curve.criticalRate(under: zeroShot),
      memorized: cells.map { mean($0.compactMap(\.finallyMemorized)) }, detections: detections)
  }

  /// The kinds, in order.
  var kinds: [String] { grid.fixed.map { [$0.kind] } ?? grid.kinds.map(\.rawValue) }

  func curves(of kind: String) -> [Curve] { curves.filter { $0.kind == kind } }
}

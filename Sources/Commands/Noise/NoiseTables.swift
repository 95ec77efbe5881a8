import PromptLensJSONDocuments
import PromptLensReporting

// What a sweep found, as tables in the papers' layout and as data.

extension NoiseSummary {
  /// A table for each kind: learners down, rates across.
  func tables() -> [Table] {
    kinds.map { kind in
      let curves = curves(of: kind)
      let rates = curves.first?.points.map(\.rate) ?? []
      let last = rates.last.map { " at \(($0 * 100).formatted(decimals: 1)) %" } ?? ""
      var table = Table(
        title:
          "\(kind) noise: accuracy on clean test images in %, mean ± 95 % over \(grid.seeds.count) seeds; zero-shot "
          + (zeroShotAccuracy * 100).formatted(decimals: 1),
        columns: [.text("learner")] + rates.map { .number("\(($0 * 100).formatted(decimals: 1)) %") }
          + [
            .number("area"), .number("under zero-shot from"), .number("memorised\(last)"),
            .number("AUROC of margin\(last)"),
          ])
      for curve in curves {
        let cells = curve.points.map { point in
          let mean = (point.seeds.mean * 100).formatted(decimals: 1)
          return point.seeds.halfWidth.map { "\(mean) ± \(($0 * 100).formatted(decimals: 1))" } ?? mean
        }
        table.append(
          [curve.learner] + cells + [
            curve.mean.normalizedArea?.formatted(decimals: 3) ?? "",
            curve.criticalRate.map { "\(($0 * 100).formatted(decimals: 1)) %" } ?? "never",
            curve.memorized.last.flatMap { $0 }.map { "\(($0 * 100).formatted(decimals: 1)) %" } ?? "",
            curve.detections.last?["margin"]?.areaUnderCurve?.formatted(decimals: 3) ?? "",
          ])
      }
      return table
    }
  }

  /// A row for each run.
  func runs() throws -> Table {
    let scores = ["loss", "margin", "agreement"]
    let measures = ["precision", "recall", "auroc", "average_precision"]
    var table = Table(
      columns: [
        .text("kind"), .text("amount"), .number("rate"), .text("learner"), .number("seed"), .number("accuracy"),
      ]
        + [.number("zero_shot_accuracy"), .number("memorized"), .number("epochs")]
        + scores.flatMap { score in measures.map { .number("\(score)_\($0)") } })
    for (cell, result) in zip(try grid.cells(), results) {
      let detections = scores.flatMap { score -> [String] in
        let found = result.detections.first { $0.name == score }
        return [found?.precision, found?.recall, found?.areaUnderCurve, found?.averagePrecision].map {
          $0.map { "\($0)" } ?? ""
        }
      }
      table.append(
        [cell.kind, cell.amount, "\(result.rate)", result.learner, "\(result.seed)", "\(result.accuracy)"]
          + ["\(zeroShotAccuracy)", result.finallyMemorized.map { "\($0)" } ?? "", "\(result.testAccuracies.count)"]
          + detections)
    }
    return table
  }

  /// Everything but the runs' details.
  func json(path: String) -> JSON {
    func optional(_ number: Double?) -> JSON { number.map { .number($0) } ?? .null }
    let curves: [JSON] = curves.map { curve in
      [
        "noise": .string(curve.kind), "learner": .string(curve.learner),
        "area": optional(curve.mean.normalizedArea), "critical_rate": optional(curve.criticalRate),
        "points": .array(
          zip(curve.points, zip(curve.memorized, curve.detections)).map { point, more in
            [
              "rate": .number(point.rate), "accuracy": .number(point.seeds.mean),
              "half_width": optional(point.seeds.halfWidth), "seeds": JSON(point.seeds.count),
              "memorized": optional(more.0),
              "detection": .array(
                more.1.keys.sorted().map { name in
                  [
                    "score": .string(name), "auroc": optional(more.1[name]?.areaUnderCurve),
                    "average_precision": optional(more.1[name]?.averagePrecision),
                  ]
                }),
            ]
          }),
      ]
    }
    return [
      "output": .string(path), "zero_shot_accuracy": .number(zeroShotAccuracy), "runs": JSON(results.count),
      "curves": .array(curves),
    ]
  }
}

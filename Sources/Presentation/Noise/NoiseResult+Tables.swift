import PromptLensExperiments
import PromptLensReporting

extension NoiseResult {
  /// A table for each kind of noise, with learners as rows and rates as columns.
  package var tables: [Table] {
    kinds.map { kind in
      let curves = curves(of: kind)
      let rates = curves.first?.points.map(\.rate) ?? []
      let seeds = curves.flatMap(\.points).map(\.seeds).max() ?? 0
      let last = rates.last.map { " at \(($0 * 100).formatted(decimals: 1)) %" } ?? ""
      let measures = Self.measures(at: last).filter { measure in
        // A curve of one rate has no area, labels without a truth no share of memorized ones.
        curves.contains { !measure.cell($0).isEmpty }
      }
      var table = Table(
        title:
          "\(kind) noise: accuracy on clean test images in %, mean ± standard deviation over \(seeds.counting("seed")); zero-shot "
          + (zeroShotAccuracy * 100).formatted(decimals: 1),
        columns: [.text("learner")] + rates.map { .number("\(($0 * 100).formatted(decimals: 1)) %") }
          + measures.map { .number($0.heading) })
      for curve in curves {
        let cells = curve.points.map { point in
          let mean = (point.accuracy * 100).formatted(decimals: 1)
          return point.standardDeviation.map { "\(mean) ± \(($0 * 100).formatted(decimals: 1))" } ?? mean
        }
        table.append([curve.learner] + cells + measures.map { $0.cell(curve) })
      }
      return table
    }
  }

  /// The columns behind those of the rates.
  private static func measures(at last: String) -> [(heading: String, cell: (Curve) -> String)] {
    func percent(_ share: Double?) -> String? { share.map { "\(($0 * 100).formatted(decimals: 1)) %" } }
    return [
      ("area", { $0.area?.formatted(decimals: 3) ?? "" }),
      ("below zero-shot from", { percent($0.criticalRate) ?? "never" }),
      ("memorized\(last)", { percent($0.points.last?.memorized) ?? "" }),
      (
        "AUROC of margin\(last)",
        { $0.points.last?.detections["margin"]?.areaUnderCurve?.formatted(decimals: 3) ?? "" }
      ),
    ]
  }
}

extension NoiseOutcome {
  /// The experiment in every output format; CSV has a row for each run.
  package var results: Results {
    Results(
      json: result.json, tables: result.tables + result.tables.notesOnEqualSeeds + result.warnings.tables, csv: runTable
    )
  }

  /// A row for each run, in full precision.
  package var runTable: Table {
    let measures = ["precision", "recall", "auroc", "average_precision"]
    var table = Table(
      columns: [
        .text("kind"), .text("amount"), .number("rate"), .text("learner"), .number("seed"), .number("accuracy"),
        .number("zero_shot_accuracy"), .number("memorized"), .number("epochs"),
      ] + NoiseCellResult.scores.flatMap { score in measures.map { .number("\(score)_\($0)") } })
    for (cell, run) in runs {
      let detections = NoiseCellResult.scores.flatMap { score -> [String] in
        let found = run.detections[score]
        return [found?.precision, found?.recall, found?.areaUnderCurve, found?.averagePrecision].map {
          $0.map { "\($0)" } ?? ""
        }
      }
      table.append(
        [cell.kind, cell.amount, "\(run.rate)", run.learner, "\(run.seed)", "\(run.accuracy)"]
          + ["\(result.zeroShotAccuracy)", run.finallyMemorized.map { "\($0)" } ?? "", "\(run.testAccuracies.count)"]
          + detections)
    }
    return table
  }

  /// A row for each training image of each noise and seed, the most suspicious first.
  package var suspectTable: Table {
    Table(
      columns: [.text("noise"), .number("rank"), .text("path"), .text("given"), .text("suggested")]
        + [.number("margin"), .number("loss"), .number("agreement"), .text("wrong")],
      rows: suspects.map {
        [
          $0.noise, "\($0.rank)", $0.path, $0.given, $0.suggested, $0.margin.formatted(decimals: 4),
          $0.loss.formatted(decimals: 4), $0.agreement.formatted(decimals: 4),
          $0.isWrong.map { $0 ? "yes" : "no" } ?? "",
        ]
      })
  }
}

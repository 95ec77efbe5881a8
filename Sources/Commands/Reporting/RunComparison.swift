import Foundation
import JSONDocuments
import PromptLearning
import Reporting

/// Several runs side by side.
struct RunComparison {
  private struct Row {
    let name: String
    let run: RunFolder
    let accuracy: Double?
    let zeroShot: Double?

    func text(_ setting: String) -> String {
      switch run.description.settings[setting] {
      case nil, .null?: ""
      case .string(let text)?: text
      case let value?: value.serialized()
      }
    }

    func number(_ setting: String) -> Double? {
      switch run.description.settings[setting] {
      case .integer(let value)?: Double(value)
      case .number(let value)?: value
      default: nil
      }
    }
  }

  private let rows: [Row]

  init(_ runs: [RunFolder]) throws {
    rows = runs.map { run in
      let result = JSONNode(source: run.path, value: run.result ?? .null)
      return Row(
        name: URL(fileURLWithPath: run.path).standardizedFileURL.lastPathComponent, run: run,
        accuracy: (try? result.optionalNumber("accuracy")) ?? nil,
        zeroShot: (try? result.optionalNumber("zeroShotAccuracy")) ?? nil)
    }
  }

  /// Settings that differ between runs, without fingerprints and what follows from others.
  private var differing: [String] {
    let names = rows.flatMap { $0.run.description.settings.keys }.reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return names.filter { name in
      let values = Set(rows.map { $0.text(name) })
      return values.count > 1 && !values.contains { $0.utf8.count == 64 } && !name.hasSuffix("Fingerprint")
        && name != "trainingFeatures" && name != "testFeatures"
    }
  }

  var piece: ReportPiece {
    get throws {
      let differing = differing
      var table = Table(
        title: "Runs",
        columns: [.text("run")] + differing.map { .text($0) } + [
          .number("accuracy"), .number("zero-shot"), .number("gain, points"),
        ])
      for row in rows {
        let gain = row.accuracy.flatMap { accuracy in row.zeroShot.map { (accuracy - $0) * 100 } }
        table.append(
          [row.name] + differing.map(row.text) + [
            row.accuracy?.percentage ?? (row.run.result == nil ? "not finished" : ""), row.zeroShot?.percentage ?? "",
            gain.map { "\($0 > 0 ? "+" : "")\($0.formatted(decimals: 2))" } ?? "",
          ])
      }
      var chapter = Report.Chapter("\(rows.count) runs", [.table(table)])
      if let chart = shotsChart { chapter.append(.charts([try ChartDrawing(chart)])) }
      return ReportPiece(findings: findings, chapters: [chapter], doubts: doubts)
    }
  }

  private var findings: [Report.Finding] {
    let measured = rows.filter { $0.accuracy != nil }
    let better = measured.filter { ($0.accuracy ?? 0) > ($0.zeroShot ?? 1) }
    guard let best = measured.max(by: { ($0.accuracy ?? 0) < ($1.accuracy ?? 0) }), let accuracy = best.accuracy
    else { return [] }
    return [
      Report.Finding(
        "\(better.count) of \(measured.count) runs classify more test images rightly than zero-shot CLIP; the most, "
          + "\(accuracy.percentage), \(best.name).", evidence: "table of runs")
    ]
  }

  private var doubts: [String] {
    let unfinished = rows.filter { $0.run.result == nil }.map(\.name)
    return ["The best of several runs looks better than it is: it was chosen on the images that it is measured on."]
      + (unfinished.isEmpty ? [] : ["Not finished, and left out: \(unfinished.joined(separator: ", "))."])
  }

  /// Accuracy against shots, a line for each way of learning; nil when the shots do not differ.
  private var shotsChart: LineChart? {
    let measured = rows.filter { $0.accuracy != nil && $0.number("shots") != nil }
    let shots = Set(measured.compactMap { $0.number("shots") }).sorted()
    guard shots.count > 1 else { return nil }
    let apart = differing.filter { !["shots", "seed", "epochs", "views"].contains($0) }
    let groups = Dictionary(grouping: measured) { row in
      ([row.text("method")] + apart.filter { $0 != "method" }.map { "\($0) \(row.text($0))" }).joined(separator: ", ")
    }
    return LineChart(
      title: "Accuracy against training images of each class",
      summary: "One point for each number of shots; seeds at the "
        + "same number of shots are points of the same line.",
      x: Axis("training images of each class", scale: .logarithmic, ticks: shots),
      y: Axis("accuracy", notation: .percent),
      series: groups.sorted { $0.key < $1.key }.map { name, rows in
        .init(name, rows.map { .init($0.number("shots") ?? .nan, $0.accuracy ?? .nan) })
      }, levels: measured.first?.zeroShot.map { [.init("zero-shot CLIP", $0)] } ?? [])
  }
}

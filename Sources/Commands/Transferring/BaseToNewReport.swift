import PromptLensEvaluation
import PromptLensJSONDocuments
import PromptLensReporting

/// Base-to-new generalisation, and the source's prompt on other data sets, in the layout of papers.
struct BaseToNewReport {
  /// A method's runs: for each its accuracy on every part, in the parts' order.
  struct Method {
    let name: String
    let seeds: [Int]
    let ids: [String]
    let runs: [[DomainAccuracy]]

    var seedText: String { seeds.map { "\($0)" }.joined(separator: " ") }

    func pooled(_ part: Int) -> SeedSummary? { try? SeedSummary(runs.map { $0[part].accuracy }) }

    /// The mean over runs against zero-shot, image by image.
    func bootstrap(_ part: Int, against zeroShot: DomainAccuracy) -> PairedBootstrap? {
      try? PairedBootstrap(
        differences: zeroShot.isCorrect.indices.map { image in
          Double(runs.count { $0[part].isCorrect[image] }) / Double(runs.count) - (zeroShot.isCorrect[image] ? 1 : 0)
        })
    }
  }

  /// A data set, its base classes and its new ones.
  struct DataSet {
    let name: String
    let source: String
    let ways: [Int]
    let images: [Int]
    let zeroShot: [DomainAccuracy]
    let methods: [Method]
  }

  /// A source, and data sets that its prompts are measured on.
  struct Crossing {
    let names: [String]
    let ways: [Int]
    let images: [Int]
    let zeroShot: [DomainAccuracy]
    let methods: [Method]
  }

  let sets: [DataSet]
  let cross: Crossing?

  private static func harmonicMean(_ base: Double, _ new: Double) -> Double {
    BaseToNewAccuracy(base: base, new: new).harmonicMean
  }

  private static func harmonicMeans(_ method: Method) -> SeedSummary? {
    try? SeedSummary(method.runs.map { harmonicMean($0[0].accuracy, $0[1].accuracy) })
  }

  // MARK: - Base to new

  /// For each data set zero-shot CLIP and each method; with several data sets their averages, where H is that of the averages,
  /// as in papers.
  private var table: Table {
    var table = Table(
      title: "Base-to-new: accuracy in %, mean ± standard deviation over seeds; H is the harmonic mean",
      columns: [.text("data"), .text("method"), .number("base"), .number("new"), .number("H")])
    var averages: [(name: String, base: [Double], new: [Double])] = []
    func average(_ name: String, _ base: Double, _ new: Double) {
      if let place = averages.firstIndex(where: { $0.name == name }) {
        averages[place].base.append(base)
        averages[place].new.append(new)
      } else {
        averages.append((name, [base], [new]))
      }
    }
    for set in sets {
      let (base, new) = (set.zeroShot[0].accuracy, set.zeroShot[1].accuracy)
      table.append(
        "\(set.name) (\(set.ways[0]) + \(set.ways[1]) classes)", TransferStudy.zeroShotName, points(base), points(new),
        points(Self.harmonicMean(base, new)))
      average(TransferStudy.zeroShotName, base, new)
      for method in set.methods {
        guard let base = method.pooled(0), let new = method.pooled(1), let harmonic = Self.harmonicMeans(method)
        else { continue }
        table.append("", method.name, base.percentages, new.percentages, harmonic.percentages)
        average(method.name, base.mean, new.mean)
      }
    }
    if sets.count > 1 {
      for (place, row) in averages.enumerated() {
        let base = row.base.reduce(0, +) / Double(row.base.count)
        let new = row.new.reduce(0, +) / Double(row.new.count)
        table.append(
          place == 0 ? "average" : "", row.name, points(base), points(new), points(Self.harmonicMean(base, new)))
      }
    }
    return table
  }

  private func points(_ fraction: Double) -> String { (fraction * 100).formatted(decimals: 2) }

  /// Every method of every data set in full precision.
  private var data: Table {
    let measures = ["base_accuracy", "new_accuracy", "harmonic_mean"]
    let first: [Table.Column] = [
      .text("data"), .text("method"), .text("seeds"), .number("base_ways"), .number("new_ways"), .number("base_n"),
      .number("new_n"),
    ]
    let pooled: [Table.Column] = measures.flatMap { SeedSummary.headings($0) }.map { .number($0) }
    var table = Table(
      columns: first + pooled + [.number("new_gain_low"), .number("new_gain_high"), .number("new_bootstrap_p")])
    for set in sets {
      let sizes = (set.ways + set.images).map { "\($0)" }
      let (base, new) = (set.zeroShot[0].accuracy, set.zeroShot[1].accuracy)
      let words = [base, new, Self.harmonicMean(base, new)].flatMap { ["\($0)", "", "", ""] }
      table.append([set.source, "zero-shot", ""] + sizes + words + ["", "", ""])
      for method in set.methods {
        let summaries = [method.pooled(0), method.pooled(1), Self.harmonicMeans(method)]
        table.append(
          [set.source, method.name, method.seedText] + sizes + summaries.flatMap { $0?.cells ?? ["", "", "", ""] }
            + Self.cells(method.bootstrap(1, against: set.zeroShot[1])))
      }
    }
    return table
  }

  private static func cells(_ bootstrap: PairedBootstrap?) -> [String] {
    guard let bootstrap else { return ["", "", ""] }
    return ["\(bootstrap.interval.lowerBound)", "\(bootstrap.interval.upperBound)", "\(bootstrap.p)"]
  }

  private var json: JSON {
    .array(
      sets.map { set in
        let (base, new) = (set.zeroShot[0].accuracy, set.zeroShot[1].accuracy)
        return [
          "data": .string(set.source), "base_ways": JSON(set.ways[0]), "new_ways": JSON(set.ways[1]),
          "base_n": JSON(set.images[0]), "new_n": JSON(set.images[1]),
          "zero_shot": [
            "base_accuracy": .number(base), "new_accuracy": .number(new),
            "harmonic_mean": .number(Self.harmonicMean(base, new)),
          ],
          "methods": .array(
            set.methods.map { method in
              [
                "name": .string(method.name), "seeds": .array(method.seeds.map { JSON($0) }),
                "runs": .array(method.ids.map { .string($0) }),
                "base_accuracy": method.pooled(0)?.json ?? .null, "new_accuracy": method.pooled(1)?.json ?? .null,
                "harmonic_mean": Self.harmonicMeans(method)?.json ?? .null,
                "base_against_zero_shot": json(method, 0, set.zeroShot[0]),
                "new_against_zero_shot": json(method, 1, set.zeroShot[1]),
              ]
            }),
        ]
      })
  }

  private func json(_ method: Method, _ part: Int, _ zeroShot: DomainAccuracy) -> JSON {
    guard let bootstrap = method.bootstrap(part, against: zeroShot) else { return .null }
    return [
      "difference": .number(bootstrap.difference), "low": .number(bootstrap.interval.lowerBound),
      "high": .number(bootstrap.interval.upperBound), "p": .number(bootstrap.p),
      "mcnemar_p": .array(
        method.runs.map { run in
          (try? McNemarTest(first: run[part].isCorrect, second: zeroShot.isCorrect)).map { .number($0.exactP) } ?? .null
        }),
    ]
  }

  /// The halves.
  var results: Results { Results(json: ["base_to_new": json], tables: [table], csv: data) }

  // MARK: - Other data sets

  /// The source's prompts on other data sets.
  var crossResults: Results? {
    guard let cross else { return nil }
    var table = Table(
      title: "Cross-data-set: prompts of all classes of \(cross.names[0]), accuracy in %, mean ± standard deviation",
      columns: [.text("method")] + zip(cross.names, cross.ways).map { .number("\($0) (\($1)-way)") }
        + [.number("target average")])
    func row(_ name: String, _ accuracies: [[Double]]) {
      let runs = accuracies[0].indices
      let means = runs.map { run in accuracies.dropFirst().reduce(0) { $0 + $1[run] } / Double(accuracies.count - 1) }
      table.append([name] + (accuracies + [means]).map { (try? SeedSummary($0))?.percentages ?? "" })
    }
    row(TransferStudy.zeroShotName, cross.zeroShot.map { [$0.accuracy] })
    for method in cross.methods {
      row(method.name, cross.names.indices.map { part in method.runs.map { $0[part].accuracy } })
    }
    var data = Table(
      columns: [.text("method"), .text("seeds"), .text("data"), .number("ways"), .number("n")]
        + SeedSummary.headings("accuracy").map { .number($0) }
        + [.number("gain_low"), .number("gain_high"), .number("bootstrap_p")])
    var list: [JSON] = []
    for (part, name) in cross.names.enumerated() {
      let sizes = [name, "\(cross.ways[part])", "\(cross.images[part])"]
      let zeroShot = cross.zeroShot[part]
      data.append(["zero-shot", ""] + sizes + ["\(zeroShot.accuracy)", "", "", "", "", "", ""])
      for method in cross.methods {
        let summary = method.pooled(part)?.cells ?? ["", "", "", ""]
        data.append(
          [method.name, method.seedText] + sizes + summary + Self.cells(method.bootstrap(part, against: zeroShot)))
      }
      list.append([
        "data": .string(name), "ways": JSON(cross.ways[part]), "n": JSON(cross.images[part]),
        "is_source": .bool(part == 0), "zero_shot_accuracy": .number(zeroShot.accuracy),
        "methods": .array(
          cross.methods.map { method in
            [
              "name": .string(method.name), "seeds": .array(method.seeds.map { JSON($0) }),
              "runs": .array(method.ids.map { .string($0) }), "accuracy": method.pooled(part)?.json ?? .null,
              "against_zero_shot": json(method, part, zeroShot),
            ]
          }),
      ])
    }
    return Results(json: ["cross": .array(list)], tables: [table], csv: data)
  }

  /// Both.
  var everything: Results {
    guard let crossing = crossResults, case .object(var members) = results.json,
      case .object(let others) = crossing.json
    else { return results }
    for (name, value) in others { members[name] = value }
    return Results(json: .object(members), tables: results.tables + crossing.tables, csv: results.csv)
  }
}

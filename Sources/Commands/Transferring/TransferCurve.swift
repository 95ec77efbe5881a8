import PromptLensExperiments
import PromptLensEvaluation
import PromptLensJSONDocuments
import PromptLensReporting

/// Accuracy on the way from the context before learning, or from words, to the learned one.
struct TransferCurve {
  /// A place on the way.
  struct Step {
    let alpha: Double
    /// The source's accuracy, then the targets', pooled over seeds.
    let accuracies: [SeedSummary]
  }

  let name: String
  let domains: [String]
  let steps: [Step]
  /// What α = 0 is.
  let start: String

  /// Measures contexts between two.
  ///
  /// - Parameters:
  ///   - group: the runs.
  ///   - name: what they are called.
  ///   - runs: where they are from.
  ///   - words: a text to begin at; nil for what each run began with.
  ///   - domains: for the source and each target its name, the classes that it is classified among, and its images.
  ///   - count: the number of places.
  /// - Throws: what making the contexts and classifying throw.
  init(
    _ group: RunGroup, name: String, runs: TransferRuns, words: String?,
    domains: [(name: String, classes: [Int], images: TestFeatures)], count: Int = 11
  ) throws {
    let scale = runs.model.clip.temperatureScale
    let ways = try group.members.map { member in
      try ContextInterpolation(
        from: runs.initialContext(member.place, words: words),
        to: runs.prompts[member.place].context.vectors.floats())
    }
    self.name = name
    self.domains = domains.map(\.name)
    start = words.map { "\"\($0)\"" } ?? "what each run began with"
    steps = try ContextInterpolation.steps(count).map { alpha in
      let classifiers = try zip(group.members, ways).map { member, way in
        try runs.classifier(member.place, context: way.context(at: alpha))
      }
      return Step(
        alpha: alpha,
        accuracies: try domains.map { domain in
          try SeedSummary(
            classifiers.map {
              try DomainAccuracy(
                logits: $0.restricted(to: domain.classes).logits(for: domain.images.features, scale: scale),
                labels: domain.images.labels
              ).accuracy
            })
        })
    }
  }

  /// A row for each place.
  var table: Table {
    var table = Table(
      title: "\(name): accuracy in % at (1 − α) · start + α · learned; the start is \(start)",
      columns: [.number("α")] + domains.map { .number($0) })
    for step in steps {
      table.append([step.alpha.formatted(decimals: 2)] + step.accuracies.map(\.percentages))
    }
    return table
  }

  /// Rows in full precision.
  static func csv(_ curves: [TransferCurve]) -> Table {
    var table = Table(
      columns: [.text("name"), .number("alpha"), .text("data")]
        + SeedSummary.headings("accuracy").map { .number($0) })
    for curve in curves {
      for step in curve.steps {
        for (domain, accuracy) in zip(curve.domains, step.accuracies) {
          table.append([curve.name, "\(step.alpha)", domain] + accuracy.cells)
        }
      }
    }
    return table
  }

  var json: JSON {
    [
      "name": .string(name), "start": .string(start),
      "steps": .array(
        steps.map { step in
          [
            "alpha": .number(step.alpha),
            "accuracies": .array(
              zip(domains, step.accuracies).map { ["data": .string($0), "accuracy": $1.json] }),
          ]
        }),
    ]
  }

  var chart: LineChart {
    LineChart(
      title: "\(name): from \(start) to the learned context",
      summary:
        "Accuracy on the source and on each target at (1 − α) · start + α · learned; bands are 95 % t intervals over "
        + "seeds.",
      x: Axis("α", range: 0...1), y: Axis("accuracy", notation: .percent),
      series: domains.enumerated().map { place, domain in
        LineChart.Series(
          domain,
          steps.map { step in
            let accuracy = step.accuracies[place]
            return LineChart.Point(
              step.alpha, accuracy.mean, band: accuracy.interval.map { ($0.lowerBound, $0.upperBound) })
          })
      })
  }
}

import PromptLensFeatures
import PromptLensEvaluation
import PromptLensJSONDocuments

/// The accuracies of contexts between the one before learning, or words, and the learned one.
package struct InterpolationCurve: Sendable, Equatable {
  /// A context between the two, `(1 − α) · start + α · learned`.
  package struct Step: Sendable, Equatable {
    /// The share of the learned context.
    package let alpha: Double
    /// The accuracy on the source, then on each target, over seeds.
    package let accuracies: [SeedSummary]

    /// Creates a context's accuracies.
    ///
    /// - Parameters:
    ///   - alpha: the share of the learned context.
    ///   - accuracies: the accuracy on the source, then on each target.
    package init(alpha: Double, accuracies: [SeedSummary]) {
      self.alpha = alpha
      self.accuracies = accuracies
    }
  }

  /// A data set that contexts are measured on.
  package struct Domain {
    /// The name for columns.
    let name: String
    /// The prompt's classes to choose among.
    let classes: [Int]
    /// The test images, labeled by their indices among `classes`.
    let images: LabeledFeatures
  }

  /// The number of contexts on a curve, both ends included.
  package static let stepCount = 11

  /// The name of the runs.
  package let name: String
  /// The description of the context at α = 0.
  package let start: String
  /// The names of the source and of the targets.
  package let domains: [String]
  /// The contexts, from α = 0 to 1.
  package let steps: [Step]

  /// Creates a curve of known accuracies.
  ///
  /// - Parameters:
  ///   - name: the name of the runs.
  ///   - start: the description of the context at α = 0.
  ///   - domains: the names of the source and of the targets.
  ///   - steps: the contexts, from α = 0 to 1.
  package init(name: String, start: String, domains: [String], steps: [Step]) {
    self.name = name
    self.start = start
    self.domains = domains
    self.steps = steps
  }

  /// Measures the contexts between two.
  ///
  /// - Parameters:
  ///   - group: the runs.
  ///   - name: their name.
  ///   - runs: the opened runs that the group is of.
  ///   - words: a text to begin at; nil for the context that each run began with.
  ///   - domains: the source and the targets.
  /// - Throws: the errors of making the contexts and classifying.
  init(_ group: RunGroup, name: String, runs: TransferRuns, words: String?, domains: [Domain]) throws {
    let scale = runs.model.clip.logitScale
    let lines = try group.members.map { member in
      try ContextInterpolation(
        from: runs.initialContext(member.index, words: words),
        to: try runs.context(member.index).context.vectors.floats())
    }
    self.init(
      name: name, start: words.map { "\"\($0)\"" } ?? "what each run began with", domains: domains.map(\.name),
      steps: try ContextInterpolation.steps(Self.stepCount).map { alpha in
        let classifiers = try zip(group.members, lines).map { member, line in
          try runs.classifier(member.index, context: line.context(at: alpha))
        }
        return Step(
          alpha: alpha,
          accuracies: try domains.map { domain in
            try SeedSummary(
              classifiers.map {
                try DomainAccuracy(
                  logits: $0.restricted(to: domain.classes).logits(for: domain.images.view(), scale: scale),
                  labels: domain.images.labels
                ).accuracy
              })
          })
      })
  }
}

// MARK: - JSON

extension InterpolationCurve {
  /// The members that documents give a curve.
  package var json: JSON {
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

  /// Reads a curve as ``json`` writes it.
  ///
  /// - Throws: `JSONError` naming the member that is missing or of another kind.
  package init(_ node: JSONNode) throws {
    let steps = try node.array("steps")
    self.init(
      name: try node.string("name"), start: try node.string("start"),
      domains: try steps.first?.array("accuracies").map { try $0.string("data") } ?? [],
      steps: try steps.map { step in
        Step(
          alpha: try step.number("alpha"),
          accuracies: try step.array("accuracies").map {
            try SeedSummary($0.node("accuracy", expected: "an object"))
          })
      })
  }
}

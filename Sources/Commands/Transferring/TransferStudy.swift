import PromptLensExperiments
import PromptLensEvaluation
import PromptLensPromptLearning
import PromptLensTensors

/// Prompts, fitted classifiers and zero-shot baselines on a source and its targets. Nothing is chosen by any of the numbers.
struct TransferStudy {
  /// What is measured: runs of one group, classifiers of one, or words.
  struct Candidate {
    enum Kind: String {
      case learned
      /// A classifier of features, fitted on the source's training images: the linear probe, Tip-Adapter.
      case classifier
      /// Each data set's own template.
      case zeroShot = "zero-shot"
      /// One template for all data sets.
      case template
      /// The mean of all those templates.
      case ensemble

      /// Whether training images had a part in it.
      var isFitted: Bool { self == .learned || self == .classifier }
    }

    let name: String
    let kind: Kind
    let seeds: [Int]
    /// For each run its classifiers: on the source and on the targets, in order.
    let classifiers: [(source: DomainClassifier, targets: [DomainClassifier])]
  }

  /// A candidate's runs on one target.
  struct Row {
    let candidate: Candidate
    /// For each run, among the classes that the pair shares.
    let source: [DomainAccuracy]
    let target: [DomainAccuracy]
    let measures: [TransferMeasures]
    /// Target accuracy beyond the baselines' line, nil without a line.
    let effectiveRobustness: [Double]?
    /// Of the mean over runs against zero-shot with the data set's own template; nil for zero-shot itself.
    let bootstrap: PairedBootstrap?
    /// The same of each run.
    let tests: [McNemarTest]
    /// The classes' changes against zero-shot.
    let changes: [ClassChange]
  }

  /// Two prompts or classifiers on the same images of a target, each the mean over its runs.
  struct Comparison {
    let first: String
    let second: String
    /// The first's accuracy minus the second's.
    let bootstrap: PairedBootstrap
    /// Of each two runs of one seed; none where the seeds are not the same.
    let tests: [McNemarTest]
  }

  /// A target with everything measured on it.
  struct Outcome {
    let pair: TransferPair
    let fit: LogitLinearFit?
    let rows: [Row]
    /// Every two learned prompts or classifiers.
    let comparisons: [Comparison]
  }

  let source: TransferDomain
  let candidates: [Candidate]
  /// For each candidate its runs' accuracies on the source, among all of the prompt's classes that it has.
  let sourceAccuracies: [[DomainAccuracy]]
  let sourceImages: TestFeatures
  let outcomes: [Outcome]

  /// The baselines' name for zero-shot with each data set's own template.
  static let zeroShotName = "zero-shot CLIP"

  /// Measures candidates.
  ///
  /// - Parameters:
  ///   - candidates: learned prompts, classifiers and baselines; one of them is of the kind `zeroShot`.
  ///   - source: the source.
  ///   - sourceImages: its test images, labelled by place among `sourceClasses`.
  ///   - sourceClasses: the prompt's classes that the source has.
  ///   - pairs: the targets.
  ///   - scale: `exp(logit_scale)`.
  /// - Throws: `EvaluationError` or `TensorError` when classifiers and images do not go together.
  init(
    _ candidates: [Candidate], source: TransferDomain, sourceImages: TestFeatures, sourceClasses: [Int],
    pairs: [TransferPair], scale: Float
  ) throws {
    self.source = source
    self.candidates = candidates
    self.sourceImages = sourceImages
    func accuracy(
      _ classifier: DomainClassifier, _ classes: [Int], _ images: TestFeatures
    ) throws -> DomainAccuracy {
      try DomainAccuracy(
        logits: classifier.logits(for: images.features, among: classes, scale: scale), labels: images.labels)
    }
    sourceAccuracies = try candidates.map { candidate in
      try candidate.classifiers.map { try accuracy($0.source, sourceClasses, sourceImages) }
    }
    outcomes = try pairs.enumerated().map { place, pair in
      let measured = try candidates.map { candidate in
        (
          source: try candidate.classifiers.map { try accuracy($0.source, pair.shared, pair.sourceImages) },
          target: try candidate.classifiers.map { try accuracy($0.targets[place], pair.shared, pair.targetImages) }
        )
      }
      return try Self.outcome(pair, candidates, measured)
    }
  }

  private static func outcome(
    _ pair: TransferPair, _ candidates: [Candidate],
    _ measured: [(source: [DomainAccuracy], target: [DomainAccuracy])]
  ) throws -> Outcome {
    guard let reference = candidates.firstIndex(where: { $0.kind == .zeroShot }),
      let zeroShotSource = measured[reference].source.first, let zeroShotTarget = measured[reference].target.first
    else { return Outcome(pair: pair, fit: nil, rows: [], comparisons: []) }
    let baselines = zip(candidates, measured).filter { !$0.0.kind.isFitted }
    let images = pair.sourceImages.count
    let fit = LogitLinearFit(
      baselines.flatMap { _, measured in
        zip(measured.source, measured.target).map { .init(source: $0.accuracy, target: $1.accuracy) }
      }, sourceImages: images, targetImages: pair.targetImages.count)
    let rows = try candidates.indices.map { index in
      let (source, target) = measured[index]
      let isReference = index == reference
      let isCorrect = target.map(\.isCorrect)
      let differences = Self.differences(target, [zeroShotTarget])
      return Row(
        candidate: candidates[index], source: source, target: target,
        measures: zip(source, target).map {
          TransferMeasures(
            source: $0.accuracy, target: $1.accuracy, zeroShotSource: zeroShotSource.accuracy,
            zeroShotTarget: zeroShotTarget.accuracy)
        },
        effectiveRobustness: fit.map { fit in
          zip(source, target).map {
            fit.effectiveRobustness(source: $0.accuracy, target: $1.accuracy, sourceImages: images)
          }
        },
        bootstrap: isReference ? nil : try PairedBootstrap(differences: differences),
        tests: isReference
          ? [] : try isCorrect.map { try McNemarTest(first: $0, second: zeroShotTarget.isCorrect) },
        changes: isReference
          ? []
          : try ClassChange.changes(
            from: zeroShotTarget.isCorrect, to: isCorrect, labels: pair.targetImages.labels, ways: pair.shared.count))
    }
    let fitted = rows.filter { $0.candidate.kind.isFitted }
    let comparisons = try fitted.indices.flatMap { first in
      try fitted.indices.dropFirst(first + 1).map { second in
        Comparison(
          first: fitted[first].candidate.name, second: fitted[second].candidate.name,
          bootstrap: try PairedBootstrap(
            differences: Self.differences(fitted[first].target, fitted[second].target)),
          tests: try Self.tests(fitted[first], fitted[second]))
      }
    }
    return Outcome(pair: pair, fit: fit, rows: rows, comparisons: comparisons)
  }

  /// McNemar's test of each two runs of one seed.
  private static func tests(_ first: Row, _ second: Row) throws -> [McNemarTest] {
    guard first.candidate.seeds == second.candidate.seeds, first.target.count == second.target.count else { return [] }
    return try zip(first.target, second.target).map { try McNemarTest(first: $0.isCorrect, second: $1.isCorrect) }
  }

  /// For each image how often it was right in some runs, less how often in others, as shares of the runs.
  private static func differences(_ first: [DomainAccuracy], _ second: [DomainAccuracy]) -> [Double] {
    func share(_ runs: [DomainAccuracy], _ image: Int) -> Double {
      Double(runs.count { $0.isCorrect[image] }) / Double(max(runs.count, 1))
    }
    return (first.first?.isCorrect ?? []).indices.map { share(first, $0) - share(second, $0) }
  }
}

extension TransferStudy.Row {
  /// A measure pooled over seeds; nil where a run lacks it.
  func pooled(_ value: (TransferMeasures) -> Double?) -> SeedSummary? {
    let values = measures.compactMap(value)
    return values.count == measures.count ? try? SeedSummary(values) : nil
  }

  /// What is pooled, under the names that files give it.
  var summaries: [(name: String, summary: SeedSummary?)] {
    [
      ("source_accuracy", pooled(\.source)), ("target_accuracy", pooled(\.target)),
      ("absolute_drop", pooled(\.absoluteDrop)), ("relative_drop", pooled(\.relativeDrop)),
      ("source_gain", pooled(\.sourceGain)), ("target_gain", pooled(\.targetGain)),
      ("transfer_ratio", pooled(\.transferRatio)),
      ("effective_robustness", effectiveRobustness.flatMap { try? SeedSummary($0) }),
      ("source_ece", try? SeedSummary(source.map(\.calibrationError))),
      ("target_ece", try? SeedSummary(target.map(\.calibrationError))),
    ]
  }
}

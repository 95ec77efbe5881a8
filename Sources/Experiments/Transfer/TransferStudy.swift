import PromptLensDatasets
import PromptLensFeatures
import PromptLensEvaluation

/// A measurement of prompts, fitted classifiers and zero-shot baselines on a source and its targets. Results never
/// influence a choice.
package struct TransferStudy {
  /// The candidates; one of them is of the kind ``TransferCandidate/Kind/zeroShot``.
  package let candidates: [TransferCandidate]

  /// Creates a study.
  ///
  /// - Parameter candidates: learned prompts, classifiers and baselines; one of them is of the kind `zeroShot`.
  package init(_ candidates: [TransferCandidate]) {
    self.candidates = candidates
  }

  // MARK: - The source

  /// Measures all candidates on the source.
  ///
  /// - Parameters:
  ///   - name: the source's name for columns.
  ///   - data: the source as `--source` names it.
  ///   - images: its test images, labeled by their indices among `classes`.
  ///   - classes: the prompt's classes that the source has.
  /// - Returns: the accuracies.
  /// - Throws: `EvaluationError` or `TensorError` when classifiers and images don't match.
  package func source(
    name: String, data: String, images: LabeledFeatures, classes: [Int]
  ) throws -> TransferDocument.Source {
    TransferDocument.Source(
      name: name, data: data, imageCount: images.count, classCount: classes.count,
      results: try candidates.map { candidate in
        let runs = try candidate.runs.map { try accuracy($0.source, classes, images) }
        return TransferDocument.SourceResult(
          name: candidate.name, kind: candidate.kind, accuracy: try SeedSummary(runs.map(\.accuracy)),
          calibrationError: try SeedSummary(runs.map(\.calibrationError)),
          groups: try GroupAccuracy(runs: runs.map(\.isCorrect), groups: images.groups))
      })
  }

  private func accuracy(
    _ classifier: any FeatureClassifier, _ classes: [Int], _ images: LabeledFeatures
  ) throws -> DomainAccuracy {
    try DomainAccuracy(
      of: classifier, on: classifier.features(of: images), labels: images.labels, among: classes)
  }

  // MARK: - A target

  /// The draws of a bootstrap; of each of many corruptions there are fewer.
  private func resamples(_ pair: TransferPair) -> Int {
    (try? DataSource(pair.data))?.corruption == nil ? 10_000 : 1000
  }

  /// The accuracies of a candidate's runs on the source and on a target, with the shared classes.
  private struct Measured {
    let candidate: TransferCandidate
    let source: [DomainAccuracy]
    let target: [DomainAccuracy]
  }

  /// Measures all candidates on a target and on the source, with the shared classes.
  ///
  /// - Parameters:
  ///   - pair: the images of both.
  ///   - index: the target's index among the candidates' classifiers.
  /// - Returns: the measures, the baselines' line and the differences between prompts.
  /// - Throws: `EvaluationError` or `TensorError` when classifiers and images don't match.
  package func target(_ pair: TransferPair, at index: Int) throws -> TransferDocument.Target {
    let measured = try candidates.map { candidate in
      Measured(
        candidate: candidate,
        source: try candidate.runs.map { try accuracy($0.source, pair.shared, pair.sourceImages) },
        target: try candidate.runs.map { try accuracy($0.targets[index], pair.shared, pair.targetImages) })
    }
    guard let reference = measured.first(where: { $0.candidate.kind == .zeroShot }),
      let zeroShotSource = reference.source.first, let zeroShotTarget = reference.target.first
    else { throw EvaluationError.noTemplates }
    let baselines = Self.distinct(measured.filter { !$0.candidate.kind.isFitted })
    let fit = LogitLinearFit(
      baselines.flatMap { zip($0.source, $0.target).map { .init(source: $0.accuracy, target: $1.accuracy) } },
      sourceImages: pair.sourceImages.count, targetImages: pair.targetImages.count)
    let fitted = measured.filter(\.candidate.kind.isFitted)
    return TransferDocument.Target(
      name: pair.name, data: pair.data, classNames: pair.targetImages.classNames,
      sourceImageCount: pair.sourceImages.count, targetImageCount: pair.targetImages.count,
      leftOutClasses: pair.leftOutClasses, leftOutImages: pair.leftOutImages,
      fit: fit.map {
        TransferDocument.BaselineFit(
          slope: $0.slope, intercept: $0.intercept, determination: $0.determination,
          baselines: baselines.map(\.candidate.name))
      },
      results: try measured.map { try result($0, pair, fit, zeroShotSource, zeroShotTarget) },
      comparisons: try fitted.indices.flatMap { first in
        try fitted.indices.dropFirst(first + 1).map { try comparison(fitted[first], fitted[$0], resamples(pair)) }
      })
  }

  /// Returns the baselines without those that classify as an earlier one does: a data set's own template may be one of
  /// the single ones, and would count twice.
  private static func distinct(_ baselines: [Measured]) -> [Measured] {
    var kept: [Measured] = []
    for baseline in baselines {
      let isKnown = kept.contains { zip($0.source + $0.target, baseline.source + baseline.target).allSatisfy(==) }
      if !isKnown { kept.append(baseline) }
    }
    return kept
  }

  private func result(
    _ measured: Measured, _ pair: TransferPair, _ fit: LogitLinearFit?, _ zeroShotSource: DomainAccuracy,
    _ zeroShotTarget: DomainAccuracy
  ) throws -> TransferDocument.TargetResult {
    let isReference = measured.candidate.kind == .zeroShot
    return TransferDocument.TargetResult(
      name: measured.candidate.name, kind: measured.candidate.kind, seeds: measured.candidate.seeds,
      measures: measures(measured, pair, fit, zeroShotSource, zeroShotTarget),
      sourceAccuracies: measured.source.map(\.accuracy), targetAccuracies: measured.target.map(\.accuracy),
      againstZeroShot: isReference ? nil : try againstZeroShot(measured, zeroShotTarget, resamples(pair)),
      classChanges: isReference
        ? []
        : try ClassChange.changes(
          from: zeroShotTarget.isCorrect, to: measured.target.map(\.isCorrect), labels: pair.targetImages.labels,
          classCount: pair.shared.count
        ).map {
          TransferDocument.ClassChange(
            className: pair.targetImages.classNames[$0.label], imageCount: $0.count, zeroShot: $0.before,
            accuracy: $0.after)
        },
      groups: try GroupAccuracy(runs: measured.target.map(\.isCorrect), groups: pair.targetImages.groups))
  }

  /// Pools the measures of all runs; a measure that a run lacks is omitted.
  private func measures(
    _ measured: Measured, _ pair: TransferPair, _ fit: LogitLinearFit?, _ zeroShotSource: DomainAccuracy,
    _ zeroShotTarget: DomainAccuracy
  ) -> [TransferMeasure: SeedSummary] {
    let runs = zip(measured.source, measured.target).map { source, target in
      TransferMeasures(
        source: source.accuracy, target: target.accuracy, zeroShotSource: zeroShotSource.accuracy,
        zeroShotTarget: zeroShotTarget.accuracy)
    }
    func values(_ measure: TransferMeasure) -> [Double?] {
      switch measure {
      case .sourceAccuracy: runs.map(\.source)
      case .targetAccuracy: runs.map(\.target)
      case .absoluteDrop: runs.map(\.absoluteDrop)
      case .relativeDrop: runs.map(\.relativeDrop)
      case .sourceGain: runs.map(\.sourceGain)
      case .targetGain: runs.map(\.targetGain)
      case .transferRatio: runs.map(\.transferRatio)
      case .effectiveRobustness:
        runs.map { run in
          fit?.effectiveRobustness(source: run.source, target: run.target, sourceImages: pair.sourceImages.count)
        }
      case .sourceCalibrationError: measured.source.map(\.calibrationError)
      case .targetCalibrationError: measured.target.map(\.calibrationError)
      }
    }
    var pooled: [TransferMeasure: SeedSummary] = [:]
    for measure in TransferMeasure.allCases {
      let values = values(measure)
      let known = values.compactMap { $0 }
      if known.count == values.count { pooled[measure] = try? SeedSummary(known) }
    }
    return pooled
  }

  private func againstZeroShot(
    _ measured: Measured, _ zeroShot: DomainAccuracy, _ resamples: Int
  ) throws -> TransferDocument.ZeroShotComparison {
    let bootstrap = try PairedBootstrap(
      differences: differences(measured.target, [zeroShot]), resamples: resamples)
    return TransferDocument.ZeroShotComparison(
      difference: PairedDifference(bootstrap), resamples: bootstrap.resamples,
      tests: try measured.target.map { try McNemarTest(first: $0.isCorrect, second: zeroShot.isCorrect) })
  }

  private func comparison(
    _ first: Measured, _ second: Measured, _ resamples: Int
  ) throws -> TransferDocument.Comparison {
    let isPaired = first.candidate.seeds == second.candidate.seeds && first.target.count == second.target.count
    return TransferDocument.Comparison(
      first: first.candidate.name, second: second.candidate.name,
      difference: PairedDifference(
        try PairedBootstrap(differences: differences(first.target, second.target), resamples: resamples)),
      exactPs: isPaired
        ? try zip(first.target, second.target).map {
          try McNemarTest(first: $0.isCorrect, second: $1.isCorrect).exactP
        } : [])
  }

  /// Returns the share of correct runs for each image, minus that of other runs.
  private func differences(_ first: [DomainAccuracy], _ second: [DomainAccuracy]) -> [Double] {
    func share(_ runs: [DomainAccuracy], _ image: Int) -> Double {
      Double(runs.count { $0.isCorrect[image] }) / Double(max(runs.count, 1))
    }
    return (first.first?.isCorrect ?? []).indices.map { share(first, $0) - share(second, $0) }
  }
}

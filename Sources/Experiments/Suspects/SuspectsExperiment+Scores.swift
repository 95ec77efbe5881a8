import Foundation
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensFeatures
import PromptLensTensors

/// The suspicious labels and images of a data set, with the scores of every label.
package struct SuspectsOutcome {
  /// The result.
  package let result: SuspectsResult
  /// Every image that could be read, the most suspicious first.
  package let labels: [ScoredLabel]
  /// The folder that paths start from.
  package let root: String
}

extension SuspectsResult {
  /// The settings and the fit of the classifiers that labels are compared with.
  struct Fit {
    let folds: Int
    let inverseRegularization: Double
    let temperature: Double
    let noise: Double
    let agreement: Double
  }
}

extension SuspectsExperiment {
  /// Returns the classes' probabilities of each image.
  static func probabilities(_ logits: Tensor, temperature: Double, classCount: Int) -> [Double] {
    let values = logits.floats()
    return stride(from: 0, to: values.count, by: classCount).flatMap { start in
      Softmax.probabilities(values[start..<start + classCount].map { Float(Double($0) / temperature) })
    }
  }

  /// The logarithm of a probability, finite for 0.
  static func logarithm(_ probability: Double) -> Double { log(max(probability, 1e-12)) }

  /// Ranks the labels, the most suspicious first.
  func scored(
    _ learning: ConfidentLearning, _ near: NearestNeighbors, zeroShot: [Double], countsZeroShot: Bool, paths: [String],
    splits: [String], classNames: [String]
  ) -> [ScoredLabel] {
    let disagreements = near.disagreements(learning.labels)
    var kinds = [learning.selfConfidence.map { -$0 }, learning.margins.map { -$0 }, disagreements]
    if countsZeroShot { kinds.append(zeroShot.map { -$0 }) }
    let scores = ConfidentLearning.meanRank(kinds)
    let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    let rates = learning.falseDiscoveryRates(order)
    // Only labels that another class confidently takes the place of are flagged, as many as keep the limit.
    let doubtful = order.filter { learning.isDoubtful[$0] }
    let flagged = Set(
      doubtful.prefix((learning.falseDiscoveryRates(doubtful).lastIndex { $0 <= limit } ?? -1) + 1))
    let distances = NearestNeighbors.outlyingness(near.distances)
    return order.enumerated().map { place, image in
      ScoredLabel(
        path: paths[image], split: splits[image], given: classNames[learning.labels[image]],
        suggested: classNames[learning.suggestions[image]], rank: place + 1, isFlagged: flagged.contains(image),
        score: scores[image], selfConfidence: learning.selfConfidence[image], margin: learning.margins[image],
        disagreement: disagreements[image], zeroShot: zeroShot[image], falseDiscoveryRate: rates[place],
        outlyingness: distances[image], isOutlier: distances[image] > Self.outlierLimit)
    }
  }

  /// Gathers the result.
  func outcome(
    _ labels: [ScoredLabel], _ store: FeatureStore, _ found: ImageCheck, _ learning: ConfidentLearning,
    _ fit: SuspectsResult.Fit, truth: SuspectsResult.Truth?, root: String, remarks: ImageRemarks
  ) -> SuspectsOutcome {
    let (copies, harmless) = Self.copies(found)
    let outlying = labels.filter(\.isOutlier).sorted { ($1.outlyingness, $0.path) < ($0.outlyingness, $1.path) }
    let flagged = labels.filter(\.isFlagged)
    let right = zip(store.paths, learning.rightness)
    let rightness = Dictionary(right.map { ($0, $1) }) { first, _ in first }
    let expected = flagged.reduce(0) { $0 + (rightness[$1.path] ?? 0) }
    let result = SuspectsResult(
      data: source.portableName, modelFingerprint: store.modelFingerprint, count: store.count,
      classNames: store.classNames, folds: fit.folds, inverseRegularization: fit.inverseRegularization,
      temperature: fit.temperature, agreement: fit.agreement, noiseRate: fit.noise, limit: limit,
      falseDiscoveryRate: flagged.isEmpty ? nil : expected / Double(flagged.count), flagged: flagged.count,
      outliers: outlying.count, harmlessCopies: harmless, copies: copies,
      labels: flagged.count >= Self.shownLabels ? flagged : Array(labels.prefix(Self.shownLabels)),
      outlying: outlying, truth: truth, remarks: remarks)
    return SuspectsOutcome(result: result, labels: labels, root: root)
  }

  /// Returns the groups of copies that differ in class or split, and the number of the others.
  private static func copies(_ found: ImageCheck) -> (contradicting: [ContradictingCopies], harmless: Int) {
    let groups = found.duplicates.map { (true, $0) } + found.nearDuplicates.map { (false, $0) }
    let contradicting = groups.filter { $0.1.spansClasses || $0.1.spansSplits }.map { areEqual, group in
      ContradictingCopies(
        areEqual: areEqual,
        images: group.images.map { .init(path: $0.path, split: $0.split.rawValue, className: $0.className) })
    }
    return (contradicting, groups.count - contradicting.count)
  }
}

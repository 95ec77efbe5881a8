import PromptLensDatasets
import PromptLensEvaluation
import PromptLensImages
import PromptLensJSONDocuments

/// The errors of a candidate over corruptions of one data set: by kind and severity, and the mean corruption error.
///
/// With E the error at a kind and a severity, the corruption error of a kind is `Σ E / Σ E_ref` over severities, and the
/// relative one `Σ (E − E_clean) / Σ (E_ref − E_ref,clean)`; the mean is over kinds. The reference is zero-shot CLIP on the
/// same images, or AlexNet by its published errors on ImageNet. Source: Hendrycks and Dietterich, "Benchmarking Neural
/// Network Robustness to Common Corruptions and Perturbations" (2019), section 4.
package struct CorruptionSummary: Sendable, Equatable {
  /// The errors of a kind.
  package struct KindErrors: Sendable, Equatable {
    /// The kind.
    package let kind: CorruptionKind
    /// The severities and their errors, the mean over runs.
    package let errors: [(severity: Int, error: Double)]
    /// The corruption error relative to zero-shot CLIP; nil where that makes no error.
    package let againstZeroShot: Double?
    /// The corruption error relative to AlexNet; nil for extra kinds, or without all severities.
    package let againstAlexNet: Double?

    /// The mean error over severities.
    package var mean: Double { errors.reduce(0) { $0 + $1.error } / Double(errors.count) }

    package static func == (left: KindErrors, right: KindErrors) -> Bool {
      left.kind == right.kind && left.errors.map(\.severity) == right.errors.map(\.severity)
        && left.errors.map(\.error) == right.errors.map(\.error)
    }
  }

  /// The candidate's name.
  package let name: String
  /// The candidate's origin.
  package let origin: TransferCandidate.Kind
  /// The data set that is corrupted.
  package let data: String
  /// The kinds.
  package let kinds: [KindErrors]
  /// The error on the images without a corruption; nil where they weren't measured.
  package let cleanError: Double?
  /// The mean of the corruption errors relative to zero-shot CLIP.
  package let zeroShotMean: Double?
  /// The mean of the corruption errors relative to AlexNet.
  package let alexNetMean: Double?
  /// The relative mean corruption error with zero-shot CLIP as the reference.
  package let relativeZeroShotMean: Double?
  /// The relative mean corruption error with AlexNet as the reference.
  package let relativeAlexNetMean: Double?
}

extension TransferDocument {
  /// The errors of each candidate over corruptions, for each data set that is corrupted.
  package var corruptions: [CorruptionSummary] {
    var groups: [(data: String, targets: [(corruption: Corruption, target: Target)])] = []
    for target in targets {
      guard let source = try? DataSource(target.data), let corruption = source.corruption else { continue }
      if let place = groups.firstIndex(where: { $0.data == source.cleanDescription }) {
        groups[place].targets.append((corruption, target))
      } else {
        groups.append((source.cleanDescription, [(corruption, target)]))
      }
    }
    return groups.flatMap { group in
      (group.targets.first?.target.results ?? []).indices.compactMap {
        summary(of: $0, on: group.data, group.targets)
      }
    }
  }

  private func summary(
    of index: Int, on data: String, _ targets: [(corruption: Corruption, target: Target)]
  ) -> CorruptionSummary? {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
    guard let first = targets.first?.target, let reference = first.results.firstIndex(where: { $0.kind == .zeroShot })
    else { return nil }
    func error(_ target: Target, _ index: Int) -> Double { 1 - mean(target.results[index].targetAccuracies) }
    func clean(_ index: Int) -> Double? {
      guard data == source.data else {
        let own = self.targets.first { $0.data == data && $0.classNames == first.classNames }
        return own.map { error($0, index) }
      }
      return 1 - mean(first.results[index].sourceAccuracies)
    }
    var kinds: [CorruptionSummary.KindErrors] = []
    var (relativeZeroShot, relativeAlexNet): ([Double], [Double]) = ([], [])
    for kind in CorruptionKind.allCases {
      let own = targets.filter { $0.corruption.kind == kind }.sorted { $0.corruption.severity < $1.corruption.severity }
      guard !own.isEmpty else { continue }
      let (errors, references) = (own.map { error($0.target, index) }, own.map { error($0.target, reference) })
      let (sum, referenceSum) = (errors.reduce(0, +), references.reduce(0, +))
      let alexNet = own.count == Corruption.severities.count ? kind.alexNetError.map { $0 / 100 } : nil
      kinds.append(
        CorruptionSummary.KindErrors(
          kind: kind, errors: zip(own, errors).map { ($0.corruption.severity, $1) },
          againstZeroShot: referenceSum > 0 ? sum / referenceSum : nil,
          againstAlexNet: alexNet.map { mean(errors) / $0 }))
      guard let ownClean = clean(index), let referenceClean = clean(reference) else { continue }
      let drop = mean(references) - referenceClean
      if drop != 0 { relativeZeroShot.append((mean(errors) - ownClean) / drop) }
      if let alexNet {
        relativeAlexNet.append((mean(errors) - ownClean) / (alexNet - CorruptionKind.alexNetCleanError / 100))
      }
    }
    // AlexNet's errors are published for the fifteen common kinds; the extra ones don't count.
    let common = kinds.count { CorruptionKind.common.contains($0.kind) }
    func ofCommon(_ values: [Double]) -> Double? { values.count == common && common > 0 ? mean(values) : nil }
    func whole(_ values: [Double]) -> Double? { values.count == kinds.count && !values.isEmpty ? mean(values) : nil }
    return CorruptionSummary(
      name: first.results[index].name, origin: first.results[index].kind, data: data, kinds: kinds,
      cleanError: clean(index), zeroShotMean: whole(kinds.compactMap(\.againstZeroShot)),
      alexNetMean: ofCommon(kinds.compactMap(\.againstAlexNet)), relativeZeroShotMean: whole(relativeZeroShot),
      relativeAlexNetMean: ofCommon(relativeAlexNet))
  }
}

extension CorruptionSummary {
  /// The members that documents give the errors.
  var json: JSON {
    [
      "name": .string(name), "kind": .string(origin.rawValue), "data": .string(data),
      "clean_error": .optional(cleanError),
      "corruptions": .array(
        kinds.map { kind in
          [
            "corruption": .string(kind.kind.rawValue),
            "errors": .array(
              kind.errors.map { ["severity": JSON($0.severity), "error": .number($0.error)] }),
            "mean_error": .number(kind.mean), "ce_zero_shot": .optional(kind.againstZeroShot),
            "ce_alexnet": .optional(kind.againstAlexNet),
          ]
        }), "mce_zero_shot": .optional(zeroShotMean), "mce_alexnet": .optional(alexNetMean),
      "relative_mce_zero_shot": .optional(relativeZeroShotMean),
      "relative_mce_alexnet": .optional(relativeAlexNetMean),
    ]
  }
}

import PromptLensEvaluation
import PromptLensExperiments
import PromptLensReporting

extension SweepSummary {
  /// Returns for each data set the verdict on the most accurate method with the most training images, after one on their
  /// average where there are several.
  ///
  /// - Parameter predictions: The predictions of ``headlineRuns`` by their ids, as far as they are kept.
  /// - Returns: The verdicts.
  func verdicts(_ predictions: [String: RunPredictions]) -> [Report.Verdict] {
    let parts = byData
    let single = parts.compactMap { part in
      headline(of: part.groups).map { verdict(on: $0, data: part.data, predictions) }
    }
    return (average(of: parts).map { [$0.verdict] } ?? []) + single
  }

  /// The ids of the runs that verdicts are on.
  package var headlineRuns: [String] {
    byData.compactMap { headline(of: $0.groups) }.flatMap { group in group.members.map { runs[$0.index].id } }
  }

  /// Returns the cell with the highest mean accuracy among those with the most training images.
  private func headline(of groups: [RunGroup]) -> RunGroup? {
    let most = groups.map(Self.shotOrder).max()
    let cells = groups.filter { Self.shotOrder($0) == most }
      .compactMap { group in pooled(\.accuracy, in: group).map { (group: group, mean: $0.mean) } }
    return cells.max { $0.mean < $1.mean }?.group
  }

  /// The number of training images of each class; more than any other for all images.
  static func shotOrder(_ group: RunGroup) -> Double { shots(group) ?? .infinity }

  /// Returns the number of training images of each class; nil for all images.
  static func shots(_ group: RunGroup) -> Double? {
    if case .integer(let number)? = group.settings["shots"] { return Double(number) }
    return nil
  }

  private func verdict(
    on group: RunGroup, data: String, _ predictions: [String: RunPredictions]
  ) -> Report.Verdict {
    let members = group.members.map { runs[$0.index] }
    let accuracy = pooled(\.accuracy, in: group)
    var verdict = Report.Verdict(
      method: group.name(["shots"] + apart), data: data, accuracy: accuracy?.mean ?? .nan,
      deviation: accuracy?.standardDeviation, seeds: members.count,
      zeroShot: pooled(\.zeroShotAccuracy, in: group)?.mean, images: members.first?.result.total ?? 0)
    let kept = members.compactMap { predictions[$0.id] }
    guard kept.count == members.count, let first = kept.first, !first.labels.isEmpty,
      kept.allSatisfy({ $0.labels == first.labels && $0.paths == first.paths })
    else { return verdict }
    let differences = first.labels.indices.map { image in
      let label = first.labels[image]
      let gained = kept.reduce(0) { $0 + ($1.learned[image] == label ? 1 : 0) - ($1.zeroShot[image] == label ? 1 : 0) }
      return Double(gained) / Double(kept.count)
    }
    if let bootstrap = try? PairedBootstrap(differences: differences) {
      verdict.gain = bootstrap.interval
      verdict.p = bootstrap.p
      verdict.test = "paired bootstrap over images"
    }
    return verdict
  }

  // MARK: - The average of data sets

  /// Returns a Boolean value that indicates whether parts are several data sets, each once.
  static func areDifferentData(_ parts: [(data: String, groups: [RunGroup])]) -> Bool {
    parts.count > 1 && Set(parts.map { $0.groups.first?.text("data") ?? "" }).count == parts.count
  }

  /// The mean accuracy over several data sets, which each count the same, of the most accurate method with the most
  /// training images; nil for a single data set, of which there may be tests on several sets of classes, or where the data
  /// sets have no line in common.
  func average(of parts: [(data: String, groups: [RunGroup])]) -> (verdict: Report.Verdict, sentence: String)? {
    guard Self.areDifferentData(parts) else { return nil }
    let common = averages(of: parts)
    guard let most = common.map(\.shots).max(),
      let best = common.filter({ $0.shots == most }).max(by: { $0.accuracy.mean < $1.accuracy.mean })
    else { return nil }
    let shots = most.isFinite ? Int(most).counting("shot") : "all images"
    let images = parts.reduce(0) { total, part in
      total + (part.groups.first?.members.first.map { runs[$0.index].result.total } ?? 0)
    }
    let zeroShot = averageZeroShot(of: parts)
    let sets = parts.count.counting("data set")
    let verdict = Report.Verdict(
      method: "\(best.line), \(most.isFinite ? "\(Int(most))-shot" : shots)", data: "average of \(sets)",
      accuracy: best.accuracy.mean,
      deviation: best.accuracy.standardDeviation, seeds: best.accuracy.count, zeroShot: zeroShot, images: images)
    let beside = zeroShot.map { "; zero-shot CLIP has \($0.percentage)" } ?? ""
    let sentence =
      "Over \(sets), which count the same, \(best.line) with \(shots) has the highest mean accuracy, "
      + "\(best.accuracy.mean.percentage)\(beside)."
    return (verdict, sentence)
  }

  /// The mean accuracy over data sets of each line at each number of shots that all data sets have, pooled over the seeds
  /// that they have in common.
  func averages(
    of parts: [(data: String, groups: [RunGroup])]
  ) -> [(line: String, shots: Double, accuracy: SeedSummary)] {
    let apart = apart
    let cells = parts.map { part -> [String: [Double: RunGroup]] in
      Dictionary(
        lines(part.groups, apart).map { line in
          (line.name, Dictionary(line.groups.map { (Self.shotOrder($0), $0) }, uniquingKeysWith: { first, _ in first }))
        }, uniquingKeysWith: { first, _ in first })
    }
    guard let first = parts.first else { return [] }
    return lines(first.groups, apart).flatMap { line in
      line.groups.compactMap { group -> (line: String, shots: Double, accuracy: SeedSummary)? in
        let shots = Self.shotOrder(group)
        let alike = cells.compactMap { $0[line.name]?[shots] }
        guard alike.count == parts.count, let accuracy = average(of: alike) else { return nil }
        return (line.name, shots, accuracy)
      }
    }
  }

  /// Returns the mean of cells of several data sets: of each seed where they have the same seeds, else of their means.
  private func average(of cells: [RunGroup]) -> SeedSummary? {
    let bySeed = cells.map { cell in
      Dictionary(
        cell.members.compactMap { member -> (Int, Double)? in
          guard let seed = member.seed, let accuracy = runs[member.index].result.accuracy else { return nil }
          return (seed, accuracy)
        }, uniquingKeysWith: { first, _ in first })
    }
    if let first = bySeed.first, !first.isEmpty, bySeed.allSatisfy({ Set($0.keys) == Set(first.keys) }) {
      let means = first.keys.sorted().map { seed in
        bySeed.reduce(0) { $0 + ($1[seed] ?? 0) } / Double(bySeed.count)
      }
      return try? SeedSummary(means)
    }
    let means = cells.compactMap { pooled(\.accuracy, in: $0)?.mean }
    guard means.count == cells.count, !means.isEmpty else { return nil }
    return SeedSummary(count: 1, mean: means.reduce(0, +) / Double(means.count), standardDeviation: nil)
  }

  /// The mean accuracy of zero-shot CLIP over data sets; nil where one doesn't have it.
  func averageZeroShot(of parts: [(data: String, groups: [RunGroup])]) -> Double? {
    let accuracies = parts.compactMap { part in
      part.groups.lazy.compactMap { pooled(\.zeroShotAccuracy, in: $0)?.mean }.first
    }
    return accuracies.count == parts.count ? accuracies.reduce(0, +) / Double(max(accuracies.count, 1)) : nil
  }
}

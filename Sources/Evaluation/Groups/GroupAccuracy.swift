import PromptLensTensors

/// The accuracy on each group of images, such as those of a place, and on the worst of them.
///
/// The worst group is chosen by the same images that it is measured on, so its accuracy is biased low. The bootstrap
/// draws the images of each group anew, chooses the worst group of each draw, and corrects both: the accuracy by the mean
/// difference of the draws, the interval by Efron's bias correction, which takes the percentiles Φ(2 z₀ ± 1.96) of the
/// draws, with z₀ = Φ⁻¹ of the share of draws below the measured accuracy. Sources: Sagawa et al., "Distributionally
/// Robust Neural Networks for Group Shifts" (2020); Efron, "Better Bootstrap Confidence Intervals" (1987), section 2.
package struct GroupAccuracy: Sendable, Equatable {
  /// A group of images.
  package struct Group: Sendable, Equatable {
    /// The values of the columns, joined by commas.
    package let name: String
    /// The number of images.
    package let count: Int
    /// The accuracy, of several runs their mean.
    package let accuracy: Double

    /// Wilson's 95 % interval of the accuracy.
    package var interval: ClosedRange<Double> { WilsonInterval.of(accuracy, count: count) ?? 0...1 }

    package init(name: String, count: Int, accuracy: Double) {
      self.name = name
      self.count = count
      self.accuracy = accuracy
    }
  }

  /// The worst group.
  package struct Worst: Sendable, Equatable {
    /// The group's name; of equally bad ones the first.
    package let name: String
    /// The measured accuracy.
    package let accuracy: Double
    /// The accuracy without the bias of choosing the worst, at least that and at most the accuracy on all
    /// images.
    package let corrected: Double
    /// The 95 % interval with Efron's bias correction.
    package let interval: ClosedRange<Double>
    /// The number of the bootstrap's draws.
    package let resamples: Int

    package init(
      name: String, accuracy: Double, corrected: Double, interval: ClosedRange<Double>, resamples: Int
    ) {
      self.name = name
      self.accuracy = accuracy
      self.corrected = corrected
      self.interval = interval
      self.resamples = resamples
    }
  }

  /// The groups, by name.
  package let groups: [Group]
  /// The worst of them.
  package let worst: Worst
  /// The accuracy on all images.
  package let mean: Double

  /// The accuracy on all images minus that on the worst group.
  package var gap: Double { mean - worst.accuracy }

  package init(groups: [Group], worst: Worst, mean: Double) {
    self.groups = groups
    self.worst = worst
    self.mean = mean
  }

  /// Measures groups.
  ///
  /// - Parameters:
  ///   - correct: for each image 1 if it was classified correctly, else 0; of several runs the share of them.
  ///   - names: the name of each image's group.
  ///   - resamples: the number of the bootstrap's draws.
  ///   - seed: the seed of the draws.
  /// - Throws: ``EvaluationError`` when there are no images, or not one group for each.
  package init(correct: [Double], groups names: [String], resamples: Int = 2000, seed: UInt64 = 1) throws {
    guard !correct.isEmpty else { throw EvaluationError.noImages }
    guard correct.count == names.count else {
      throw EvaluationError.unpairedCounts(first: correct.count, second: names.count)
    }
    var members: [String: [Double]] = [:]
    for (value, name) in zip(correct, names) { members[name, default: []].append(value) }
    let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    groups = sorted.map {
      Group(name: $0.key, count: $0.value.count, accuracy: $0.value.reduce(0, +) / Double($0.value.count))
    }
    mean = correct.reduce(0, +) / Double(correct.count)
    var lowest = groups[0]
    for group in groups where group.accuracy < lowest.accuracy { lowest = group }
    let values = sorted.map(\.value)
    let count = max(resamples, 1)
    let draws = try Parallel.map(count) { resample -> Double in
      var stream = RandomStream.bootstrap(resample: resample, seed: seed)
      var worst = Double.infinity
      for group in values {
        var sum = 0.0
        stream.resample(group.count) { sum += group[$0] }
        worst = min(worst, sum / Double(group.count))
      }
      return worst
    }.sorted()
    let average = draws.reduce(0, +) / Double(count)
    worst = Worst(
      name: lowest.name, accuracy: lowest.accuracy,
      corrected: min(max(2 * lowest.accuracy - average, lowest.accuracy), max(mean, lowest.accuracy)),
      interval: Self.interval(draws, around: lowest.accuracy), resamples: count)
  }

  /// Measures groups by the results of several runs on the same images.
  ///
  /// - Parameters:
  ///   - runs: for each run, whether each image was classified correctly; at least one.
  ///   - groups: the name of each image's group; nil is returned without groups.
  /// - Throws: ``EvaluationError`` when there isn't a group for each image.
  package init?(runs: [[Bool]], groups: [String]) throws {
    guard !groups.isEmpty, let first = runs.first else { return nil }
    try self.init(
      correct: first.indices.map { image in Double(runs.count { $0[image] }) / Double(runs.count) }, groups: groups)
  }

  /// Returns the bias-corrected 95 % interval of sorted draws.
  private static func interval(_ draws: [Double], around value: Double) -> ClosedRange<Double> {
    let count = Double(draws.count)
    // Of draws that equal the value, half count as below it.
    let below = (Double(draws.count { $0 < value }) + Double(draws.count { $0 == value }) / 2) / count
    let bias = NormalDistribution.quantile(min(max(below, 1 / (count + 1)), count / (count + 1)))
    let z = 1.959963984540054
    let low = PairedBootstrap.quantile(draws, NormalDistribution.share(below: 2 * bias - z))
    let high = PairedBootstrap.quantile(draws, NormalDistribution.share(below: 2 * bias + z))
    return low...max(low, high)
  }
}

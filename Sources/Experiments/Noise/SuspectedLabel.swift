/// A training image ranked by the suspicion of its label.
///
/// Scores are means over all learners, and the suggested class is that of most learners.
package struct SuspectedLabel: Sendable, Equatable {
  /// The name of the noise with its amount and seed.
  package let noise: String
  /// The position among the images of the noise, from 1, the most suspicious first.
  package let rank: Int
  /// The image's path.
  package let path: String
  /// The given class.
  package let given: String
  /// The suggested class.
  package let suggested: String
  /// The mean margin; the lower, the more suspicious.
  package let margin: Double
  /// The mean loss.
  package let loss: Double
  /// The probability that frozen CLIP gives the label.
  package let agreement: Double
  /// Whether the label is known to be wrong; nil if the true labels are unknown, since no label was made wrong.
  package let isWrong: Bool?

  /// Ranks the images of one noise and seed.
  ///
  /// - Parameters:
  ///   - runs: the runs of all learners.
  ///   - data: the images with the labels that the runs learned from.
  ///   - noise: the name of the noise.
  /// - Returns: the images, the most suspicious first.
  static func ranked(_ runs: [NoiseCellResult], _ data: LearningData, noise: String) -> [SuspectedLabel] {
    func mean(_ image: Int, _ scores: (NoiseCellResult) -> [Double]) -> Double {
      runs.reduce(0) { $0 + scores($1)[image] } / Double(runs.count)
    }
    let given = data.train.labels
    // Labels from a file are compared with the data's own, even where none differs.
    let isTruthKnown = data.noise.map { !$0.changes.isEmpty || $0.seed == nil } ?? false
    let margins = given.indices.map { image in mean(image) { $0.margins } }
    return given.indices.sorted { (margins[$0], $0) < (margins[$1], $1) }.enumerated().map { index, image in
      var votes: [Int: Int] = [:]
      for run in runs { votes[run.suggestions[image], default: 0] += 1 }
      let suggested = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? given[image]
      return SuspectedLabel(
        noise: noise, rank: index + 1, path: data.train.paths[image], given: data.classNames[given[image]],
        suggested: data.classNames[suggested], margin: margins[image], loss: mean(image) { $0.losses },
        agreement: mean(image) { $0.agreements }, isWrong: isTruthKnown ? data.trueLabels[image] != given[image] : nil)
    }
  }
}

import PromptLensTensors

/// The labels that look wrong by the probabilities of classifiers that were not fitted on them.
///
/// A class's threshold is the mean probability that its images give it; a label is doubtful where another class reaches
/// its own threshold and is the most probable of those that do. Source: Northcutt, Jiang and Chuang, "Confident Learning:
/// Estimating Uncertainty in Dataset Labels" (2021), equations 1 and 2.
package struct ConfidentLearning: Sendable {
  /// The given label of each image.
  package let labels: [Int]
  /// The number of classes.
  package let classCount: Int
  /// The mean probability that a class's images give it.
  package let thresholds: [Double]
  /// The probability of each given label.
  package let selfConfidence: [Double]
  /// The probability of each given label minus that of the most probable other class.
  package let margins: [Double]
  /// The class that takes the place of each doubtful label, and the most probable class of the other images.
  package let suggestions: [Int]
  /// Whether another class confidently takes the place of each label.
  package let isDoubtful: [Bool]
  /// The probability that each label is right, given the label: (1 − e) q / ((1 − e) q + e/(K − 1) (1 − q)) for the
  /// probability q of its class and the share e of labels that are replaced by another class, evenly.
  package let rightness: [Double]

  /// Looks for wrong labels.
  ///
  /// - Parameters:
  ///   - probabilities: the classes' probabilities of each image, `images · classes`, row by row.
  ///   - labels: the given label of each image.
  ///   - classCount: the number of classes.
  ///   - noise: the share of labels that are replaced by another class; see ``NoisyCalibration``.
  /// - Throws: ``EvaluationError`` when the numbers don't match or a label is unknown.
  package init(
    probabilities: [Double], labels: [Int], classCount: Int, noise: Double = 0
  ) throws(EvaluationError) {
    guard classCount > 0 else { throw .noClasses }
    guard probabilities.count == labels.count * classCount else {
      throw .countMismatch(predictions: probabilities.count / classCount, labels: labels.count)
    }
    if let label = labels.first(where: { !(0..<classCount).contains($0) }) {
      throw .labelOutOfRange(label: label, classCount: classCount)
    }
    func row(_ image: Int) -> ArraySlice<Double> { probabilities[image * classCount..<(image + 1) * classCount] }
    var (sums, counts) = ([Double](repeating: 0, count: classCount), [Double](repeating: 0, count: classCount))
    for (image, label) in labels.enumerated() {
      sums[label] += probabilities[image * classCount + label]
      counts[label] += 1
    }
    let thresholds = zip(sums, counts).map { $1 > 0 ? $0 / $1 : 1 }
    var suggestions: [Int] = []
    var margins: [Double] = []
    var isDoubtful: [Bool] = []
    for (image, label) in labels.enumerated() {
      let row = row(image)
      var (best, other, confident) = (0, -1.0, label)
      var most = -1.0
      for (index, probability) in row.enumerated() {
        if probability > row[row.startIndex + best] { best = index }
        if index != label { other = max(other, probability) }
        if probability >= thresholds[index], probability > most { (confident, most) = (index, probability) }
      }
      suggestions.append(confident != label ? confident : best)
      margins.append(classCount > 1 ? row[row.startIndex + label] - other : 1)
      isDoubtful.append(confident != label)
    }
    self.labels = labels
    self.classCount = classCount
    self.thresholds = thresholds
    self.suggestions = suggestions
    self.margins = margins
    self.isDoubtful = isDoubtful
    selfConfidence = labels.enumerated().map { probabilities[$0 * classCount + $1] }
    let spread = noise / Double(max(classCount - 1, 1))
    rightness = selfConfidence.map { q in
      let right = (1 - noise) * q
      return right > 0 ? right / (right + spread * (1 - q)) : 0
    }
  }

  /// Returns the mean rank of each image over scores, from 0 for the most suspicious to 1; equal values share a rank.
  ///
  /// - Parameter scores: scores that are high for suspicious labels, of as many images each.
  /// - Returns: a number for each image, high for suspicious labels.
  package static func meanRank(_ scores: [[Double]]) -> [Double] {
    let count = scores.first?.count ?? 0
    var sums = [Double](repeating: 0, count: count)
    for values in scores {
      let order = values.indices.sorted { values[$0] < values[$1] }
      var start = 0
      while start < count {
        var end = start
        while end < count, values[order[end]] == values[order[start]] { end += 1 }
        let rank = Double(start + end - 1) / 2 / Double(max(count - 1, 1))
        for place in start..<end { sums[order[place]] += rank }
        start = end
      }
    }
    return sums.map { $0 / Double(max(scores.count, 1)) }
  }

  /// Returns the expected share of right labels among each image and those before it.
  ///
  /// - Parameter order: the images, the most suspicious first.
  /// - Returns: a share for each place of the order.
  package func falseDiscoveryRates(_ order: [Int]) -> [Double] {
    var sum = 0.0
    return order.enumerated().map { place, image in
      sum += rightness[image]
      return sum / Double(place + 1)
    }
  }
}

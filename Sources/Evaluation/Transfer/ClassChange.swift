/// The change of a class's accuracy between two classifiers of the same images.
package struct ClassChange: Sendable, Equatable {
  /// The class.
  package let label: Int
  /// The number of its images.
  package let count: Int
  /// The first classifier's accuracy on them.
  package let before: Double
  /// The second classifier's accuracy, or the mean of several classifiers.
  package let after: Double

  /// `after − before`.
  package var change: Double { after - before }

  /// Returns the changes of all classes with images, the largest gain first; equal ones by label.
  ///
  /// - Parameters:
  ///   - before: whether the first classifier was correct for each image.
  ///   - after: the same for each of the other classifiers, which are averaged.
  ///   - labels: the class of each image.
  ///   - classCount: the number of classes.
  /// - Returns: the changes.
  /// - Throws: ``EvaluationError/unpairedCounts(first:second:)`` when lists differ in length,
  ///   ``EvaluationError/noRuns`` when `after` is empty.
  package static func changes(
    from before: [Bool], to after: [[Bool]], labels: [Int], classCount: Int
  ) throws(EvaluationError) -> [ClassChange] {
    guard !after.isEmpty else { throw .noRuns }
    for list in [before] + after where list.count != labels.count {
      throw .unpairedCounts(first: list.count, second: labels.count)
    }
    var (counts, first, second) = (
      [Int](repeating: 0, count: classCount), [Int](repeating: 0, count: classCount),
      [Int](repeating: 0, count: classCount)
    )
    for (image, label) in labels.enumerated() {
      guard (0..<classCount).contains(label) else { throw .labelOutOfRange(label: label, classCount: classCount) }
      counts[label] += 1
      first[label] += before[image] ? 1 : 0
      second[label] += after.count { $0[image] }
    }
    return (0..<classCount).filter { counts[$0] > 0 }.map { label in
      ClassChange(
        label: label, count: counts[label], before: Double(first[label]) / Double(counts[label]),
        after: Double(second[label]) / Double(counts[label] * after.count))
    }.sorted { ($1.change, $0.label) < ($0.change, $1.label) }
  }
}

import PromptLensFeatures

/// A part of each class's images that is set aside for testing where data has no test images: `20%`, or `20%:7` by the
/// seed 7.
package struct HoldOut: Sendable, Equatable, CustomStringConvertible {
  /// The part of each class's images.
  package let fraction: Double
  /// The seed of the choice; it is no run's, so that runs of all seeds are tested on the same images.
  package let seed: Int
  /// The text as it was given.
  package let description: String

  /// Reads a part and perhaps a seed.
  ///
  /// - Throws: ``DatasetError/badHoldOut(text:reason:)``.
  package init(_ text: String) throws(DatasetError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let isPercentage = parts[0].hasSuffix("%")
    guard let number = Double(isPercentage ? String(parts[0].dropLast()) : parts[0]) else {
      throw .badHoldOut(text: text, reason: "it begins with no number")
    }
    let fraction = isPercentage ? number / 100 : number
    guard fraction > 0, fraction < 1 else {
      throw .badHoldOut(text: text, reason: "the part must lie between 0 and 1, or 0% and 100%")
    }
    var seed = 1
    if parts.count > 1 {
      guard let given = Int(parts[1]), given >= 0 else {
        throw .badHoldOut(text: text, reason: "\"\(parts[1])\" isn't a seed")
      }
      seed = given
    }
    self.fraction = fraction
    self.seed = seed
    description = text
  }

  /// Returns a data set with a part of its training images as test images.
  ///
  /// Of each class, the part is rounded to at least one image, and leaves at least one; a class with one image keeps it.
  ///
  /// - Parameter dataset: images without test images, or in one split alone.
  /// - Returns: the data set with training and test images.
  /// - Throws: ``DatasetError/badHoldOut(text:reason:)`` when there are test images already.
  package func parted(_ dataset: Dataset) throws(DatasetError) -> Dataset {
    let filled = Split.allCases.filter { !dataset[$0].isEmpty }
    guard let pool = filled.count == 1 ? filled.first : !filled.contains(.test) ? .train : nil, !dataset[pool].isEmpty
    else {
      throw .badHoldOut(
        text: description,
        reason: "\(dataset.name) has \(filled.map(\.rawValue).joined(separator: " and ")) images already")
    }
    let items = dataset[pool]
    var groups = [[Int]](repeating: [], count: dataset.classNames.count)
    for (index, item) in items.enumerated() { groups[item.label].append(index) }
    var random = MersenneTwister(seed: seed)
    var isHeldOut = [Bool](repeating: false, count: items.count)
    var single: [String] = []
    for (label, group) in groups.enumerated() where !group.isEmpty {
      guard group.count > 1 else {
        single.append(dataset.classNames[label])
        continue
      }
      let size = min(max(Int((fraction * Double(group.count)).rounded()), 1), group.count - 1)
      for chosen in random.sample(size, of: group.count) { isHeldOut[group[chosen]] = true }
    }
    let test = items.indices.filter { isHeldOut[$0] }.map { items[$0] }
    let train = items.indices.filter { !isHeldOut[$0] }.map { items[$0] }
    var splits: [Split: [Dataset.Item]] = [.train: train, .test: test]
    if pool != .val { splits[.val] = dataset[.val] }
    return dataset.replacing(
      splits: splits, adding: [.heldOut(self, test: test.count, train: train.count, single: single)], holdOut: self)
  }
}

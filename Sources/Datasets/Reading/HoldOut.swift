import PromptLensFeatures

/// Parts of each class's images that are set aside where data has no test images, or none for validation: `20%` for
/// testing, `20%+10%` for testing and for validation, `+10%` for validation alone, and `20%:7` by the seed 7.
package struct HoldOut: Sendable, Equatable, CustomStringConvertible {
  /// The part of each class's images for testing; nil for none.
  package let test: Double?
  /// The part of each class's images for validation; nil for none.
  package let validation: Double?
  /// The seed of the choice, independent of the runs' seeds, so that all runs are tested on the same images.
  package let seed: Int
  /// The text as it was given.
  package let description: String

  /// Reads parts and perhaps a seed.
  ///
  /// - Throws: ``DatasetError/badHoldOut(text:reason:)``.
  package init(_ text: String) throws(DatasetError) {
    func part(_ text: Substring, of whole: String) throws(DatasetError) -> Double {
      let isPercentage = text.hasSuffix("%")
      guard let number = Double(isPercentage ? text.dropLast() : text) else {
        throw .badHoldOut(text: whole, reason: "\(text.isEmpty ? "nothing" : "\"\(text)\"") stands where a part should")
      }
      let fraction = isPercentage ? number / 100 : number
      guard fraction > 0, fraction < 1 else {
        throw .badHoldOut(text: whole, reason: "a part must lie between 0 and 1, or 0% and 100%")
      }
      return fraction
    }
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    test = parts.count > 1 && parts[0].isEmpty ? nil : try part(parts[0], of: text)
    validation = parts.count > 1 ? try part(parts[1], of: text) : nil
    guard (test ?? 0) + (validation ?? 0) < 1 else {
      throw .badHoldOut(text: text, reason: "nothing is left to learn from")
    }
    var seed = 1
    if halves.count > 1 {
      guard let given = Int(halves[1]), given >= 0 else {
        throw .badHoldOut(text: text, reason: "\"\(halves[1])\" isn't a seed")
      }
      seed = given
    }
    self.seed = seed
    description = text
  }

  /// Returns a data set with parts of its images as test and validation images.
  ///
  /// Of each class, a part is rounded to at least one image, and leaves at least one to learn from; a class with too few
  /// images keeps them. The test images are the same with and without validation images.
  ///
  /// - Parameter dataset: images without those that are to be set aside, or in one split alone.
  /// - Returns: the data set with training images and those that were set aside.
  /// - Throws: ``DatasetError/badHoldOut(text:reason:)`` when there are such images already, or none to learn from.
  package func parted(_ dataset: Dataset) throws(DatasetError) -> Dataset {
    let pool = try pool(of: dataset)
    let items = dataset[pool]
    var groups = [[Int]](repeating: [], count: dataset.classNames.count)
    for (index, item) in items.enumerated() { groups[item.label].append(index) }
    let sizes = groups.map(\.count)
    var random = MersenneTwister(seed: seed)
    var aside: [Split: Set<Int>] = [:]
    var single: [String] = []
    for (split, fraction) in [(Split.test, test), (.val, validation)] {
      guard let fraction else { continue }
      var chosen: Set<Int> = []
      for (label, group) in groups.enumerated() where !group.isEmpty {
        guard group.count > 1 else {
          if !single.contains(dataset.classNames[label]) { single.append(dataset.classNames[label]) }
          continue
        }
        // The part is one of all images, of which some may be set aside already.
        let size = min(max(Int((fraction * Double(sizes[label])).rounded()), 1), group.count - 1)
        chosen.formUnion(random.sample(size, of: group.count).map { group[$0] })
        groups[label] = group.filter { !chosen.contains($0) }
      }
      aside[split] = chosen
    }
    func images(_ isIn: (Int) -> Bool) -> [Dataset.Item] { items.indices.filter(isIn).map { items[$0] } }
    let train = images { index in !aside.values.contains { $0.contains(index) } }
    var splits: [Split: [Dataset.Item]] = [.train: train]
    for split in [Split.test, .val] {
      splits[split] =
        aside[split].map { chosen in images { chosen.contains($0) } } ?? (pool == split ? [] : dataset[split])
    }
    return dataset.replacing(
      splits: splits,
      adding: [
        .heldOut(
          self, test: aside[.test]?.count ?? 0, validation: aside[.val]?.count ?? 0, train: train.count, single: single)
      ], holdOut: self)
  }

  /// Returns how validation images can be set aside, too; nil where that isn't what is missing.
  func wayOut(of split: Split) -> String? {
    guard split == .val, validation == nil else { return nil }
    let halves = description.split(separator: ":", maxSplits: 1)
    let more = "\(halves.first ?? "")+10%\(halves.count > 1 ? ":\(halves[1])" : "")"
    return "a hold-out of \(more) sets a tenth of each class aside for validation, too"
  }

  /// Returns the split whose images are parted.
  private func pool(of dataset: Dataset) throws(DatasetError) -> Split {
    func refused(_ reason: String) -> DatasetError {
      .badHoldOut(text: description, reason: "\(dataset.name) \(reason)")
    }
    let filled = Split.allCases.filter { !dataset[$0].isEmpty }
    if filled.count == 1 { return filled[0] }
    let present = "has \(filled.map(\.rawValue).joined(separator: " and ")) images already"
    guard !dataset[.train].isEmpty else { throw refused("has no training images to part") }
    if test != nil, filled.contains(.test) {
      throw refused(present + (filled.contains(.val) ? "" : "; +10% sets validation images aside alone"))
    }
    if validation != nil, filled.contains(.val) { throw refused(present) }
    return .train
  }
}

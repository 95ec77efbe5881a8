import PromptLensFeatures

/// A few-shot draw of images, the same as in the reference.
///
/// Source: Dassl's `generate_fewshot_dataset` and CoOp's readers: classes in the order in which the list first shows
/// them, for each a sample without repetition, or all of its images if they are fewer; then min(shots, 4) for each
/// class of the validation images from the same stream of random numbers. ImageNet's validation images are its test
/// images: nothing is drawn from them.
package struct FewShotDraw: Sendable, Equatable {
  /// The number of images of each class.
  package let shots: Int
  /// The seed of CPython's generator.
  package let seed: Int
  /// The indices of drawn training images.
  package let train: [Int]
  /// The indices of drawn validation images; empty if there are none.
  package let val: [Int]

  /// Draws from a data set.
  ///
  /// - Throws: ``DatasetError`` when `shots` is less than 1 or there aren't any training images.
  package init(_ dataset: Dataset, shots: Int, seed: Int) throws(DatasetError) {
    try self.init(
      train: try dataset.items(of: .train).map(\.label),
      val: dataset.validatesOnTest ? [] : dataset[.val].map(\.label), shots: shots, seed: seed)
  }

  /// Draws from lists of labels.
  ///
  /// - Throws: ``DatasetError/badDraw(reason:)`` when `shots` is less than 1.
  package init(train: [Int], val: [Int], shots: Int, seed: Int) throws(DatasetError) {
    guard shots >= 1 else { throw .badDraw(reason: "\(shots) shots, expected at least 1") }
    var random = MersenneTwister(seed: seed)
    self.shots = shots
    self.seed = seed
    self.train = Self.draw(shots, from: train, &random)
    self.val = Self.draw(min(shots, 4), from: val, &random)
  }

  /// Returns the indices drawn from a split; none for the test images.
  package subscript(split: Split) -> [Int] {
    switch split {
    case .train: train
    case .val: val
    case .test: []
    }
  }

  private static func draw(_ shots: Int, from labels: [Int], _ random: inout MersenneTwister) -> [Int] {
    var offsets: [Int: Int] = [:]
    var groups: [[Int]] = []
    for (index, label) in labels.enumerated() {
      let offset = offsets[label, default: groups.count]
      if offset == groups.count {
        offsets[label] = offset
        groups.append([])
      }
      groups[offset].append(index)
    }
    return groups.flatMap { group in
      group.count >= shots ? random.sample(shots, of: group.count).map { group[$0] } : group
    }
  }
}

extension Dataset {
  /// Returns the data set with only the drawn images; its test images are kept.
  package func keeping(_ draw: FewShotDraw) -> Dataset {
    replacing(splits: [
      .train: draw.train.map { self[.train][$0] },
      .val: validatesOnTest ? self[.val] : draw.val.map { self[.val][$0] },
      .test: self[.test],
    ])
  }
}

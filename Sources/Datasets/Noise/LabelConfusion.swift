import PromptLensTensors

/// The probabilities of wrong labels: that each image gets each class except its own.
package enum LabelConfusion: Sendable {
  /// Every other class with equal probability.
  case symmetric
  /// The next class, and the first after the last.
  case pair
  /// By class: the softmax of a row of logits without the class itself; `[true class][given class]`.
  case confusable([[Double]])
  /// By image: the softmax of its logits without its own class, in the order of ``LabeledDraw/paths``.
  case instance([[Double]])

  /// Returns the weight of each class for an image, 0 for its own.
  ///
  /// - Parameters:
  ///   - image: an index into ``LabeledDraw/paths``.
  ///   - label: its class.
  ///   - classCount: the number of classes.
  /// - Returns: numbers from 0 to 1 of sum 1.
  func weights(image: Int, label: Int, classCount: Int) -> [Double] {
    switch self {
    case .symmetric: (0..<classCount).map { $0 == label ? 0 : 1 / Double(classCount - 1) }
    case .pair: (0..<classCount).map { $0 == (label + 1) % classCount ? 1 : 0 }
    case .confusable(let logits): Softmax.probabilities(logits[label], without: label)
    case .instance(let logits): Softmax.probabilities(logits[image], without: label)
    }
  }

  /// Returns the weight of an image in the order of mislabeling within its class: zero-shot CLIP's probability of other
  /// classes, `1 − p(label)`, if noise depends on images, else the same for all.
  func proneness(image: Int, label: Int) -> Double {
    guard case .instance(let logits) = self else { return 1 }
    // Never zero, so that any number of images can be requested.
    return max(Softmax.complement(logits[image], of: label), 1e-9)
  }
}

extension LabeledDraw {
  /// Returns the two random numbers, from above 0 to below 1, that an image's noise depends on.
  ///
  /// - Parameters:
  ///   - purpose: the purpose of the numbers.
  ///   - index: the image's index in ``rows``.
  ///   - seed: the seed.
  /// - Returns: the numbers for the order of the images and for the class.
  func noiseNumbers(
    _ purpose: RandomStream.NoisePurpose, index: Int, seed: Int
  ) -> (first: Double, second: Double) {
    var stream = RandomStream.labelNoise(purpose, index: index, isTraining: split == .train, seed: seed)
    let first = stream.openUnit()
    return (first, stream.openUnit())
  }
}

extension [Double] {
  /// Returns the index that a number from 0 to 1 falls on when each index has a share in proportion to its weight, or
  /// nil when all weights are zero.
  func index(at number: Double) -> Int? {
    var left = number * reduce(0, +)
    var last: Int?
    for (index, weight) in enumerated() where weight > 0 {
      last = index
      left -= weight
      if left < 0 { break }
    }
    return last
  }
}

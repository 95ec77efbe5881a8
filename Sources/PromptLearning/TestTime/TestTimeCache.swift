import Foundation
import PromptLensTensors

/// The training-free adaptation of zero-shot logits to a stream of images, by caches of confident and of doubtful ones.
///
/// Each image first enters the caches under its predicted class, then its logits get `α Σ exp(−β (1 − x·k))` for the items
/// of each class, and lose the same over doubtful items for the classes that those may belong to. The results depend on the
/// order of the images. Source: Karmanov et al., "Efficient Test-Time Adaptation of Vision-Language Models" (2024), equations
/// 3 to 8, and its published code.
package struct TestTimeCache: Sendable {
  /// The constants.
  package struct Settings: Sendable, Equatable {
    /// Whether there is a cache of confident images.
    package var hasPositive = true
    /// Whether there is a cache of doubtful images.
    package var hasNegative = true
    /// The items of a class of confident images.
    package var positiveCapacity = 3
    /// α of the confident ones; 2 is ImageNet's.
    package var positiveWeight = 2.0
    /// β of the confident ones; 5 is ImageNet's.
    package var positiveSharpness = 5.0
    /// The items of a class of doubtful images.
    package var negativeCapacity = 2
    /// α of the doubtful ones.
    package var negativeWeight = 0.117
    /// β of the doubtful ones.
    package var negativeSharpness = 1.0
    /// The entropies between which an image is doubtful, in nats over the logarithm of the number of classes to base 2, as
    /// the published code divides.
    package var doubtfulEntropy = (low: 0.2, high: 0.5)
    /// The probabilities between which a doubtful image may belong to a class.
    package var mask = (low: 0.03, high: 1.0)
    /// The share of views whose entropy is lowest that count, where images have several.
    package var keptShare = 0.1

    /// Creates the published settings.
    package init() {}

    package static func == (left: Settings, right: Settings) -> Bool {
      left.hasPositive == right.hasPositive && left.hasNegative == right.hasNegative
        && left.positiveCapacity == right.positiveCapacity && left.positiveWeight == right.positiveWeight
        && left.positiveSharpness == right.positiveSharpness && left.negativeCapacity == right.negativeCapacity
        && left.negativeWeight == right.negativeWeight && left.negativeSharpness == right.negativeSharpness
        && left.doubtfulEntropy == right.doubtfulEntropy && left.mask == right.mask && left.keptShare == right.keptShare
    }
  }

  /// An image in a cache.
  private struct Item {
    let feature: [Double]
    let entropy: Double
    let probabilities: [Double]
  }

  /// An image's logits and what they were made of.
  package struct Adapted: Sendable {
    /// The zero-shot logits, of several views the mean of the confident ones.
    package let zeroShot: [Double]
    /// The entropy of the mean probability, in nats.
    package let entropy: Double
    /// The probabilities.
    package let probabilities: [Double]
    /// The feature that entered the caches.
    package let feature: [Double]
    /// The logits that the cache of confident images adds.
    package let positive: [Double]
    /// The logits that the cache of doubtful images subtracts.
    package let negative: [Double]
    /// The adapted logits.
    package let logits: [Double]
  }

  private let settings: Settings
  private let scale: Double
  /// Unit rows, `[classes, width]`.
  private let weights: [Double]
  private let classCount: Int
  private let width: Int
  private var positive: [[Item]]
  private var negative: [[Item]]

  /// Creates empty caches.
  ///
  /// - Parameters:
  ///   - weights: a row for each class, `[classes, width]`, whose lengths are scaled to one.
  ///   - scale: the factor of cosines.
  ///   - settings: the constants.
  package init(weights: UnitRows, scale: Float, settings: Settings = Settings()) {
    self.settings = settings
    self.scale = Double(scale)
    self.weights = weights.rows.floats.map(Double.init)
    (classCount, width) = (weights.count, weights.width)
    positive = [[Item]](repeating: [], count: classCount)
    negative = positive
  }

  /// The entropies of the confident items of each class, the lowest first.
  package var positiveEntropies: [[Double]] { positive.map { $0.map(\.entropy) } }
  /// The entropies of the doubtful items of each class, the lowest first.
  package var negativeEntropies: [[Double]] { negative.map { $0.map(\.entropy) } }

  /// Takes an image into the caches, and returns its adapted logits.
  ///
  /// - Parameter views: the features of its views, one or several.
  /// - Returns: the logits and their parts.
  package mutating func adapt(_ views: UnitRows) -> Adapted {
    let rows = views.rows.floats.map(Double.init)
    func product(_ view: Int, _ label: Int) -> Double {
      var sum = 0.0
      for index in 0..<width { sum += rows[view * width + index] * weights[label * width + index] }
      return sum
    }
    let logits = (0..<views.count).map { view in (0..<classCount).map { scale * product(view, $0) } }
    let selected =
      views.count > 1
      ? MeanEntropy.confident(logits.map { Self.entropy(Self.probabilities($0)) }, share: settings.keptShare) : [0]
    func mean(_ count: Int, _ value: (_ view: Int, _ index: Int) -> Double) -> [Double] {
      (0..<count).map { index in selected.reduce(0) { $0 + value($1, index) } / Double(selected.count) }
    }
    let zeroShot = mean(classCount) { logits[$0][$1] }
    let feature = mean(width) { rows[$0 * width + $1] }
    let of = Dictionary(uniqueKeysWithValues: selected.map { ($0, Self.probabilities(logits[$0])) })
    let probabilities = mean(classCount) { of[$0]?[$1] ?? 0 }
    let entropy = Self.entropy(probabilities)
    var best = 0
    for label in 0..<classCount where zeroShot[label] > zeroShot[best] { best = label }
    let item = Item(feature: feature, entropy: entropy, probabilities: probabilities)
    if settings.hasPositive { Self.insert(item, into: &positive[best], capacity: settings.positiveCapacity) }
    let relative = entropy / log2(Double(classCount))
    if settings.hasNegative, relative > settings.doubtfulEntropy.low, relative < settings.doubtfulEntropy.high {
      Self.insert(item, into: &negative[best], capacity: settings.negativeCapacity)
    }
    let (added, taken) = (confidentLogits(feature), doubtfulLogits(feature))
    return Adapted(
      zeroShot: zeroShot, entropy: entropy, probabilities: probabilities, feature: feature, positive: added,
      negative: taken, logits: (0..<classCount).map { zeroShot[$0] + added[$0] - taken[$0] })
  }

  private func confidentLogits(_ feature: [Double]) -> [Double] {
    positive.map { items in
      items.reduce(0) { sum, item in
        sum + settings.positiveWeight * exp(-settings.positiveSharpness * (1 - Self.dot(feature, item.feature)))
      }
    }
  }

  private func doubtfulLogits(_ feature: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: classCount)
    for item in negative.joined() {
      let weight = settings.negativeWeight * exp(-settings.negativeSharpness * (1 - Self.dot(feature, item.feature)))
      for label in 0..<classCount
      where item.probabilities[label] > settings.mask.low && item.probabilities[label] < settings.mask.high {
        sums[label] += weight
      }
    }
    return sums
  }

  /// Adds an item to a class; of a full one it takes the place of the item of the highest entropy, if its own is lower.
  private static func insert(_ item: Item, into items: inout [Item], capacity: Int) {
    if items.count < capacity {
      items.append(item)
    } else if let last = items.last, item.entropy < last.entropy {
      items[items.count - 1] = item
    }
    items.sort { $0.entropy < $1.entropy }
  }

  private static func dot(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func probabilities(_ logits: [Double]) -> [Double] {
    let largest = logits.max() ?? 0
    let weights = logits.map { exp($0 - largest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  private static func entropy(_ probabilities: [Double]) -> Double {
    probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
  }
}

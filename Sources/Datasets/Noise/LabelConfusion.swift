import Foundation

/// The probability that each image is taken for each class except its own.
package enum LabelConfusion: Sendable {
  /// Every other class alike.
  case symmetric
  /// The next class, and the first after the last.
  case pair
  /// By class: the softmax of a row of logits without the class itself; `[true class][given class]`.
  case confusable([[Double]])
  /// By image: the softmax of its logits without its own class, in the order of ``LabeledDraw/paths``.
  case instance([[Double]])

  /// Returns the weight of each class for an image, none for its own.
  ///
  /// - Parameters:
  /// - image: an index into ``LabeledDraw/paths``.
  ///   - label: its class.
  ///   - ways: the number of classes.
  /// - Returns: numbers from 0 to 1 of sum 1.
  func weights(image: Int, label: Int, ways: Int) -> [Double] {
    switch self {
    case .symmetric: (0..<ways).map { $0 == label ? 0 : 1 / Double(ways - 1) }
    case .pair: (0..<ways).map { $0 == (label + 1) % ways ? 1 : 0 }
    case .confusable(let logits): Self.softmax(logits[label], without: label)
    case .instance(let logits): Self.softmax(logits[image], without: label)
    }
  }

  /// Returns the weight by which an image is mislabeled before others of its class: the probability that zero-shot CLIP
  /// leaves to other classes, `1 − p(label)`, where noise depends on images, else the same for all.
  func proneness(image: Int, label: Int) -> Double {
    guard case .instance(let logits) = self else { return 1 }
    let row = logits[image]
    let largest = row.max() ?? 0
    let sum = row.reduce(0) { $0 + exp($1 - largest) }
    let others = row.enumerated().reduce(0) { $1.offset == label ? $0 : $0 + exp($1.element - largest) }
    // Never quite zero, so that any number of images can be asked for.
    return max(others / sum, 1e-9)
  }

  private static func softmax(_ logits: [Double], without label: Int) -> [Double] {
    let largest = logits.enumerated().lazy.filter { $0.offset != label }.map(\.element).max() ?? 0
    let weights = logits.enumerated().map { $0.offset == label ? 0 : exp($0.element - largest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}

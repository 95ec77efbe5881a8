import Foundation
import PromptLensTensors

/// Words that are far from all known classes, whose similarity speaks against an image.
///
/// The score of an image is the mean over groups of words of `Σ_known exp(c/τ) / (Σ_known exp(c/τ) + Σ_group exp(c/τ))`,
/// with c the cosines. Source: Jiang et al., "Negative Label Guided OOD Detection with Pretrained Vision-Language
/// Models" (2024), algorithm 1 and equations 3 and 5.
package struct NegativeLabels: Sendable {
  /// τ.
  package static let temperature = 0.01
  /// η: a word is as far from the classes as the η-th of their ordered distances says.
  static let percentile = 0.05
  /// The share of the candidates that is kept.
  static let keptShare = 0.15
  /// The number of groups.
  static let groupCount = 100

  /// The chosen candidates, farthest first.
  package let chosen: [Int]
  private let classes: Tensor
  private let groups: [Tensor]

  /// Chooses words.
  ///
  /// - Parameters:
  ///   - classes: the text features of the known classes, `[classes, width]`.
  ///   - candidates: the text features of words, `[words, width]`.
  ///   - seed: the seed of the groups.
  /// - Throws: ``EvaluationError/noClasses``, or `TensorError` when the widths differ.
  package init(classes: Tensor, candidates: Tensor, seed: UInt64 = 1) throws {
    guard classes.shape.count > 0, candidates.shape.count > 0 else { throw EvaluationError.noClasses }
    self.classes = try classes.unitRows()
    let words = try candidates.unitRows()
    let count = candidates.shape.dimensions[0]
    let cosines = try Matrix(words).timesTransposed(Matrix(self.classes))
    let distances = (0..<count).map { word -> Double in
      let row = (0..<cosines.columns).map { -Double(cosines.buffer.pointer[word * cosines.columns + $0]) }
      return PairedBootstrap.quantile(row.sorted(), Self.percentile)
    }
    let order = (0..<count).sorted { (-distances[$0], $0) < (-distances[$1], $1) }
    chosen = Array(order.prefix(max(Int(Double(count) * Self.keptShare), 1)))
    var stream = RandomStream.negativeWords(seed: seed)
    let shuffled = chosen.map { ($0, stream.nextBlock()[0]) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    let size = max(shuffled.count / Self.groupCount, 1)
    groups = try stride(from: 0, to: shuffled.count - size + 1, by: size).map {
      try words.selecting(Array(shuffled[$0..<$0 + size]))
    }
  }

  /// Computes the score of each image.
  ///
  /// - Parameter features: image features, `[images, width]`.
  /// - Returns: a score for each image, 0 to 1.
  /// - Throws: `TensorError` when the widths differ.
  package func values(features: Tensor) throws -> [Double] {
    let images = try Matrix(features.unitRows())
    let known = try Self.sums(images, classes)
    var scores = [Double](repeating: 0, count: images.rows)
    for group in groups {
      for (image, negative) in try Self.sums(images, group).enumerated() {
        scores[image] += known[image] / (known[image] + negative) / Double(groups.count)
      }
    }
    return scores
  }

  /// Returns `Σ exp((c − 1)/τ)` for each image; the shift, common to both sums of a ratio, avoids overflow.
  private static func sums(_ images: Matrix, _ words: Tensor) throws -> [Double] {
    let cosines = try images.timesTransposed(Matrix(words))
    return (0..<cosines.rows).map { image in
      (0..<cosines.columns).reduce(0) {
        $0 + exp((Double(cosines.buffer.pointer[image * cosines.columns + $1]) - 1) / temperature)
      }
    }
  }
}

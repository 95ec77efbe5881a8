import PromptLensFeatures
import PromptLensTensors

/// A source and a target among the classes that both have, to compare like with like.
package struct TransferPair: Sendable {
  /// The target's name for columns.
  package let name: String
  /// The target as `--target` names it.
  package let data: String
  /// The prompt's classes that both have, ascending.
  package let shared: [Int]
  /// The source's test images of those classes, labeled by their indices among ``shared``.
  package let sourceImages: LabeledFeatures
  /// The target's test images of those classes, labeled alike.
  package let targetImages: LabeledFeatures
  /// The number of the target's classes that are left out.
  package let leftOutClasses: Int
  /// The number of the target's test images that are left out.
  package let leftOutImages: Int

  /// Restricts a source and a target to the classes that both have.
  ///
  /// - Parameters:
  ///   - name: the target's name for columns.
  ///   - data: the target as `--target` names it.
  ///   - targetClasses: for each of the target's classes the prompt's, nil for one that the prompt doesn't have.
  ///   - targetImages: the target's test images.
  ///   - sourceClasses: for each of the source's classes the prompt's.
  ///   - sourceImages: the source's test images.
  ///   - classNames: the prompt's classes.
  /// - Throws: `TensorError` when no memory can be had.
  package init(
    name: String, data: String, targetClasses: [Int?], targetImages: LabeledFeatures, sourceClasses: [Int?],
    sourceImages: LabeledFeatures, classNames: [String]
  ) throws {
    let shared = Self.shared(targetClasses, sourceClasses)
    let labels = Dictionary(uniqueKeysWithValues: shared.enumerated().map { ($0.element, $0.offset) })
    let names = shared.map { classNames[$0] }
    func restricted(_ images: LabeledFeatures, _ classes: [Int?]) throws -> LabeledFeatures {
      try images.relabeled(classes.map { $0.flatMap { labels[$0] } }, classNames: names)
    }
    self.name = name
    self.data = data
    self.shared = shared
    self.sourceImages = try restricted(sourceImages, sourceClasses)
    self.targetImages = try restricted(targetImages, targetClasses)
    leftOutClasses = targetClasses.count { $0.flatMap { labels[$0] } == nil }
    leftOutImages = targetImages.count - self.targetImages.count
  }

  /// Returns the prompt's classes that both a target and a source have, ascending.
  package static func shared(_ target: [Int?], _ source: [Int?]) -> [Int] {
    Set(target.compactMap { $0 }).intersection(source.compactMap { $0 }).sorted()
  }
}

import PromptLensFeatures
import PromptLensTensors

/// A source and a target, restricted to their shared classes.
package struct TransferPair: Sendable {
  /// The target's name for columns.
  package let name: String
  /// The target as `--target` names it.
  package let data: String
  /// The prompt's classes that both share, ascending.
  package let shared: [Int]
  /// The source's test images of those classes, labeled by their indices among ``shared``.
  package let sourceImages: LabeledFeatures
  /// The target's test images of those classes, labeled alike.
  package let targetImages: LabeledFeatures
  /// The number of omitted classes of the target.
  package let leftOutClasses: Int
  /// The number of omitted test images of the target.
  package let leftOutImages: Int

  /// Restricts a source and a target to their shared classes.
  ///
  /// - Parameters:
  ///   - name: the target's name for columns.
  ///   - data: the target as `--target` names it.
  ///   - targetClasses: the prompt's class of each of the target's classes; nil if there is none.
  ///   - targetImages: the target's test images.
  ///   - sourceClasses: the prompt's class of each of the source's classes.
  ///   - sourceImages: the source's test images.
  ///   - classNames: the prompt's classes.
  /// - Throws: `TensorError` when memory is exhausted.
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

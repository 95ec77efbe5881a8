import PromptLensCLIP
import PromptLensEvaluation
import PromptLensImages
import PromptLensInterpretation
import PromptLensTensors

/// The patches that count for the learned prompt's class against that of the words, in images whose predicted class
/// learning changed.
package struct ImagePatchesAnalysis {
  /// The images with their explanations, before and after learning.
  package let images: [ExplainedImage]
  /// The number of images that the two classify otherwise.
  package let changed: Int
  /// The number of images that were looked at.
  package let total: Int

  /// The most images that are explained.
  private static let limit = 8

  /// Explains images that learning classifies otherwise.
  ///
  /// - Parameters:
  ///   - paths: the images' paths.
  ///   - features: the images' features.
  ///   - classNames: the classes.
  ///   - before: the classes' rows by hand-written prompts.
  ///   - after: the classes' rows by the learned prompt.
  ///   - clip: the model.
  ///   - transform: the transform of pictures.
  ///   - pixels: returns an image's normalized pixels.
  /// - Throws: the tower's errors, and those of `pixels`.
  init(
    paths: [String], features: Tensor, classNames: [String], before: Tensor, after: Tensor, clip: CLIPModel,
    transform: EvaluationTransform, pixels: (Int) throws -> [Float]
  ) throws {
    let words = try LinearClassifier.cosine(text: before, scale: clip.logitScale)
    let learned = try LinearClassifier.cosine(text: after, scale: clip.logitScale)
    let explainer = ImageExplainer(
      method: .attention, classNames: classNames,
      sides: [
        try ImageExplainer.Side(.words, words, clip: clip), try ImageExplainer.Side(.learned, learned, clip: clip),
      ])
    let (old, new) = (try words.predictions(for: features), try learned.predictions(for: features))
    let changed = paths.indices.filter { old[$0] != new[$0] }
    images = try EvenlySpaced.indices(changed.count, limit: Self.limit).map { position -> ExplainedImage in
      let image = changed[position]
      let own = try pixels(image)
      return ExplainedImage(
        size: transform.inputSize, pixels: transform.bytes(of: own),
        explanations: try explainer.explanations(
          of: own, path: paths[image], label: new[image], against: old[image]))
    }
    self.changed = changed.count
    total = paths.count
  }
}

import PromptLensFeatures
import PromptLensInterpretation
import PromptLensPromptLearning
import PromptLensTensors

/// The searches for words that have the effect of the vectors.
package struct WordSearchAnalysis {
  /// The words found by descent.
  package let hardPrompt: HardPromptAnalysis
  /// The contexts trained near arbitrary words; `nil` if that would have taken too long.
  package let waywardness: WaywardnessAnalysis?
  /// The cost that kept contexts from being trained; `nil` if they were.
  package let omittedTraining: OmittedTraining?

  /// A training that was left out for its cost.
  package struct OmittedTraining: Sendable, Equatable {
    /// The number of contexts that would have been trained.
    package let contexts: Int
    /// The steps of each.
    package let steps: Int
    /// The floating-point operations of all of them.
    package let operations: Double
  }
}

/// The words found by descent on the training images.
package struct HardPromptAnalysis {
  /// The search.
  package let search: HardPromptSearch
  /// The number of training images that it looked at.
  package let trainingImages: Int
  /// The words against the learned context, on the test images.
  package let outcome: ContextOutcome
  /// The number of words that are their vectors' nearest words.
  package let nearestCount: Int

  /// The most training images that the search looks at.
  private static let imageLimit = 4096

  /// Searches for the words that classify training images best in place of a prompt's vectors.
  init(of prompt: InterpretedPrompt, training: LabeledFeatures) throws {
    let indices = EvenlySpaced.indices(training.count, limit: Self.imageLimit)
    search = try HardPromptSearch(
      encoder: prompt.encoder, assembly: prompt.assembly, start: prompt.subject.decoded.nearestWords,
      words: NearestWords(embedding: prompt.embedding, metric: .cosine, where: prompt.isWord),
      images: training.unitRows(of: indices), labels: indices.map { training.labels[$0] }, scale: prompt.scale)
    trainingImages = indices.count
    outcome = try prompt.outcome(of: prompt.matrix.words(search.words, of: prompt.embedding))
    nearestCount = zip(search.words, prompt.subject.decoded.nearestWords).count { $0 == $1 }
  }
}

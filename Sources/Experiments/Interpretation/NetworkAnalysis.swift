import PromptLensPrompts
import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensTensors

/// The movement of a context's vectors by a network, image by image.
package struct NetworkAnalysis {
  /// The movement, and the words that it leaves.
  package let shifts: ContextShifts
  /// The accuracy with the network.
  package let accuracy: Double
  /// The accuracy of the vectors alone, on the same images.
  package let accuracyAlone: Double
  /// The test of the difference of the two.
  package let test: McNemarTest

  /// The most images that are looked at: each has prompts of its own, and costs a pass over all of them.
  private static let imageLimit = 256

  /// Creates an analysis.
  package init(shifts: ContextShifts, accuracy: Double, accuracyAlone: Double, test: McNemarTest) {
    self.shifts = shifts
    self.accuracy = accuracy
    self.accuracyAlone = accuracyAlone
    self.test = test
  }

  /// Analyzes a prompt; `nil` without a network.
  init?(of prompt: InterpretedPrompt) throws {
    let learned = prompt.learned
    guard learned.context.isConditional else { return nil }
    let classifier = try ConditionalClassifier(
      learned.context, source: learned.path, classNames: prompt.classNames,
      classPosition: prompt.assembly.classPosition, encoder: learned.model.clip.textEncoder(),
      tokenizer: learned.tokenizer, contextLimit: learned.model.configuration.text.contextLength)
    let indices = EvenlySpaced.indices(prompt.subject.images, limit: Self.imageLimit)
    let features = try prompt.evaluator.store.images.view().selecting(indices)
    shifts = try ContextShifts(
      of: prompt.context.rows, by: classifier.shifts(for: features), words: NearestWords(embedding: prompt.embedding))
    let moved = try DomainAccuracy(
      logits: classifier.logits(for: features, scale: prompt.scale), labels: indices.map { prompt.labels[$0] })
    let alone = indices.map { prompt.subject.predictions[$0] == prompt.labels[$0] }
    accuracy = moved.accuracy
    accuracyAlone = Double(alone.count { $0 }) / Double(max(alone.count, 1))
    test = try McNemarTest(first: moved.isCorrect, second: alone)
  }
}

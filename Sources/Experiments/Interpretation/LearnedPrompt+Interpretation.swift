import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors

extension LearnedPrompt {
  /// The images of each class that the run drew; `nil` without a run.
  var shots: Int? { run?.description.shots }
  /// The seed of the run's draw; `nil` without a run.
  var drawSeed: Int? { run?.description.seed }
  /// The views of each image that the run learned from; `nil` without a run.
  var views: Int? { run?.description.views }

  /// The epochs that the run made; `nil` without a run.
  var epochs: Int? { run?.description.number("epochs").map { Int($0) } }
  /// The images of a step of the run; `nil` without a run.
  var batchSize: Int? { run?.description.number("batch_size").map { Int($0) } }

  /// The learning rate of the run, or the reference's.
  var learningRate: Double {
    run?.description.learningRate ?? LearningSettings().learningRate(logitScale: model.clip.logitScale)
  }

  /// Returns a word for each vector of a context: those of a text, from the beginning again if it is shorter.
  ///
  /// - Throws: `PromptError/emptyInitialization(text:)` if the text has no words.
  func words(_ text: String) throws -> [Int] {
    let ids = tokenizer.encode(text).map(Int.init)
    guard !ids.isEmpty else { throw PromptError.emptyInitialization(text: text) }
    return (0..<context.length).map { ids[$0 % ids.count] }
  }

  /// Returns the context of some classes, in their order; itself if all classes share it.
  func contextServing(_ classNames: [String]) throws -> LearnedContext {
    guard context.classCount != nil else { return context }
    let vectors = try context.vectors(for: classNames, source: path, tokenizer: tokenizer)
    return try LearnedContext(
      vectors: Tensor(vectors, shape: [classNames.count, context.length, context.width], name: "context"),
      classNames: classNames, classPosition: context.classPosition,
      embeddingFingerprint: context.embeddingFingerprint, metaNetwork: context.metaNetwork,
      provenance: context.provenance, source: path)
  }

  /// Checks that the context has the shape of another.
  ///
  /// - Throws: ``ExperimentError/foreignContext(path:model:reason:)`` if it doesn't.
  func checkComparable(with other: LearnedPrompt, path: String) throws(ExperimentError) {
    guard context.vectors.shape == other.context.vectors.shape else {
      throw .foreignContext(
        path: path, model: other.path,
        reason:
          "its shape is \(context.vectors.shape), and vectors can only be compared with others of \(other.context.vectors.shape)"
      )
    }
  }
}

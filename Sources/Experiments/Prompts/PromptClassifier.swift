import PromptLensPrompts
import PromptLensCheckpoints
import PromptLensEvaluation
import PromptLensPromptLearning
import PromptLensTensors
import PromptLensTokenization

/// What a learned context makes of classes: a row for each, or, where images shift the context, prompts for each image.
package enum PromptClassifier: Sendable {
  case rows(ContextClassifier)
  case conditional(ConditionalClassifier)

  /// The classifier of a context for some classes.
  package init(
    _ context: LearnedContext, source: String, classNames: [String], position: ClassPosition? = nil, model: OpenedModel,
    tokenizer: Tokenizer
  ) throws {
    let encoder = try model.clip.textEncoder()
    let limit = model.configuration.text.contextLength
    if !context.isConditional {
      self = .rows(
        try ContextClassifier(
          context, source: source, classNames: classNames, classPosition: position, encoder: encoder,
          tokenizer: tokenizer, contextLimit: limit))
    } else {
      self = .conditional(
        try ConditionalClassifier(
          context, source: source, classNames: classNames, classPosition: position, encoder: encoder,
          tokenizer: tokenizer, contextLimit: limit))
    }
  }

  /// Where the class name stands.
  package var classPosition: ClassPosition {
    switch self {
    case .rows(let classifier): classifier.classPosition
    case .conditional(let classifier): classifier.classPosition
    }
  }

  /// The logits of images, `[images, ways]`.
  package func logits(for features: Tensor, scale: Float, observer: ExperimentObserver = .silent) throws -> Tensor {
    switch self {
    case .rows(let classifier):
      return try CosineClassifier(weights: classifier.weights).logits(for: features, scale: scale)
    case .conditional(let classifier):
      let progress = observer.begin("prompts of images", total: features.shape.dimensions[0], unit: "images")
      defer { progress.finish() }
      return try classifier.logits(for: features, scale: scale) { progress.advance() }
    }
  }
}

import PromptLensEvaluation
import PromptLensPrompts
import PromptLensTensors
import PromptLensTokenization

/// The classifier of a learned prompt: a row for each class or, if images shift the context, prompts for each image.
package struct PromptClassifier: FeatureClassifier {
  /// The position of the class name.
  package let classPosition: ClassPosition
  private let classifier: any FeatureClassifier

  /// Creates the classifier of a context for some classes.
  ///
  /// - Parameters:
  ///   - context: the context.
  ///   - source: its file, for errors.
  ///   - classNames: the classes.
  ///   - position: the position of the class name; nil for the context's.
  ///   - model: the model that it was learned on.
  ///   - tokenizer: the model's.
  ///   - observer: the receiver of progress if every image has its own prompts.
  /// - Throws: `PromptError` when the context doesn't work with the classes, and the tower's errors.
  package init(
    _ context: LearnedContext, source: String, classNames: [String], position: ClassPosition? = nil, model: OpenedModel,
    tokenizer: any Tokenizer, observer: ExperimentObserver = .silent
  ) throws {
    let encoder = try model.clip.textEncoder()
    let limit = model.configuration.text.contextLength
    let scale = model.clip.logitScale
    guard context.isConditional else {
      let rows = try ContextClassifier(
        context, source: source, classNames: classNames, classPosition: position, encoder: encoder,
        tokenizer: tokenizer, contextLimit: limit)
      classPosition = rows.classPosition
      classifier = ScaledCosineClassifier(try CosineClassifier(weights: rows.weights), scale: scale)
      return
    }
    @Sendable func prompts(_ names: [String]) throws -> ConditionalClassifier {
      try ConditionalClassifier(
        context, source: source, classNames: names, classPosition: position, encoder: encoder, tokenizer: tokenizer,
        contextLimit: limit)
    }
    let all = try prompts(classNames)
    classPosition = all.classPosition
    classifier = ConditionalPrompts(
      classNames: classNames, all: all, scale: scale, observer: observer, prompts: prompts)
  }

  /// The number of classes.
  package var classCount: Int { classifier.classCount }

  /// Computes the logits of images; see `FeatureClassifier/logits(for:)`.
  package func logits(for features: Tensor) throws -> Tensor { try classifier.logits(for: features) }

  /// Computes the logits of images for some of the classes.
  package func logits(for features: Tensor, among classes: [Int]) throws -> Tensor {
    try classifier.logits(for: features, among: classes)
  }
}

extension PromptClassifier: LinearForm {
  /// The classes' rows; nil if images shift the context.
  package var linear: LinearClassifier? { get throws { try (classifier as? any LinearForm)?.linear } }
}

/// Prompts that each image shifts, for any of a prompt's classes.
private struct ConditionalPrompts: FeatureClassifier {
  let classNames: [String]
  let all: ConditionalClassifier
  let scale: Float
  let observer: ExperimentObserver
  /// A function that returns the prompts of some classes.
  let prompts: @Sendable ([String]) throws -> ConditionalClassifier

  var classCount: Int { classNames.count }

  func logits(for features: Tensor) throws -> Tensor { try logits(for: features, by: all) }

  func logits(for features: Tensor, among classes: [Int]) throws -> Tensor {
    guard classes != Array(classNames.indices) else { return try logits(for: features) }
    return try logits(for: features, by: prompts(classes.map { classNames[$0] }))
  }

  private func logits(for features: Tensor, by classifier: ConditionalClassifier) throws -> Tensor {
    let progress = observer.begin("prompts of images", total: features.shape.dimensions[0], unit: "images")
    defer { progress.finish() }
    return try classifier.logits(for: features, scale: scale) { progress.advance() }
  }
}

import PromptLensFeatures
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensInterpretation
import PromptLensPrompts
import PromptLensTensors
import PromptLensTokenization

/// The images, classes and class position of a context's measurement.
package struct EvaluationSubject: Sendable, Equatable {
  /// The number of images.
  package let images: Int
  /// The number of classes.
  package let classes: Int
  /// The data set's name.
  package let data: String
  /// The split of the images.
  package let split: Split
  /// The position of the class name in the prompts.
  package let classPosition: ClassPosition

  /// Creates a subject.
  package init(images: Int, classes: Int, data: String, split: Split, classPosition: ClassPosition) {
    self.images = images
    self.classes = classes
    self.data = data
    self.split = split
    self.classPosition = classPosition
  }
}

/// A measurement of a context, and of changes to it, on cached features of labeled images.
package struct ContextEvaluator {
  /// The context.
  package let matrix: ContextMatrix
  /// The prompts with the context.
  package let assembly: PromptAssembly
  /// The measure of contexts of this shape.
  package let measure: ContextAccuracy
  /// The features of the images.
  package let store: FeatureStore

  /// Creates an evaluator after checking that context, model and features belong together.
  ///
  /// - Parameters:
  ///   - context: The context.
  ///   - path: The context's file, for errors.
  ///   - position: The position of the class name; `nil` for the position in the context's file, or else the end.
  ///   - store: The features of the images, one view of each.
  ///   - model: The model that both belong to.
  ///   - tokenizer: The model's tokenizer.
  /// - Throws: ``ExperimentError/foreignFeatures(path:model:reason:)`` if the features belong to another model,
  ///   have several views or no images, or have other classes than the context.
  package init(
    context: LearnedContext, path: String, position: ClassPosition?, store: FeatureStore, model: OpenedModel,
    tokenizer: any Tokenizer
  ) throws {
    func foreign(_ reason: String) -> ExperimentError {
      .foreignFeatures(path: store.path, model: path, reason: reason)
    }
    let fingerprint = model.folder.manifest.fingerprint
    guard store.modelFingerprint == fingerprint else {
      throw foreign(
        "their model is \(store.modelFingerprint.prefix(12))…, and \(model.folder.path) is "
          + "\(fingerprint.prefix(12))…; extract them with this model")
    }
    guard store.views == 1 else {
      throw foreign("they have \(store.views) random views of each image; use features of one view")
    }
    guard store.count > 0 else { throw foreign("they contain no images") }
    if let count = context.classCount {
      guard count == store.classNames.count else {
        throw foreign("they have \(store.classNames.count) classes, and \(path) has contexts for \(count)")
      }
      if let names = context.classNames, let index = names.indices.first(where: { names[$0] != store.classNames[$0] }) {
        throw foreign(
          "class \(index + 1) is \"\(store.classNames[index])\", and \(path)'s context there is for \"\(names[index])\""
        )
      }
    }
    let position = try context.classPosition(orGiven: position, source: path)
    assembly = try PromptAssembly(
      classNames: store.classNames, tokenizer: tokenizer, contextLength: context.length, classPosition: position,
      isClassSpecific: context.classCount != nil, contextLimit: model.configuration.text.contextLength)
    matrix = try ContextMatrix(context.vectors)
    measure = try ContextAccuracy(
      encoder: model.clip.textEncoder(), assembly: assembly,
      images: ImageScorer(features: store.images.view(), labels: store.labels), scale: model.clip.logitScale)
    self.store = store
  }

  /// The images, classes and class position.
  package var subject: EvaluationSubject {
    EvaluationSubject(
      images: store.count, classes: store.classNames.count, data: store.data, split: store.split,
      classPosition: assembly.classPosition)
  }

  /// Measures the accuracy with words instead of vectors.
  ///
  /// - Parameters:
  ///   - words: A word for each vector, usually the nearest.
  ///   - embedding: The token embedding, `[vocabulary, width]`.
  /// - Returns: The accuracies.
  /// - Throws: `TensorError` if there isn't a word for each vector.
  package func projection(onto words: [Int], of embedding: Tensor) throws -> ProjectionAnalysis {
    ProjectionAnalysis(
      projection: try NearestWordProjection(
        of: matrix, words: matrix.words(words, of: embedding), measure: measure),
      words: words, contextLength: matrix.length, subject: subject)
  }

  /// Measures the effect of each vector on accuracy and margin: by taking it away, and by Shapley values.
  ///
  /// - Parameters:
  ///   - meanWord: The mean of all words' embeddings, which replaces a missing vector.
  ///   - permutations: The random orders for Shapley values of more than ten vectors; `nil` for as many as it takes.
  ///   - seed: The seed of random replacements and orders.
  ///   - progress: Called after each of at most ``VectorWorthAnalysis/contextCount(length:permutations:seed:)`` contexts.
  /// - Returns: The effects and shares.
  /// - Throws: The errors of measuring.
  package func vectorWorth(
    meanWord: [Float], permutations: Int?, seed: UInt64, progress: () -> Void = {}
  ) throws -> VectorWorthAnalysis {
    try withoutActuallyEscaping(progress) { progress in
      try vectorWorth(
        meanWord: meanWord, permutations: permutations, seed: seed,
        measure: CountedMeasure(base: measure, progress: progress))
    }
  }

  private func vectorWorth(
    meanWord: [Float], permutations: Int?, seed: UInt64, measure: some ContextMeasure
  ) throws -> VectorWorthAnalysis {
    var coalitions: CoalitionScores = [:]
    let ablation = try Ablation(
      of: matrix, meanWord: meanWord, seed: seed, coalitions: &coalitions, measure: measure)
    return VectorWorthAnalysis(
      ablation: ablation,
      shapley: try ShapleyValues(
        of: matrix, meanWord: meanWord, permutations: permutations, seed: seed, measured: coalitions,
        measure: measure),
      subject: subject)
  }
}

/// A measure that calls a closure after each context.
private struct CountedMeasure: ContextMeasure {
  let base: ContextAccuracy
  let progress: () -> Void

  func scores(
    _ count: Int, of context: (Int) -> ContextMatrix, _ receive: (Int, ContextScores) throws -> Void
  ) throws {
    try base.scores(count, of: context) {
      progress()
      try receive($0, $1)
    }
  }
}

/// The accuracy of a context with words instead of vectors.
package struct ProjectionAnalysis: Sendable {
  /// The accuracies.
  package let projection: NearestWordProjection
  /// The word of each vector, class after class.
  package let words: [Int]
  /// M, the number of vectors in a context.
  package let contextLength: Int
  /// The images and classes of the measurement.
  package let subject: EvaluationSubject

  /// Creates an analysis.
  package init(
    projection: NearestWordProjection, words: [Int], contextLength: Int, subject: EvaluationSubject
  ) {
    self.projection = projection
    self.words = words
    self.contextLength = contextLength
    self.subject = subject
  }

  /// Returns the word at a position of the context; `nil` if classes have different words there.
  package func sharedWord(at position: Int) -> Int? { words.count == contextLength ? words[position] : nil }
}

/// The effect of each vector of a context.
package struct VectorWorthAnalysis: Sendable {
  /// The effects of vectors taken away one by one and in pairs.
  package let ablation: Ablation
  /// The vectors' fair shares of what all of them add.
  package let shapley: ShapleyValues
  /// The images and classes of the measurement.
  package let subject: EvaluationSubject

  /// Creates an analysis.
  package init(ablation: Ablation, shapley: ShapleyValues, subject: EvaluationSubject) {
    self.ablation = ablation
    self.shapley = shapley
    self.subject = subject
  }

  /// Returns the number of contexts that the effects are measured with, at most.
  ///
  /// - Parameters:
  ///   - length: M.
  ///   - permutations: The random orders for Shapley values of more than ten vectors; `nil` for as many as it takes.
  ///   - seed: The seed of the orders.
  /// - Returns: The number of contexts.
  package static func contextCount(length: Int, permutations: Int?, seed: UInt64) -> Int {
    Ablation.contextCount(length: length)
      + ShapleyValues.contextCount(length: length, permutations: permutations, seed: seed)
  }
}

import PromptLensFeatures
import PromptLensCLIP
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensPromptLearning
import PromptLensPrompts
import PromptLensTensors
import PromptLensTokenization

/// A learned prompt with everything that its interpretation looks at: tower, images and classifiers.
struct InterpretedPrompt {
  let subject: InterpretationSubject
  let learned: LearnedPrompt
  let evaluator: ContextEvaluator
  /// The images to search words on; `nil` without training images.
  let training: LabeledFeatures?
  let encoder: TextEncoder
  let embedding: Tensor
  /// The mean of all words' embeddings.
  let meanWord: [Float]
  /// The classes' features by the zero-shot classifier, unit rows.
  let zeroShot: Tensor
  /// The classes' features by the learned prompt, unit rows.
  let weights: Tensor
  let seed: UInt64

  /// The number of words that each vector is listed with.
  private static let top = 5

  init(_ learned: LearnedPrompt, images: InterpretationImages, position: ClassPosition?, seed: Int) throws {
    let model = learned.model
    let test = images.test
    self.learned = learned
    self.seed = UInt64(bitPattern: Int64(seed))
    training = images.training
    encoder = try model.clip.textEncoder()
    embedding = try model.clip.tokenEmbedding()
    meanWord = embedding.meanRow
    let context = try learned.contextServing(test.classNames)
    evaluator = try ContextEvaluator(
      context: context, path: learned.path, position: position, store: test, model: model,
      tokenizer: learned.tokenizer)
    let words = try NearestWords(embedding: embedding).words(near: context.rows, count: Self.top)
    let template = try (test.template ?? learned.template).map { try Template($0) } ?? .photo
    zeroShot = try ZeroShotClassifier(classNames: test.classNames, templates: [template]) {
      try model.features(ofTexts: $0)
    }.weights
    weights = try learned.weights(test.classNames, position: position)
    subject = InterpretationSubject(
      path: learned.path, modelPath: model.folder.path, modelFingerprint: model.folder.manifest.fingerprint,
      precision: model.precision, evaluation: evaluator.subject, classNames: test.classNames, labels: test.labels,
      imagePaths: test.paths,
      decoded: DecodedContext(
        context: context, classNames: context.classNames, words: words, tokenizer: learned.tokenizer, metric: .l2,
        isCentered: false, top: Self.top),
      isConditional: context.isConditional, readPosition: model.configuration.text.pooling.positionName,
      template: template,
      zeroShotPredictions: try CosineClassifier(weights: zeroShot).predictions(for: test.images.view()),
      predictions: try evaluator.measure.predictions(of: [evaluator.matrix])[0])
  }

  /// The context that the run began with, `[rows, width]`; `nil` if it isn't known.
  var initialRows: Tensor? {
    get throws {
      let beginning = try RunFolder.owning(learned.path)?.description.initialContext(
        of: context, tokenizer: learned.tokenizer, embedding: embedding)
      return try beginning?.reshaped([matrix.rows, matrix.width], name: "initial context")
    }
  }

  var scale: Float { learned.model.clip.logitScale }
  var context: LearnedContext { subject.decoded.context }
  var matrix: ContextMatrix { evaluator.matrix }
  var assembly: PromptAssembly { evaluator.assembly }
  var classNames: [String] { subject.classNames }
  var labels: [Int] { subject.labels }
  var contextLimit: Int { learned.model.configuration.text.contextLength }

  /// Measures another context on the test images, against the learned prompt.
  func outcome(of other: ContextMatrix) throws -> ContextOutcome {
    let found = try evaluator.measure.predictions(of: [other])[0]
    return ContextOutcome(
      accuracy: PredictionFlips.accuracy(found, labels: labels),
      flips: PredictionFlips(before: subject.predictions, after: found, labels: labels))
  }

  /// Returns some test images as unit rows, with their labels.
  func unitImages(_ indices: [Int]) -> (images: UnitRows, labels: [Int]) {
    (evaluator.store.images.unitRows(of: indices), indices.map { labels[$0] })
  }
}

extension TextPooling {
  /// The name of the position that is read.
  fileprivate var positionName: String {
    switch self {
    case .largestID, .first: "the end token"
    case .classEmbedding: "the class embedding"
    case .last: "the last position"
    }
  }
}

/// The accuracy of a context, and the images whose predictions flip from the learned prompt to it.
package struct ContextOutcome: Sendable, Equatable {
  /// The share of images that the context classifies correctly.
  package let accuracy: Double
  /// The images whose predictions flip.
  package let flips: PredictionFlips

  /// Creates an outcome.
  package init(accuracy: Double, flips: PredictionFlips) {
    self.accuracy = accuracy
    self.flips = flips
  }
}

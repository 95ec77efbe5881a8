import PromptLensFeatures
import PromptLensExperiments
import PromptLensPrompts
import PromptLensCLIP
import PromptLensCheckpoints
import PromptLensDatasets
import PromptLensEvaluation
import PromptLensInterpretation
import PromptLensPromptLearning
import PromptLensTensors
import PromptLensTokenization

/// A learned prompt with everything that its interpretation looks at.
struct InterpretedPrompt {
  let learned: LearnedPrompt
  /// Its context, of the images' classes and in their order where each class has its own.
  let context: LearnedContext
  let bench: DecodeBench
  /// What to search words on, nil without training images.
  let training: LabeledFeatures?
  let decoded: DecodedContext
  let encoder: TextEncoder
  let embedding: Tensor
  let meanWord: [Float]
  /// The template of the zero-shot classifier.
  let template: Template
  /// Unit rows of the zero-shot and of the learned classifier.
  let zeroShot: Tensor
  let weights: Tensor
  /// The classes that each predicts.
  let zeroShotPredictions: [Int]
  let predictions: [Int]
  let seed: UInt64

  /// Words that each vector is listed with.
  private static let top = 5

  init(
    _ learned: LearnedPrompt, test: FeatureStore, training: LabeledFeatures?, position: ClassPosition?, seed: Int
  ) throws {
    let model = learned.model
    self.learned = learned
    self.training = training
    self.seed = UInt64(bitPattern: Int64(seed))
    encoder = try model.clip.textEncoder()
    embedding = try model.clip.tokenEmbedding().converted(to: .float32)
    meanWord = embedding.meanRow
    context = try learned.contextServing(test.classNames)
    bench = try DecodeBench(
      context: context, path: learned.path, position: position, store: test, model: model,
      tokenizer: learned.tokenizer)
    let words = try NearestWords(embedding: embedding).words(near: context.rows, count: Self.top)
    decoded = DecodedContext(
      context: context, classNames: context.classNames, words: words, tokenizer: learned.tokenizer, metric: .l2,
      isCentered: false, top: Self.top)
    template = try (test.template ?? learned.template).map { try Template($0) } ?? .photo
    zeroShot = try ZeroShotClassifier(classNames: test.classNames, templates: [template]) {
      try model.features(ofTexts: $0)
    }.weights
    weights = try learned.weights(test.classNames, position: position)
    zeroShotPredictions = try CosineClassifier(weights: zeroShot).predictions(for: test.images.view())
    predictions = try bench.measure.predictions(of: [bench.matrix])[0]
  }

  var scale: Float { learned.model.clip.logitScale }
  var classNames: [String] { bench.store.classNames }
  var labels: [Int] { bench.store.labels }
  var images: Int { bench.store.count }
  var contextLimit: Int { learned.model.configuration.text.contextLength }
  /// M.
  var length: Int { bench.matrix.length }
  var isClassSpecific: Bool { bench.assembly.isClassSpecific }

  /// The share of images that a list of predictions gets right.
  func accuracy(_ predictions: [Int]) -> Double { PredictionFlips.accuracy(predictions, labels: labels) }

  /// How images change sides from the learned prompt to another context.
  func sides(of other: ContextMatrix) throws -> (accuracy: Double, sides: PredictionFlips) {
    let found = try bench.measure.predictions(of: [other])[0]
    return (accuracy(found), PredictionFlips(before: predictions, after: found, labels: labels))
  }

  /// Some test images as unit rows, with their labels.
  func unitImages(_ places: [Int]) -> (images: UnitRows, labels: [Int]) {
    (bench.store.images.unitRows(of: places), places.map { labels[$0] })
  }

  /// What a person reads for a role.
  func name(_ role: PromptRole) -> String {
    switch role {
    case .start: "start"
    case .context(let place): "v\(place + 1)"
    case .className: "class name"
    case .fullStop: "full stop"
    case .end: "end"
    }
  }

  var vectorNames: [String] { (1...length).map { "v\($0)" } }
}

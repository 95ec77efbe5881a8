import PromptLensInterpretation
import PromptLensPrompts
import PromptLensTensors

/// The prompt that an interpretation is about, with the images and predictions that its findings refer to.
package struct InterpretationSubject {
  /// The context's file.
  package let path: String
  /// The model's folder.
  package let modelPath: String
  /// The model's fingerprint.
  package let modelFingerprint: String
  /// The arithmetic of the towers.
  package let precision: ComputePrecision
  /// The images and classes that everything is measured on.
  package let evaluation: EvaluationSubject
  /// The names of the classes.
  package let classNames: [String]
  /// The label of each image.
  package let labels: [Int]
  /// The path of each image.
  package let imagePaths: [String]
  /// The context with its nearest words by Euclidean distance.
  package let decoded: DecodedContext
  /// Whether a network moves the vectors image by image.
  package let isConditional: Bool
  /// The name of the text tower's position whose state becomes the feature.
  package let readPosition: String
  /// The template of the zero-shot classifier.
  package let template: Template
  /// The class that the zero-shot classifier predicts for each image.
  package let zeroShotPredictions: [Int]
  /// The class that the learned prompt predicts for each image, without its network if it has one.
  package let predictions: [Int]

  /// Creates a subject.
  package init(
    path: String, modelPath: String, modelFingerprint: String, precision: ComputePrecision,
    evaluation: EvaluationSubject, classNames: [String],
    labels: [Int], imagePaths: [String], decoded: DecodedContext, isConditional: Bool,
    readPosition: String, template: Template, zeroShotPredictions: [Int], predictions: [Int]
  ) {
    self.path = path
    self.modelPath = modelPath
    self.modelFingerprint = modelFingerprint
    self.precision = precision
    self.evaluation = evaluation
    self.classNames = classNames
    self.labels = labels
    self.imagePaths = imagePaths
    self.decoded = decoded
    self.isConditional = isConditional
    self.readPosition = readPosition
    self.template = template
    self.zeroShotPredictions = zeroShotPredictions
    self.predictions = predictions
  }

  /// The number of images.
  package var images: Int { labels.count }
  /// M, the number of vectors in a context.
  package var length: Int { decoded.context.length }
  /// Whether each class has a context of its own.
  package var isClassSpecific: Bool { decoded.context.classCount != nil }
  /// The share of images that the learned prompt classifies correctly.
  package var accuracy: Double { PredictionFlips.accuracy(predictions, labels: labels) }
  /// The share of images that the zero-shot classifier classifies correctly.
  package var zeroShotAccuracy: Double { PredictionFlips.accuracy(zeroShotPredictions, labels: labels) }
  /// Short names of the vectors, `v1` to `vM`.
  package var vectorNames: [String] { (0..<length).map { "v\($0 + 1)" } }
}

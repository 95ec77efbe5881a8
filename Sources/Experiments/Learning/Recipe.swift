import PromptLensDatasets
import PromptLensPromptLearning

/// The recipes for `--recipe`: whose constants are used where nothing else is asked for.
///
/// A further recipe is a case here, and its constants in ``MethodName/constants(_:for:)``.
package enum Recipe: String, CaseIterable, Sendable {
  /// Those of the method's paper, for its protocol and data set.
  case paper
  /// CoOp's for every method: 16 random vectors, batches of 32, and 50, 100 or 200 epochs by the shots.
  case coop
  /// Few steps of Adam on all images at once.
  case fast
}

/// A protocol of the field, on which a paper's constants depend.
package enum LearningProtocol: String, CaseIterable, Sendable {
  /// Half of the classes are learned, and both halves are tested.
  case baseToNew = "base-to-new"
  /// All classes are learned and tested.
  case fewShot = "few-shot"
  /// All classes of one data set are learned, and other data sets tested.
  case crossData = "cross-data"
  /// All classes are learned in one domain, and tested in others.
  case domain

  /// Returns the protocol of a name.
  ///
  /// - Throws: ``ExperimentError/badLearner(reason:)`` with the names that there are.
  static func named(_ name: String) throws(ExperimentError) -> LearningProtocol {
    guard let found = LearningProtocol(rawValue: name) else {
      let names = allCases.map(\.rawValue).joined(separator: ", ")
      throw .badLearner(reason: "\"\(name.prefix(60))\" isn't a protocol; expected one of \(names)")
    }
    return found
  }
}

/// The facts about some training images on which a recipe's constants depend.
package struct RecipeSubject: Sendable, Equatable {
  /// The protocol.
  package var studyProtocol: LearningProtocol
  /// The number of training images of each class; nil for all of them.
  package var shots: Int?
  /// The key of the known data set; nil for others.
  package var dataset: String?

  /// Creates the facts.
  package init(studyProtocol: LearningProtocol = .fewShot, shots: Int? = nil, dataset: String? = nil) {
    self.studyProtocol = studyProtocol
    self.shots = shots
    self.dataset = dataset
  }
}

/// The numbers of ``Recipe/fast``: full batches of cached features, one view of each image in a step, and Adam without
/// weight decay.
///
/// A step's passes over the prompts cost the same for any number of images, so that all of them go into each, as far as
/// their logits fit ``logitBytes``.
package enum FastRecipe {
  /// The bytes that a step's logits and what is computed of them may take: a fixed number, so that results don't depend
  /// on the machine.
  static let logitBytes = 1 << 30
  /// The copies of a batch's logits in a step: logits, products, gradients and both transposed.
  private static let copies = 4

  /// Returns the number of steps: 25 for one shot, 50 for up to four, else 100.
  package static func steps(shots: Int?) -> Int {
    guard let shots else { return 100 }
    return shots <= 1 ? 25 : shots <= 4 ? 50 : 100
  }

  /// Returns the learning rate after the warm-up.
  package static func learningRate(isClassSpecific: Bool) -> Double { isClassSpecific ? 0.003 : 0.005 }

  /// Returns the number of images in a step: all of them, or as many as divide them into the fewest batches of equal size
  /// that fit.
  static func batchSize(images: Int, classes: Int) -> Int {
    let limit = max(logitBytes / (copies * MemoryLayout<Float>.stride * max(classes, 1)), 1)
    let batches = max((images + limit - 1) / limit, 1)
    return max(images / batches, 1)
  }

  /// Returns the number of steps without improvement on validation images after which training ends.
  static func patience(steps: Int) -> Int { max(steps / 3, 1) }

  /// Returns the bytes that the logits of a step take.
  static func bytes(images: Int, classes: Int) -> Int { copies * MemoryLayout<Float>.stride * images * classes }
}

extension LearningSettings {
  /// Whether validation images are used where the data have any.
  var takesFoundValidation: Bool { usesFoundValidation && recipe == .fast && patience == nil }

  /// Returns the settings of training on some data: where nothing is asked for, the recipe's, the method's, or the
  /// reference's for the shots, or what suits the model's logit scale.
  package func training(on data: LearningData, logitScale: Float) -> TrainingSettings {
    var training: TrainingSettings
    switch recipe {
    case .paper, .coop:
      let constants = constants(on: data)
      training = TrainingSettings(
        epochs: epochs ?? constants.epochs, batchSize: batchSize ?? constants.batchSize,
        learningRate: learningRate(logitScale: logitScale, constants: constants), seed: data.seed)
    case .fast:
      let size = batchSize ?? FastRecipe.batchSize(images: data.train.count, classes: data.classNames.count)
      let stepsPerEpoch = max(BatchSampler(count: data.train.count, batchSize: size, seed: data.seed).steps, 1)
      let wanted = FastRecipe.steps(shots: data.shots)
      training = TrainingSettings(
        epochs: epochs ?? (wanted + stepsPerEpoch - 1) / stepsPerEpoch, batchSize: size,
        learningRate: learningRate(logitScale: logitScale), optimizer: .adam, seed: data.seed)
      training.schedule.course = .steps
    }
    training.gradientLimit = clipNorm.map { GradientLimit(norm: $0) }
    return training
  }
}

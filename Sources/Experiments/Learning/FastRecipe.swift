import PromptLensPromptLearning

/// The numbers of ``Recipe/fast``: full batches of cached features, one view of each image in a step, and Adam without
/// weight decay.
///
/// A step's passes over the prompts cost the same for any number of images, so that all of them go into each, as far as
/// their logits fit a gigabyte.
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

  /// Returns the settings of training on some data: where nothing is asked for, the recipe's, the rate of descent as it
  /// suits the model's logit scale.
  package func training(on data: LearningData, logitScale: Float) -> TrainingSettings {
    let constants = constants(on: data)
    let rate = learningRate(logitScale: logitScale, constants: constants)
    var training: TrainingSettings
    switch recipe {
    case .paper, .coop:
      training = TrainingSettings(
        epochs: epochs ?? constants.epochs, batchSize: batchSize ?? constants.batchSize, learningRate: rate,
        seed: data.seed)
    case .fast:
      let size = batchSize ?? FastRecipe.batchSize(images: data.train.count, classes: data.classNames.count)
      let stepsPerEpoch = max(BatchSampler(count: data.train.count, batchSize: size, seed: data.seed).steps, 1)
      training = TrainingSettings(
        epochs: epochs ?? (constants.epochs + stepsPerEpoch - 1) / stepsPerEpoch, batchSize: size, learningRate: rate,
        optimizer: .adam, seed: data.seed)
      training.schedule.course = .steps
    }
    training.gradientLimit = clipNorm.map { GradientLimit(norm: $0) }
    return training
  }
}
